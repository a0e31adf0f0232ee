"""The expected course: what clients who began like this one score, visit by visit.

Two curves are kept apart. What is expected from the intake alone is the yardstick for being off
course, so that a slow decline cannot drag its own yardstick down; the forecast uses every score of
the client so far and says where things seem to go. Both come from one growth model on the logarithm
of the visit, since change is fast first and slows down.

Source: Finch, Lambert and Schaalje 2001 (recovery curves by intake, signal by tolerance interval);
science notes 2.3 for the equations. The forecast is the Kalman form of the best linear prediction.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Final

import numpy as np
from scipy.special import ndtr

from alongside.methods.progress.courses import Courses
from alongside.methods.progress.growth_model import Growth, GrowthFit, NoFit, fit_growth
from alongside.methods.progress.growth_search import FitState
from alongside.methods.progress.norms import Better
from alongside.methods.vocabulary.arrays import Floats, Ints
from alongside.methods.vocabulary.results import NoResult

INTAKE: Final = "intake"
OFF_COURSE: Final = 1.2815515655446004
"""Normal score of the 90th percentile: beyond it lies one visit in ten by chance."""
WATCH: Final = 0.9944578832097532
"""Normal score of the upper end of a 68 % interval."""
FEWEST_IN_A_THIRD: Final = 50
"""Ratings from which a quantile of a tenth is told at all well (to about 4 points)."""
LEAST_STRETCH: Final = 0.5
FIRST_SIGNAL_VISIT: Final = 3
"""No signal before the third visit: first scores vary most (science notes 2.3)."""


class Standing(StrEnum):
    """Where a score lies against what is expected from the intake alone."""

    ON_COURSE = "on_course"
    WATCH = "watch"
    OFF_COURSE = "off_course"

    @classmethod
    def of(cls, badness: float) -> Standing:
        """The standing of a score so many standard deviations on the bad side."""
        if badness > OFF_COURSE:
            return cls.OFF_COURSE
        return cls.WATCH if badness > WATCH else cls.ON_COURSE


@dataclass(frozen=True, slots=True)
class TooEarly(NoResult):
    """This is visit {visit}. Whether somebody is on course is told from visit {first} on."""

    visit: int
    first: int = FIRST_SIGNAL_VISIT


@dataclass(frozen=True, slots=True)
class DidNotConverge(NoResult):
    """The course of this clinic’s clients could not be fitted, so its numbers are not used."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A score that is expected: its mean and its standard deviation, in score points."""

    mean: float
    sd: float

    def band(self, normal_score: float) -> tuple[float, float]:
        """The lowest and the highest score within this many standard deviations."""
        return self.mean - normal_score * self.sd, self.mean + normal_score * self.sd


@dataclass(frozen=True, slots=True)
class CourseSignal:
    """One score against its expected course.

    badness: how far it lies on the bad side of what the intake lets expect, in standard
    deviations. probability: the chance of a score at least as bad for a client on this course.
    """

    standing: Standing
    badness: float
    probability: float
    expected: Expected


