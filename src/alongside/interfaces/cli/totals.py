"""The totals that a file gives, held against those that its own items give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True)
class Disagreement:
    """One row whose total is not what its items come to. Both stay as they are."""

    row: int
    said: Decimal
    found: float


@dataclass(frozen=True)
class Totals:
    """How many totals could be compared, and those that disagree, row by row."""

    n_compared: int
    disagreements: tuple[Disagreement, ...]

    @property
    def n_agree(self) -> int:
        return self.n_compared - len(self.disagreements)


def compare_totals(said: Mapping[int, Decimal], found: Mapping[int, float]) -> Totals:
    """The comparison, by row number.

    Missing: a row without a total, or with too few answers for a score, is not compared.
    """
    both = sorted(said.keys() & found.keys())
    return Totals(
        len(both),
        tuple(
            Disagreement(row, said[row], found[row])
            for row in both
            if not agrees(found[row], said[row])
        ),
    )


def agrees(found: float, said: Decimal) -> bool:
    """Whether a score is the one said, to as many places as it is said with."""
    places = Decimal(1).scaleb(min(0, int(said.as_tuple().exponent)))
    return Decimal(repr(found)).quantize(places, ROUND_HALF_UP) == said
