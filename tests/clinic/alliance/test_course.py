"""A course is the same in whatever order its answers come in."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from alongside.clinic.alliance.actions import refresh_series
from alongside.clinic.alliance.bridge import course_of
from alongside.clinic.alliance.course import Course, Point, follow_course, summary_of, with_point
from alongside.clinic.alliance.models import AllianceSeries, CoursePoint
from alongside.clinic.alliance.yardstick import USUAL_YARDSTICK
from alongside.clinic.audit.actor import Actor
from alongside.clinic.feedback.actions import enter_paper, record_feedback, record_own_rating
from alongside.clinic.instruments.actions import Given
from alongside.clinic.instruments.models import WayIn
from alongside.clinic.people.models import Clinic
from alongside.clinic.visits.models import Visit
from tests.factories.clinic import SmallClinic, scored, small_clinic
from tests.factories.rows import change

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
EMPTY = Course((), None, USUAL_YARDSTICK)

ratings = st.one_of(st.none(), st.integers(0, 50).map(lambda n: 2.0 * n))


def points_of(scores: list[float | None], rulers: list[bool]) -> list[Point]:
    """A point a week; two of them fall on the same moment when there are four or more."""
    return [
        Point(
            visit_id=n + 1,
            at=START + timedelta(weeks=2 if n == 3 else n),
            instrument_id=1 if rulers[n % len(rulers)] else 2,
            score=score,
        )
        for n, score in enumerate(scores)
    ]


@given(
    st.lists(ratings, min_size=1, max_size=9),
    st.lists(st.booleans(), min_size=1, max_size=9),
    st.randoms(use_true_random=False),
)
@settings(max_examples=150, deadline=None)
def test_placed_one_by_one_in_any_order_is_followed_from_the_start(
    scores: list[float | None], rulers: list[bool], chance: random.Random
) -> None:
    points = points_of(scores, rulers)
    arriving = chance.sample(points, k=len(points))
    course = EMPTY
    for point in arriving:
        course = with_point(course, point)
    assert course == follow_course(points, USUAL_YARDSTICK)


@given(st.lists(ratings, min_size=1, max_size=8), st.integers(0, 7), ratings)
@settings(max_examples=100, deadline=None)
def test_a_point_that_is_placed_again_takes_the_place_of_the_first(
    scores: list[float | None], which: int, new: float | None
) -> None:
    points = points_of(scores, [True])
    changed = replace(points[which % len(points)], score=new)
    course = with_point(follow_course(points, USUAL_YARDSTICK), changed)
    wanted = [changed if each.visit_id == changed.visit_id else each for each in points]
    assert course == follow_course(wanted, USUAL_YARDSTICK)


def test_a_new_instrument_is_a_new_ruler() -> None:
    """After years at 90 with one instrument, 40 with another is a start and not a strain."""
    points = points_of([90.0] * 10, [True])
    points += [
        replace(point, visit_id=n + 20, at=START + timedelta(weeks=20 + n))
        for n, point in enumerate(points_of([40.0] * 3, [False]))
    ]
    course = follow_course(points, USUAL_YARDSTICK)
    assert course.belief is not None
    assert course.belief.n_ratings == 3
    assert course.points[10].strain is None


def _told(clinic: SmallClinic, visit: Visit, number: int) -> None:
    record_feedback(
        slot=visit.feedback_slot,
        given=[Given(name, raw) for name, raw in scored(visit.feedback_slot, number).items()],
        way_in=WayIn.LINK,
        language="en",
        by=Actor.bearer_of(visit.feedback_slot.pk),
        now=clinic.now,
    )


def _typed_in(clinic: SmallClinic, visit: Visit, number: int) -> None:
    enter_paper(
        slot=visit.feedback_slot,
        given=[Given(name, raw) for name, raw in scored(visit.feedback_slot, number).items()],
        filled_on=visit.ends_at.date(),
        entered_by=clinic.dana,
        language="en",
        by=clinic.as_actor(clinic.dana),
        now=clinic.now,
    )


def _rated(clinic: SmallClinic, visit: Visit, number: int) -> None:
    record_own_rating(
        slot=visit.therapist_slot,
        given=[Given(name, raw) for name, raw in scored(visit.therapist_slot, number).items()],
        by=clinic.as_actor(clinic.dana),
        now=clinic.now,
        language="en",
    )


class Kept(NamedTuple):
    """All that is stored of the one course."""

    points: list[dict[str, Any]]
    belief: dict[str, Any] | None
    summary: dict[str, Any]

    @classmethod
    def now(cls) -> Kept:
        series = AllianceSeries.objects.get()
        points = [
            {"visit": each.visit_id, "at": each.at, **each.seen} for each in series.points.all()
        ]
        return cls(points, series.belief, series.summary)


def _computed_anew(clinic: SmallClinic) -> tuple[Kept, Kept]:
    kept = Kept.now()
    refresh_series(AllianceSeries.objects.get(), now=clinic.now)
    return kept, Kept.now()


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_paper_that_comes_late_gives_the_same_course_as_answers_on_the_day(seed: int) -> None:
    clinic = small_clinic()
    Clinic.objects.update(feedback_open_hours=24 * 90)
    chance = random.Random(seed)
    visits = [clinic.visit() for _ in range(7)]
    numbers = [8, 8, 9, 8, 8, 2, 8]
    for n in chance.sample(range(7), k=7):
        if chance.random() < 0.5:
            _typed_in(clinic, visits[n], numbers[n])
        else:
            _told(clinic, visits[n], numbers[n])
        if chance.random() < 0.5:
            _rated(clinic, visits[n], 7)
    kept, anew = _computed_anew(clinic)
    assert [point["score"] for point in kept.points] == [10.0 * number for number in numbers]
    assert kept == anew


@pytest.mark.django_db
def test_a_rebuild_mends_what_was_damaged_and_leaves_the_rest() -> None:
    clinic = small_clinic()
    for number in (8, 9, 3, 8):
        clinic.feedback(clinic.visit(), number)
    whole = Kept.now()
    ids = set(CoursePoint.objects.values_list("pk", flat=True))
    first, _second, third, _fourth = CoursePoint.objects.all()
    change(first, seen={**first.seen, "score": 12.0, "strain": {"is_strain": True}})
    CoursePoint.objects.filter(pk=third.pk).delete()
    refresh_series(AllianceSeries.objects.get(), now=clinic.now)
    assert Kept.now() == whole
    assert ids - set(CoursePoint.objects.values_list("pk", flat=True)) == {third.pk}


POSTERIOR = [56.0, 4.0, 5.0, 900.0]


def _as_an_earlier_version_kept_it() -> None:
    """The series and its points as an earlier version wrote them: no one-visit scores kept."""
    series = AllianceSeries.objects.get()
    belief = {key: series.belief[key] for key in ("n", "now", "last")}
    change(series, belief={**belief, "before": POSTERIOR, "last_before": 80.0})
    for point in series.points.all():
        strain = point.seen["strain"]
        if strain is not None:
            was = {**strain, "statistic": -0.5, "window": 2, "p_two_visits": 0.4}
            change(point, seen={**point.seen, "strain": was})


@pytest.mark.django_db
def test_what_an_earlier_version_kept_is_shown_and_then_found_again_from_the_points() -> None:
    clinic = small_clinic()
    for number in (8, 8, 9, 8, 8):
        clinic.feedback(clinic.visit(), number)
    _as_an_earlier_version_kept_it()
    course = course_of(AllianceSeries.objects.get())
    assert course.belief is None
    assert [point.signal is not None for point in course.points] == [False, False, True, True, True]
    assert course.points[-1].signal is not None
    assert course.points[-1].signal.window == 2
    clinic.feedback(clinic.visit(), 2)
    kept, anew = _computed_anew(clinic)
    assert kept == anew
    assert kept.belief is not None
    assert kept.belief["n"] == 6, "nothing of the earlier visits is lost"
    assert kept.points[-1]["strain"]["is_strain"]
    assert "p_two_visits" not in kept.points[2]["strain"]


@pytest.mark.django_db
def test_the_next_visit_costs_the_same_after_four_visits_and_after_forty() -> None:
    clinic = small_clinic()
    statements = {}
    for n in range(1, 41):
        visit = clinic.visit()
        with CaptureQueriesContext(connection) as seen:
            clinic.feedback(visit, 8)
        statements[n] = len(seen)
    assert statements[40] == statements[4]
    assert Kept.now().summary == summary_of(course_of(AllianceSeries.objects.get()).points)
    assert Kept.now().summary["n"] == 40


@pytest.mark.django_db
@pytest.mark.parametrize("therapist_first", [True, False])
def test_the_therapists_rating_stands_beside_the_clients_whoever_is_first(
    therapist_first: bool,
) -> None:
    clinic = small_clinic()
    Clinic.objects.update(feedback_open_hours=24 * 90)
    for visit in (clinic.visit(), clinic.visit()):
        deeds = [lambda v=visit: _told(clinic, v, 9), lambda v=visit: _rated(clinic, v, 6)]
        for deed in reversed(deeds) if therapist_first else deeds:
            deed()
    kept, anew = _computed_anew(clinic)
    for point in course_of(AllianceSeries.objects.get()).points:
        assert (point.score, point.therapist) == (90.0, 60.0)
        assert set((point.facets or {}).values()) == {9.0}
        assert set((point.therapist_facets or {}).values()) == {6.0}
    assert (kept.summary["gap"], kept.summary["gap_n"]) == (30.0, 2)
    assert kept.summary == anew.summary


@pytest.mark.django_db
def test_a_rating_by_the_therapist_alone_is_no_rating_of_the_client() -> None:
    clinic = small_clinic()
    _rated(clinic, clinic.visit(), 6)
    series = AllianceSeries.objects.get()
    assert (series.summary["n"], series.summary["scores"], series.summary["gap"]) == (0, [], None)
    assert summary_of(course_of(series).points) == series.summary
