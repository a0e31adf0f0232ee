"""Whether a fit of the growth model finds the truth that courses were drawn from.

Many cohorts are drawn and each is fitted. On the average an estimate should be the truth, and a
95 % interval of a fixed effect should hold it 95 times in a hundred. Intakes are taken from their
true mean, so that each effect of the fit is one of the truth's own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from alongside.lab.growth_courses import (
    NO_LOSSES,
    USUAL_COURSE,
    DrawnCourses,
    Losses,
    draw_courses,
)
from alongside.methods.progress.courses import Courses
from alongside.methods.progress.expected_course import INTAKE, ExpectedCourse
from alongside.methods.progress.growth_model import Growth, GrowthFit, fit_growth
from alongside.methods.progress.growth_search import FitState
from alongside.methods.vocabulary.arrays import Floats
from alongside.methods.vocabulary.calibration import Z_95, NothingToCount, Share, share_of

MODEL: Final = Growth((INTAKE,), (INTAKE,), has_therapists=True)
FIXED: Final = ("level", "by_intake", "trend", "trend_by_intake")
"""What the truth calls the effects of the model, in the order of the model's."""
VARIANCES: Final = (
    *("level_variance", "covariance", "slope_variance"),
    *("therapist_variance", "noise_variance"),
)
NOTICED: Final = 3.5
"""Standard errors of the mean from which a bias is called one: a true mean lies beyond it once in
two thousand looks."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """What is drawn each time."""

    name: str
    n_clients: int = 300
    n_visits: int = 12
    n_therapists: int = 20
    losses: Losses = NO_LOSSES

    def draw(self, truth: ExpectedCourse, rng: np.random.Generator) -> DrawnCourses:
        """One cohort."""
        return draw_courses(
            truth,
            n_clients=self.n_clients,
            n_visits=self.n_visits,
            n_therapists=self.n_therapists,
            rng=rng,
            losses=self.losses,
        )


WHOLE: Final = Cohort("every visit rated")
LOSSY: Final = Cohort("30% missing, 5% leaving", losses=Losses(0.3, probability_leaving=0.05))
HEAVY: Final = Cohort("heavy tails", losses=Losses(is_heavy=True))
COHORTS: Final = (WHOLE, LOSSY, HEAVY)


@dataclass(frozen=True)
class Estimates:
    """What the fits of many draws of one cohort gave, draw x parameter.

    values: of FIXED and then of VARIANCES. errors: the standard errors of FIXED. A draw without a
    fit that converged is left out and counted: n_unfitted. n_singular: fits, counted among the
    others, where a variance ran to zero.
    """

    cohort: Cohort
    values: Floats
    errors: Floats
    n_singular: int
    n_unfitted: int


@dataclass(frozen=True, slots=True)
class Recovered:
    """One parameter: the truth and what the fits made of it.

    spread: the standard deviation of the estimates. error: of their mean, by chance of the draws.
    said: the standard error that the fits give on the average; None of a variance, as is coverage:
    how many 95 % intervals hold the truth.
    """

    name: str
    truth: float
    mean: float
    spread: float
    error: float
    said: float | None
    coverage: Share | None
    n: int

    @property
    def bias(self) -> float:
        """How far the mean lies from the truth, in standard errors of the mean."""
        return (self.mean - self.truth) / self.error

    @property
    def is_found(self) -> bool:
        """Whether no bias can be told from chance."""
        return abs(self.bias) < NOTICED


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a cohort of known truth came to."""

    cohort: Cohort
    parameters: tuple[Recovered, ...]
    n_draws: int
    n_singular: int
    n_unfitted: int

    def of(self, name: str) -> Recovered:
        """The parameter of that name."""
        return next(each for each in self.parameters if each.name == name)


def estimates_of(
    cohort: Cohort, rngs: Iterable[np.random.Generator], truth: ExpectedCourse = USUAL_COURSE
) -> Estimates:
    """Draw and fit once with each generator (`rng.spawn`)."""
    values, errors, n_singular, n_unfitted = [], [], 0, 0
    for rng in rngs:
        fit = fit_growth(_from_the_mean(cohort.draw(truth, rng).courses, truth), MODEL)
        if not isinstance(fit, GrowthFit) or fit.state is FitState.NOT_CONVERGED:
            n_unfitted += 1
            continue
        n_singular += fit.state is FitState.SINGULAR
        between = (fit.clients[0, 0], fit.clients[0, 1], fit.clients[1, 1])
        values.append([*fit.effects, *between, fit.therapist, fit.noise])
        errors.append(fit.standard_errors)
    return Estimates(
        cohort,
        np.reshape(values, (-1, len(FIXED) + len(VARIANCES))),
        np.reshape(errors, (-1, len(FIXED))),
        n_singular,
        n_unfitted,
    )


def recovery_of(estimates: Estimates, truth: ExpectedCourse = USUAL_COURSE) -> Recovery:
    """The estimates held against the truth; without two fits there is nothing to tell."""
    names = (*FIXED, *VARIANCES)
    n = len(estimates.values)
    return Recovery(
        cohort=estimates.cohort,
        parameters=tuple(
            _recovered(
                name,
                float(getattr(truth, name)),
                estimates.values[:, place],
                estimates.errors[:, place] if place < len(FIXED) else None,
            )
            for place, name in enumerate(names if n > 1 else ())
        ),
        n_draws=n + estimates.n_unfitted,
        n_singular=estimates.n_singular,
        n_unfitted=estimates.n_unfitted,
    )


def _recovered(name: str, truth: float, values: Floats, errors: Floats | None) -> Recovered:
    spread = float(values.std(ddof=1))
    coverage: Share | NothingToCount | None = None
    if errors is not None:
        coverage = share_of(int((abs(values - truth) <= Z_95 * errors).sum()), len(values))
    return Recovered(
        name=name,
        truth=truth,
        mean=float(values.mean()),
        spread=spread,
        error=spread / math.sqrt(len(values)),
        said=None if errors is None else float(errors.mean()),
        coverage=coverage if isinstance(coverage, Share) else None,
        n=len(values),
    )


def _from_the_mean(courses: Courses, truth: ExpectedCourse) -> Courses:
    offset = courses.intake[INTAKE] - truth.intake_mean
    return Courses(
        *(courses.client, courses.time, courses.score, {INTAKE: offset}, courses.therapist)
    )
