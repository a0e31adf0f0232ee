"""Strain in every visit of a whole clinic at once: the detector of `strain`, over arrays.

The belief about every client is carried from rating to rating, for all clients together, and says
how far each rating lies from its forecast in units of the forecast's own scale (Student's t). The
chance of such a t is what costs time. Its score on the normal scale, though, lies between two
bounds that cost next to nothing, and so do the sums of scores. Where only flags are wanted, chances
are asked for only where the bounds leave open whether a window is a strain; flags are the same.

Source: science notes 3.4; `strain.follow` is the same for one client and one rating.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final

import numpy as np
from scipy.special import gammaln, ndtri

from alongside.methods.alliance.last_visits import (
    BARS,
    LONGEST,
    chances_of,
    largest_windows,
    statistic_of,
)
from alongside.methods.alliance.packed_ratings import PackedRatings
from alongside.methods.alliance.population import Population
from alongside.methods.alliance.strain import (
    FEWEST_RATINGS,
    STEEPNESS,
    SUSPICIOUS,
    USUAL_THRESHOLD,
    Threshold,
)
from alongside.methods.alliance.student_scores import (
    least_of,
    most_squared,
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
    *("p_one_visit", "statistic", "probability"),
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
    numbers = {name: given.empty(np.nan) for name in _NUMBERS}
    window, n_before, is_too_early = given.empty(0), given.empty(0), given.empty(False)
    for n, n_clients in enumerate(given.n_clients[: FEWEST_RATINGS - 1]):
        is_too_early[n, :n_clients] = True
    lately: list[Floats] = []
    for n, step in enumerate(_steps(given, population), start=FEWEST_RATINGS - 1):
        n_clients = len(step.expected)
        p_one_visit, scores = step.one.tails()
        seen = np.stack([scores, step.expected, _sigmas(step.a, step.b)])
        lately = [*(each[:, :n_clients] for each in lately[1 - LONGEST :]), seen]
        statistic, span = largest_windows([each[0] for each in lately])
        began = len(lately) - span
        judged = slice(n, n + 1), slice(n_clients)
        numbers["p_one_visit"][judged] = p_one_visit
        numbers["statistic"][judged] = statistic
        numbers["probability"][judged] = chances_of(statistic)
        numbers["expected"][judged] = step.expected
        numbers["usual"][judged] = np.choose(began, [each[1] for each in lately])
        numbers["sigma"][judged] = np.choose(began, [each[2] for each in lately])
        window[judged] = span
        n_before[judged] = n
    return ClinicStrain(
        **{name: given.back(values, np.nan) for name, values in numbers.items()},
        window=given.back(window, 0),
        n_before=given.back(n_before, 0),
        is_strain=flag_clinic_strain(ratings, population, threshold),
        is_too_early=given.back(is_too_early, False),
    )


def flag_clinic_strain(
    ratings: ClientByVisit, population: Population, threshold: Threshold = USUAL_THRESHOLD
) -> ClientByVisitFlags:
    """`is_strain` of `detect_clinic_strain` and nothing else, about ten times as fast."""
    given = PackedRatings.of(ratings)
    is_strain = given.empty(False)
    needed = statistic_of(threshold.probability)
    lately: list[_Distances] = []
    for n, step in enumerate(_steps(given, population), start=FEWEST_RATINGS - 1):
        n_clients = len(step.expected)
        lately = [*(each.first(n_clients) for each in lately[1 - LONGEST :]), step.one]
        is_strain[n, :n_clients] = _are_strains(lately, needed, threshold)
    return given.back(is_strain, False)


def _are_strains(lately: Sequence[_Distances], needed: float, threshold: Threshold) -> Bools:
    """Whether ratings are strains; their chances are asked for only where bounds leave it open.

    lately: the last visits of each client, newest last.
    """
    is_strain: Bools = np.zeros(len(lately[-1].away), dtype=np.bool_)
    squares = [each.squares_below() for each in lately]
    # No window is larger than the root of the sum of the squares (Cauchy and Schwarz).
    least_needed = max(needed + min(BARS) - ROUNDING, 0.0)
    near = np.flatnonzero(reduce(np.add, squares) > least_needed**2)
    below, _ = largest_windows([np.sqrt(each[near]) for each in squares])
    near = near[below > needed - ROUNDING]
    lately = [each.of(near) for each in lately]
    least, most = zip(*(each.bounds_below() for each in lately), strict=True)
    is_sure = largest_windows(least)[0] > needed + ROUNDING
    is_open = ~is_sure & (largest_windows(most)[0] > needed - ROUNDING)
    is_strain[near[is_sure]] = True
    scores = [tails_of(each.t, each.degrees)[1] for each in (each.of(is_open) for each in lately)]
    is_strain[near[is_open]] = chances_of(largest_windows(scores)[0]) < threshold.probability
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
    """How far values lie above their forecasts under Student's t.

    t_squared: roots and chances are taken only where they are needed. most_squared: its bound.
    usual: the degrees of freedom of most of them.
    """

    away: Floats
    t_squared: Floats
    most_squared: Floats
    degrees: Floats
    usual: float

    @classmethod
    def from_forecast(cls, away: Floats, scale_squared: Floats, before: _Posteriors) -> _Distances:
        t_squared = away * away
        t_squared /= scale_squared
        degrees = 2.0 * before.a
        most = most_squared(t_squared, degrees)
        return cls(away, t_squared, most, degrees, 2.0 * before.usual_a)

    @property
    def t(self) -> Floats:
        t: Floats = np.copysign(np.sqrt(self.t_squared), self.away)
        return t

    def of(self, some: Ints | Bools | slice) -> _Distances:
        return _Distances(
            *(self.away[some], self.t_squared[some], self.most_squared[some]),
            *(self.degrees[some], self.usual),
        )

    def first(self, n: int) -> _Distances:
        """Those of the first n clients."""
        return self if n == len(self.away) else self.of(slice(n))

    def squares_below(self) -> Floats:
        """`most_squared` where a value is below its forecast, else 0."""
        squares: Floats = self.most_squared * (self.away < 0.0)
        return squares

    def tails(self) -> tuple[Floats, Floats]:
        """The chances of values at least as low, and their scores."""
        return tails_where_many_share(self.t, self.degrees, shared=self.usual)

    def bounds_below(self) -> tuple[Floats, Floats]:
        """Between which values the scores lie, less than 0 for values above their forecasts."""
        most = np.sqrt(self.most_squared)
        least = least_of(most, self.degrees)
        is_low = self.away <= 0.0
        return np.where(is_low, least, -most), np.where(is_low, most, -least)


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """One judged rating of each client that has it.

    a, b: what was believed of the noise before.
    """

    one: _Distances
    a: Floats
    b: Floats
    expected: Floats


def _steps(given: PackedRatings, population: Population) -> Iterator[_Step]:
    """The third and every later rating, all clients at once."""
    phi = population.phi
    start = np.ones(given.ratings.shape[1])
    now = _Posteriors.of(
        *(population.m0 * start, population.k0 * start, population.a0 * start),
        *(population.b0 * start, population.a0),
    )
    for n, n_clients in enumerate(given.n_clients):
        ratings = given.ratings[n, :n_clients]
        now = now.first(n_clients)
        if n == 0:
            # The stationary start, as in `strain.follow`.
            precision, z = (1.0 + phi) / (1.0 - phi), (1.0 - phi) * ratings
        else:
            remembered = phi * given.ratings[n - 1, :n_clients]
            precision, z = 1.0, ratings - remembered
        scale_squared = now.variance * (1.0 / precision + now.one_by_k)
        one = _Distances.from_forecast(z - now.m, scale_squared, now)
        if n + 1 >= FEWEST_RATINGS:
            yield _Step(one, now.a, now.b, now.m + remembered)
        if n + 1 < len(given.n_clients):
            now = _learn(now, one, precision)


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
    weights: Floats = np.maximum(seen.most_squared, SUSPICIOUS**2)
    np.divide(SUSPICIOUS**2, weights, out=weights)
    return weights ** (STEEPNESS / 2)


def _sigmas(a: Floats, b: Floats) -> Floats:
    """`mean_sigma` for each client."""
    sigmas: Floats = np.sqrt(b) * np.exp(gammaln(a - 0.5) - gammaln(a))
    return sigmas
