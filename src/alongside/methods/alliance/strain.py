"""Strain in an alliance: a visit rating that is lower than usual for this client.

Each client's ratings follow a first-order autoregression around a level of their own, with a
noise of their own; what is usual for a client starts at what is usual for all clients and moves
to the client's own ratings as they come in (a normal-inverse-gamma belief). Each rating is judged
by its own forecast, and the last one, two and three together (`last_visits`), so that a sudden
drop and a slow decline are both seen. A strain is a reason to ask, never a finding about the
client.

Source: alongside science notes 3.4 (a design of this project, built from the control-chart and
rupture literature: Eubanks-Carter, Gorman and Muran 2012; Gumz et al. 2012; Lipner, Muran and
Eubanks 2022), but for the windows and the steeper weight of odd ratings, which decision 0023
explains. The conjugate updates are textbook normal-inverse-gamma (Gelman et al. 2013, 3.3); the
bound of a normal score is that of Wallace 1959 (Ann. Math. Statist. 30, 1121), theorem 2.1.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from scipy.special import ndtri, stdtr

from alongside.methods.alliance.last_visits import LONGEST, chance_of, largest_window
from alongside.methods.alliance.population import Population, mean_sigma
from alongside.methods.vocabulary.errors import AlongsideError
from alongside.methods.vocabulary.natural_frequency import natural_frequency
from alongside.methods.vocabulary.results import NoResult

FEWEST_RATINGS: Final = 3
"""Ratings, the present one included, from which a signal may be given: two to know what is usual
for the client and one that departs from it. What the first two say of the client's level is no
departure from it, so that windows hold none of them."""

SMALLEST_TAIL: Final = 1e-300
SUSPICIOUS: Final = 2.0
"""The normal score beyond which a rating counts for less when the belief is updated."""
STEEPNESS: Final = 4
"""How fast it does: by this power, a rating twice as far out as suspicious counts a sixteenth."""


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
    by any window. False prompts in 20 visits of 100 clients without strain, measured on the
    generator of science notes 3.6: about 16 clients at .02, 10 at .01, 7 at .005.
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
class Seen:
    """One judged visit, as the next two need it.

    score: how far it lay below its forecast, as a normal score. expected, sigma: the forecast and
    the client's noise, from before it.
    """

    score: float
    expected: float
    sigma: float


@dataclass(frozen=True, slots=True)
class Belief:
    """All that the next visit needs from the earlier ones; small, and JSON in and out.

    now, last: the posterior after the last rating, and that rating.
    lately: the last two judged visits, newest last.
    """

    n_ratings: int
    now: Posterior
    last: float | None = None
    lately: tuple[Seen, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The belief as plain values for JSON."""
        return {
            "n": self.n_ratings,
            "now": [self.now.m, self.now.k, self.now.a, self.now.b],
            "last": self.last,
            "lately": [[seen.score, seen.expected, seen.sigma] for seen in self.lately],
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Belief | None:
        """The belief that `to_dict` wrote; None where an earlier version wrote another form."""
        if "lately" not in values:
            return None
        return cls(
            n_ratings=values["n"],
            now=Posterior(*values["now"]),
            last=values["last"],
            lately=tuple(Seen(*seen) for seen in values["lately"]),
        )


@dataclass(frozen=True, slots=True)
class VisitStrain:
    """How unusual one visit's rating is for this client, and whether that is a strain.

    p_one_visit: the chance of a rating at least as low, whatever came before it.
    statistic: the largest of the windows of one, two and three visits; window: how many it spans.
    probability: the chance that any of them is as large.
    one_in: the same as a natural frequency, "about 1 in 50 visits by chance".
    expected: the forecast for this visit; usual: the forecast for the first visit of the window;
    sigma: the client's noise; the last two from before that window.
    n_before: earlier ratings that it rests on.
    """

    rating: float
    n_before: int
    p_one_visit: float
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
    t = (z - now.m) / scale
    n_ratings, learned = belief.n_ratings + 1, _learn(now, z, precision, t)
    if last is None or n_ratings < FEWEST_RATINGS:
        return Belief(n_ratings, learned, rating), TooFewVisits(n=n_ratings)
    p_one_visit, score = _lower_tail(t, 2.0 * now.a)
    expected = now.m + phi * last
    lately = (*belief.lately, Seen(score, expected, now.sigma))
    statistic, window = largest_window([seen.score for seen in lately])
    probability = chance_of(statistic)
    return Belief(n_ratings, learned, rating, lately[1 - LONGEST :]), VisitStrain(
        rating=rating,
        n_before=belief.n_ratings,
        p_one_visit=p_one_visit,
        statistic=statistic,
        window=window,
        probability=probability,
        one_in=natural_frequency(probability),
        expected=expected,
        usual=lately[-window].expected,
        sigma=lately[-window].sigma,
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


def _lower_tail(t: float, degrees: float) -> tuple[float, float]:
    """The chance of a value at least as low under Student's t, and its normal score."""
    tail = max(float(stdtr(degrees, -abs(t))), SMALLEST_TAIL)
    score = float(ndtri(tail))
    return (tail, -score) if t <= 0.0 else (1.0 - tail, score)


def _learn(now: Posterior, z: float, precision: float, t: float) -> Posterior:
    """The posterior after z, in which a surprising z counts for less.

    Without that weight one strain would soon be what is usual. How surprising z is, is told by
    the upper of Wallace's bounds of its normal score, which lies a few per cent above it.
    """
    degrees = 2.0 * now.a
    score_squared = degrees * math.log1p(t * t / degrees)
    weight = (SUSPICIOUS**2 / max(score_squared, SUSPICIOUS**2)) ** (STEEPNESS / 2)
    w = weight * precision
    k = now.k + w
    return Posterior(
        m=(now.k * now.m + w * z) / k,
        k=k,
        a=now.a + weight / 2.0,
        b=now.b + 0.5 * w * now.k / k * (z - now.m) ** 2,
    )
