"""Norms of an instrument: two populations, a reliability, and what follows from them.

How far apart two scores of somebody unchanged lie follows from the spread of the scores and
from their reliability; where clinical and functional scores part follows from the means and
spreads of both populations.

Source: Jacobson and Truax 1991.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from alongside.methods.vocabulary.errors import AlongsideError

Score = Any
"""One score, or an array of them."""


class Better(StrEnum):
    """Which way a score improves."""

    HIGHER = "higher_is_better"
    LOWER = "lower_is_better"

    @property
    def sign(self) -> int:
        """+1 when higher is better, -1 when lower is."""
        return 1 if self is Better.HIGHER else -1


class CutOff(StrEnum):
    """The three cut-offs of Jacobson and Truax between clinical and functional scores.

    A: two standard deviations from the clinical mean, towards the functional side.
    B: two standard deviations from the functional mean, towards the clinical side.
    C: where the two populations are equally likely.
    """

    A = "a"
    B = "b"
    C = "c"


class NormsAreImpossible(AlongsideError):
    """No norms have {name} = {value}: {rule}."""


class CutOffNeedsFunctionalNorms(AlongsideError):
    """Cut-off {kind} needs the mean and standard deviation of people who are well; the norms
    give none.
    """


@dataclass(frozen=True, slots=True)
class Norms:
    """What is known of an instrument: two populations and its reliability.

    Source: the caller's; norms and reliability come from outside, never from fewer than 100
    of a site's own clients.
    """

    clinical_mean: float
    clinical_sd: float
    reliability: float
    better: Better
    functional_mean: float | None = None
    functional_sd: float | None = None

    def __post_init__(self) -> None:
        for name in ("clinical_sd", "functional_sd"):
            sd = getattr(self, name)
            if sd is not None and not (math.isfinite(sd) and sd > 0.0):
                raise NormsAreImpossible(name=name, value=sd, rule="it must be above 0")
        if not 0.0 < self.reliability < 1.0:
            raise NormsAreImpossible(
                name="reliability", value=self.reliability, rule="it must lie between 0 and 1"
            )

    @property
    def sem(self) -> float:
        """Standard error of measurement, S1 sqrt(1 - r)."""
        return self.clinical_sd * math.sqrt(1.0 - self.reliability)

    @property
    def s_diff(self) -> float:
        """Standard error of a difference of two scores, sqrt(2) SEM."""
        return math.sqrt(2.0) * self.sem

    @property
    def s_pred(self) -> float:
        """Standard error of prediction, S1 sqrt(1 - r^2)."""
        return self.clinical_sd * math.sqrt(1.0 - self.reliability**2)

    def regressed(self, score: Score) -> Score:
        """The true score that is expected behind a clinical score, r (x - M1) + M1."""
        return self.reliability * (score - self.clinical_mean) + self.clinical_mean

    def cut_off(self, kind: CutOff = CutOff.C) -> float:
        """The score that parts clinical from functional.

        Raises: CutOffNeedsFunctionalNorms for b and c without them.
        Source: Jacobson and Truax 1991, p. 13. Cut-off b takes the functional standard
        deviation, as there; some software takes the clinical one.
        """
        if kind is CutOff.A:
            return self.clinical_mean + self.better.sign * 2.0 * self.clinical_sd
        if self.functional_mean is None or self.functional_sd is None:
            raise CutOffNeedsFunctionalNorms(kind=kind.value)
        if kind is CutOff.B:
            return self.functional_mean - self.better.sign * 2.0 * self.functional_sd
        return (
            self.clinical_sd * self.functional_mean + self.functional_sd * self.clinical_mean
        ) / (self.clinical_sd + self.functional_sd)
