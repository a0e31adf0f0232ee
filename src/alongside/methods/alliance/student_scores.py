"""Normal scores of Student's t, fast where many values share their degrees of freedom.

A value's chance is its lower tail; its score is the standard normal value with that chance. Exact
tails cost some hundred times as much as a product. But the score lies close below
sqrt(n log(1 + t^2/n)), and what is left between the two is so smooth that for given degrees of
freedom a polynomial of it is exact to ten digits, far beyond what any chance of a rating means.

Source: Wallace 1959 (Ann. Math. Statist. 30, 1121), theorem 2.1, for the bounds.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.polynomial import chebyshev
from scipy.special import ndtr, ndtri, stdtr

from alongside.methods.alliance.strain import SMALLEST_TAIL
from alongside.methods.vocabulary.arrays import Floats
from alongside.methods.vocabulary.shapes import RowNumbers

DEGREE: Final = 14
FURTHEST_SMOOTH: Final = 4.0
"""The score up to which the polynomial is as exact as it says."""
FEWEST_DEGREES: Final = 3.0
"""Degrees of freedom from which it is."""
WORTH_IT: Final = 200
"""Values that must share their degrees before a polynomial costs less than their tails."""

FURTHEST: Final = 37.0
"""Scores further out stand for tails that are cut off (`strain.SMALLEST_TAIL`)."""

_NODES: Final = chebyshev.chebpts1(DEGREE + 1)
_SQUARES: Final = FURTHEST_SMOOTH**2 * (_NODES + 1.0) / 2.0
_TO_COEFFICIENTS: Final = np.linalg.inv(np.vander(_NODES, increasing=True))


def tails_of(t: RowNumbers, degrees: RowNumbers) -> tuple[RowNumbers, RowNumbers]:
    """The chances of values at least as low, and their scores, the larger the lower the value."""
    tail = np.maximum(stdtr(degrees, -np.abs(t)), SMALLEST_TAIL)
    score = ndtri(tail)
    is_low = t <= 0.0
    return np.where(is_low, tail, 1.0 - tail), np.where(is_low, -score, score)


def most_squared(t_squared: RowNumbers, degrees: RowNumbers) -> RowNumbers:
    """The squares beyond which the scores of t do not lie, whatever their sign."""
    squares: Floats = t_squared / degrees
    np.log1p(squares, out=squares)
    squares *= degrees
    return squares


def least_of(most: RowNumbers, degrees: RowNumbers) -> RowNumbers:
    """How far out scores lie at least, from how far they lie at most.

    Assumes: degrees above one half. The bound stops at 37, where tails are cut off.
    """
    least: Floats = np.minimum(most * np.sqrt(1.0 - 0.5 / degrees), FURTHEST)
    return least


def tails_where_many_share(
    t: RowNumbers, degrees: RowNumbers, *, shared: float
) -> tuple[RowNumbers, RowNumbers]:
    """The same where many of the values have the shared degrees of freedom."""
    squares = shared * np.log1p(t * t / shared)
    is_smooth = (degrees == shared) & (squares < FURTHEST_SMOOTH**2)
    if shared < FEWEST_DEGREES or is_smooth.sum() < WORTH_IT:
        return tails_of(t, degrees)
    others = np.flatnonzero(~is_smooth)
    scores = -np.copysign(np.sqrt(squares) * _what_is_left(squares, shared), t)
    chances: Floats = ndtr(-scores)
    chances[others], scores[others] = tails_of(t[others], degrees[others])
    return chances, scores


def _what_is_left(squares: Floats, degrees: float) -> Floats:
    """The score over its approximation, by a polynomial through its values at a few squares."""
    t = np.sqrt(degrees * np.expm1(_SQUARES / degrees))
    coefficients = _TO_COEFFICIENTS @ (-ndtri(stdtr(degrees, -t)) / np.sqrt(_SQUARES))
    x = squares * (2.0 / FURTHEST_SMOOTH**2) - 1.0
    left: Floats = np.full_like(x, coefficients[-1])
    for coefficient in coefficients[-2::-1].tolist():
        left *= x
        left += coefficient
    return left
