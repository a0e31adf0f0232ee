"""Small pieces of language that the client's pages share: names in a row, how long."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext, ngettext

SECONDS_A_TAP = 8


def names_in_a_row(names: Sequence[str]) -> str:
    """The names as one speaks them: "Dana", "Dana and Omar", "Dana, Omar and Ruth"."""
    if len(names) < 2:
        return "".join(names)
    return gettext("{first} and {last}").format(first=", ".join(names[:-1]), last=names[-1])


def duration(n_questions: int) -> str:
    """How long so many taps take, in whole minutes and never less than one."""
    minutes = max(1, round(n_questions * SECONDS_A_TAP / 60))
    return ngettext("About {n} minute", "About {n} minutes", minutes).format(n=minutes)
