"""Funnel limits: how far a count or a share of a small group may lie off by chance alone.

Source: Spiegelhalter 2005 (Stat. Med. 24, 1185), as in science notes 11; checked by
tests/published/test_therapist_effects.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import gammaincinv, ndtri

from alongside.methods.vocabulary.arrays import Floats
from alongside.methods.vocabulary.errors import AlongsideError

WINSORISED: Final = 0.1


class LimitsAreImpossible(AlongsideError):
    """No funnel has {name} = {value}: {rule}."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Between these two lies the given share of groups that differ by chance alone."""

    low: float
    high: float


def ratio_limits(expected: float, coverage: float = 0.95) -> Limits:
    """The exact Poisson limits of observed over expected, for so many expected.

    Raises: LimitsAreImpossible.
    """
    if not expected > 0.0:
        raise LimitsAreImpossible(name="expected", value=expected, rule="it must be above 0")
    tail = _tail_of(coverage)
    # Half a chi-square of 2k degrees is a gamma of shape k.
    low = float(gammaincinv(expected, tail)) / expected
    high = float(gammaincinv(expected + 1.0, 1.0 - tail)) / expected
    return Limits(low, high)


def share_limits(share: float, n: int, coverage: float = 0.95) -> Limits:
    """The limits of a share among n, by the arcsine of its root.

    Raises: LimitsAreImpossible.
    """
    if not 0.0 <= share <= 1.0 or n < 1:
        raise LimitsAreImpossible(name="share", value=share, rule="a share of at least one")
    reach = -float(ndtri(_tail_of(coverage))) / (2.0 * math.sqrt(n))
    middle = math.asin(math.sqrt(share))
    low, high = max(0.0, middle - reach), min(math.pi / 2.0, middle + reach)
    return Limits(math.sin(low) ** 2, math.sin(high) ** 2)


def log_ratio_scores(observed: Floats, expected: Floats) -> Floats:
    """How far each group lies off what is expected, in standard deviations: sqrt(E) ln(O / E).

    Missing: a group with nothing observed is NaN.
    """
    with np.errstate(divide="ignore"):
        logs = np.log(observed / expected)
    scores: Floats = np.sqrt(expected) * np.where(observed > 0, logs, np.nan)
    return scores


def spread_between(scores: Floats, precisions: Floats) -> float:
    """The variance between groups beyond chance (over-dispersion), from scores winsorised at 10 %.

    precisions: one over each group's own variance. 0 when groups differ by no more than chance.
    """
    n = len(scores)
    low, high = np.quantile(scores, [WINSORISED, 1.0 - WINSORISED])
    squares = np.clip(scores, low, high) ** 2
    excess = float(squares.sum()) - (n - 1)
    total = float(precisions.sum())
    return max(0.0, excess / (total - float((precisions**2).sum()) / total))


def _tail_of(coverage: float) -> float:
    if not 0.0 < coverage < 1.0:
        raise LimitsAreImpossible(name="coverage", value=coverage, rule="it lies between 0 and 1")
    return (1.0 - coverage) / 2.0
