"""The way back: one link, or the whole path."""

from __future__ import annotations

from dataclasses import dataclass

from alongside.interfaces.shared.component import Component, Words


@dataclass(frozen=True)
class Crumb:
    """A page on the way here."""

    label: Words
    href: str


@dataclass(frozen=True)
class Breadcrumbs(Component):
    """The pages on the way here, from the first; a single one is drawn as a way back."""

    crumbs: tuple[Crumb, ...]
    label: Words = ""
