"""The band of what is expected, and where the checks lead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from alongside.clinic.progress.courses import standing_of
from alongside.clinic.progress.outlook import WEEKS_AHEAD, CourseBasis, basis_of, outlook_of
from alongside.methods.progress.expected_course import ExpectedCourse
from alongside.methods.progress.local_course import cold_start
from alongside.methods.progress.norms import Better, Norms

BEGAN = date(2026, 3, 2)
SCALE = {"lowest": 0.0, "highest": 100.0}
NORMS = Norms(
    clinical_mean=45.0,
    clinical_sd=18.0,
    reliability=0.85,
    better=Better.HIGHER,
    functional_mean=75.0,
    functional_sd=14.0,
)


def points(*scores: float) -> list[dict[str, object]]:
    """One check a week."""
    return [
        {"slot": n, "on": (BEGAN + timedelta(weeks=n)).isoformat(), "score": score}
        for n, score in enumerate(scores)
    ]


@pytest.fixture
def course() -> ExpectedCourse:
    return cold_start(NORMS)


def test_nothing_is_expected_of_nobody(course: ExpectedCourse) -> None:
    assert outlook_of([], course, **SCALE) is None


def test_the_band_begins_with_the_first_check_and_goes_beyond_the_last(
    course: ExpectedCourse,
) -> None:
    outlook = outlook_of(points(50, 52, 55), course, **SCALE)
    assert outlook is not None
    first, *others = outlook.expected
    assert (first.on, first.low, first.middle, first.high) == (BEGAN, 50, 50, 50)
    assert others[-1].on == BEGAN + timedelta(weeks=2 + WEEKS_AHEAD)
    assert all(week.low < week.middle < week.high for week in others)
    week_3 = next(week for week in others if week.on == BEGAN + timedelta(weeks=2))
    expected = course.expected(3, 50.0)
    assert week_3.middle == pytest.approx(expected.mean)
    assert week_3.low == pytest.approx(expected.mean - 1.2815515655446004 * expected.sd)


def test_no_forecast_rests_on_one_check_or_two(course: ExpectedCourse) -> None:
    for few in (points(50), points(50, 52)):
        outlook = outlook_of(few, course, **SCALE)
        assert outlook is not None
        assert outlook.forecast == ()


def test_the_forecast_begins_where_the_client_is_and_follows_their_own_checks(
    course: ExpectedCourse,
) -> None:
    rising = outlook_of(points(50, 60, 70, 80), course, **SCALE)
    falling = outlook_of(points(50, 45, 38, 30), course, **SCALE)
    assert rising and falling
    assert rising.forecast[0].low == rising.forecast[0].high == 80
    assert rising.forecast[-1].middle > falling.forecast[-1].middle + 20
    assert rising.expected[1:4] == falling.expected[1:4]  # it knows the first check alone


def test_ranges_end_where_the_scale_does(course: ExpectedCourse) -> None:
    outlook = outlook_of(points(97, 99, 100, 100), course, **SCALE)
    assert outlook is not None
    assert max(week.high for week in (*outlook.expected, *outlook.forecast)) == 100


@pytest.mark.parametrize(
    ("n", "basis"),
    [
        (0, CourseBasis.ASSUMED),
        (50, CourseBasis.ASSUMED),
        (51, CourseBasis.MIXED),
        (199, CourseBasis.MIXED),
        (200, CourseBasis.OWN),
    ],
)
def test_what_a_course_rests_on_is_said(course: ExpectedCourse, n: int, basis: CourseBasis) -> None:
    assert basis_of(replace(course, n_clients=n)) is basis


def test_checks_in_a_row_off_course_are_counted_from_the_first_of_them(
    course: ExpectedCourse,
) -> None:
    found = standing_of(points(70, 70, 5, 70, 5, 5), course)
    assert found is not None
    assert (found["standing"], found["n_off_course"], found["off_course_since"]) == (
        "off_course",
        2,
        5,
    )
    back = standing_of(points(70, 70, 5, 70), course)
    assert back is not None
    assert (back["standing"], back["n_off_course"], back["off_course_since"]) == (
        "on_course",
        0,
        None,
    )
