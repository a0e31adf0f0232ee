"""The client's own graphs: how visits felt, how the weeks went, and what that may mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo

from django.utils.translation import gettext

from alongside.clinic.access.viewer import Viewer
from alongside.clinic.feedback.own_courses import (
    OwnCourse,
    own_progress_courses,
    own_visit_courses,
)
from alongside.interfaces.shared.charts.score_drawing import Mark, ScorePoint
from alongside.interfaces.shared.components.empty_state import EmptyState
from alongside.interfaces.shared.components.notice import Notice
from alongside.interfaces.shared.components.score_chart import Band, Course, CutOff, ScoreChart
from alongside.interfaces.shared.tones import Tone

FEW = 4


@dataclass(frozen=True)
class Graph:
    """One course: the chart, what it says so far, and how sure that is."""

    chart: ScoreChart
    meaning: str
    certainty: tuple[str, ...]


@dataclass(frozen=True)
class GraphPage:
    """All graphs of one client, those of visits first."""

    visits: tuple[Graph, ...]
    weeks: tuple[Graph, ...]
    nothing: EmptyState | None
    whose: Notice


def graph_page(viewer: Viewer, *, zone: tzinfo, language: str) -> GraphPage:
    """Every score of the client who looks, also those that no therapist sees."""
    visits = tuple(
        _visits(course, n, zone, language)
        for n, course in enumerate(own_visit_courses(viewer), start=1)
        if course.n_scores
    )
    weeks = tuple(
        _weeks(course, n, zone, language)
        for n, course in enumerate(own_progress_courses(viewer), start=1)
        if course.n_scores
    )
    nothing = EmptyState(
        gettext("No scores yet"), gettext("Your graph starts with your first answers.")
    )
    return GraphPage(
        visits=visits,
        weeks=weeks,
        nothing=None if visits or weeks else nothing,
        whose=Notice(
            gettext("This is your own view"),
            gettext("It holds all your scores, also those that you keep to yourself."),
            tone=Tone.NEUTRAL,
        ),
    )


def _visits(course: OwnCourse, n: int, zone: tzinfo, language: str) -> Graph:
    low = sum(point.is_low for point in course.points)
    return Graph(
        chart=_chart(
            course,
            gettext("Your visits with {name}").format(name=course.therapist),
            f"visits-{n}",
            zone,
        ),
        meaning=(
            gettext(
                "A visit with a mark was lower than usual for you. It can be worth a talk. "
                "It is no one’s fault."
            )
            if low
            else gettext("So far no visit stands out from what is usual for you.")
            if course.n_scores >= FEW
            else gettext("With so few visits it is too soon to say what is usual for you.")
        ),
        certainty=_certainty(course, language),
    )


def _weeks(course: OwnCourse, n: int, zone: tzinfo, language: str) -> Graph:
    change = course.change
    meaning = (
        CHANGES[change.category]()
        if change
        else gettext("After two weeks you can see here if something has changed.")
    )
    if change is not None and not change.methods_agree:
        meaning += " " + gettext("Another way to work it out says something else, so take care.")
    return Graph(
        chart=_chart(course, gettext("How your weeks went"), f"weeks-{n}", zone),
        meaning=meaning,
        certainty=_certainty(course, language),
    )


# What a change means, said to the one whose change it is.
CHANGES: dict[str, Callable[[], str]] = {
    "recovered": lambda: gettext(
        "From your first week to your last, your score went up more than chance would bring, and "
        "it is now above the line."
    ),
    "improved": lambda: gettext(
        "From your first week to your last, your score went up more than chance would bring."
    ),
    "unchanged": lambda: gettext(
        "From your first week to your last, your score moved no more than chance can bring."
    ),
    "deteriorated": lambda: gettext(
        "From your first week to your last, your score went down more than chance would bring. "
        "That happens. It can be good to talk about it."
    ),
    "harmed": lambda: gettext(
        "From your first week to your last, your score went down more than chance would bring, "
        "and it is now below the line. It can be good to talk about it soon."
    ),
}


def _certainty(course: OwnCourse, language: str) -> tuple[str, ...]:
    sentences = [gettext("A score is a rough measure. Small ups and downs mean little.")]
    if not course.is_validated:
        sentences.append(
            gettext("These questions are new: no study has checked yet how well they measure.")
        )
    if course.is_assumed and (course.cut_off is not None or course.band is not None):
        sentences.append(
            gettext("The line and the band are guesses made for planning, not measured yet.")
        )
    return tuple(sentences)


def _chart(course: OwnCourse, title: str, chart_id: str, zone: tzinfo) -> ScoreChart:
    return ScoreChart(
        title=title,
        points=tuple(
            ScorePoint(
                point.at,
                point.score,
                tuple(
                    mark
                    for mark, holds in (
                        (Mark.STRAIN, point.is_low),
                        (Mark.REPAIR, point.is_repaired),
                    )
                    if holds
                ),
                point.is_missed,
            )
            for point in course.points
        ),
        zone=zone,
        lowest=course.lowest,
        highest=course.highest,
        direction=(
            gettext("Higher is better.") if course.is_higher_better else gettext("Lower is better.")
        ),
        cut_off=(
            CutOff(course.cut_off, gettext("Line between a harder and an easier time"))
            if course.cut_off is not None
            else None
        ),
        band=(
            Band(*course.band, gettext("Change from your first score that can be chance"))
            if course.band is not None
            else None
        ),
        expected=Course.of(
            course.expected, gettext("Where most people are who began like you"), zone
        ),
        chart_id=chart_id,
        strain_label=gettext("Lower than usual for you"),
        point_label=gettext("Visit") if course.therapist else gettext("Week"),
    )
