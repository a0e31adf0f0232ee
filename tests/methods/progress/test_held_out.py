"""The studies of the expected course find what is right, and what was made wrong on purpose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from alongside.lab.growth_courses import NO_LOSSES, USUAL_COURSE, Losses, draw_courses
from alongside.methods.progress.courses import Courses, log_visits
from alongside.methods.progress.expected_course import fit_expected_course
from alongside.methods.progress.growth_model import OneRatingEach
from alongside.methods.progress.held_out import BoundaryHeld, Exceeded, boundary_held
from alongside.methods.progress.norms import Better
from alongside.methods.vocabulary.calibration import NothingToCount, TransformHistogram


def drawn(losses: Losses = NO_LOSSES, *, n_clients: int = 1500):
    return draw_courses(
        USUAL_COURSE,
        n_clients=n_clients,
        n_visits=12,
        n_therapists=75,
        rng=np.random.default_rng(1),
        losses=losses,
    )


def held(sample, **more) -> BoundaryHeld:
    found = boundary_held(
        sample.courses, sample.visit, Better.LOWER, 5, np.random.default_rng(2), **more
    )
    assert isinstance(found, BoundaryHeld)
    return found


def shares_of(found: BoundaryHeld) -> list[float]:
    assert all(isinstance(third, Exceeded) for third in found.thirds)
    return [third.share.value for third in found.thirds]


@pytest.mark.parametrize(
    "losses", [NO_LOSSES, Losses(share_missing=0.3, probability_leaving=0.05)], ids=["all", "lost"]
)
def test_one_rating_in_ten_of_clients_not_seen_before_is_beyond_the_boundary(losses):
    found = held(drawn(losses))
    assert found.is_as_demanded
    assert len(found.thirds) == 3
    assert sum(third.share.n for third in found.thirds) == found.overall.share.n
    assert sum(third.share.found for third in found.thirds) == found.overall.share.found
    assert isinstance(found.transforms, TransformHistogram)
    assert found.transforms.probability > 0.001


def too_narrow(courses: Courses, better: Better):
    learned = fit_expected_course(courses, better)
    assert isinstance(learned, tuple)
    course, fit = learned
    boundary = course.boundary
    assert boundary is not None
    narrow = tuple(0.7 * stretch for stretch in boundary.stretches)
    return replace(course, boundary=replace(boundary, stretches=narrow)), fit


def test_a_boundary_that_is_too_narrow_is_found_exceeded_too_often():
    found = held(drawn(), learn=too_narrow)
    assert not found.is_as_demanded
    # Beyond .7 of 1.28 standard deviations lie 18.5 % of a normal distribution.
    assert found.overall.share.value == pytest.approx(0.185, abs=0.02)
    assert all(share > 0.15 for share in shares_of(found))


def test_a_third_whose_boundary_alone_is_wrong_is_found_though_the_whole_looks_right():
    def lopsided(courses, better):
        learned = fit_expected_course(courses, better)
        assert isinstance(learned, tuple)
        course, fit = learned
        assert course.boundary is not None
        first, second, last = course.boundary.stretches
        stretches = (1.25 * first, second, 0.85 * last)
        return replace(course, boundary=replace(course.boundary, stretches=stretches)), fit

    found = held(drawn(), learn=lopsided)
    assert found.overall.is_as_demanded
    assert [third.is_as_demanded for third in found.thirds] == [False, True, False]
    assert not found.is_as_demanded


def test_heavy_tails_leave_the_boundary_right_and_the_forecasts_wrong():
    found = held(drawn(Losses(is_heavy=True)))
    assert found.is_as_demanded
    assert isinstance(found.transforms, TransformHistogram)
    assert found.transforms.probability < 1e-6
    counts = found.transforms.counts
    assert min(counts[4:6]) > 1.1 * found.transforms.expected, "too many fall in the middle"


def test_rows_may_stand_in_any_order_and_the_same_chance_gives_the_same_figures():
    sample = drawn(n_clients=300)
    order = np.random.default_rng(3).permutation(len(sample.visit))
    courses = sample.courses
    mixed = Courses(
        *(courses.client[order], courses.time[order], courses.score[order]),
        *(courses.intake, courses.therapist),
    )
    again = boundary_held(mixed, sample.visit[order], Better.LOWER, 5, np.random.default_rng(2))
    assert again == held(sample)


def test_without_intakes_there_are_no_thirds():
    sample = drawn(n_clients=300)
    found = boundary_held(
        replace(sample.courses, intake={}), sample.visit, Better.LOWER, 5, np.random.default_rng(2)
    )
    assert isinstance(found, BoundaryHeld)
    assert (found.thirds, found.edges) == ((), None)
    assert found.overall.n_clients == 300


def test_what_cannot_be_told_is_said():
    once = Courses(np.arange(40), np.zeros(40), np.arange(40.0))
    rng = np.random.default_rng(4)
    assert isinstance(
        boundary_held(once, np.ones(40, dtype=int), Better.LOWER, 5, rng), OneRatingEach
    )
    visit = np.tile([1, 2], 40)
    twice = Courses(np.repeat(np.arange(40), 2), log_visits(visit), rng.normal(size=80))
    assert boundary_held(twice, visit, Better.LOWER, 5, rng) == NothingToCount()
