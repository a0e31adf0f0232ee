"""How often the boundary of the expected course is exceeded by clients who had no part in the fit.

Clients are dealt into folds; the ratings of each fold are held against the course that was fitted
on all the others. One rating in ten should lie beyond the boundary, whatever clients began with.
Any courses will do, drawn or real.

Source: science notes 2.3; the demand is 10 % within two points, overall and in each third.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.special import ndtr

from alongside.methods.progress.courses import Courses
from alongside.methods.progress.expected_course import (
    FIRST_SIGNAL_VISIT,
    INTAKE,
    OFF_COURSE,
    DidNotConverge,
    ExpectedCourse,
    fit_expected_course,
)
from alongside.methods.progress.forecast import forecasts_of_all
from alongside.methods.progress.growth_model import GrowthFit, NoFit
from alongside.methods.progress.norms import Better
from alongside.methods.vocabulary.arrays import Bools, Floats, Ints
from alongside.methods.vocabulary.calibration import (
    NothingToCount,
    Share,
    TooFewValues,
    TransformHistogram,
    share_of,
    transform_histogram,
)
from alongside.methods.vocabulary.folds import person_folds

NOMINAL: Final = 0.1
TOLERANCE: Final = 0.02

Learning = Callable[[Courses, Better], tuple[ExpectedCourse, GrowthFit] | NoFit | DidNotConverge]
"""How a course is learned from clients."""


@dataclass(frozen=True, slots=True)
class Exceeded:
    """How many ratings lie beyond the boundary.

    share: its interval takes ratings for independent of each other. error: the standard error with
    clients as the cases, which is wider. n_clients: whose ratings they are.
    """

    share: Share
    error: float
    n_clients: int

    @property
    def is_as_demanded(self) -> bool:
        """Whether it is one in ten, within two points."""
        return abs(self.share.value - NOMINAL) <= TOLERANCE


@dataclass(frozen=True, slots=True)
class BoundaryHeld:
    """What the boundary came to for clients whom the course had not seen, from visit 3 on.

    thirds: of clients of low, middle and high intake, parted at `edges`; empty without intakes.
    groups: of the clients of each group, where groups were asked for.
    transforms: where the same ratings fell in what was forecast from all earlier ones.
    """

    overall: Exceeded
    thirds: tuple[Exceeded | NothingToCount, ...]
    edges: tuple[float, float] | None
    groups: Mapping[str, Exceeded | NothingToCount]
    transforms: TransformHistogram | TooFewValues
    n_clients: int
    n_folds: int

    @property
    def is_as_demanded(self) -> bool:
        """Whether the boundary holds overall and in each third."""
        return all(
            isinstance(each, Exceeded) and each.is_as_demanded
            for each in (self.overall, *self.thirds)
        )


def boundary_held(
    courses: Courses,
    visit: Ints,
    better: Better,
    folds: int,
    rng: np.random.Generator,
    *,
    learn: Learning = fit_expected_course,
    group: Sequence[str] = (),
) -> BoundaryHeld | NoFit | DidNotConverge | NothingToCount:
    """How often held-out ratings lie beyond the boundary, or why a fold could not be fitted.

    visit: the number of the visit of each rating. group: of each client, the name of a group.
    `NothingToCount` if no client has a third visit.
    """
    order = np.lexsort((visit, courses.client))
    courses, visit = _taken(courses, order), visit[order]
    intake = np.full(len(visit), np.nan)
    if INTAKE in courses.intake:
        intake = courses.intake[INTAKE][courses.client]
    fold = person_folds(courses.client, n_folds=folds, rng=rng)
    badness, transforms = np.empty((2, len(visit)))
    for held in (fold == place for place in range(folds) if (fold == place).any()):
        learned = learn(_taken(courses, np.flatnonzero(~held)), better)
        if not isinstance(learned, tuple):
            return learned
        course, _ = learned
        score = courses.score[held]
        badness[held] = course.badness_of(visit[held], score, intake[held])
        means, sds = forecasts_of_all(
            courses.client[held], visit[held], score, intake[held], course
        )
        transforms[held] = ndtr((score - means) / sds)
    held = _counted(courses.client, visit, intake, badness > OFF_COURSE, transforms, folds)
    if isinstance(held, NothingToCount) or not group:
        return held
    late, of_rating = visit >= FIRST_SIGNAL_VISIT, np.array(group)[courses.client]
    return replace(
        held,
        groups={
            name: _exceeded(courses.client[here], badness[here] > OFF_COURSE)
            for name in sorted(set(group))
            for here in (late & (of_rating == name),)
        },
    )


def _counted(
    client: Ints, visit: Ints, intake: Floats, is_beyond: Bools, transforms: Floats, folds: int
) -> BoundaryHeld | NothingToCount:
    late = visit >= FIRST_SIGNAL_VISIT
    overall = _exceeded(client[late], is_beyond[late])
    if isinstance(overall, NothingToCount):
        return overall
    edges, thirds = None, []
    if not np.isnan(intake).any():
        _, of_each = np.unique(client[late], return_index=True)
        low, high = (float(edge) for edge in np.quantile(intake[late][of_each], [1 / 3, 2 / 3]))
        edges, third = (low, high), np.digitize(intake, [low, high])
        for place in range(3):
            here = late & (third == place)
            thirds.append(_exceeded(client[here], is_beyond[here]))
    return BoundaryHeld(
        overall=overall,
        thirds=tuple(thirds),
        edges=edges,
        groups={},
        transforms=transform_histogram(transforms[late]),
        n_clients=len(np.unique(client)),
        n_folds=folds,
    )


def _exceeded(client: Ints, is_beyond: Bools) -> Exceeded | NothingToCount:
    share = share_of(int(is_beyond.sum()), len(is_beyond))
    if isinstance(share, NothingToCount):
        return share
    everybody, place = np.unique(client, return_inverse=True)
    off = np.bincount(place, is_beyond - share.value)
    return Exceeded(share, math.sqrt(float(off @ off)) / share.n, len(everybody))


def _taken(courses: Courses, rows: Ints) -> Courses:
    return Courses(
        courses.client[rows],
        courses.time[rows],
        courses.score[rows],
        courses.intake,
        courses.therapist,
    )
