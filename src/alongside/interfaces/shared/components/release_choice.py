"""Who may see one answer: now, at the month's end, or not this therapist."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from alongside.interfaces.shared.component import Component, Words
from alongside.interfaces.shared.components.choice_list import Choice

NOW, AT_MONTH_END, WITHHELD = "now", "month_end", "withheld"


@dataclass(frozen=True)
class ReleaseChoice(Component):
    """A small drawer under an answer; the three values are sent as they stand here."""

    field_name: str
    chosen: str = NOW
    values: tuple[str, str, str] = (NOW, AT_MONTH_END, WITHHELD)
    question: Words = ""

    @property
    def id(self) -> str:
        """The id of the first choice."""
        return f"id_{self.field_name}"

    @property
    def legend(self) -> Words:
        """The question, also what opens the drawer."""
        return self.question or gettext("Who may see this answer?")

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The three ways, in the order from open to closed."""
        now, month_end, withheld = self.values
        return (
            Choice(now, gettext("My therapist, now")),
            Choice(month_end, gettext("My therapist, at the end of the month")),
            Choice(withheld, gettext("Not my therapist")),
        )

    @property
    def chosen_label(self) -> Words:
        """The way that is chosen, in words."""
        return next((way.label for way in self.choices if way.value == self.chosen), "")
