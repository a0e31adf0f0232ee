"""Where a growth model is most likely, and whether that place was reached.

The search runs over spreads without bounds, by a quasi-Newton method and then by Newton's own. At
a place where a spread is zero the criterion is flat whichever way it would fall beside it, so the
search looks once more from a step beside such a place before it calls it the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from scipy import optimize

from alongside.methods.progress.restricted_likelihood import (
    Explained,
    Explaining,
    NothingIsLeft,
    Spreads,
)
from alongside.methods.vocabulary.arrays import Bools, Floats

STARTS: Final = ((1.0, 0.0, 0.5, 0.3), (0.3, 1.0, 0.7, 0.7), (0.1, -0.1, 0.1, 0.1))
FEW_RATINGS: Final = 5000
"""Below so many the criterion may have several peaks, and the search begins at every start."""
MOST: Final = 1e4
"""A spread above this many times the noise's leaves no noise."""
ZERO: Final = 1e-4
"""A spread below this many times the noise's is called zero."""
CLOSE_ENOUGH: Final = 1e-6
"""How much log-likelihood the last Newton step may still promise where a fit converged."""
ASIDE: Final = 1e-2
MOST_STARTS: Final = 4
MOST_STEPS: Final = 200
MOST_NEWTON_STEPS: Final = 30
MOST_HALVINGS: Final = 30
LONGEST_STEP: Final = 3.0
DIFFERENCE: Final = 1e-5
SMALLEST_CURVATURE: Final = 1e-9


class FitState(StrEnum):
    """How a fit ended."""

    CONVERGED = "converged"
    SINGULAR = "singular"
    NOT_CONVERGED = "not_converged"

    @property
    def sentence(self) -> str:
        """What that means to somebody who reads the fit."""
        return {
            FitState.CONVERGED: "The fit converged.",
            FitState.SINGULAR: "The fit converged where a variance is zero: the ratings do not "
            "show that clients, or therapists, differ in that.",
            FitState.NOT_CONVERGED: "The fit did not converge. Its numbers are not to be used.",
        }[self]


@dataclass(frozen=True)
class MostLikely:
    """The most likely spreads, what they explain, how the search ended and after how many looks."""

    spreads: Spreads
    explained: Explained
    state: FitState
    n_steps: int


def most_likely(explaining: Explaining, free: Bools) -> MostLikely:
    """The most likely spreads; those that are not free are zero.

    Raises: NothingIsLeft.
    """
    search = _Search(explaining, free)
    starts = STARTS if explaining.sums.n_ratings < FEW_RATINGS else STARTS[:1]
    ends = [search.peak_from(np.array(start)[free]) for start in starts]
    theta, explained, promised = min(ends, key=lambda end: end[1].deviance)
    spreads = search.spreads(theta)
    state = FitState.CONVERGED
    if promised > CLOSE_ENOUGH:
        state = FitState.NOT_CONVERGED
    elif search.has_zero(spreads):
        state = FitState.SINGULAR
    return MostLikely(spreads, explained, state, search.n_steps)


