"""Rows of an alliance, as the values that the methods work on, and back."""

from __future__ import annotations

from alongside.clinic.alliance.course import Course, Point
from alongside.clinic.alliance.models import (
    AlarmBudget,
    AllianceSeries,
    CoursePoint,
    LearnedPopulation,
)
from alongside.clinic.alliance.yardstick import USUAL_YARDSTICK, Yardstick
from alongside.clinic.statements import Parameter, Select
from alongside.methods.alliance.population import COLD_START, Population
from alongside.methods.alliance.strain import USUAL_THRESHOLD, Belief, Threshold

SEEN = ("score", "therapist", "facets", "therapist_facets", "relief", "strain")
POINTS = Select(lambda: CoursePoint.objects.filter(series=Parameter("series")))


def course_of(series: AllianceSeries | None) -> Course:
    """The stored course of a series; an empty one before the first feedback."""
    if series is None:
        return Course((), None, USUAL_YARDSTICK)
    rows = POINTS.all(series=series.pk)
    return Course(tuple(map(point_in, rows)), belief_in(series), yardstick_in(series))


def belief_in(series: AllianceSeries) -> Belief | None:
    """What the detector knows after the last point.

    None before the first, and where an earlier version of the detector kept another form.
    """
    return Belief.from_dict(series.belief) if series.belief else None


def yardstick_in(series: AllianceSeries) -> Yardstick:
    """What the signals of a series were made by."""
    return Yardstick.from_dict(series.population) if series.population else USUAL_YARDSTICK


def point_in(row: CoursePoint) -> Point:
    """A stored point as a value."""
    return Point(
        visit_id=row.visit_id,
        at=row.at,
        instrument_id=row.instrument_id,
        **row.seen,
    )


def row_of(series: AllianceSeries, point: Point) -> CoursePoint:
    """A point as a row, not yet saved."""
    return CoursePoint(
        series=series,
        client_id=series.client_id,
        visit_id=point.visit_id,
        at=point.at,
        instrument_id=point.instrument_id,
        seen={name: getattr(point, name) for name in SEEN},
    )


def population_for(instrument_id: int) -> Population:
    """What was last learned of all clients who rate with an instrument, else published values."""
    learned = LearnedPopulation.objects.filter(instrument_id=instrument_id).last()
    return Population.from_dict(learned.parameters) if learned else COLD_START


def threshold_now() -> Threshold:
    """How rare a strain has to be by the last budget, else as is usual."""
    budget = AlarmBudget.objects.last()
    return Threshold(budget.threshold) if budget else USUAL_THRESHOLD


def yardstick_for(instrument_id: int) -> Yardstick:
    """What ratings with an instrument are judged by from now on."""
    return Yardstick(population_for(instrument_id), threshold_now())
