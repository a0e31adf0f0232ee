"""Strain in an alliance: a visit rating that is lower than usual for this client.

Each client's ratings follow a first-order autoregression around a level of their own, with a
noise of their own; what is usual for a client starts at what is usual for all clients and moves
to the client's own ratings as they come in (a normal-inverse-gamma belief). Two windows are
watched, the visit itself and the mean of the last two visits, so that a sudden drop and a slow
decline are both seen. A strain is a reason to ask, never a finding about the client.

Source: alongside science notes 3.4 (a design of this project, built from the control-chart and
rupture literature: Eubanks-Carter, Gorman and Muran 2012; Gumz et al. 2012; Lipner, Muran and
Eubanks 2022). The conjugate updates are textbook normal-inverse-gamma (Gelman et al. 2013, 3.3).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from scipy.special import ndtr, ndtri, owens_t, stdtr

from alongside.methods.alliance.population import Population, mean_sigma
from alongside.methods.vocabulary.errors import AlongsideError
from alongside.methods.vocabulary.natural_frequency import natural_frequency
from alongside.methods.vocabulary.results import NoResult

FEWEST_RATINGS: Final = 3
"""Ratings, the present one included, from which a signal may be given: two to know what is usual
for the client and one that departs from it; the two-visit window needs as many."""

SMALLEST_TAIL: Final = 1e-300
SUSPICIOUS: Final = 2.0
"""The normal score beyond which a rating counts for less when the belief is updated."""


class RatingIsNotANumber(AlongsideError):
    """The rating {rating} is not a finite number, so it cannot be compared with earlier ratings."""


class ThresholdIsImpossible(AlongsideError):
    """A signal threshold is a probability between 0 and one half, and {probability} is not."""


@dataclass(frozen=True, slots=True)
class TooFewVisits(NoResult):
    """Ratings so far: {n}. A signal needs {needed}."""

    n: int
    needed: int = FEWEST_RATINGS


@dataclass(frozen=True, slots=True)
class Threshold:
    """How rare a visit must be, by chance alone, before it counts as a strain.

    probability: the chance, for a client with no strain, that a visit looks at least as low
    by either window. False prompts in 20 visits of 100 clients without strain, measured on the
    generator of science notes 3.6: about 18 clients at .02, 11 at .01, 7 at .005.
    """

    probability: float = 0.02

    def __post_init__(self) -> None:
        if not 0.0 < self.probability < 0.5:
            raise ThresholdIsImpossible(probability=self.probability)


USUAL_THRESHOLD: Final = Threshold()
AFTER_TRAUMA_WORK: Final = Threshold(0.005)
"""For the two visits after planned trauma work, which may rightly be felt as heavier."""


@dataclass(frozen=True, slots=True)
class Posterior:
    """What is known of one client's level and noise: m, k, a, b as in `Population`."""

    m: float
    k: float
    a: float
    b: float

    @property
    def sigma(self) -> float:
        """The client's mean visit-to-visit noise, in rating points."""
        return mean_sigma(self.a, self.b)


