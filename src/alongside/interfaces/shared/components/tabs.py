"""Links between the sides of one thing."""

from __future__ import annotations

from dataclasses import dataclass

from alongside.interfaces.shared.component import Component, Words


@dataclass(frozen=True)
class Tab:
    """One side; `count` shows how much waits there."""

    label: Words
    href: str
    is_current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Tabs(Component):
    """The sides, under a name that screen readers say."""

    label: Words
    tabs: tuple[Tab, ...]
