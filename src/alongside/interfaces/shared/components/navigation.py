"""The ways through the rooms of one audience."""

from __future__ import annotations

from dataclasses import dataclass

from alongside.interfaces.shared.component import Component, Words


@dataclass(frozen=True)
class NavigationLink:
    """One room; `count` shows how much waits there."""

    label: Words
    href: str
    is_current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Navigation(Component):
    """The rooms, who is signed in and where, and the way out (`sign_out_url` takes a POST)."""

    home: str
    links: tuple[NavigationLink, ...] = ()
    person: Words = ""
    person_url: str = ""
    sign_out_url: str = ""
