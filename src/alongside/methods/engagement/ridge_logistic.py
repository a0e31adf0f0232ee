"""Logistic regression that is pulled a little towards saying nothing, by Newton's method.

The pull (ridge) keeps coefficients finite where an outcome is parted perfectly from the other.
The intercept is not pulled, so the chances sum to the events. Several cases of one person go
together in the standard errors.

Source: le Cessie and van Houwelingen 1992; standard errors by persons as Liang and Zeger 1986.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

from alongside.methods.vocabulary.results import NoResult
from alongside.methods.vocabulary.shapes import Columns, Groups, Outcomes, PerColumn

MOST_STEPS: Final = 50
SETTLED: Final = 1e-20
"""What one more step would add to the log-likelihood when the fit is done: its root is how far
the coefficients are off, in standard errors."""
SURE_STEP: Final = 1e-6
"""A step that adds less lies where the curve is a parabola, and needs no shortening; rounding
would hide whether it helps."""
MOST_HALVINGS: Final = 30
EDGE: Final = 1e-6
"""Where every fitted chance is nearer to 0 or 1 than this, nothing is left to chance."""


@dataclass(frozen=True, slots=True)
class OneOutcome(NoResult):
    """Of {n} landmarks {n_events} were followed by drifting away. Nothing can be learned until
    there are some of both kinds.
    """

    n: int
    n_events: int


@dataclass(frozen=True, slots=True)
class Parted(NoResult):
    """The {n} landmarks are parted perfectly, so their coefficients have no end. A penalty above
    0 gives them one.
    """

    n: int


@dataclass(frozen=True, slots=True)
class NotConverged(NoResult):
    """The fit to {n} landmarks did not settle in {n_steps} steps (slope {slope:.1e})."""

    n: int
    n_steps: int
    slope: float


@dataclass(frozen=True, slots=True, eq=False)
class LogisticFit:
    """The fitted coefficients, how sure they are, and how the fit went.

    coefficients, standard_errors: of the columns. slope: of the penalised log-likelihood at the
    end, a case; 0 is the top. is_parted: whether the columns part the outcomes perfectly, so that
    only the penalty holds the coefficients.
    """

    intercept: float
    coefficients: PerColumn
    intercept_error: float
    standard_errors: PerColumn
    penalty: float
    log_likelihood: float
    n_steps: int
    slope: float
    is_parted: bool


def fit_ridge_logistic(
    columns: Columns, happened: Outcomes, *, people: Groups | None = None, penalty: float
) -> LogisticFit | OneOutcome | Parted | NotConverged:
    """The coefficients that maximise log-likelihood - penalty / 2 * sum of squared coefficients.

    columns: on one scale, since one penalty serves them all. people: whose each case is; without
    it every case stands for itself.
    """
    n, n_events = len(happened), int(happened.sum())
    if n_events in (0, n):
        return OneOutcome(n, n_events)
    design = np.column_stack([np.ones(n), columns])
    pull = np.full(design.shape[1], penalty)
    pull[0] = 0.0
    y = happened.astype(float)
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(n_events / (n - n_events))

    n_steps, reached = 0, _objective(design, y, pull, beta)
    while True:
        chance = expit(design @ beta)
        if penalty == 0.0 and float(np.minimum(chance, 1.0 - chance).max()) < EDGE:
            return Parted(n)
        gradient = design.T @ (y - chance) - pull * beta
        slope = float(np.abs(gradient).max()) / n
        weight = chance * (1.0 - chance)
        try:
            factor = cho_factor(design.T @ (weight[:, None] * design) + np.diag(pull))
        except np.linalg.LinAlgError:
            return NotConverged(n, n_steps, slope)
        change = cho_solve(factor, gradient)
        gain = float(gradient @ change) / 2.0
        if gain < SETTLED:
            break
        if n_steps == MOST_STEPS:
            return NotConverged(n, n_steps, slope)
        n_steps += 1
        if gain > SURE_STEP:
            for _ in range(MOST_HALVINGS):
                if (now := _objective(design, y, pull, beta + change)) >= reached:
                    break
                change /= 2.0
            reached = now
        beta = beta + change
    errors = np.sqrt(np.diag(_covariance(design, y - chance, people, factor, weight)))
    eta = design @ beta
    return LogisticFit(
        intercept=float(beta[0]),
        coefficients=beta[1:],
        intercept_error=float(errors[0]),
        standard_errors=errors[1:],
        penalty=penalty,
        log_likelihood=_log_likelihood(eta, y),
        n_steps=n_steps,
        slope=slope,
        is_parted=bool(eta[happened].min() > eta[~happened].max()),
    )


def _objective(design: np.ndarray, y: np.ndarray, pull: np.ndarray, beta: np.ndarray) -> float:
    return _log_likelihood(design @ beta, y) - 0.5 * float((pull * beta) @ beta)


def _log_likelihood(eta: np.ndarray, y: np.ndarray) -> float:
    return float(y @ eta - (np.maximum(eta, 0.0) + np.log1p(np.exp(-np.abs(eta)))).sum())


def _covariance(
    design: np.ndarray,
    residual: np.ndarray,
    people: np.ndarray | None,
    factor: tuple[np.ndarray, bool],
    weight: np.ndarray,
) -> np.ndarray:
    """Of the coefficients: from the model, or from how persons differ where they are known."""
    if people is None:
        information = design.T @ (weight[:, None] * design)
    else:
        _, place = np.unique(people, return_inverse=True)
        n = int(place.max()) + 1
        scores = design * residual[:, None]
        by_person = np.column_stack([np.bincount(place, each, minlength=n) for each in scores.T])
        information = by_person.T @ by_person * (n / max(n - 1, 1))
    half = cho_solve(factor, information)
    covariance: np.ndarray = cho_solve(factor, half.T)
    return covariance
