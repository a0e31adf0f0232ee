"""What a page says where there is nothing yet, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from alongside.interfaces.shared.component import Component, Content, Words, flow
from alongside.interfaces.shared.components.button import Button


@dataclass(frozen=True)
class EmptyState(Component):
    """A quiet place-holder with a reason and perhaps a way on."""

    title: Words
    body: Content = ()
    action: Button | None = None

    @property
    def body_html(self) -> SafeString:
        """The body as paragraphs and components."""
        return flow(self.body)
