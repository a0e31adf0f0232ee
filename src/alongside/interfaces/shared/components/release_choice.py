"""Who may see one answer: now, at the month's end, or not this therapist."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from alongside.interfaces.shared.component import Component, Words
from alongside.interfaces.shared.components.choice_list import Choice

NOW, AT_MONTH_END, WITHHELD = "now", "month_end", "withheld"


@dataclass(frozen=True)
class ReleaseChoice(Component):
    """A small drawer under an answer; the three values are sent as they stand here.

    `counts_in_score`: no therapist sees the answer itself, and the score may rest on it.
    """

    field_name: str
    chosen: str = NOW
    values: tuple[str, str, str] = (NOW, AT_MONTH_END, WITHHELD)
    question: Words = ""
    counts_in_score: bool = False

    @property
    def id(self) -> str:
        """The id of the first choice."""
        return f"id_{self.field_name}"

    @property
    def legend(self) -> Words:
        """The question over the choices, which also opens the drawer while nothing is chosen."""
        if self.question:
            return self.question
        if self.counts_in_score:
            return gettext("When does this answer count in your score?")
        return gettext("Who may see this answer?")

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The three ways, in the order from open to closed."""
        now, month_end, withheld = self.values
        if self.counts_in_score:
            return (
                Choice(now, gettext("It counts now")),
                Choice(month_end, gettext("It counts at the end of the month")),
                Choice(withheld, gettext("It does not count")),
            )
        return (
            Choice(now, gettext("My therapist, now")),
            Choice(month_end, gettext("My therapist, at the end of the month")),
            Choice(withheld, gettext("Not my therapist")),
        )

    @property
    def states(self) -> tuple[Words, ...]:
        """What each choice comes to, in their order; the stylesheet shows that of the chosen one.

        So the line is true without a script as well. A browser that cannot show it asks instead.
        """
        if self.counts_in_score:
            return (
                gettext("Counts now in the score that your therapist sees"),
                gettext("Counts at the end of the month in the score that your therapist sees"),
                gettext("Counts only in your own score"),
            )
        return (
            gettext("Your therapist sees this now"),
            gettext("Your therapist sees this at the end of the month"),
            gettext("Your therapist does not see this"),
        )
