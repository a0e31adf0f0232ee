"""The last visit, the last two and the last three judged together, and how rare so low is.

Each visit has a score: how far it lies below its own forecast, as a normal score. A sudden drop
shows in one score, a slow decline in the sum of several. So the sums of the last one, two and
three scores are compared, each in units of its own deviation and less a bar, and the largest
counts. The bars are there because real ratings hold more single odd visits than a normal law
does: what one visit says has to weigh more than what several say together.

The chance of the largest is more than that of any one of them. For independent standard normal
scores x1, x2, x3, newest first, and edges c_k = sqrt(k) (s + bar_k) it is, with w = x1 + x2,

    P(x1 > c1) + P(x1 < c1, w > c2) + P(x1 < c1, w < c2, w + x3 > c3).

w is normal with variance 2 and, given w, x1 is normal around w/2 with variance 1/2. So the
second and the third are one integral over w each, of a normal density and normal tails, by
Gauss-Legendre. Chances near 1 are taken as 1 less that of no window above its edge, the integral
over w < c2 alone, so that nothing is lost by a difference at either end.

Source: science notes 3.4 for windows over several visits; decision 0023 for sums and bars.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

import numpy as np
from scipy.special import ndtr, ndtri

from alongside.methods.vocabulary.arrays import Floats
from alongside.methods.vocabulary.shapes import RowCounts, RowNumbers

BARS: Final = (0.6, 0.1, 0.0)
"""What is taken off the windows of one, two and three visits."""
LONGEST: Final = len(BARS)
STEP: Final = 0.02
"""Between two tabulated statistics. As normal scores, chances are nearly straight in between."""
LOWEST, HIGHEST = -8.0, 37.5
"""Chances beyond these are 1 and 0 to all digits."""
REACH: Final = 16.0
"""From an edge to where nothing is left of the densities."""

_POINTS, _WIDTHS = np.polynomial.legendre.leggauss(80)


def largest_window(scores: Sequence[float]) -> tuple[float, int]:
    """The largest of the windows over these scores, newest last, and how many visits it spans."""
    statistics = [
        sum(scores[-visits:]) / math.sqrt(visits) - bar
        for visits, bar in enumerate(BARS[: len(scores)], start=1)
    ]
    largest = max(statistics)
    return largest, statistics.index(largest) + 1


def largest_windows(scores: Sequence[RowNumbers]) -> tuple[RowNumbers, RowCounts]:
    """The same for many clients at once: each item holds one visit of all of them."""
    total = scores[-1]
    largest, span = total - BARS[0], np.ones(len(total), dtype=np.intp)
    for visits, bar in enumerate(BARS[1 : len(scores)], start=2):
        total = total + scores[-visits]
        statistic = total / math.sqrt(visits) - bar
        span[statistic > largest] = visits
        np.maximum(largest, statistic, out=largest)
    return largest, span


def chance_of(statistic: float) -> float:
    """The chance of a largest window at least so large; at every visit the same.

    Assumes: standard normal scores that do not depend on each other. At the first two visits
    that are judged fewer windows can be full, so that the chance is in truth smaller.
    """
    statistics, normal_scores = _table()
    return float(ndtr(-np.interp(statistic, statistics, normal_scores)))


def chances_of(statistics: RowNumbers) -> RowNumbers:
    """`chance_of` for many."""
    tabulated, normal_scores = _table()
    chances: Floats = ndtr(-np.interp(statistics, tabulated, normal_scores))
    return chances


def statistic_of(chance: float) -> float:
    """The statistic with that chance."""
    statistics, normal_scores = _table()
    return float(np.interp(-ndtri(chance), normal_scores, statistics))


@cache
def _table() -> tuple[Floats, Floats]:
    """Statistics and the normal scores of their chances, both rising."""
    statistics = np.arange(LOWEST, HIGHEST, STEP)
    is_likely = statistics < 0.0
    likely, rare = statistics[is_likely], statistics[~is_likely]
    return statistics, np.concatenate([ndtri(_none_above(likely)), -ndtri(_any_above(rare))])


def _any_above(statistics: Floats) -> Floats:
    one, two, three = _edges(statistics)
    by_two = _integral(two, two + REACH, lambda w: _density_below(w, one))
    by_three = _integral(
        two - REACH, two, lambda w: _density_below(w, one) * ndtr(w - three[:, None])
    )
    chances: Floats = ndtr(-one) + by_two + by_three
    return chances


def _none_above(statistics: Floats) -> Floats:
    one, two, three = _edges(statistics)
    return _integral(two - REACH, two, lambda w: _density_below(w, one) * ndtr(three[:, None] - w))


def _edges(statistics: Floats) -> tuple[Floats, Floats, Floats]:
    one, two, three = (
        math.sqrt(visits) * (statistics + bar) for visits, bar in enumerate(BARS, start=1)
    )
    return one, two, three


def _density_below(w: Floats, edge: Floats) -> Floats:
    """The density of the sum w of two scores of which the first lies below the edge."""
    of_sum = np.exp(-w * w / 4.0) / math.sqrt(4.0 * math.pi)
    density: Floats = of_sum * ndtr(math.sqrt(2.0) * (edge[:, None] - w / 2.0))
    return density


def _integral(low: Floats, high: Floats, of: Callable[[Floats], Floats]) -> Floats:
    half = ((high - low) / 2.0)[:, None]
    area: Floats = of(low[:, None] + half * (_POINTS + 1.0)) @ _WIDTHS * half[:, 0]
    return area