@dataclass(frozen=True, slots=True)
class Belief:
    """All that the next visit needs from the earlier ones; small, and JSON in and out.

    now, last: the posterior after the last rating, and that rating.
    before, last_before: the same one rating earlier, the frozen start of a two-visit window.
    """

    n_ratings: int
    now: Posterior
    last: float | None = None
    before: Posterior | None = None
    last_before: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """The belief as plain values for JSON."""
        return {
            "n": self.n_ratings,
            "now": [self.now.m, self.now.k, self.now.a, self.now.b],
            "last": self.last,
            "before": self.before and [self.before.m, self.before.k, self.before.a, self.before.b],
            "last_before": self.last_before,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Belief:
        """The belief that `to_dict` wrote."""
        now, before = values["now"], values["before"]
        return cls(
            n_ratings=values["n"],
            now=Posterior(*now),
            last=values["last"],
            before=None if before is None else Posterior(*before),
            last_before=values["last_before"],
        )


@dataclass(frozen=True, slots=True)
class VisitStrain:
    """How unusual one visit's rating is for this client, and whether that is a strain.

    p_one_visit, p_two_visits: the chance of a rating, or of a mean of two, at least as low.
    statistic: the larger of the two as normal scores; window: the one it came from (1 or 2).
    probability: the chance that either window looks at least as low.
    one_in: the same as a natural frequency, "about 1 in 50 visits by chance".
    expected: the forecast for this visit; usual: the forecast for the window that `window`
    names; sigma: the client's noise; all from before that window.
    n_before: earlier ratings that it rests on.
    """

    rating: float
    n_before: int
    p_one_visit: float
    p_two_visits: float
    statistic: float
    window: int
    probability: float
    one_in: int
    expected: float
    usual: float
    sigma: float
    is_strain: bool


def begin(population: Population) -> Belief:
    """The belief about a client who has not rated anything yet."""
    return Belief(0, Posterior(population.m0, population.k0, population.a0, population.b0))


def follow(
    belief: Belief,
    rating: float,
    population: Population,
    threshold: Threshold = USUAL_THRESHOLD,
) -> tuple[Belief, VisitStrain | TooFewVisits]:
    """The belief after one more rating, and how unusual that rating is for this client.

    Units: those of the population; constant time however long the series.

    Missing: a skipped visit is not passed at all; it changes nothing.
    Raises: RatingIsNotANumber.
    """
    if not math.isfinite(rating):
        raise RatingIsNotANumber(rating=rating)
    phi, now, last = population.phi, belief.now, belief.last
    if last is None:
        # A stationary start: the first rating lies around mu with variance sigma^2/(1-phi^2),
        # so (1-phi) y is an observation of m that is (1+phi)/(1-phi) times as precise as z.
        precision = (1.0 + phi) / (1.0 - phi)
        z = (1.0 - phi) * rating
    else:
        precision = 1.0
        z = rating - phi * last
    scale = math.sqrt(now.b / now.a * (1.0 / precision + 1.0 / now.k))
    p_one, s_one = _lower_tail(z - now.m, scale, now.a)
    after = Belief(belief.n_ratings + 1, _learn(now, z, precision, s_one), rating, now, last)
    before, last_before = belief.before, belief.last_before
    if last is None or before is None or last_before is None:
        return after, TooFewVisits(n=after.n_ratings)
    expected = now.m + phi * last
    usual_of_two, p_two, s_two = _two_visits(before, last_before, (last + rating) / 2.0, phi)
    statistic = max(s_one, s_two)
    by_one = s_one >= s_two
    probability = _probability_of_either(statistic, phi)
    return after, VisitStrain(
        rating=rating,
        n_before=belief.n_ratings,
        p_one_visit=p_one,
        p_two_visits=p_two,
        statistic=statistic,
        window=1 if by_one else 2,
        probability=probability,
        one_in=natural_frequency(probability),
        expected=expected,
        usual=expected if by_one else usual_of_two,
        sigma=now.sigma if by_one else before.sigma,
        is_strain=probability < threshold.probability,
    )


def detect_strain(
    ratings: Iterable[float],
    population: Population,
    threshold: Threshold = USUAL_THRESHOLD,
) -> tuple[VisitStrain | TooFewVisits, ...]:
    """The strain of each visit of a series, first to last; the same as folding `follow`.

    Assumes: a client whose level lies far from all others is first taken for a noisy one, so
    that signals come late for such a client; ratings that crowd at the top need no special
    care, since the prior keeps the noise above zero.
    """
    belief, visits = begin(population), []
    for rating in ratings:
        belief, visit = follow(belief, rating, population, threshold)
        visits.append(visit)
    return tuple(visits)


def _lower_tail(distance: float, scale: float, a: float) -> tuple[float, float]:
    """The chance of a value at least as low under Student's t with 2a degrees, and its score."""
    t = distance / scale
    tail = max(float(stdtr(2.0 * a, -abs(t))), SMALLEST_TAIL)
    score = float(ndtri(tail))
    return (tail, -score) if t <= 0.0 else (1.0 - tail, score)


def _two_visits(
    before: Posterior, last_before: float, mean_of_two: float, phi: float
) -> tuple[float, float, float]:
    """Forecast, chance and score of the mean of two visits, judged from before both of them."""
    share = 1.0 - (phi + phi * phi) / 2.0
    mu = before.m / (1.0 - phi)
    forecast = mu + (1.0 - share) * (last_before - mu)
    noise = ((1.0 + phi) ** 2 + 1.0) / 4.0
    scale = math.sqrt(before.b / before.a * (noise + (share / (1.0 - phi)) ** 2 / before.k))
    p, score = _lower_tail(mean_of_two - forecast, scale, before.a)
    return forecast, p, score


def _learn(now: Posterior, z: float, precision: float, score: float) -> Posterior:
    """The posterior after z, in which a surprising z counts for less.

    Without that weight one strain would soon be what is usual.
    """
    weight = min(1.0, (SUSPICIOUS / score) ** 2) if abs(score) > SUSPICIOUS else 1.0
    w = weight * precision
    k = now.k + w
    return Posterior(
        m=(now.k * now.m + w * z) / k,
        k=k,
        a=now.a + weight / 2.0,
        b=now.b + 0.5 * w * now.k / k * (z - now.m) ** 2,
    )


def _probability_of_either(score: float, phi: float) -> float:
    """The chance that at least one of the two windows reaches the score.

    Assumes: both scores standard normal; they share this visit's noise, which makes their
    correlation 1/sqrt(1 + (1+phi)^2). The larger of two is rarer than it seems: quoting the
    single chance would overstate it by up to a factor of two.
    Source: Owen 1956, the bivariate normal at equal arguments.
    """
    rho = 1.0 / math.sqrt(1.0 + (1.0 + phi) ** 2)
    return float(ndtr(-score) + 2.0 * owens_t(score, math.sqrt((1.0 - rho) / (1.0 + rho))))