class _Search:
    def __init__(self, explaining: Explaining, free: Bools) -> None:
        self.explaining, self.free = explaining, free
        self.n_ratings = explaining.sums.n_ratings
        self.n_steps = 0

    def spreads(self, theta: Floats) -> Spreads:
        whole = np.zeros(4)
        whole[self.free] = theta
        return Spreads(*(float(value) for value in whole))

    def at(self, theta: Floats) -> Explained:
        self.n_steps += 1
        return self.explaining.at(self.spreads(theta))

    def has_zero(self, spreads: Spreads) -> bool:
        """Whether what is free to differ does not, or only along with something else."""
        least = np.sqrt(max(float(np.linalg.eigvalsh(spreads.matrix)[0]), 0.0))
        sizes = [least if self.free[2] else abs(spreads.level)]
        sizes += [abs(spreads.therapist)] if self.free[3] else []
        return bool(min(sizes) < ZERO)

    def peak_from(self, theta: Floats) -> tuple[Floats, Explained, float]:
        """The end of a search that begins here, beside which nothing is more likely."""
        end = self.from_(theta)
        for _ in range(MOST_STARTS):
            beside = self.beside(end[0], end[1])
            if beside is None:
                break
            end = self.from_(beside)
        return end

    def from_(self, theta: Floats) -> tuple[Floats, Explained, float]:
        """The end of a search that begins here, and what one more Newton step would promise."""

        def criterion(theta: Floats) -> tuple[float, Floats]:
            explained = self.at(theta)
            return explained.deviance / self.n_ratings, self._slopes(explained) / self.n_ratings

        result = optimize.minimize(
            criterion,
            theta,
            jac=True,
            method="L-BFGS-B",
            bounds=[(-MOST, MOST)] * len(theta),
            options={"maxiter": MOST_STEPS, "ftol": 1e-13, "gtol": 1e-9},
        )
        if (np.abs(result.x) > MOST / 2.0).any():
            raise NothingIsLeft
        return self._polished(np.asarray(result.x))

    def beside(self, theta: Floats, explained: Explained) -> Floats | None:
        """A place beside, where a spread that is zero here is not, if the criterion falls there."""
        spreads = self.spreads(theta)
        by_matrix = explained.by_matrix if self.free[2] else explained.by_matrix[:1, :1]
        falls, ways = np.linalg.eigh(by_matrix)
        lower_clients = falls[0] < -CLOSE_ENOUGH
        lower_therapists = self.free[3] and explained.by_therapist < -CLOSE_ENOUGH
        is_flat = self.has_zero(spreads)
        if not is_flat or not (lower_clients or lower_therapists):
            return None
        matrix = spreads.matrix.copy()
        if lower_clients:
            way = np.append(ways[:, 0], 0.0)[:2]
            matrix += ASIDE * (1.0 + np.trace(matrix)) * np.outer(way, way)
        level = np.sqrt(matrix[0, 0])
        tilt = matrix[0, 1] / level if level > 0.0 else 0.0
        slope = np.sqrt(max(matrix[1, 1] - tilt**2, 0.0))
        therapist = max(abs(spreads.therapist), ASIDE if lower_therapists else 0.0)
        return np.array([level, tilt, slope, therapist])[self.free]

    def _slopes(self, explained: Explained) -> Floats:
        return explained.gradient[self.free]

    def _polished(self, theta: Floats) -> tuple[Floats, Explained, float]:
        explained, promised = self.at(theta), np.inf
        for _ in range(MOST_NEWTON_STEPS):
            step = self._newton_step(theta, explained)
            promised = -0.25 * float(step @ self._slopes(explained))
            if promised < CLOSE_ENOUGH * 1e-3:
                break
            for _ in range(MOST_HALVINGS):
                there = self.at(theta + step)
                if there.deviance <= explained.deviance:
                    theta, explained = theta + step, there
                    break
                step /= 2.0
            else:
                break
        return theta, explained, promised

    def _newton_step(self, theta: Floats, explained: Explained) -> Floats:
        """To where the criterion is least if it is a parabola here; downhill where it is none."""
        curvature = np.empty((len(theta), len(theta)))
        for row, place in enumerate(np.eye(len(theta))):
            width = DIFFERENCE * max(abs(float(theta[row])), 0.1)
            ahead, behind = self.at(theta + width * place), self.at(theta - width * place)
            curvature[row] = (self._slopes(ahead) - self._slopes(behind)) / (2.0 * width)
        values, vectors = np.linalg.eigh((curvature + curvature.T) / 2.0)
        values = np.maximum(np.abs(values), max(1e-12 * np.abs(values).max(), SMALLEST_CURVATURE))
        step: Floats = -vectors @ ((vectors.T @ self._slopes(explained)) / values)
        longest = LONGEST_STEP * np.maximum(1.0, np.abs(theta))
        return step / max(1.0, float((np.abs(step) / longest).max(initial=0.0)))
