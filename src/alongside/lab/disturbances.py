"""Ratings that are not as the detector's model has them, each in one way that is known.

The benchmark generator shares its structure with the detector, so that what it shows is the best
case. Here memory is none or long, four ratings in ten are at the top, three visits in ten are
missing, or deviations have heavy tails; everything else stays as it is.

Source: science notes 3.6, last paragraph.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from alongside.lab.alliance_series import (
    BENCHMARK,
    HIGHEST,
    AllianceSample,
    AllianceTruth,
    Noise,
    draw_series,
    remembered_noise,
)
from alongside.lab.ruptures import Rupture

TOP: Final = 10.0 * HIGHEST
"""The highest rating."""
LEVEL_AT_CEILING: Final = 9.82
"""The mean level at which four ratings in ten are the highest; found by trying."""
DEGREES: Final = 3
"""Of Student's t for the heavy tails: the fewest with a variance."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What ratings are drawn from, and how many of them go missing, whoever's they are."""

    name: str
    truth: AllianceTruth = BENCHMARK
    noise: Noise = remembered_noise
    share_missing: float = 0.0


@dataclass(frozen=True, slots=True)
class DisturbedSample:
    """Ratings, client x visit, NaN where one is missing, and what they were drawn from."""

    ratings: np.ndarray
    drawn: AllianceSample


def heavy_noise(phi: float, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Deviations with the heavy tails of t with three degrees, scaled to the variance 1."""
    scale = math.sqrt((DEGREES - 2.0) / DEGREES)
    noise: np.ndarray = scale * rng.standard_t(DEGREES, shape)
    for t in range(1, shape[1]):
        noise[:, t] = phi * noise[:, t - 1] + math.sqrt(1.0 - phi**2) * noise[:, t]
    return noise


UNDISTURBED: Final = Condition("benchmark")
NO_MEMORY: Final = Condition("no memory (phi 0)", replace(BENCHMARK, phi=0.0))
LONG_MEMORY: Final = Condition("long memory (phi .6)", replace(BENCHMARK, phi=0.6))
AT_CEILING: Final = Condition("40 % at the top", replace(BENCHMARK, level_mean=LEVEL_AT_CEILING))
MUCH_MISSING: Final = Condition("30 % of visits missing", share_missing=0.3)
HEAVY_TAILED: Final = Condition("heavy tails (t, 3 degrees)", noise=heavy_noise)
CONDITIONS: Final = (
    UNDISTURBED,
    *(NO_MEMORY, LONG_MEMORY, AT_CEILING, MUCH_MISSING, HEAVY_TAILED),
)


def draw_disturbed(
    condition: Condition,
    *,
    n_clients: int,
    n_visits: int,
    rng: np.random.Generator,
    ruptures: Sequence[Rupture | None] = (),
) -> DisturbedSample:
    """Clients in that condition; the undisturbed one is `draw_series` of the benchmark."""
    drawn = draw_series(
        condition.truth,
        n_clients=n_clients,
        n_visits=n_visits,
        rng=rng,
        ruptures=ruptures,
        noise=condition.noise,
    )
    ratings = drawn.ratings
    if condition.share_missing > 0.0:
        ratings[rng.random(ratings.shape) < condition.share_missing] = np.nan
    return DisturbedSample(ratings, drawn)
