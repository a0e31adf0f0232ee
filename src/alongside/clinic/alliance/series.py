"""The stored course of a pair: begun, continued, computed anew.

Everything here runs inside the transaction of the action that calls it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from alongside.clinic.alliance.bridge import (
    belief_in,
    course_of,
    row_of,
    yardstick_for,
    yardstick_in,
)
from alongside.clinic.alliance.course import (
    EMPTY_SUMMARY,
    Course,
    Point,
    client_point,
    follow_course,
    judge,
    summary_after,
    summary_of,
    with_point,
    with_therapist_rating,
)
from alongside.clinic.alliance.models import AllianceSeries, CoursePoint
from alongside.clinic.alliance.yardstick import Yardstick
from alongside.clinic.instruments.models import Answer, Slot
from alongside.clinic.statements import Insert, Parameter, Select, Update
from alongside.clinic.visits.models import Visit
from alongside.methods.alliance.strain import begin

SERIES_OF_PAIR = Select(
    lambda: AllianceSeries.objects.filter(
        client=Parameter("client_id"), therapist=Parameter("therapist_id")
    )
)
LAST_POINT = Select(
    lambda: CoursePoint.objects.filter(series=Parameter("series")).order_by("-at", "-visit_id")[:1]
)
KEPT_POINTS = Insert(CoursePoint, once=("visit",))
WHAT_FOLLOWS = Update(AllianceSeries, "belief", "population", "summary", "refresh_due_at")


def series_of(visit: Visit, instrument_id: int) -> AllianceSeries:
    """The series of the visit's pair, begun if there is none yet."""
    pair = {"client_id": visit.client_id, "therapist_id": visit.therapist_id}
    series = SERIES_OF_PAIR.first(**pair)
    if series is None:
        judged_by = yardstick_for(instrument_id).to_dict()
        series = AllianceSeries.objects.create(**pair, population=judged_by)
    return series


def take_in_point(series: AllianceSeries, point: Point, *, next_release: datetime | None) -> None:
    """The series with this point in it; at the end it costs the same however long the course is.

    But for the first time after an earlier version of the detector kept its belief: what that
    knew is found again from the points.
    """
    releases = (series.refresh_due_at, next_release)
    last, yardstick = LAST_POINT.first(series=series.pk), yardstick_in(series)
    belief = begin(yardstick.population) if last is None else belief_in(series)
    if belief is not None and (
        last is None
        or ((last.at, last.visit_id) < point.place and last.instrument_id == point.instrument_id)
    ):
        belief, seen = judge(belief, point, yardstick)
        KEPT_POINTS.one(row_of(series, seen))
        series.belief = belief.to_dict()
        series.summary = summary_after(series.summary or EMPTY_SUMMARY, seen)
        _keep_what_follows(series, releases)
    else:
        before = course_of(series)
        keep_course(series, with_point(before, point), before=before, releases=releases)


def follow_anew(series: AllianceSeries, yardstick: Yardstick) -> None:
    """The series with every signal computed anew by this yardstick."""
    before = course_of(series)
    course = follow_course(before.points, yardstick)
    keep_course(series, course, before=before, releases=(series.refresh_due_at,))


def rebuild(series: AllianceSeries, *, now: datetime) -> None:
    """The series computed anew from the answers themselves."""
    visits = (
        Visit.objects.filter(client=series.client_id, therapist=series.therapist_id)
        .select_related(
            "feedback_slot__version",
            "feedback_slot__response",
            "therapist_slot__version",
            "therapist_slot__response",
        )
        .prefetch_related("feedback_slot__response__answers", "therapist_slot__response__answers")
        .order_by("ends_at", "pk")
    )
    points: list[Point] = []
    releases: list[datetime] = []
    for visit in visits:
        point, next_release = _point_of(visit, now=now)
        if point is not None:
            points.append(point)
        if next_release is not None:
            releases.append(next_release)
    before = course_of(series)
    course = follow_course(points, before.yardstick)
    keep_course(series, course, before=before, releases=releases)


def _point_of(visit: Visit, *, now: datetime) -> tuple[Point | None, datetime | None]:
    """The point of a visit that either of the two has rated, and the next release."""
    own, theirs = visit.feedback_slot, visit.therapist_slot
    answers, ratings = _handed_in(own), _handed_in(theirs)
    if own is None or (answers is None and ratings is None):
        return None, None
    point, next_release = client_point(visit, own.version, answers or (), now=now)
    if theirs is not None and ratings is not None:
        point = with_therapist_rating(point, theirs.version, ratings)
    return point, next_release


def _handed_in(slot: Slot | None) -> Iterable[Answer] | None:
    """The answers of a slot; None unless they are handed in."""
    response = getattr(slot, "response", None)
    if response is None or response.submitted_at is None:
        return None
    answers: Iterable[Answer] = response.answers.all()
    return answers


def keep_course(
    series: AllianceSeries,
    course: Course,
    *,
    before: Course,
    releases: Iterable[datetime | None],
) -> None:
    """The course, stored: the points that differ from those before, and what follows from all."""
    stored = {point.visit_id: point for point in before.points}
    gone = stored.keys() - {point.visit_id for point in course.points}
    if gone:
        CoursePoint.objects.filter(visit__in=gone).delete()
    changed = [point for point in course.points if stored.get(point.visit_id) != point]
    KEPT_POINTS.many(row_of(series, point) for point in changed)
    series.belief = course.belief.to_dict() if course.belief else None
    series.population = course.yardstick.to_dict()
    series.summary = summary_of(course.points)
    _keep_what_follows(series, releases)


def _keep_what_follows(series: AllianceSeries, releases: Iterable[datetime | None]) -> None:
    series.refresh_due_at = min((moment for moment in releases if moment), default=None)
    WHAT_FOLLOWS.one(series)
