"""The expected course: its boundary keeps its word, and a forecast is the best prediction."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from alongside.lab.growth_courses import USUAL_COURSE, DrawnCourses, draw_courses
from alongside.methods.progress.courses import Courses, log_visits
from alongside.methods.progress.expected_course import (
    OFF_COURSE,
    CourseSignal,
    ExpectedCourse,
    Standing,
    TooEarly,
    fit_expected_course,
)
from alongside.methods.progress.forecast import (
    Departure,
    begin,
    follow,
    forecast_of,
    forecasts,
    forecasts_of_all,
)
from alongside.methods.progress.growth_model import OneRatingEach
from alongside.methods.progress.norms import Better

COURSE = USUAL_COURSE


def drawn(*, n_clients: int, n_visits: int, n_therapists: int, seed: int) -> DrawnCourses:
    return draw_courses(
        COURSE,
        n_clients=n_clients,
        n_visits=n_visits,
        n_therapists=n_therapists,
        rng=np.random.default_rng(seed),
    )


def test_clients_on_course_are_beyond_the_boundary_at_one_visit_in_ten() -> None:
    """Overall, and whatever they began with."""
    sample = drawn(n_clients=3000, n_visits=10, n_therapists=150, seed=1)
    courses, visit = sample.courses, sample.visit
    found = fit_expected_course(courses, Better.LOWER)
    assert isinstance(found, tuple)
    course, fit = found
    assert fit.n_therapists == 150
    intake = courses.intake["intake"][courses.client]
    is_off = course.badness_of(visit, courses.score, intake) > OFF_COURSE
    assert is_off.mean() == pytest.approx(0.10, abs=0.01)
    for low, high in ((0.0, 1 / 3), (1 / 3, 2 / 3), (2 / 3, 1.0)):
        edges = np.quantile(intake, [low, high])
        here = (intake >= edges[0]) & (intake <= edges[1])
        assert is_off[here].mean() == pytest.approx(0.10, abs=0.02)


@pytest.mark.parametrize("better", Better)
def test_a_score_beyond_the_boundary_on_the_bad_side_is_off_course(better: Better) -> None:
    course = replace(COURSE, better=better)
    expected = course.expected(5, 70.0)
    bad = -better.sign
    at = {
        Standing.ON_COURSE: 0.9,
        Standing.WATCH: 1.1,
        Standing.OFF_COURSE: 1.3,
    }
    for standing, distance in at.items():
        signal = course.standing(5, expected.mean + bad * distance * expected.sd, 70.0)
        assert isinstance(signal, CourseSignal)
        assert signal.standing is standing
        assert signal.badness == pytest.approx(distance)
    better_than_expected = course.standing(5, expected.mean - bad * 5.0 * expected.sd, 70.0)
    assert isinstance(better_than_expected, CourseSignal)
    assert better_than_expected.standing is Standing.ON_COURSE
    assert better_than_expected.probability > 0.99


def test_nothing_is_said_before_the_third_visit() -> None:
    assert COURSE.standing(2, 200.0, 60.0) == TooEarly(2)
    assert (
        str(TooEarly(2))
        == "This is visit 2. Whether somebody is on course is told from visit 3 on."
    )


def test_a_slow_decline_does_not_drag_its_yardstick_down() -> None:
    scores = [60.0 + 3.0 * n for n in range(12)]
    visits = range(1, 13)
    yardstick = [COURSE.expected(visit, 60.0).mean for visit in visits]
    assert yardstick == sorted(yardstick, reverse=True)
    last = COURSE.standing(12, scores[-1], 60.0)
    assert isinstance(last, CourseSignal)
    assert last.standing is Standing.OFF_COURSE
    # The forecast follows the client instead, and says where things go.
    ahead = forecasts(list(visits), scores, 60.0, COURSE)[-1]
    assert ahead.mean > yardstick[-1] + 20.0


def test_without_an_intake_the_band_is_wider() -> None:
    known, unknown = COURSE.expected(6, 60.0), COURSE.expected(6, None)
    assert unknown.mean == pytest.approx(known.mean)
    assert unknown.sd > known.sd + 1.0
    rng = np.random.default_rng(2)
    sample = drawn(n_clients=4000, n_visits=6, n_therapists=400, seed=3)
    courses, visit = sample.courses, sample.visit
    nobody_asked = np.full(len(visit), np.nan)
    is_off = COURSE.badness_of(visit, courses.score, nobody_asked) > OFF_COURSE
    assert is_off[visit == 6].mean() == pytest.approx(0.10, abs=0.02)
    one = int(rng.integers(len(visit)))
    alone = COURSE.standing(6, float(courses.score[one]), None)
    assert isinstance(alone, CourseSignal)
    many = COURSE.badness_of(np.array([6]), courses.score[[one]], np.array([np.nan]))
    assert many[0] == pytest.approx(alone.badness)


@pytest.mark.parametrize("intake", [None, 75.0])
def test_a_forecast_is_the_best_prediction_from_all_scores_before(intake: float | None) -> None:
    """Against the joint normal distribution of all scores, written out whole."""
    visits = [1, 2, 4, 5, 9]
    scores = [70.0, 61.0, 55.0, 80.0, 62.0]
    t = np.log(visits)
    design = np.column_stack((np.ones(5), t))
    spread = np.array([[60.0 + 6.0, -10.0], [-10.0, 12.0]])
    by_intake = 0.6 - 0.05 * t
    mean = 56.0 - 7.0 * t + by_intake * ((intake or 60.0) - 60.0)
    whole = design @ spread @ design.T + 49.0 * np.eye(5)
    if intake is None:
        whole += np.outer(by_intake, by_intake) * 15.0**2
    found = forecasts(visits, scores, intake, COURSE)
    for place, forecast in enumerate(found):
        before = slice(0, place)
        pull = whole[place, before] @ np.linalg.inv(whole[before, before])
        assert forecast.mean == pytest.approx(
            mean[place] + pull @ (np.array(scores) - mean)[before]
        )
        assert forecast.sd**2 == pytest.approx(whole[place, place] - pull @ whole[before, place])


def test_forecasts_of_a_whole_clinic_are_those_of_each_client() -> None:
    sample = drawn(n_clients=60, n_visits=9, n_therapists=5, seed=4)
    courses, visit = sample.courses, sample.visit
    rng = np.random.default_rng(5)
    kept = rng.random(len(visit)) < 0.7
    client, visits, scores = courses.client[kept], visit[kept], courses.score[kept]
    intake = courses.intake["intake"].copy()
    intake[rng.random(60) < 0.2] = np.nan
    means, sds = forecasts_of_all(client, visits, scores, intake[client], COURSE)
    for one in range(60):
        mine = client == one
        own = None if np.isnan(intake[one]) else float(intake[one])
        alone = forecasts(visits[mine].tolist(), scores[mine].tolist(), own, COURSE)
        np.testing.assert_allclose(means[mine], [each.mean for each in alone])
        np.testing.assert_allclose(sds[mine], [each.sd for each in alone])
    none = np.zeros(0)
    assert len(forecasts_of_all(none.astype(int), none.astype(int), none, none, COURSE)[0]) == 0


def test_forecasts_are_as_sure_as_they_say() -> None:
    sample = drawn(n_clients=3000, n_visits=8, n_therapists=3000, seed=6)
    courses, visit = sample.courses, sample.visit
    intake = courses.intake["intake"][courses.client]
    means, sds = forecasts_of_all(courses.client, visit, courses.score, intake, COURSE)
    z = (courses.score - means) / sds
    assert z.mean() == pytest.approx(0.0, abs=0.02)
    assert z.std() == pytest.approx(1.0, abs=0.02)


def test_what_is_kept_goes_through_json() -> None:
    departure, _ = follow(begin(COURSE, 70.0), 1, 66.0, COURSE)
    again = Departure.from_dict(json.loads(json.dumps(departure.to_dict())))
    assert forecast_of(again, 2, COURSE) == forecast_of(departure, 2, COURSE)
    assert ExpectedCourse.from_dict(json.loads(json.dumps(COURSE.to_dict()))) == COURSE


def test_a_fit_without_therapists_or_intake_is_a_course_too() -> None:
    sample = drawn(n_clients=300, n_visits=6, n_therapists=20, seed=7)
    courses = sample.courses
    bare = Courses(courses.client, courses.time, courses.score)
    found = fit_expected_course(bare, Better.LOWER)
    assert isinstance(found, tuple)
    assert found[0].by_intake == found[0].intake_sd == found[0].therapist_variance == 0.0
    one_each = Courses(np.arange(30), log_visits(np.arange(1, 31)), courses.score[:30])
    assert fit_expected_course(one_each, Better.LOWER) == OneRatingEach(30)


def test_the_boundary_is_moved_to_where_one_visit_in_ten_is_beyond_it() -> None:
    """Clients who began low vary less than the others here, and the model knows one noise."""
    rng = np.random.default_rng(9)
    sample = drawn(n_clients=900, n_visits=8, n_therapists=90, seed=8)
    courses = sample.courses
    by_client = courses.intake["intake"]
    intake = by_client[courses.client]
    noise = rng.normal(size=len(intake)) * np.where(intake < 53.5, 1.0, 12.0)
    uneven = Courses(courses.client, courses.time, courses.score + noise, {"intake": by_client})
    found = fit_expected_course(uneven, Better.LOWER)
    assert isinstance(found, tuple)
    course = found[0]
    assert course.boundary is not None
    bare = replace(course, boundary=None)
    assert course.boundary.edges is not None
    low = intake < course.boundary.edges[0]
    shares = [
        (each.badness_of(sample.visit, uneven.score, intake)[low] > OFF_COURSE).mean()
        for each in (bare, course)
    ]
    assert shares[0] < 0.08
    assert shares[1] == pytest.approx(0.10, abs=0.005)
    assert course.boundary.stretch_at(None) == 1.0
    # One by one and many at once, and through JSON.
    again = ExpectedCourse.from_dict(json.loads(json.dumps(course.to_dict())))
    one = again.standing(int(sample.visit[5]), float(uneven.score[5]), float(intake[5]))
    assert isinstance(one, CourseSignal)
    many = course.badness_of(sample.visit[[5]], uneven.score[[5]], intake[[5]])
    assert one.badness == pytest.approx(float(many[0]))


def test_few_ratings_leave_the_boundary_where_it_is() -> None:
    sample = drawn(n_clients=30, n_visits=4, n_therapists=3, seed=10)
    found = fit_expected_course(sample.courses, Better.LOWER)
    assert isinstance(found, tuple)
    assert found[0].boundary is not None
    assert found[0].boundary.stretches == (1.0, 1.0, 1.0)


def test_without_intakes_there_is_one_boundary_for_all() -> None:
    sample = drawn(n_clients=300, n_visits=8, n_therapists=30, seed=12)
    courses = sample.courses
    skewed = courses.score + np.random.default_rng(3).exponential(12.0, len(courses.score))
    found = fit_expected_course(Courses(courses.client, courses.time, skewed), Better.LOWER)
    assert isinstance(found, tuple)
    course = found[0]
    assert course.boundary is not None
    assert course.boundary.edges is None
    nobody_asked = np.full(len(skewed), np.nan)
    is_off = course.badness_of(sample.visit, skewed, nobody_asked) > OFF_COURSE
    assert is_off.mean() == pytest.approx(0.10, abs=0.005)
    assert course.boundary.stretch_at(None) == course.boundary.without_intake != 1.0
    assert ExpectedCourse.from_dict(json.loads(json.dumps(course.to_dict()))) == course
