"""The control charts that the detector of strain has to be better than.

Four simple rules for one client's ratings, each written as plainly as it is meant: below the own
mean by so many own deviations, below the last visit by so many points, a smoothed mean (EWMA), a
running sum (CUSUM). Each says of a rating how alarming it is, more being worse, so that any of
them can be set to as few false alarms as any other. Nothing in the clinic signals by them.

Source: science notes 3.2 and 3.5: Eubanks-Carter, Gorman and Muran 2012 (own-baseline chart),
Crowder 1987 and Lucas and Saccucci 1990 (EWMA), Lucas and Crosier 1982 (CUSUM); their tables of
average run lengths are checked in tests/published/test_control_charts.py.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from alongside.methods.vocabulary.arrays import Bools, Floats
from alongside.methods.vocabulary.shapes import ClientByVisit, ClientByVisitFlags

FEWEST_OF_A_BASELINE: Final = 3
"""Earlier ratings from which a client's own chart may signal."""

Alarms = tuple[float | None, ...]
"""How alarming each rating is; None where there is too little before it to say."""


def own_baseline(ratings: Sequence[float]) -> Alarms:
    """How many standard deviations of the client's own earlier ratings each lies below their mean.

    Where these were all the same, any lower rating lies infinitely far below.
    """
    alarms: list[float | None] = []
    for n, rating in enumerate(ratings):
        earlier = ratings[:n]
        if n < FEWEST_OF_A_BASELINE:
            alarms.append(None)
            continue
        sd = statistics.stdev(earlier)
        if sd > 0.0:
            alarms.append((statistics.fmean(earlier) - rating) / sd)
        else:
            below = earlier[0] - rating
            alarms.append(math.copysign(math.inf, below) if below else 0.0)
    return tuple(alarms)


def flag_own_baseline(ratings: ClientByVisit, *, limit: float = 2.0) -> ClientByVisitFlags:
    """Where `own_baseline` is above the limit, for a whole clinic.

    Missing: NaN where a visit was skipped, which counts for nothing.
    """
    by_visit = np.ascontiguousarray(ratings.T)
    is_given: Bools = ~np.isnan(by_visit)
    has_gaps = not is_given.all()
    is_below: Bools = np.zeros(by_visit.shape, dtype=np.bool_)
    mean, squares = np.zeros((2, by_visit.shape[1]))
    n: Floats | float = 0.0
    for visit, rating in enumerate(by_visit):
        away = rating - mean
        if visit >= FEWEST_OF_A_BASELINE:
            # Squared, to save a root and a division: away < -limit * sd.
            is_far = away * away * (n - 1.0) > limit * limit * squares
            is_below[visit] = is_far & (away < 0.0) & (n >= FEWEST_OF_A_BASELINE)
        if has_gaps:
            away[~is_given[visit]] = 0.0
        n = n + (is_given[visit] if has_gaps else 1.0)
        step = away / np.maximum(n, 1.0)
        mean += step
        squares += away * (away - step)
    return is_below.T


def drop_from_last(ratings: Sequence[float], *, sd: float) -> Alarms:
    """How far each rating lies below the one before, in units of one deviation for all clients."""
    drops = ((earlier - later) / sd for earlier, later in pairwise(ratings))
    return (None, *drops)[: len(ratings)]


def standardised(ratings: Sequence[float], *, sd: float, n_baseline: int | None = None) -> Alarms:
    """Each rating's distance from the mean of the client's earlier ones, in units of `sd`.

    Positive is better. That the mean of n ratings is itself uncertain is allowed for.
    n_baseline: the mean is that of so many first ratings only, and these get no score.
    """
    scores: list[float | None] = []
    for n, rating in enumerate(ratings):
        if n < (n_baseline or FEWEST_OF_A_BASELINE):
            scores.append(None)
            continue
        baseline = ratings[: n_baseline or n]
        away = rating - statistics.fmean(baseline)
        scores.append(away / (sd * math.sqrt(1.0 + 1.0 / len(baseline))))
    return tuple(scores)


