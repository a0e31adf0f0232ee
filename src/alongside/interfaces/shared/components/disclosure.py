"""More for those who want it, behind one line."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from alongside.interfaces.shared.component import Component, Content, Words, flow


@dataclass(frozen=True)
class Disclosure(Component):
    """A line that opens."""

    label: Words
    body: Content
    is_open: bool = False

    @property
    def body_html(self) -> SafeString:
        """The body as paragraphs and components."""
        return flow(self.body)
