"""The population of clients: what to expect of a client before they have rated anything.

How far clients' levels lie apart, how noisy their ratings are and how long a deviation lasts
is learned from the series of all clients, without knowing which of them held a strain
(empirical Bayes). While most series are short, only the level and the noise are learned (a warm
start); while there are few, published values stand in (a cold start).

Source: science notes 3.4, step 1. The variances are pooled as by Smyth 2004 (Stat. Appl. Genet.
Mol. Biol. 3:3, section 6.2), the small-sample correction of phi follows Nickell 1981.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from scipy.special import digamma, polygamma

from alongside.methods.vocabulary.arrays import Floats
from alongside.methods.vocabulary.errors import AlongsideError
from alongside.methods.vocabulary.results import NoResult

Series = Sequence[float] | Floats
"""The ratings of one client, first to last."""
FEWEST_SERIES: Final = 50
"""Below 50 clients the published values are the better guess (science notes 13.6)."""
FEWEST_RATINGS_OF_A_SERIES: Final = 5
"""Ratings of a client that leave at least four steps, three degrees of freedom."""
PHI_RANGE: Final = (0.0, 0.9)
A0_RANGE: Final = (1.5, 50.0)
K0_RANGE: Final = (0.05, 50.0)


class PopulationIsImpossible(AlongsideError):
    """No population of clients has {name} = {value}: {rule}."""


@dataclass(frozen=True, slots=True)
class TooFewSeries(NoResult):
    """Series with at least {ratings} ratings: {n}. Learning from them needs {needed}."""

    n: int
    ratings: int = FEWEST_RATINGS_OF_A_SERIES
    needed: int = FEWEST_SERIES


@dataclass(frozen=True, slots=True)
class Population:
    """What is known of all clients before this client has rated anything.

    A client's level is mu and noise sigma; m = (1 - phi) mu.
    phi: how much of a deviation is left at the next visit.
    m0, k0: m given sigma is normal around m0 with variance sigma^2 / k0.
    a0, b0: sigma^2 is inverse-gamma with shape a0 and scale b0 (squared rating points).
    n_series: how many clients' series it rests on; 0 for a cold start.
    """

    phi: float
    m0: float
    k0: float
    a0: float
    b0: float
    n_series: int = 0

    def __post_init__(self) -> None:
        for name in ("phi", "m0", "k0", "a0", "b0"):
            if not math.isfinite(getattr(self, name)):
                raise PopulationIsImpossible(
                    name=name, value=getattr(self, name), rule="it must be a finite number"
                )
        if not -1.0 < self.phi < 1.0:
            raise PopulationIsImpossible(
                name="phi", value=self.phi, rule="it must lie between -1 and 1"
            )
        for name, least in (("k0", 0.0), ("a0", 0.5), ("b0", 0.0)):
            if getattr(self, name) <= least:
                raise PopulationIsImpossible(
                    name=name, value=getattr(self, name), rule=f"it must be above {least}"
                )

    @property
    def mean(self) -> float:
        """The mean rating over clients."""
        return self.m0 / (1.0 - self.phi)

    @property
    def sigma(self) -> float:
        """The mean visit-to-visit noise over clients, in rating points."""
        return mean_sigma(self.a0, self.b0)

    def scaled(self, factor: float) -> Population:
        """The same population on a scale that is `factor` times as long."""
        return replace(self, m0=self.m0 * factor, b0=self.b0 * factor * factor)

    def to_dict(self) -> dict[str, Any]:
        """The population as plain values for JSON."""
        return {
            "phi": self.phi,
            "m0": self.m0,
            "k0": self.k0,
            "a0": self.a0,
            "b0": self.b0,
            "n_series": self.n_series,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Population:
        """The population that `to_dict` wrote."""
        return cls(**values)


def cold_start(*, mean: float = 84.0, sigma: float = 7.0, phi: float = 0.35) -> Population:
    """The population to assume for a 0-100 score until there are enough series to learn from.

    Assumes: mean 84 as in the benchmark simulation of science notes 3.6 (8.4 of 10, ratings
    of a visit lie near the top everywhere); mean noise 7, phi .35, a0 3, k0 2 as in 3.4.
    Clients' levels then spread by about 8 points around the mean.
    """
    a0 = 3.0
    root = sigma / mean_sigma(a0, 1.0)
    return Population(phi=phi, m0=(1.0 - phi) * mean, k0=2.0, a0=a0, b0=root * root)


def learn_population(series: Iterable[Series], *, step: float = 2.0) -> Population | TooFewSeries:
    """The population that the ratings of many clients point to.

    series: one sequence of ratings per client and therapist, first to last.
    step: the smallest difference that the instrument can record (2 points for five 0-10
    questions on a 0-100 score). A client who always gives the same rating is taken to vary by
    no less than its rounding, step^2 / 12, since a variance of nothing has no logarithm.
    Missing: series of fewer than five ratings are left out.
    Assumes: strains are few, so they need not be known. phi, a0 and k0 are kept within
    PHI_RANGE, A0_RANGE and K0_RANGE, so that an odd sample cannot switch the detector off.
    """
    kept = [np.asarray(ratings, dtype=float) for ratings in series]
    kept = [ratings for ratings in kept if len(ratings) >= FEWEST_RATINGS_OF_A_SERIES]
    if len(kept) < FEWEST_SERIES:
        return TooFewSeries(n=len(kept))
    phi = _learn_phi(kept)
    steps = [ratings[1:] - phi * ratings[:-1] for ratings in kept]
    n = np.array([len(z) for z in steps], dtype=float)
    means = np.array([z.mean() for z in steps])
    variances = np.maximum([z.var(ddof=1) for z in steps], step * step / 12.0)
    a0, b0 = _learn_noise(variances, n - 1.0)
    spread = means.var(ddof=1) / variances.mean() - (1.0 / n).mean()
    k0 = float(np.clip(1.0 / max(spread, 1e-9), *K0_RANGE))
    return Population(phi=phi, m0=float(means.mean()), k0=k0, a0=a0, b0=b0, n_series=len(kept))


def warm_start(series: Iterable[Series], *, step: float = 2.0) -> Population | TooFewSeries:
    """The cold start moved to the level and the noise of short series of ratings.

    Level: the mean of the series' means. Noise: from the differences of neighbouring ratings,
    which in a first-order autoregression have the variance 2 sigma^2 / (1 + phi).
    Missing: series of a single rating are left out.
    Assumes: phi, a0 and k0 of the cold start, which short series cannot tell.
    """
    kept = [np.asarray(ratings, dtype=float) for ratings in series]
    kept = [ratings for ratings in kept if len(ratings) > 1]
    if len(kept) < FEWEST_SERIES:
        return TooFewSeries(n=len(kept), ratings=2)
    phi, a0, k0 = COLD_START.phi, COLD_START.a0, COLD_START.k0
    squares = np.concatenate([np.diff(ratings) ** 2 for ratings in kept])
    variance = max((1.0 + phi) / 2.0 * float(squares.mean()), step * step / 12.0)
    mean = float(np.mean([ratings.mean() for ratings in kept]))
    m0, b0 = (1.0 - phi) * mean, (a0 - 1.0) * variance
    return Population(phi=phi, m0=m0, k0=k0, a0=a0, b0=b0, n_series=len(kept))


def population_of(series: Iterable[Series], *, step: float = 2.0) -> Population:
    """The best population that the series allow: learned, else a warm start, else the cold one.

    The cold start fits a 0-100 score of which most clients give about 84; on an instrument
    with another level or spread it signals far too often, so ask here whenever there are data.
    """
    series = list(series)
    for fit in (learn_population, warm_start):
        population = fit(series, step=step)
        if isinstance(population, Population):
            return population
    return COLD_START


def _learn_phi(series: Sequence[np.ndarray[Any, np.dtype[np.float64]]]) -> float:
    """The pooled within-client regression on the rating before, corrected for short series.

    Centring each client on a few ratings pulls the regression down by (1 + phi) / n, n being
    the number of steps; with series of many lengths n is their harmonic mean, each weighted by
    its degrees of freedom.
    """
    products = squares = weight = weight_per_step = 0.0
    for ratings in series:
        earlier = ratings[:-1] - ratings[:-1].mean()
        products += float(earlier @ (ratings[1:] - ratings[1:].mean()))
        squares += float(earlier @ earlier)
        n = len(earlier)
        weight += n - 1.0
        weight_per_step += (n - 1.0) / n
    r = products / squares if squares > 0.0 else 0.0
    n_steps = weight / weight_per_step
    return float(np.clip((r * n_steps + 1.0) / (n_steps - 1.0), *PHI_RANGE))


def _learn_noise(
    variances: np.ndarray[Any, np.dtype[np.float64]],
    degrees: np.ndarray[Any, np.dtype[np.float64]],
) -> tuple[float, float]:
    """a0 and b0 from the mean and the spread of the clients' log variances.

    The log of a sample variance lies digamma(d/2) - log(d/2) away from the log of sigma^2 and
    adds trigamma(d/2) to its spread.
    """
    logs = np.log(variances) - digamma(degrees / 2.0) + np.log(degrees / 2.0)
    spread = logs.var(ddof=1) - polygamma(1, degrees / 2.0).mean()
    a0 = float(np.clip(_inverse_trigamma(float(spread)), *A0_RANGE))
    return a0, float(np.exp(logs.mean() + digamma(a0)))


def _inverse_trigamma(value: float) -> float:
    """The x whose trigamma is `value`; infinite at or below 0.

    Source: Smyth 2004, appendix: Newton's method on the reciprocal, which is nearly straight.
    """
    if value <= 0.0:
        return math.inf
    x = 0.5 + 1.0 / value
    for _ in range(50):
        trigamma = float(polygamma(1, x))
        change = trigamma * (1.0 - trigamma / value) / float(polygamma(2, x))
        x += change
        if abs(change) < 1e-12 * x:
            break
    return x


def mean_sigma(a: float, b: float) -> float:
    """The mean of sigma where sigma^2 is inverse-gamma with shape a and scale b."""
    return math.sqrt(b) * math.exp(math.lgamma(a - 0.5) - math.lgamma(a))


COLD_START: Final = cold_start()
