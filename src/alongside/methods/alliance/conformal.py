"""How rare a visit is at this very site, counted and not computed.

The detector's own chance rests on a model of ratings that no site follows exactly. A site that
has scored enough visits can count instead: how many of its last visits looked at least as low?
That chance holds whatever the ratings are like, ceiling and heavy tails included, as long as the
next visit is one like the last ones. It counts visits with a strain among them, so that for a
client without one it errs on the side of fewer prompts.

Source: science notes 3.4 (end) and 3.6; conformal p-values as in Vovk, Gammerman and Shafer 2005.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

import numpy as np

from alongside.methods.alliance.strain import Threshold, VisitStrain
from alongside.methods.vocabulary.arrays import Floats
from alongside.methods.vocabulary.errors import AlongsideError
from alongside.methods.vocabulary.natural_frequency import natural_frequency
from alongside.methods.vocabulary.results import NoResult
from alongside.methods.vocabulary.shapes import ClientByVisit

FEWEST_SCORED_VISITS: Final = 500
"""Below 500 the chance of a rare visit rests on two or three others (science notes 3.4)."""
MOST_SCORED_VISITS: Final = 2000
"""Older visits are forgotten, so that the chance follows the site."""
RAREST_CHANCE: Final = 1e-6
"""No threshold is rarer: no model of ratings can be trusted further out."""
LASTS: Final = timedelta(days=30)


class StatisticIsNotANumber(AlongsideError):
    """Only visits that were judged can be counted, and {statistic} is no finite statistic."""


@dataclass(frozen=True, slots=True)
class TooFewScoredVisits(NoResult):
    """Visits judged in this clinic: {n}. Counting how rare a visit is here needs {needed}; until
    then its chance is that of the model."""

    n: int
    needed: int = FEWEST_SCORED_VISITS


@dataclass(frozen=True, slots=True)
class VisitsHere:
    """The statistics of a site's last scored visits, lowest first, and when they were taken."""

    statistics: tuple[float, ...]
    taken_on: date

    @property
    def n(self) -> int:
        """How many visits are counted."""
        return len(self.statistics)

    def chance_of(self, statistic: float) -> float:
        """The share of visits at least as low, the one in question among them.

        Visits that look the same, as those of clients who always give the most do, all count
        as at least as low: ties make a visit less rare and never rarer.
        """
        n_at_least = self.n - bisect_left(self.statistics, statistic)
        return (1.0 + n_at_least) / (self.n + 1.0)

    def chances_of(self, statistics: ClientByVisit) -> ClientByVisit:
        """The same for the visits of a whole clinic; NaN where a visit was not judged."""
        n_below = np.searchsorted(np.asarray(self.statistics), statistics, side="left")
        chances: Floats = (1.0 + self.n - n_below.astype(np.float64)) / (self.n + 1.0)
        chances[np.isnan(statistics)] = np.nan
        return chances

    def is_to_be_taken_anew(self, on: date) -> bool:
        """Whether a month has passed."""
        return on - self.taken_on >= LASTS

    def to_dict(self) -> dict[str, Any]:
        """The visits as plain values for JSON."""
        return {"statistics": list(self.statistics), "taken_on": self.taken_on.isoformat()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> VisitsHere:
        """The visits that `to_dict` wrote."""
        return cls(tuple(values["statistics"]), date.fromisoformat(values["taken_on"]))


def take_visits(statistics: Iterable[float], *, on: date) -> VisitsHere | TooFewScoredVisits:
    """The last scored visits of a site, to count by.

    statistics: `VisitStrain.statistic` of each judged visit, oldest first; the newest
    MOST_SCORED_VISITS of them are kept.
    Raises: StatisticIsNotANumber.
    """
    last = list(statistics)[-MOST_SCORED_VISITS:]
    for statistic in last:
        if not math.isfinite(statistic):
            raise StatisticIsNotANumber(statistic=statistic)
    if len(last) < FEWEST_SCORED_VISITS:
        return TooFewScoredVisits(n=len(last))
    return VisitsHere(tuple(sorted(last)), on)


def threshold_of_share(share: float, chances: Iterable[float]) -> Threshold | TooFewScoredVisits:
    """The threshold that would have pointed out this share of a site's last scored visits.

    chances: `VisitStrain.probability` of each judged visit, oldest first. Of visits with equal
    chances all are left out where all would be too many: fewer prompts rather than more.
    Raises: ThresholdIsImpossible where the share asks for half of the visits or more.
    """
    last = sorted(list(chances)[-MOST_SCORED_VISITS:])
    if len(last) < FEWEST_SCORED_VISITS:
        return TooFewScoredVisits(n=len(last))
    return Threshold(max(last[math.floor(share * len(last))], RAREST_CHANCE))


class Basis(StrEnum):
    """What a chance rests on."""

    SITE = "site"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Chance:
    """How rare a visit is: by the count of the site's own visits, or by the model alone.

    one_in: the same as a natural frequency, "about 1 in 50 visits by chance".
    n_visits: the site's visits it was counted among; those there are, where they are too few.
    """

    probability: float
    one_in: int
    basis: Basis
    n_visits: int

    def is_strain(self, threshold: Threshold) -> bool:
        """Whether the visit is rarer than the threshold."""
        return self.probability < threshold.probability


def chance_here(visit: VisitStrain, here: VisitsHere | TooFewScoredVisits) -> Chance:
    """How rare a visit is at this site; the model's own chance where too few are scored."""
    if isinstance(here, TooFewScoredVisits):
        return Chance(visit.probability, visit.one_in, Basis.MODEL, here.n)
    probability = here.chance_of(visit.statistic)
    return Chance(probability, natural_frequency(probability), Basis.SITE, here.n)
