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

    def after(self, rating: float, answers: Sequence[float | None]) -> ResponseStyle:
        """The style with one more rated visit at the end; arguments as in `response_style`."""
        is_top = rating >= CEILING
        return ResponseStyle(
            n_ratings=self.n_ratings + 1,
            n_at_ceiling=self.n_at_ceiling + is_top,
            top_run=self.top_run + 1 if is_top else 0,
            straight_run=self.straight_run + 1 if _is_one_answer(answers) else 0,
        )

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


NO_STYLE_YET: Final = ResponseStyle(n_ratings=0, n_at_ceiling=0, top_run=0, straight_run=0)


def response_style(
    ratings: Sequence[float], answers: Sequence[Sequence[float | None]]
) -> ResponseStyle:
    """How a client has used the scale over their rated visits, first to last.

    ratings: scores 0-100 of the rated visits. answers: the scored answers of the same visits.
    Missing: an unanswered question is None and is left out; a visit with fewer than two
    answers ends a straight run.
    """
    style = NO_STYLE_YET
    for rating, visit in zip(ratings, answers, strict=True):
        style = style.after(rating, visit)
    return style


def _is_one_answer(visit: Sequence[float | None]) -> bool:
    answered = [answer for answer in visit if answer is not None]
    return len(answered) >= FEWEST_ANSWERS and len(set(answered)) == 1
