"""Courses of clients whose truth is known: drawn from the very model that is fitted to them.

What real clinics add can be drawn as well: clients who stop coming, visits that are missing by
chance, and noise with heavy tails.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from alongside.methods.progress.courses import Courses
from alongside.methods.progress.expected_course import INTAKE, ExpectedCourse
from alongside.methods.progress.norms import Better
from alongside.methods.vocabulary.arrays import Ints

HEAVY_DEGREES = 3

USUAL_COURSE = ExpectedCourse(
    better=Better.LOWER,
    intake_mean=60.0,
    intake_sd=15.0,
    level=56.0,
    by_intake=0.6,
    trend=-7.0,
    trend_by_intake=-0.05,
    level_variance=60.0,
    covariance=-10.0,
    slope_variance=12.0,
    therapist_variance=6.0,
    noise_variance=49.0,
)
"""A distress score of 0 to 100 that falls by about 17 points over twelve visits; therapists hold
5 % of the variance at the first visit (science notes 11)."""


@dataclass(frozen=True, slots=True)
class Losses:
    """What is lost of the planned visits.

    share_missing: of visits, by chance. probability_leaving: after each visit, for good.
    is_heavy: noise by Student's t with three degrees of freedom, of the same variance.
    """

    share_missing: float = 0.0
    probability_leaving: float = 0.0
    is_heavy: bool = False


NO_LOSSES = Losses()


@dataclass(frozen=True)
class DrawnCourses:
    """Courses and the number of the visit of each rating."""

    courses: Courses
    visit: Ints


def draw_courses(
    truth: ExpectedCourse,
    *,
    n_clients: int,
    n_visits: int,
    n_therapists: int,
    rng: np.random.Generator,
    losses: Losses = NO_LOSSES,
) -> DrawnCourses:
    """So many clients with so many planned visits each; everyone keeps the first."""
    client = np.repeat(np.arange(n_clients), n_visits)
    visit = np.tile(np.arange(1, n_visits + 1), n_clients)
    time = np.log(visit)
    intake = rng.normal(truth.intake_mean, truth.intake_sd, n_clients)
    therapist = rng.integers(0, n_therapists, n_clients)
    spread = [[truth.level_variance, truth.covariance], [truth.covariance, truth.slope_variance]]
    own = rng.multivariate_normal([0.0, 0.0], spread, n_clients)
    by_therapist = rng.normal(0.0, math.sqrt(truth.therapist_variance), n_therapists)
    noise = rng.normal(size=len(client))
    if losses.is_heavy:
        shrink = math.sqrt((HEAVY_DEGREES - 2) / HEAVY_DEGREES)
        noise = rng.standard_t(HEAVY_DEGREES, len(client)) * shrink
    offset = (intake - truth.intake_mean)[client]
    score = (
        truth.level
        + truth.by_intake * offset
        + (truth.trend + truth.trend_by_intake * offset) * time
        + own[client, 0]
        + own[client, 1] * time
        + by_therapist[therapist][client]
        + math.sqrt(truth.noise_variance) * noise
    )
    last = np.full(n_clients, n_visits)
    if losses.probability_leaving:
        last = rng.geometric(losses.probability_leaving, n_clients)
    kept = (visit <= last[client]) & (rng.random(len(client)) >= losses.share_missing)
    kept |= visit == 1
    courses = Courses(client[kept], time[kept], score[kept], {INTAKE: intake}, therapist)
    return DrawnCourses(courses, visit[kept])
