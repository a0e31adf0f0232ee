"""Alliance ratings of clients whose level, noise, memory and ruptures are known.

Each client has a level that grows a little with the visits, deviations that are remembered from
one visit to the next, and a noise of their own; ratings are answers to a few items, rounded to
the steps of the scale and cut off at its ends, so that they crowd at the top as real ones do.

Source: science notes 3.6, the benchmark generator of the detector.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from alongside.lab.ruptures import Rupture

LOWEST, HIGHEST = 0.0, 10.0


@dataclass(frozen=True, slots=True)
class AllianceTruth:
    """What the ratings of a population are drawn from. Units: points of an item, 0-10.

    level_mean, level_sd: clients' levels at the first visit; growth: points a unit of ln(visit).
    phi: how much of a deviation is left at the next visit.
    sd_median, sd_spread: a client's own deviation, log-normal around its median.
    item_sd: noise of one item; step: the scale's step, 1 for whole numbers.
    """

    level_mean: float = 8.4
    level_sd: float = 1.1
    growth: float = 0.15
    phi: float = 0.35
    sd_median: float = 0.65
    sd_spread: float = 0.5
    item_sd: float = 0.5
    n_items: int = 4
    step: float = 0.1


BENCHMARK = AllianceTruth()
"""The generator that the detector's figures in science notes 3.6 rest on."""
VISIT_FEEDBACK = replace(BENCHMARK, n_items=5, step=1.0)
"""The same clients answering the five whole-number items of our own visit feedback."""


@dataclass(frozen=True, slots=True)
class AllianceSample:
    """Drawn series with their truth; arrays are client x visit (x item), items 0-10."""

    levels: np.ndarray
    sds: np.ndarray
    states: np.ndarray
    drops: np.ndarray
    items: np.ndarray

    @property
    def ratings(self) -> np.ndarray:
        """The score of each visit, 0-100: ten times the mean of its items."""
        scores: np.ndarray = 10.0 * self.items.mean(axis=-1)
        return scores


class Noise(Protocol):
    """Deviations of variance 1, client x time, each remembering the one before by phi."""

    def __call__(
        self, phi: float, shape: tuple[int, int], rng: np.random.Generator
    ) -> np.ndarray: ...


def draw_series(
    truth: AllianceTruth,
    *,
    n_clients: int,
    n_visits: int,
    rng: np.random.Generator,
    ruptures: Sequence[Rupture | None] = (),
    noise: Noise | None = None,
) -> AllianceSample:
    """Series of that many clients and visits, each with its rupture if it has one."""
    levels = rng.normal(truth.level_mean, truth.level_sd, n_clients)
    sds = truth.sd_median * np.exp(rng.normal(0.0, truth.sd_spread, n_clients))
    return series_of(truth, levels, sds, n_visits=n_visits, rng=rng, ruptures=ruptures, noise=noise)


def series_of(
    truth: AllianceTruth,
    levels: np.ndarray,
    sds: np.ndarray,
    *,
    n_visits: int,
    rng: np.random.Generator,
    ruptures: Sequence[Rupture | None] = (),
    noise: Noise | None = None,
) -> AllianceSample:
    """Series of clients whose levels and deviations are given; the noise is normal unless given."""
    n_clients = len(levels)
    growth = truth.growth * np.log(np.arange(1, n_visits + 1))
    drops = np.zeros((n_clients, n_visits))
    for client, rupture in enumerate(ruptures):
        if rupture is not None:
            drops[client] = rupture.drop(n_visits)
    remembered = noise or remembered_noise
    deviations = remembered(truth.phi, (n_clients, n_visits), rng) * sds[:, None]
    states = levels[:, None] + growth + deviations - drops
    of_items = rng.normal(0.0, truth.item_sd, (n_clients, n_visits, truth.n_items))
    return AllianceSample(levels, sds, states, drops, answers_near(states, of_items, truth.step))


def remembered_noise(phi: float, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Standard normal deviations, client x time, each remembering the one before."""
    noise: np.ndarray = rng.normal(size=shape)
    for t in range(1, shape[1]):
        noise[:, t] = phi * noise[:, t - 1] + np.sqrt(1.0 - phi**2) * noise[:, t]
    return noise


def answers_near(states: np.ndarray, noise: np.ndarray, step: float) -> np.ndarray:
    """What somebody in these states answers: near them, on the steps of the scale, within it."""
    answers = np.round((states[..., None] + noise) / step) * step
    clipped: np.ndarray = np.clip(answers, LOWEST, HIGHEST)
    return clipped
