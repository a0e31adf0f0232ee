"""How a client uses the scale: always at the top, or the same on every question.

Ratings of a visit crowd at the top of the scale, and a form filled in without reading looks
like agreement. Both are reasons to ask another question, not faults of the client. The share at
the top is reported; three top ratings in a row bring up "what would have made it a little
better?"; the same answer to every scored question on four visits in a row is flagged.

Source: science notes 1.3 (the rules are choices of this project).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

CEILING: Final = 95.0
TOP_RATINGS_IN_A_ROW: Final = 3
SAME_ANSWERS_IN_A_ROW: Final = 4
FEWEST_ANSWERS: Final = 2
"""Scored answers a visit needs before they can be all the same."""


@dataclass(frozen=True, slots=True)
class ResponseStyle:
    """How a client has used the scale so far.

    n_ratings, n_at_ceiling: rated visits, and those at 95 or more of 100.
    top_run: top ratings in a row up to the last one.
    straight_run: visits in a row, up to the last one, with one answer to all questions.
    """

    n_ratings: int
    n_at_ceiling: int
    top_run: int
    straight_run: int

    @property
    def ceiling_share(self) -> float | None:
        """Share of ratings at the top, or None when there is none."""
        return self.n_at_ceiling / self.n_ratings if self.n_ratings else None

    @property
    def asks_for_more(self) -> bool:
        """Whether to ask what would have made the visit a little better."""
        return self.top_run >= TOP_RATINGS_IN_A_ROW

    @property
    def is_straight_lining(self) -> bool:
        """Whether the last four visits or more had one answer to all questions."""
        return self.straight_run >= SAME_ANSWERS_IN_A_ROW


def response_style(
    ratings: Sequence[float], answers: Sequence[Sequence[float | None]]
) -> ResponseStyle:
    """How a client has used the scale over their rated visits, first to last.

    ratings: scores 0-100 of the rated visits. answers: the scored answers of the same visits.
    Missing: an unanswered question is None and is left out; a visit with fewer than two
    answers ends a straight run.
    """
    return ResponseStyle(
        n_ratings=len(ratings),
        n_at_ceiling=sum(rating >= CEILING for rating in ratings),
        top_run=_run_at_the_end([rating >= CEILING for rating in ratings]),
        straight_run=_run_at_the_end([_is_one_answer(visit) for visit in answers]),
    )


def _is_one_answer(visit: Sequence[float | None]) -> bool:
    answered = [answer for answer in visit if answer is not None]
    return len(answered) >= FEWEST_ANSWERS and len(set(answered)) == 1


def _run_at_the_end(claims: Sequence[bool]) -> int:
    n = 0
    for claim in reversed(claims):
        if not claim:
            break
        n += 1
    return n
