"""A message that stands on the page, with its meaning in an icon, a colour and words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from alongside.interfaces.shared.component import Component, Content, Words, flow
from alongside.interfaces.shared.tones import Tone

ICONS: Final = {
    Tone.NEUTRAL: "info",
    Tone.INFO: "info",
    Tone.SUCCESS: "success",
    Tone.WARNING: "warning",
    Tone.STRAIN: "strain",
    Tone.ATTENTION: "attention",
    Tone.DANGER: "danger",
}
MEANINGS: Final = {
    Tone.NEUTRAL: gettext_lazy("Note"),
    Tone.INFO: gettext_lazy("Note"),
    Tone.SUCCESS: gettext_lazy("Done"),
    Tone.WARNING: gettext_lazy("Take care"),
    Tone.STRAIN: gettext_lazy("Strain"),
    Tone.ATTENTION: gettext_lazy("Please look"),
    Tone.DANGER: gettext_lazy("Not done"),
}


@dataclass(frozen=True)
class Notice(Component):
    """A message; `is_announced` has screen readers read it out when the page opens."""

    title: Words
    body: Content = ()
    tone: Tone = Tone.INFO
    actions: tuple[Component, ...] = ()
    is_announced: bool = False

    @property
    def icon(self) -> str:
        """The name of the icon of this tone."""
        return ICONS[self.tone]

    @property
    def meaning(self) -> Words:
        """The tone in words, for those who do not see it."""
        return MEANINGS[self.tone]

    @property
    def body_html(self) -> SafeString:
        """The body as paragraphs and components."""
        return flow(self.body)
