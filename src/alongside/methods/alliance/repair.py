"""Repair after a strain: did the ratings come back?

A strain is looked at for three further ratings. It has come back when one of them reaches what
was usual before the strain, less half of the client's own visit-to-visit noise; if none does,
the strain is unrepaired and goes to supervision. That a client says it is repaired counts
besides, and is recorded by the clinic, not computed here.

Source: science notes 3.4, step 6 (a design of this project; the three-visit span follows the
rupture-repair criteria of Stiles et al. 2004 and Strauss et al. 2006, whose tolerance differs).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from alongside.methods.alliance.strain import VisitStrain

VISITS_TO_COME_BACK: Final = 3
TOLERANCE: Final = 0.5
"""In units of the client's own noise."""


class RepairState(StrEnum):
    """Where a strain stands by the ratings that came after it."""

    WAITING = "waiting"
    CAME_BACK = "came_back"
    NOT_BACK = "not_back"


@dataclass(frozen=True, slots=True)
class Repair:
    """Whether the ratings after a strain came back to what was usual.

    level: the rating that counts as back. came_back_at: which later rating reached it, from 1.
    n_later: later ratings that were looked at, at most three. best: the highest of them.
    """

    state: RepairState
    level: float
    n_later: int
    came_back_at: int | None = None
    best: float | None = None


def repair_of(alarm: VisitStrain, later_ratings: Sequence[float]) -> Repair:
    """How the ratings after a strain stand to what was usual before it.

    Missing: skipped visits are left out of `later_ratings`; they are not waited for.
    """
    level = alarm.usual - TOLERANCE * alarm.sigma
    seen = tuple(later_ratings[:VISITS_TO_COME_BACK])
    back = next((n for n, rating in enumerate(seen, start=1) if rating >= level), None)
    if back is not None:
        return Repair(RepairState.CAME_BACK, level, back, back, max(seen[:back]))
    state = RepairState.NOT_BACK if len(seen) == VISITS_TO_COME_BACK else RepairState.WAITING
    return Repair(state, level, len(seen), None, max(seen, default=None))


def is_back(visit: VisitStrain) -> bool:
    """Whether this very visit is back at what was usual, whatever its window says.

    A window of two or three visits is still low at the first good visit after a very low one.
    """
    return visit.rating >= visit.usual - TOLERANCE * visit.sigma
