"""A soft surface that holds what belongs together."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from alongside.interfaces.shared.component import Component, Content, Words, flow
from alongside.interfaces.shared.components.badge import Badge
from alongside.interfaces.shared.tones import Tone


@dataclass(frozen=True)
class Card(Component):
    """A card; with `href` its title is a link and the whole card can be tapped."""

    title: Words
    body: Content = ()
    href: str = ""
    badge: Badge | None = None
    actions: tuple[Component, ...] = ()
    tone: Tone | None = None
    level: int = 2

    @property
    def body_html(self) -> SafeString:
        """The body as paragraphs and components."""
        return flow(self.body)