@dataclass(frozen=True, slots=True)
class Boundary:
    """How much wider than normal a course is, for clients of low, middle and high intake.

    edges: where the thirds part; None where no intake is known. stretches: what standard deviations
    are to be multiplied with so that the boundary is exceeded by one visit in ten, in each third.
    without_intake: the same for clients without one.
    """

    edges: tuple[float, float] | None
    stretches: tuple[float, float, float] = (1.0, 1.0, 1.0)
    without_intake: float = 1.0

    @classmethod
    def of(cls, badness: Floats, intake: Floats) -> Boundary:
        """The boundary of these scores; `badness` as by the normal distribution."""
        known = ~np.isnan(intake)
        without_intake = _stretch_of(badness[~known])
        if not known.any():
            return cls(None, without_intake=without_intake)
        low, high = (float(edge) for edge in np.quantile(intake[known], [1 / 3, 2 / 3]))
        third = np.digitize(intake[known], [low, high])
        first, second, last = (_stretch_of(badness[known][third == n]) for n in range(3))
        return cls((low, high), (first, second, last), without_intake)

    def stretch_at(self, intake: float | None) -> float:
        """The stretch for a client of this intake."""
        if intake is None or self.edges is None:
            return self.without_intake
        low, high = self.edges
        return self.stretches[(intake >= low) + (intake >= high)]

    def stretches_at(self, intake: Floats) -> Floats:
        """`stretch_at` of many; an intake that is not known is NaN."""
        if self.edges is None:
            return np.full(len(intake), self.without_intake)
        by_third = np.array(self.stretches)[np.digitize(intake, self.edges)]
        stretches: Floats = np.where(np.isnan(intake), self.without_intake, by_third)
        return stretches

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Boundary:
        """The boundary that `ExpectedCourse.to_dict` wrote."""
        edges, (first, second, last) = values["edges"], values["stretches"]
        parted = None if edges is None else (edges[0], edges[1])
        return cls(parted, (first, second, last), values["without_intake"])


def _stretch_of(badness: Floats) -> float:
    if len(badness) < FEWEST_IN_A_THIRD:
        return 1.0
    return max(float(np.quantile(badness, 0.9)) / OFF_COURSE, LEAST_STRETCH)


