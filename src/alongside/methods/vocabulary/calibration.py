"""How well stated chances hold: of all that was called 20% likely, did 20% come true?

Calibration comes first (Brier score, reliability curve), then discrimination (area under the ROC
curve). Forecasts of numbers are judged by where each number fell in its forecast distribution
(probability integral transform). Every figure carries its n and how sure it is.

Source: Brier 1950; Murphy 1973 for the parts of the score; Wilson 1927 for the interval of a
share; DeLong, DeLong and Clarke-Pearson 1988, by ranks as Sun and Xu 2014, and Obuchowski 1997
where several cases belong to one person.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import chdtrc

from alongside.methods.vocabulary.errors import AlongsideError
from alongside.methods.vocabulary.results import NoResult
from alongside.methods.vocabulary.shapes import Chances, Groups, Outcomes, Values

Z_95: Final = 1.959963984540054
FEWEST_IN_A_BIN: Final = 10
"""Chances in a bin of a reliability curve, so that its interval says anything at all."""
FEWEST_EXPECTED: Final = 5
"""Values expected in each bin, from which the chi-square distribution holds (Cochran 1954)."""


class ChanceIsImpossible(AlongsideError):
    """A chance lies between 0 and 1, and {chance} does not."""


class ShareIsImpossible(AlongsideError):
    """{found} of {n} is no share."""


@dataclass(frozen=True, slots=True)
class NothingToCount(NoResult):
    """There is nothing to count yet, so no share can be given."""


@dataclass(frozen=True, slots=True)
class TooFewChances(NoResult):
    """Chances whose outcome is known: {n}. How well they hold can be told from {needed} on."""

    n: int
    needed: int = 2 * FEWEST_IN_A_BIN


@dataclass(frozen=True, slots=True)
class OneOutcomeOnly(NoResult):
    """It came true for {n_events} and did not for {n_others}. Telling how well chances part the
    two needs at least {needed} of each.
    """

    n_events: int
    n_others: int
    needed: int = 2


@dataclass(frozen=True, slots=True)
class TooFewValues(NoResult):
    """Values with a forecast: {n}. Whether the forecasts fit can be told from {needed} on."""

    n: int
    needed: int


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, with the 95% interval of Wilson 1927."""

    found: int
    n: int
    value: float
    lowest: float
    highest: float

    def __contains__(self, share: float) -> bool:
        return self.lowest <= share <= self.highest


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Cases with like chances: the mean of what was said, and the share that came true."""

    predicted: float
    observed: Share

    @property
    def n(self) -> int:
        """How many cases are in it."""
        return self.observed.n


@dataclass(frozen=True, slots=True)
class ReliabilityCurve:
    """Bins from the lowest to the highest chances; on a true curve both means are equal."""

    bins: tuple[ReliabilityBin, ...]

    @property
    def n(self) -> int:
        """How many cases it rests on."""
        return sum(each.n for each in self.bins)

    @property
    def mean_error(self) -> float:
        """How far said and seen lie apart, on average over the cases (expected error)."""
        return sum(each.n * abs(each.predicted - each.observed.value) for each in self.bins) / (
            self.n
        )


@dataclass(frozen=True, slots=True)
class Brier:
    """The mean squared distance of chances from what came: 0 is perfect.

    value = reliability - resolution + uncertainty + within_bins.
    reliability: how far said and seen lie apart, 0 is best. resolution: how far the bins lie from
    the overall share, more is better. uncertainty: the score of always saying that share.
    within_bins: what grouping leaves over, 0 where all chances of a bin are equal.
    """

    value: float
    reliability: float
    resolution: float
    uncertainty: float
    within_bins: float
    n: int

    @property
    def skill(self) -> float:
        """The share of the uncertainty that the chances take away; 0 if nothing was uncertain."""
        return 1.0 - self.value / self.uncertainty if self.uncertainty > 0.0 else 0.0


@dataclass(frozen=True, slots=True)
class Discrimination:
    """The area under the ROC curve: how often an event had the higher chance, of all pairs.

    .5 is no better than a coin, 1 parts them wholly. standard_error: DeLong's, and 0 at both ends
    of the scale, where it cannot be told. n_groups: persons; None if every case counted by itself.
    """

    value: float
    standard_error: float
    n_events: int
    n_others: int
    n_groups: int | None = None

    @property
    def lowest(self) -> float:
        """The lower end of the 95% interval."""
        return max(0.0, self.value - Z_95 * self.standard_error)

    @property
    def highest(self) -> float:
        """The upper end of the 95% interval."""
        return min(1.0, self.value + Z_95 * self.standard_error)


@dataclass(frozen=True, slots=True)
class TransformHistogram:
    """Where numbers fell in their forecast distributions: even bins mean forecasts that fit.

    probability: the chance of bins at least as uneven, were the forecasts true (chi-square).
    """

    counts: tuple[int, ...]
    chi_square: float
    probability: float

    @property
    def n(self) -> int:
        """How many values it rests on."""
        return sum(self.counts)

    @property
    def expected(self) -> float:
        """How many fall into each bin where forecasts fit."""
        return self.n / len(self.counts)


@dataclass(frozen=True, slots=True)
class Calibration:
    """All that is told of a set of chances; each part is a value or says what it lacks."""

    n: int
    n_events: int
    brier: Brier | TooFewChances
    curve: ReliabilityCurve | TooFewChances
    discrimination: Discrimination | OneOutcomeOnly


def share_of(found: int, n: int) -> Share | NothingToCount:
    """How many of how many, with its 95% interval.

    Raises: ShareIsImpossible. Assumes: cases that do not depend on each other.
    """
    if found < 0 or found > n:
        raise ShareIsImpossible(found=found, n=n)
    return _share(found, n) if n else NothingToCount()


def calibration_of(
    chances: Chances, happened: Outcomes, *, groups: Groups | None = None, n_bins: int = 10
) -> Calibration:
    """Score, curve and discrimination of the same chances.

    groups: whose each case is, where one person has several.
    """
    return Calibration(
        n=len(chances),
        n_events=int(happened.sum()),
        brier=brier_score(chances, happened, n_bins=n_bins),
        curve=reliability_curve(chances, happened, n_bins=n_bins),
        discrimination=area_under_curve(chances, happened, groups=groups),
    )


def reliability_curve(
    chances: Chances, happened: Outcomes, *, n_bins: int = 10
) -> ReliabilityCurve | TooFewChances:
    """Bins of about equal numbers of cases; equal chances are never parted.

    With few cases there are fewer bins, so that each can hold FEWEST_IN_A_BIN; there are fewer
    also where many chances are equal.
    Raises: ChanceIsImpossible. Assumes: for the intervals, cases that do not depend on each other.
    """
    _check(chances)
    if len(chances) < 2 * FEWEST_IN_A_BIN:
        return TooFewChances(n=len(chances))
    places = _bins_of(chances, n_bins)
    n = np.bincount(places)
    predicted = np.bincount(places, chances) / n
    events = np.bincount(places, happened)
    return ReliabilityCurve(
        tuple(
            ReliabilityBin(float(said), _share(int(found), int(of)))
            for said, found, of in zip(predicted, events, n, strict=True)
        )
    )


def brier_score(chances: Chances, happened: Outcomes, *, n_bins: int = 10) -> Brier | TooFewChances:
    """The mean squared error of the chances, with its parts by the bins of the curve.

    Raises: ChanceIsImpossible.
    """
    curve = reliability_curve(chances, happened, n_bins=n_bins)
    if isinstance(curve, TooFewChances):
        return curve
    overall = float(happened.mean())
    value = float(np.mean((chances - happened) ** 2))
    weights = np.array([each.n / curve.n for each in curve.bins])
    said = np.array([each.predicted for each in curve.bins])
    seen = np.array([each.observed.value for each in curve.bins])
    reliability = float(weights @ (said - seen) ** 2)
    resolution = float(weights @ (seen - overall) ** 2)
    uncertainty = overall * (1.0 - overall)
    within = value - (reliability - resolution + uncertainty)
    return Brier(value, reliability, resolution, uncertainty, within, len(chances))


def area_under_curve(
    chances: Chances, happened: Outcomes, *, groups: Groups | None = None
) -> Discrimination | OneOutcomeOnly:
    """How well the chances part what came true from what did not; ties count one half.

    groups: whose each case is. Several cases of one person say less than as many persons, and the
    standard error then allows for it.
    Raises: ChanceIsImpossible.
    """
    _check(chances)
    n_events = int(happened.sum())
    n_others = len(chances) - n_events
    if min(n_events, n_others) < 2:
        return OneOutcomeOnly(n_events, n_others)
    among_all = _ranks(chances)
    # For each case the share of the other kind that it stands on the right side of.
    placement = np.empty(len(chances))
    placement[happened] = (among_all[happened] - _ranks(chances[happened])) / n_others
    placement[~happened] = 1.0 - (among_all[~happened] - _ranks(chances[~happened])) / n_events
    value = float(placement[happened].mean())
    # Each case's pull on the area; the pulls of one person go together.
    pull = placement - value
    pull[happened] /= n_events
    pull[~happened] /= n_others
    if groups is None:
        variance = _variance_of(pull[happened]) + _variance_of(pull[~happened])
        return Discrimination(value, math.sqrt(variance), n_events, n_others)
    _, places = np.unique(groups, return_inverse=True)
    with_event = len(np.unique(places[happened]))
    with_other = len(np.unique(places[~happened]))
    if min(with_event, with_other) < 2:
        return OneOutcomeOnly(with_event, with_other)
    variance = _variance_by_group(pull, happened, places, with_event, with_other)
    people = int(places.max()) + 1
    return Discrimination(value, math.sqrt(variance), n_events, n_others, people)


def transform_histogram(
    transforms: Values, *, n_bins: int = 10
) -> TransformHistogram | TooFewValues:
    """How evenly numbers fell in their forecast distributions.

    transforms: for each number the forecast chance of one as low or lower.
    Raises: ChanceIsImpossible. Assumes: numbers that do not depend on each other.
    """
    _check(transforms)
    needed = FEWEST_EXPECTED * n_bins
    if len(transforms) < needed:
        return TooFewValues(len(transforms), needed)
    places = np.minimum((transforms * n_bins).astype(int), n_bins - 1)
    counts = np.bincount(places, minlength=n_bins)
    expected = len(transforms) / n_bins
    chi_square = float(((counts - expected) ** 2).sum() / expected)
    chance = float(chdtrc(n_bins - 1, chi_square))
    return TransformHistogram(tuple(int(n) for n in counts), chi_square, chance)


def _check(chances: np.ndarray) -> None:
    wrong = ~((chances >= 0.0) & (chances <= 1.0))
    if wrong.any():
        raise ChanceIsImpossible(chance=float(chances[wrong][0]))


def _ranks(values: np.ndarray) -> np.ndarray:
    """The rank of each value from 1; equal values share the mean of theirs."""
    _, places, n = np.unique(values, return_inverse=True, return_counts=True)
    ranks: np.ndarray = (np.cumsum(n) - (n - 1) / 2.0)[places]
    return ranks


def _share(found: int, n: int) -> Share:
    value, z2 = found / n, Z_95 * Z_95
    centre = (value + z2 / (2 * n)) / (1 + z2 / n)
    reach = Z_95 / (1 + z2 / n) * math.sqrt(value * (1 - value) / n + z2 / (4 * n * n))
    # At both ends the interval reaches the end itself, which rounding would miss.
    lowest = 0.0 if found == 0 else max(0.0, centre - reach)
    highest = 1.0 if found == n else min(1.0, centre + reach)
    return Share(found, n, value, lowest, highest)


def _bins_of(chances: np.ndarray, n_bins: int) -> np.ndarray:
    """The bin of each case, numbered from 0 without a gap."""
    n = len(chances)
    wanted = max(1, min(n_bins, n // FEWEST_IN_A_BIN))
    middle = (_ranks(chances) - 0.5) / n
    _, places = np.unique(
        np.minimum((middle * wanted).astype(int), wanted - 1), return_inverse=True
    )
    return places


def _variance_of(pull: np.ndarray) -> float:
    """The variance of a sum of pulls that do not depend on each other."""
    n = len(pull)
    return float(n / (n - 1) * (pull @ pull))


def _variance_by_group(
    pull: np.ndarray, happened: np.ndarray, places: np.ndarray, with_event: int, with_other: int
) -> float:
    """The same where pulls of one person go together, each kind with its own correction.

    Source: Obuchowski 1997; `with_event` and `with_other` persons have a case of the kind.
    """
    people = int(places.max()) + 1
    events = np.bincount(places[happened], pull[happened], minlength=people)
    others = np.bincount(places[~happened], pull[~happened], minlength=people)
    variance = with_event / (with_event - 1) * (events @ events)
    variance += with_other / (with_other - 1) * (others @ others)
    variance += 2.0 * people / (people - 1) * (events @ others)
    return max(float(variance), 0.0)
