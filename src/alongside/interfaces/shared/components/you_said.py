"""What a client said, and what changed because of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from alongside.interfaces.shared.component import Component, Words


@dataclass(frozen=True)
class YouSaid(Component):
    """A person's own words and the answer to them; without `change` nobody has answered yet."""

    quote: Words
    said_when: Words = ""
    change: Words = ""
    changed_when: Words = ""
    changed_by: Words = ""
    said_label: Words = ""
    changed_label: Words = ""
    waiting: Words = ""

    @property
    def said_heading(self) -> Words:
        """The heading over the words that were said."""
        return self.said_label or gettext("You said")

    @property
    def changed_heading(self) -> Words:
        """The heading over what changed."""
        return self.changed_label or gettext("What changed")

    @property
    def waiting_words(self) -> Words:
        """What is shown while there is no answer."""
        return self.waiting or gettext("No answer yet. It will show here.")