@dataclass(frozen=True, slots=True)
class ExpectedCourse:
    """The course that is expected of clients, by the score that they began with.

    A client of intake x scores at visit j, with t = ln j, around
    `level + by_intake (x - intake_mean) + (trend + trend_by_intake (x - intake_mean)) t`.
    Without an intake the same is expected as of clients of any intake, with a wider band.
    level_variance, covariance, slope_variance: of clients around that; therapist_variance,
    noise_variance: of therapists, and of single scores. n_clients, n_ratings: what it rests on, 0
    for assumptions made before there were data. boundary: how the boundary was calibrated on these
    clients, by what they began with; None for as the normal distribution has it.
    """

    better: Better
    intake_mean: float
    intake_sd: float
    level: float
    by_intake: float
    trend: float
    trend_by_intake: float
    level_variance: float
    covariance: float
    slope_variance: float
    therapist_variance: float
    noise_variance: float
    n_clients: int = 0
    n_ratings: int = 0
    boundary: Boundary | None = None

    def expected(self, visit: int, intake: float | None) -> Expected:
        """What the intake alone lets expect of this visit, a new score's noise included."""
        t = math.log(visit)
        slope = self.by_intake + self.trend_by_intake * t
        mean, variance = self.level + self.trend * t, float(self._own_variance(t))
        if intake is None:
            variance += (slope * self.intake_sd) ** 2
        else:
            mean += slope * (intake - self.intake_mean)
        stretch = 1.0 if self.boundary is None else self.boundary.stretch_at(intake)
        return Expected(mean, stretch * math.sqrt(variance))

    def standing(self, visit: int, score: float, intake: float | None) -> CourseSignal | TooEarly:
        """Whether a score is beyond the boundary of its expected course on the bad side."""
        if visit < FIRST_SIGNAL_VISIT:
            return TooEarly(visit)
        expected = self.expected(visit, intake)
        badness = -self.better.sign * (score - expected.mean) / expected.sd
        return CourseSignal(Standing.of(badness), badness, float(ndtr(-badness)), expected)

    def expected_of(self, visit: Ints, intake: Floats) -> tuple[Floats, Floats]:
        """Means and standard deviations of `expected`, of many; an unknown intake is NaN."""
        mean, sd = self._by_the_model(np.log(visit), intake)
        return mean, sd if self.boundary is None else sd * self.boundary.stretches_at(intake)

    def badness_of(self, visit: Ints, score: Floats, intake: Floats) -> Floats:
        """`CourseSignal.badness` of many scores at once; an intake that is not known is NaN."""
        mean, sd = self.expected_of(visit, intake)
        badness: Floats = -self.better.sign * (score - mean) / sd
        return badness

    def calibrated(self, courses: Courses) -> ExpectedCourse:
        """The course with its boundary where it is exceeded by one visit in ten of these clients.

        In thirds of their intakes each; a third of few ratings keeps the boundary of the normal
        distribution.
        """
        intake = np.full(len(courses.client), np.nan)
        if INTAKE in courses.intake:
            intake = courses.intake[INTAKE][courses.client]
        mean, sd = self._by_the_model(courses.time, intake)
        badness = -self.better.sign * (courses.score - mean) / sd
        return replace(self, boundary=Boundary.of(badness, intake))

    def to_dict(self) -> dict[str, Any]:
        """The course as plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> ExpectedCourse:
        """The course that `to_dict` wrote."""
        kept = dict(values)
        boundary = kept.pop("boundary", None)
        return cls(
            **{**kept, "better": Better(kept["better"])},
            boundary=None if boundary is None else Boundary.from_dict(boundary),
        )

    def _by_the_model(self, t: Floats, intake: Floats) -> tuple[Floats, Floats]:
        """Means and standard deviations at these times, as the normal distribution has them."""
        known = ~np.isnan(intake)
        slope = self.by_intake + self.trend_by_intake * t
        mean = self.level + self.trend * t + slope * np.where(known, intake - self.intake_mean, 0.0)
        variance = self._own_variance(t) + np.where(known, 0.0, (slope * self.intake_sd) ** 2)
        return mean, np.sqrt(variance)

    def _own_variance(self, t: Any) -> Any:
        """Of one score around what the intake lets expect."""
        return (
            self.level_variance
            + self.therapist_variance
            + self.noise_variance
            + 2.0 * self.covariance * t
            + self.slope_variance * t * t
        )


def fit_course(courses: Courses) -> GrowthFit | NoFit:
    """The growth model by intake, with therapists if there are any who can be told apart."""
    asked = (INTAKE,) if INTAKE in courses.intake else ()
    if courses.therapist is not None:
        fit = fit_growth(courses, Growth(asked, asked, has_therapists=True))
        if isinstance(fit, GrowthFit):
            return fit
    return fit_growth(courses, Growth(asked, asked))


def fit_expected_course(
    courses: Courses, better: Better
) -> tuple[ExpectedCourse, GrowthFit] | NoFit | DidNotConverge:
    """The expected course of these clients, and the fit that it rests on.

    courses: time is the logarithm of the visit (`log_visits`); the intake is called "intake", and
    may be left out. Therapists count if there are any who can be told apart.
    Missing: clients without an intake are to be left out by the caller, or the column as a whole.
    """
    fit = fit_course(courses)
    if not isinstance(fit, GrowthFit):
        return fit
    if fit.state is FitState.NOT_CONVERGED:
        return DidNotConverge()
    effects = dict(zip(fit.model.effects, (float(value) for value in fit.effects), strict=True))
    by_intake = effects.get(INTAKE, 0.0)
    trend_by_intake = effects.get(f"{INTAKE}:time", 0.0)
    mean, sd = 0.0, 0.0
    if INTAKE in courses.intake:
        known = courses.intake[INTAKE][np.unique(courses.client)]
        mean, sd = float(known.mean()), float(known.std())
    course = ExpectedCourse(
        better=better,
        intake_mean=mean,
        intake_sd=sd,
        level=effects["level"] + by_intake * mean,
        by_intake=by_intake,
        trend=effects["time"] + trend_by_intake * mean,
        trend_by_intake=trend_by_intake,
        level_variance=float(fit.clients[0, 0]),
        covariance=float(fit.clients[0, 1]),
        slope_variance=float(fit.clients[1, 1]),
        therapist_variance=fit.therapist,
        noise_variance=fit.noise,
        n_clients=fit.n_clients,
        n_ratings=fit.n_ratings,
    )
    return course.calibrated(courses), fit