def ewma(scores: Alarms, *, weight: float, is_two_sided: bool = False) -> Alarms:
    """The smoothed mean of standard scores, downward, in units of its own deviation.

    weight: the share of the newest score, lambda. Signals above L.
    Missing: scores that are None change nothing.
    """
    unit = math.sqrt(weight / (2.0 - weight))
    smoothed, alarms = 0.0, list[float | None]()
    for score in scores:
        if score is None:
            alarms.append(None)
            continue
        smoothed = weight * score + (1.0 - weight) * smoothed
        alarms.append((abs(smoothed) if is_two_sided else -smoothed) / unit)
    return tuple(alarms)


def cusum(scores: Alarms, *, allowance: float, is_two_sided: bool = False) -> Alarms:
    """The running sum of what standard scores lie below -allowance, never below nothing.

    allowance: k, half of the shift that is looked for. Signals above h.
    Missing: scores that are None change nothing.
    """
    below = above = 0.0
    alarms: list[float | None] = []
    for score in scores:
        if score is None:
            alarms.append(None)
            continue
        below = max(0.0, below - score - allowance)
        above = max(0.0, above + score - allowance)
        alarms.append(max(below, above) if is_two_sided else below)
    return tuple(alarms)


def run_length_of_ewma(
    *, weight: float, limit: float, shift: float = 0.0, n_points: int = 200
) -> float:
    """Scores until a two-sided EWMA signals, on the average, when they come from N(shift, 1).

    limit: L, in units of the smoothed mean's own deviation.
    """
    edge = limit * math.sqrt(weight / (2.0 - weight))
    points, widths = _points_between(-edge, edge, n_points)
    # From each point (and from 0) to each point in one step.
    starts = np.append(points, 0.0)
    steps = (points[None, :] - (1.0 - weight) * starts[:, None]) / weight - shift
    chances = _density(steps) / weight * widths
    lengths = np.linalg.solve(np.eye(n_points) - chances[:-1], np.ones(n_points))
    return float(1.0 + chances[-1] @ lengths)


def run_length_of_cusum(
    *,
    allowance: float,
    limit: float,
    shift: float = 0.0,
    is_two_sided: bool = False,
    n_points: int = 200,
) -> float:
    """Scores until a CUSUM signals, on the average, when they come from N(shift, 1).

    A shift is upward for the one-sided chart, as in the published tables. The two-sided one is
    two one-sided ones that never run at the same time: their rates of signals add.
    """
    if is_two_sided:
        one, other = (
            run_length_of_cusum(allowance=allowance, limit=limit, shift=signed, n_points=n_points)
            for signed in (shift, -shift)
        )
        return 1.0 / (1.0 / one + 1.0 / other)
    points, widths = _points_between(0.0, limit, n_points)
    starts = np.append(points, 0.0)
    steps = points[None, :] - starts[:, None] + allowance - shift
    chances = _density(steps) * widths
    # From each start back to nothing, where much of the probability sits in one point.
    back = np.array([statistics.NormalDist().cdf(allowance - shift - start) for start in starts])
    to_points_and_nothing = np.column_stack([chances, back])
    size = n_points + 1
    lengths = np.linalg.solve(np.eye(size) - to_points_and_nothing, np.ones(size))
    return float(lengths[-1])


def _points_between(low: float, high: float, n_points: int) -> tuple[Floats, Floats]:
    """Points and weights of Gauss-Legendre integration between two ends."""
    points, widths = np.polynomial.legendre.leggauss(n_points)
    half = (high - low) / 2.0
    return low + half * (points + 1.0), half * widths


def _density(steps: Floats) -> Floats:
    densities: Floats = np.exp(-0.5 * steps * steps) / math.sqrt(2.0 * math.pi)
    return densities
