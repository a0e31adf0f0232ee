"""A person in one line: name, part, and what matters now. No pictures, no initials."""

from __future__ import annotations

from dataclasses import dataclass

from alongside.interfaces.shared.component import Component, Words
from alongside.interfaces.shared.components.badge import Badge


@dataclass(frozen=True)
class PersonLine(Component):
    """Who, as what, and a detail."""

    person: Words
    part: Words = ""
    detail: Words = ""
    href: str = ""
    badge: Badge | None = None
