"""A share that a simulation came to, with how far off it may be by chance."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True, slots=True)
class SimulatedShare:
    """A share of n cases. error: its Monte Carlo standard error."""

    value: float
    error: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3f} ± {self.error:.3f}"

    def with_error(self, another: float) -> SimulatedShare:
        """The same share where something else besides was left to chance."""
        return replace(self, error=math.hypot(self.error, another))


def share_of(cases: np.ndarray) -> SimulatedShare:
    """The share of independent cases that are true."""
    value = float(cases.mean())
    return SimulatedShare(value, math.sqrt(value * (1.0 - value) / len(cases)), len(cases))


def share_of_visits(is_true: np.ndarray, is_counted: np.ndarray) -> SimulatedShare:
    """The share of counted visits that are true, client x visit.

    Visits of one client are not independent of each other: the error takes clients as the cases.
    """
    n = is_counted.sum()
    value = float((is_true & is_counted).sum() / n)
    off = (is_true & is_counted).sum(axis=1) - value * is_counted.sum(axis=1)
    return SimulatedShare(value, float(np.sqrt((off**2).sum()) / n), int(n))


def paired_difference(one: np.ndarray, other: np.ndarray) -> SimulatedShare:
    """By how much larger the first share is than the second, of the same cases."""
    differences = one.astype(float) - other.astype(float)
    return SimulatedShare(
        float(differences.mean()), float(differences.std() / math.sqrt(len(one))), len(one)
    )
