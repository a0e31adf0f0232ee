"""Where a client stands on the expected course, and where the checks seem to go from here.

The band is that of clients who began like this one, from the first check alone; the forecast uses
every check so far. Both are ranges that 8 of 10 fall into.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import reduce
from typing import Any, Final

from alongside.clinic.progress.courses import OwnCourse, own_course_of
from alongside.methods.progress.expected_course import (
    FIRST_SIGNAL_VISIT,
    OFF_COURSE,
    Expected,
    ExpectedCourse,
)
from alongside.methods.progress.forecast import begin, follow, forecast_of
from alongside.methods.progress.local_course import weight_of_own

WEEKS_AHEAD: Final = 6


class CourseBasis(StrEnum):
    """What an expected course rests on."""

    ASSUMED = "assumed"  # on the instrument's norms alone
    MIXED = "mixed"
    OWN = "own"  # on this clinic's clients alone


@dataclass(frozen=True)
class ExpectedWeek:
    """The range that 8 of 10 scores of a week fall into, and its middle, within the scale."""

    on: date
    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Outlook:
    """What is expected of a client, and what is forecast.

    expected begins with the first check and goes on some weeks beyond the last. forecast begins
    with the last check; empty while there are fewer than three to go by.
    n_clients: how many of this clinic's clients it rests on.
    """

    expected: tuple[ExpectedWeek, ...]
    forecast: tuple[ExpectedWeek, ...]
    basis: CourseBasis
    n_clients: int


def basis_of(course: ExpectedCourse) -> CourseBasis:
    """What the course rests on."""
    weight = weight_of_own(course.n_clients)
    if weight == 0.0:
        return CourseBasis.ASSUMED
    return CourseBasis.OWN if weight == 1.0 else CourseBasis.MIXED


def outlook_of(
    points: Sequence[Mapping[str, Any]],
    course: ExpectedCourse,
    *,
    lowest: float,
    highest: float,
) -> Outlook | None:
    """The outlook from the points of a series; None before the first check.

    lowest, highest: where the scale ends, and with it every range.
    """
    own = own_course_of(points)
    if own is None:
        return None
    last_week = own.later[-1].week if own.later else 1
    weeks = range(2, last_week + WEEKS_AHEAD + 1)
    week_of = _weeks_since(date.fromisoformat(points[0]["on"]), lowest, highest)
    expected = (week_of(week, course.expected(week, own.intake)) for week in weeks)
    return Outlook(
        expected=(week_of(1, Expected(own.intake, 0.0)), *expected),
        forecast=tuple(_ahead(own, course, week_of)),
        basis=basis_of(course),
        n_clients=course.n_clients,
    )


_WeekOf = Callable[[int, Expected], ExpectedWeek]


def _ahead(own: OwnCourse, course: ExpectedCourse, week_of: _WeekOf) -> list[ExpectedWeek]:
    """The last check and the weeks after it; nothing while a forecast would rest on too little."""
    if len(own.later) + 1 < FIRST_SIGNAL_VISIT:
        return []
    departure = reduce(
        lambda so_far, each: follow(so_far, each.week, each.score, course)[0],
        own.later,
        begin(course, own.intake),
    )
    last = own.later[-1]
    coming = range(last.week + 1, last.week + WEEKS_AHEAD + 1)
    return [
        week_of(last.week, Expected(last.score, 0.0)),
        *(week_of(week, forecast_of(departure, week, course)) for week in coming),
    ]


def _weeks_since(began: date, lowest: float, highest: float) -> _WeekOf:
    """What makes a range of a week and of what is expected then."""

    def kept(value: float) -> float:
        return min(max(value, lowest), highest)

    def week_of(week: int, expected: Expected) -> ExpectedWeek:
        low, high = expected.band(OFF_COURSE)
        on = began + timedelta(weeks=week - 1)
        return ExpectedWeek(on, kept(low), kept(expected.mean), kept(high))

    return week_of
