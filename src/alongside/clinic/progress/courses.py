"""A client's checks as a course, held against the one that is expected.

The first check is the intake, and each later one is counted by the week since then, so that weeks
without a check count as well. Everything here runs inside the transaction of the action that calls
it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Any, Final

from alongside.clinic.progress.bridge import norms_of
from alongside.clinic.progress.models import LearnedCourse, ProgressSeries
from alongside.methods.instruments.scoring import Scale
from alongside.methods.progress.expected_course import (
    CourseSignal,
    ExpectedCourse,
    Standing,
    TooEarly,
)
from alongside.methods.progress.local_course import cold_start

DAYS_A_WEEK: Final = 7


@dataclass(frozen=True)
class WeeklyScore:
    """A check after the first: the number of its week, the first being 1, and its score."""

    week: int
    score: float


@dataclass(frozen=True)
class OwnCourse:
    """A client's checks as a course: what they began with, and what came after."""

    intake: float
    later: tuple[WeeklyScore, ...]


def own_course_of(points: Sequence[Mapping[str, Any]]) -> OwnCourse | None:
    """The course in the points of a series; None before the first check.

    Of several checks in one week the last counts; one in the week of the first is not counted.
    """
    if not points:
        return None
    began = date.fromisoformat(points[0]["on"])
    by_week = {
        1 + (date.fromisoformat(point["on"]) - began).days // DAYS_A_WEEK: point["score"]
        for point in points[1:]
    }
    later = (WeeklyScore(week, score) for week, score in sorted(by_week.items()) if week > 1)
    return OwnCourse(points[0]["score"], tuple(later))


def last_learned(instrument_id: int, scale: Scale) -> LearnedCourse | None:
    """What was learned last of the course on a scale."""
    return LearnedCourse.objects.filter(instrument_id=instrument_id, scale=scale.name).last()


def course_by(learned: LearnedCourse | None, scale: Scale) -> ExpectedCourse | None:
    """What was learned, else what the norms let assume; None for a scale without norms."""
    if learned is not None:
        return ExpectedCourse.from_dict(learned.parameters)
    norms = norms_of(scale)
    return cold_start(norms) if norms is not None else None


def judge(series: ProgressSeries, scale: Scale) -> None:
    """The series with its standing by what was learned last; not saved."""
    learned = last_learned(series.instrument_id, scale)
    series.judged_by = learned
    series.standing = standing_of(series.points, course_by(learned, scale))


def standing_of(
    points: Sequence[Mapping[str, Any]], course: ExpectedCourse | None
) -> dict[str, Any] | None:
    """Where the last check stands; None while it is too early or nothing is expected.

    n_off_course: how many checks in a row, up to the last, were beyond the boundary;
    off_course_since: the week of the first of them.
    """
    own = own_course_of(points)
    if course is None or own is None or not own.later:
        return None
    signals = [course.standing(each.week, each.score, own.intake) for each in own.later]
    signal = signals[-1]
    if not isinstance(signal, CourseSignal):
        return None
    n_off_course = len([*takewhile(_is_off_course, reversed(signals))])
    return {
        "week": own.later[-1].week,
        "standing": signal.standing.value,
        "probability": signal.probability,
        "expected": signal.expected.mean,
        "sd": signal.expected.sd,
        "n_off_course": n_off_course,
        "off_course_since": own.later[-n_off_course].week if n_off_course else None,
    }


def _is_off_course(signal: CourseSignal | TooEarly) -> bool:
    return isinstance(signal, CourseSignal) and signal.standing is Standing.OFF_COURSE
