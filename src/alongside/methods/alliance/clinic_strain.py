"""Strain in every visit of a whole clinic at once: the detector of `strain`, over arrays.

The belief about every client is carried from rating to rating, for all clients together, and says
how far each rating lies from its forecast in units of the forecast's own scale (Student's t). The
chance of such a t is what costs time. Its score on the normal scale, though, lies between two
bounds that cost next to nothing, so where only flags are wanted the chance is asked for only where
the bounds leave it open whether a rating is suspicious or a strain; flags are the same.

Source: science notes 3.4; `strain.follow` is the same for one client and one rating.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammaln, ndtr, ndtri, owens_t

from alongside.methods.alliance.packed_ratings import PackedRatings
from alongside.methods.alliance.population import Population
from alongside.methods.alliance.strain import (
    FEWEST_RATINGS,
    SUSPICIOUS,
    USUAL_THRESHOLD,
    Threshold,
)
from alongside.methods.alliance.student_scores import (
    bounds_of_scores,
    tails_of,
    tails_where_many_share,
)
from alongside.methods.vocabulary.arrays import Bools, Floats, Ints
from alongside.methods.vocabulary.shapes import (
    ClientByVisit,
    ClientByVisitCounts,
    ClientByVisitFlags,
)

ROUNDING: Final = 1e-6
"""By how much a score may lie further out than its t, by the rounding of its chance."""
_NUMBERS: Final = (
    *("p_one_visit", "p_two_visits", "statistic", "probability"),
    *("expected", "usual", "sigma"),
)


@dataclass(frozen=True, slots=True, eq=False)
class ClinicStrain:
    """What `VisitStrain` says of one visit, for every visit of every client, client x visit.

    Missing: NaN, 0 or False where the visit was skipped or has too few ratings before it.
    is_too_early: visits that were rated with too few ratings before them to be judged.
    n_before: earlier ratings of the client, of judged visits alone.
    """

    p_one_visit: ClientByVisit
    p_two_visits: ClientByVisit
    statistic: ClientByVisit
    window: ClientByVisitCounts
    probability: ClientByVisit
    expected: ClientByVisit
    usual: ClientByVisit
    sigma: ClientByVisit
    n_before: ClientByVisitCounts
    is_strain: ClientByVisitFlags
    is_too_early: ClientByVisitFlags

    @property
    def is_judged(self) -> ClientByVisitFlags:
        """Visits that the detector has an answer for."""
        judged: Bools = self.window > 0
        return judged

    @property
    def one_visit_score(self) -> ClientByVisit:
        """How far the visit alone lies below its forecast, as a normal score."""
        scores: Floats = -ndtri(self.p_one_visit)
        return scores


def detect_clinic_strain(
    ratings: ClientByVisit, population: Population, threshold: Threshold = USUAL_THRESHOLD
) -> ClinicStrain:
    """The strain of every visit of a clinic; equal to `detect_strain` of each client's ratings.

    Missing: NaN where a visit was skipped; the next rating follows the last one that was given.
    Raises: RatingIsNotANumber for an infinite rating.
    """
    given = PackedRatings.of(ratings)
    needed = _score_of(threshold, population.phi)
    numbers = {name: given.empty(np.nan) for name in _NUMBERS}
    window, n_before = given.empty(0), given.empty(0)
    is_strain, is_too_early = given.empty(False), given.empty(False)
    for n, n_clients in enumerate(given.n_clients[: FEWEST_RATINGS - 1]):
        is_too_early[n, :n_clients] = True
    for n, step in enumerate(_steps(given, population), start=FEWEST_RATINGS - 1):
        p_one, s_one = step.one.tails()
        p_two, s_two = step.two.tails()
        by_one = s_one >= s_two
        statistic = np.where(by_one, s_one, s_two)
        probability = _probabilities_of_either(statistic, population.phi)
        judged = slice(n, n + 1), slice(len(p_one))
        numbers["p_one_visit"][judged] = p_one
        numbers["p_two_visits"][judged] = p_two
        numbers["statistic"][judged] = statistic
        numbers["probability"][judged] = probability
        numbers["expected"][judged] = step.expected
        numbers["usual"][judged] = np.where(by_one, step.expected, step.usual_of_two)
        numbers["sigma"][judged] = _sigmas(
            np.where(by_one, step.one.a, step.two.a), np.where(by_one, step.b_one, step.b_two)
        )
        window[judged] = np.where(by_one, 1, 2)
        n_before[judged] = n
        is_strain[n, : len(p_one)] = _are_strains(step, needed, threshold, population.phi)
    return ClinicStrain(
        **{name: given.back(values, np.nan) for name, values in numbers.items()},
        window=given.back(window, 0),
        n_before=given.back(n_before, 0),
        is_strain=given.back(is_strain, False),
        is_too_early=given.back(is_too_early, False),
    )


def flag_clinic_strain(
    ratings: ClientByVisit, population: Population, threshold: Threshold = USUAL_THRESHOLD
) -> ClientByVisitFlags:
    """`is_strain` of `detect_clinic_strain` and nothing else, about ten times as fast."""
    given = PackedRatings.of(ratings)
    is_strain = given.empty(False)
    needed = _score_of(threshold, population.phi)
    for n, step in enumerate(_steps(given, population), start=FEWEST_RATINGS - 1):
        is_strain[n, : len(step.b_one)] = _are_strains(step, needed, threshold, population.phi)
    return given.back(is_strain, False)


def _are_strains(step: _Step, needed: float, threshold: Threshold, phi: float) -> Bools:
    """Whether ratings are strains; their chances are asked for only where bounds leave it open."""
    is_strain: Bools = np.zeros(len(step.b_one), dtype=np.bool_)
    near = np.flatnonzero(step.one.is_below(needed) | step.two.is_below(needed))
    one, two = step.one.of(near), step.two.of(near)
    least, most = one.bounds_below()
    least_of_two, most_of_two = two.bounds_below()
    is_sure = np.maximum(least, least_of_two) > needed + ROUNDING
    is_open = ~is_sure & (np.maximum(most, most_of_two) > needed - ROUNDING)
    is_strain[near[is_sure]] = True
    one, two = one.of(is_open), two.of(is_open)
    (_, s_one), (_, s_two) = tails_of(one.t, 2.0 * one.a), tails_of(two.t, 2.0 * two.a)
    probability = _probabilities_of_either(np.maximum(s_one, s_two), phi)
    is_strain[near[is_open]] = probability < threshold.probability
    return is_strain


@dataclass(frozen=True, slots=True, eq=False)
class _Posteriors:
    """`Posterior` for each client, with 1/k and b/a, which are asked for twice.

    usual_a: the `a` of those who never gave a suspicious rating, most clients as a rule.
    """

    m: Floats
    k: Floats
    a: Floats
    b: Floats
    one_by_k: Floats
    variance: Floats
    usual_a: float

    @classmethod
    def of(cls, m: Floats, k: Floats, a: Floats, b: Floats, usual_a: float) -> _Posteriors:
        return cls(m, k, a, b, 1.0 / k, b / a, usual_a)

    def first(self, n: int) -> _Posteriors:
        """Those of the first n clients."""
        if n == len(self.m):
            return self
        return _Posteriors(
            *(self.m[:n], self.k[:n], self.a[:n], self.b[:n]),
            *(self.one_by_k[:n], self.variance[:n], self.usual_a),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Distances:
    """How far values lie above their forecasts under Student's t with 2a degrees.

    t_squared: roots and chances are taken only where they are needed.
    usual_a: the `a` of most of them.
    """

    away: Floats
    t_squared: Floats
    a: Floats
    usual_a: float

    @classmethod
    def from_forecast(cls, away: Floats, scale_squared: Floats, before: _Posteriors) -> _Distances:
        t_squared = away * away
        t_squared /= scale_squared
        return cls(away, t_squared, before.a, before.usual_a)

    @property
    def t(self) -> Floats:
        t: Floats = np.copysign(np.sqrt(self.t_squared), self.away)
        return t

    def of(self, some: Ints | Bools) -> _Distances:
        return _Distances(self.away[some], self.t_squared[some], self.a[some], self.usual_a)

    def is_below(self, score: float) -> Bools:
        """Where t is below -score; no score lies further out than its t."""
        below: Bools = (self.away <= 0.0) & self.is_far(max(score, ROUNDING))
        return below

    def is_far(self, score: float) -> Bools:
        """Where t is beyond the score, on either side."""
        far: Bools = self.t_squared >= (score - ROUNDING) ** 2
        return far

    def tails(self) -> tuple[Floats, Floats]:
        """The chances of values at least as low, and their scores."""
        return tails_where_many_share(self.t, 2.0 * self.a, shared=2.0 * self.usual_a)

    def bounds(self) -> tuple[Floats, Floats]:
        """Between which values the scores lie, whatever their sign."""
        return bounds_of_scores(self.t_squared, 2.0 * self.a)

    def bounds_below(self) -> tuple[Floats, Floats]:
        """The same, 0 for values above their forecasts."""
        least, most = self.bounds()
        is_low = self.away <= 0.0
        return least * is_low, most * is_low


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """One judged rating of each client that has it, by the window of one and that of two visits.

    b_one, b_two: with `a` of the distances, what was believed of the noise before each window.
    """

    one: _Distances
    two: _Distances
    b_one: Floats
    b_two: Floats
    expected: Floats
    usual_of_two: Floats


def _steps(given: PackedRatings, population: Population) -> Iterator[_Step]:
    """The third and every later rating, all clients at once."""
    phi = population.phi
    start = np.ones(given.ratings.shape[1])
    now = before = _Posteriors.of(
        *(population.m0 * start, population.k0 * start, population.a0 * start),
        *(population.b0 * start, population.a0),
    )
    for n, n_clients in enumerate(given.n_clients):
        ratings = given.ratings[n, :n_clients]
        now, before = now.first(n_clients), before.first(n_clients)
        if n == 0:
            # The stationary start, as in `strain.follow`.
            precision, z = (1.0 + phi) / (1.0 - phi), (1.0 - phi) * ratings
        else:
            last = given.ratings[n - 1, :n_clients]
            precision, z = 1.0, ratings - phi * last
        scale_squared = now.variance * (1.0 / precision + now.one_by_k)
        one = _Distances.from_forecast(z - now.m, scale_squared, now)
        if n + 1 >= FEWEST_RATINGS:
            last_before = given.ratings[n - 2, :n_clients]
            usual, two = _two_visits(before, last_before, (last + ratings) / 2.0, phi)
            yield _Step(one, two, now.b, before.b, now.m + phi * last, usual)
        if n + 1 < len(given.n_clients):
            now, before = _learn(now, one, precision), now


def _two_visits(
    before: _Posteriors, last_before: Floats, mean_of_two: Floats, phi: float
) -> tuple[Floats, _Distances]:
    """Forecast of the mean of two visits from before both, and how far it lies above."""
    share = 1.0 - (phi + phi * phi) / 2.0
    forecast = share / (1.0 - phi) * before.m
    forecast += (1.0 - share) * last_before
    noise = ((1.0 + phi) ** 2 + 1.0) / 4.0
    scale_squared = (share / (1.0 - phi)) ** 2 * before.one_by_k
    scale_squared += noise
    scale_squared *= before.variance
    return forecast, _Distances.from_forecast(mean_of_two - forecast, scale_squared, before)


def _learn(now: _Posteriors, seen: _Distances, precision: float) -> _Posteriors:
    weights = _weights(seen)
    w = weights if precision == 1.0 else weights * precision
    k = now.k + w
    share = w / k
    # In place, as elsewhere here: an array of a clinic costs more to get than to fill.
    b = share * now.k
    b *= seen.away
    b *= seen.away
    b *= 0.5
    b += now.b
    m = np.multiply(share, seen.away, out=share)
    m += now.m
    a = np.multiply(weights, 0.5, out=weights)
    a += now.a
    return _Posteriors.of(m=m, k=k, a=a, b=b, usual_a=now.usual_a + 0.5)


def _weights(seen: _Distances) -> Floats:
    """How much each rating counts when the belief is updated: 1, less if it is suspicious."""
    weights: Floats = np.ones_like(seen.away)
    far = np.flatnonzero(seen.is_far(SUSPICIOUS))
    _, most = seen.of(far).bounds()
    far = far[most > SUSPICIOUS - ROUNDING]
    _, scores = seen.of(far).tails()
    weights[far] = (SUSPICIOUS / np.maximum(np.abs(scores), SUSPICIOUS)) ** 2
    return weights


def _sigmas(a: Floats, b: Floats) -> Floats:
    """`mean_sigma` for each client."""
    sigmas: Floats = np.sqrt(b) * np.exp(gammaln(a - 0.5) - gammaln(a))
    return sigmas


def _score_of(threshold: Threshold, phi: float) -> float:
    """The score beyond which a visit is a strain, to `ROUNDING`."""
    score: float = brentq(
        lambda score: _probabilities_of_either(np.array([score]), phi)[0] - threshold.probability,
        *(-9.0, 39.0),
        xtol=ROUNDING / 10.0,
    )
    return score


def _probabilities_of_either(scores: Floats, phi: float) -> Floats:
    """The chances that at least one of the two windows reaches the scores."""
    rho = 1.0 / np.sqrt(1.0 + (1.0 + phi) ** 2)
    chances: Floats = ndtr(-scores) + 2.0 * owens_t(scores, np.sqrt((1.0 - rho) / (1.0 + rho)))
    return chances
