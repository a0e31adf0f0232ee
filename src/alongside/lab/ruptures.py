"""A rupture with a known beginning, depth and end, laid over a client's ratings.

Half of all ruptures fall at once and half come over three visits; a repaired one is over after a
few visits, an unrepaired one stays to the end of the series. Because the truth is known, whatever
is meant to notice ruptures can be measured against it.

Source: science notes 3.6 (shapes, depths and onsets of the benchmark); Gumz 2012 for the two
shapes, McLaughlin 2014 for how many clients have one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

SHARE_WITH_RUPTURE: Final = 0.46
"""Clients with a rupture within ten weeks. Source: McLaughlin 2014, n = 116."""
SHARE_SUDDEN: Final = 0.5
SHALLOWEST, DEEPEST = 1.0, 2.5
FIRST_ONSET: Final = 4
LONGEST: Final = 3
SLOPE: Final = (0.34, 0.67, 1.0)


class Shape(StrEnum):
    """How a rupture begins."""

    SUDDEN = "sudden"
    GRADUAL = "gradual"


@dataclass(frozen=True, slots=True)
class Rupture:
    """One rupture: from visit `onset` (from 0) for `n_visits` visits, or to the end when None.

    Units: `depth` in points of an item, 0-10.
    """

    onset: int
    depth: float
    shape: Shape = Shape.SUDDEN
    n_visits: int | None = None

    @property
    def is_repaired(self) -> bool:
        """Whether the ratings come back."""
        return self.n_visits is not None

    def drop(self, n_visits: int) -> np.ndarray:
        """How far each of the visits lies below where it would have been."""
        since = np.arange(n_visits) - self.onset
        ramp = np.ones(n_visits)
        if self.shape is Shape.GRADUAL:
            ramp = np.asarray(SLOPE)[np.clip(since, 0, len(SLOPE) - 1)]
        is_on = since >= 0
        if self.n_visits is not None:
            is_on &= since < self.n_visits
        return np.where(is_on, self.depth * ramp, 0.0)


def draw_rupture(
    n_visits: int, rng: np.random.Generator, *, probability_repaired: float = 1.0
) -> Rupture:
    """A rupture somewhere in a series of that many visits.

    Assumes: a series of at least eight visits; shorter ones have their onset at the last visit.
    """
    last_onset = max(min(FIRST_ONSET, n_visits - 1), n_visits - 4)
    onset = int(rng.integers(min(FIRST_ONSET, last_onset), last_onset + 1))
    shape = Shape.SUDDEN if rng.random() < SHARE_SUDDEN else Shape.GRADUAL
    depth = float(rng.uniform(SHALLOWEST, DEEPEST))
    length = int(rng.integers(1, LONGEST + 1)) if shape is Shape.SUDDEN else LONGEST
    is_repaired = rng.random() < probability_repaired
    return Rupture(onset, depth, shape, length if is_repaired else None)
