"""The two-sided gap: how differently client and therapist rated the same visits.

Clients and therapists often see the same visit differently, and the difference itself is worth
a conversation. The gap is the client's rating less the therapist's, visit by visit; the two
raters are never averaged into one number.

Source: that they disagree, and by how much: Igra et al. 2020 (d = -.46 in severe disturbance,
22 studies). What counts as close here is a choice of this project.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from scipy.special import stdtrit

from alongside.methods.vocabulary.results import NoResult

CLOSE: Final = 10.0
"""Points of 100 within which two ratings say the same: one box of eleven on every question."""


class Standing(StrEnum):
    """What a gap means in words."""

    CLOSE = "close"
    CLIENT_HIGHER = "client_higher"
    THERAPIST_HIGHER = "therapist_higher"


@dataclass(frozen=True, slots=True)
class NoVisitRatedByBoth(NoResult):
    """No visit has been rated by both people yet, so there is no gap to show."""


@dataclass(frozen=True, slots=True)
class VisitPair:
    """What client and therapist gave the same visit, on the same scale; None if not rated."""

    client: float | None
    therapist: float | None

    @property
    def gap(self) -> float | None:
        """Client less therapist, or None unless both rated."""
        if self.client is None or self.therapist is None:
            return None
        return self.client - self.therapist

    def scaled(self, factor: float) -> VisitPair:
        """The same pair on a scale that is `factor` times as long."""
        return VisitPair(
            client=None if self.client is None else self.client * factor,
            therapist=None if self.therapist is None else self.therapist * factor,
        )


@dataclass(frozen=True, slots=True)
class Gap:
    """The gap of a series of visits.

    gaps: client less therapist for each visit, None where one of them is missing.
    mean: their mean over the `n` visits that both rated.
    lowest, highest: its 95% interval by Student's t; None for a single visit.
    standing: what the mean means.
    """

    gaps: tuple[float | None, ...]
    n: int
    mean: float
    lowest: float | None
    highest: float | None
    standing: Standing


def two_sided_gap(visits: Iterable[VisitPair], *, close: float = CLOSE) -> Gap | NoVisitRatedByBoth:
    """The gap between client and therapist over the visits that both rated.

    Units: rating points; `close` is 10 for a 0-100 score and 1 for a 0-10 question.
    """
    gaps = tuple(visit.gap for visit in visits)
    paired = [gap for gap in gaps if gap is not None]
    n = len(paired)
    if n == 0:
        return NoVisitRatedByBoth()
    mean = math.fsum(paired) / n
    lowest = highest = None
    if n > 1:
        variance = math.fsum((gap - mean) ** 2 for gap in paired) / (n - 1)
        reach = float(stdtrit(n - 1, 0.975)) * math.sqrt(variance / n)
        lowest, highest = mean - reach, mean + reach
    return Gap(gaps, n, mean, lowest, highest, standing_of(mean, close=close))


def standing_of(gap: float, *, close: float = CLOSE) -> Standing:
    """What a gap means: close, or which of the two rated higher."""
    if abs(gap) < close:
        return Standing.CLOSE
    return Standing.CLIENT_HIGHER if gap > 0.0 else Standing.THERAPIST_HIGHER


def facet_gaps(
    facets: Mapping[str, Iterable[VisitPair]], *, close: float = CLOSE / 10.0
) -> dict[str, Gap | NoVisitRatedByBoth]:
    """The gap of each facet, in the order given.

    Units: points of a single 0-10 question.
    """
    return {name: two_sided_gap(visits, close=close) for name, visits in facets.items()}
