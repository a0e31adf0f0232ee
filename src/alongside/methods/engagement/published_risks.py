"""What is known of drifting away before a site has seen any of it.

Source: science notes 4.3, 35,679 landmarks of 3,560 people in three trials of treatment for opioid
use disorder (CTN-0094), a landmark being a week with a visit in the last three: how many had no
visit in the following four weeks. Checked on the part of them that is at hand by
tests/published/test_ctn0094_hazard.py. Other treatments differ widely: drop-out was 30% on average
over 151 studies, and 6 to 74% is where the next one may lie (Lappan 2020).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from alongside.methods.vocabulary.shapes import Chances, Counted


@dataclass(frozen=True, slots=True)
class PublishedRisk:
    """The share of landmarks after so many misses in a row that drifted away, of n."""

    misses: int
    share: float
    n: int


PUBLISHED: Final = (
    PublishedRisk(0, 0.0476, 28_109),
    PublishedRisk(1, 0.214, 5_731),
    PublishedRisk(2, 0.629, 1_839),
)
PUBLISHED_SHARE: Final = 3_722 / 35_679
"""Of all landmarks together."""


def probability_published(misses: Counted) -> Chances:
    """The published chance by misses in a row; more than two count as two."""
    shares = np.array([each.share for each in PUBLISHED])
    chances: np.ndarray = shares[np.clip(misses, 0, len(PUBLISHED) - 1)]
    return chances


def n_published(misses: Counted) -> Counted:
    """How many landmarks that chance rests on."""
    counts = np.array([each.n for each in PUBLISHED])
    n: np.ndarray = counts[np.clip(misses, 0, len(PUBLISHED) - 1)]
    return n
