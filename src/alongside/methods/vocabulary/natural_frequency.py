"""A chance as people say it: "about 1 in 50 visits"."""

from __future__ import annotations

from typing import Final

RARITIES: Final = (
    *(1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 25, 30, 40, 50, 60, 80),
    100,
)
RAREST: Final = RARITIES[-1]
"""Stands for all that is rarer, since no model of ratings can be trusted further out."""


def natural_frequency(probability: float) -> int:
    """N in "about 1 in N", a round number that never overstates the rarity, `RAREST` at most."""
    most = 1.0 / max(probability, 1e-9)
    return max((rarity for rarity in RARITIES if rarity <= most * (1.0 + 1e-9)), default=1)
