"""Rows of an alliance, as the values that the methods work on, and back."""

from __future__ import annotations

from alongside.clinic.alliance.course import Course, Point
from alongside.clinic.alliance.models import AllianceSeries, LearnedPopulation
from alongside.methods.alliance.population import COLD_START, Population
from alongside.methods.alliance.strain import Belief


def course_of(series: AllianceSeries | None) -> Course:
    """The stored course of a series; an empty one before the first feedback."""
    if series is None:
        return Course((), None, COLD_START)
    return Course(
        points=tuple(Point(**point) for point in series.points),
        belief=Belief.from_dict(series.belief) if series.belief else None,
        population=(Population.from_dict(series.population) if series.population else COLD_START),
    )


def write_course(series: AllianceSeries, course: Course) -> None:
    """The series with this course in it, not yet saved."""
    series.points = [point.as_row() for point in course.points]
    series.belief = course.belief.to_dict() if course.belief else None
    series.population = course.population.to_dict()


def population_for(instrument_id: int) -> Population:
    """What was last learned of all clients who rate with an instrument, else published values."""
    learned = LearnedPopulation.objects.filter(instrument_id=instrument_id).last()
    return Population.from_dict(learned.parameters) if learned else COLD_START
