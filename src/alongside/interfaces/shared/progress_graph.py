"""The course of a client's checks as staff see it: with what is expected and where it may lead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo

from django.utils.translation import gettext

from alongside.clinic.progress.queries import ProgressCourse
from alongside.interfaces.shared.charts.score_drawing import ScorePoint
from alongside.interfaces.shared.charts.value_axis import figure
from alongside.interfaces.shared.components.score_chart import Band, Course, CutOff, ScoreChart
from alongside.interfaces.shared.sentences import told


def progress_graph(
    course: ProgressCourse,
    points: Iterable[ScorePoint],
    zone: tzinfo,
    *,
    chart_id: str,
    level: int = 2,
) -> ScoreChart:
    """The graph of these points, on the scale of the course and with its lines and bands."""
    outlook = course.outlook
    return ScoreChart(
        title=told(course.title),
        points=tuple(points),
        zone=zone,
        lowest=course.lowest,
        highest=course.highest,
        direction=gettext("Higher is better.")
        if course.is_higher_better
        else gettext("Lower is better."),
        cut_off=(
            CutOff(
                course.cut_off,
                gettext("Cut-off {value}: people who are well are mostly past it").format(
                    value=figure(course.cut_off)
                ),
            )
            if course.cut_off is not None
            else None
        ),
        band=(
            Band(
                *course.band, gettext("Between these, a change from the first check may be chance")
            )
            if course.band
            else None
        ),
        expected=Course.of(
            outlook.expected if outlook else (),
            gettext("Where most are expected who began like this"),
            zone,
        ),
        forecast=Course.of(
            outlook.forecast if outlook else (),
            gettext("Where the checks so far seem to lead"),
            zone,
        ),
        chart_id=chart_id,
        level=level,
    )
