"""The graphs of one client: the alliance, both views of it, and progress."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, gettext_lazy, ngettext

from alongside.clinic.alliance.came_back import visits_that_came_back
from alongside.clinic.alliance.course import gap_of
from alongside.clinic.alliance.queries import Alliance
from alongside.clinic.progress.queries import ProgressCourse
from alongside.clinic.visits.models import Visit, VisitState
from alongside.interfaces.shared.charts.gap_drawing import GapPoint
from alongside.interfaces.shared.charts.score_drawing import Mark, ScorePoint
from alongside.interfaces.shared.charts.value_axis import figure
from alongside.interfaces.shared.component import Words
from alongside.interfaces.shared.components.empty_state import EmptyState
from alongside.interfaces.shared.components.gap_chart import GapChart
from alongside.interfaces.shared.components.score_chart import ScoreChart
from alongside.interfaces.shared.dates import noon_of
from alongside.interfaces.shared.progress_graph import progress_graph

ONE_WEEK: Final = 7
STANDINGS: Final[dict[str, Words]] = {
    "close": gettext_lazy("You see the visits much alike."),
    "client_higher": gettext_lazy("{name} tends to rate the visits higher than you do."),
    "therapist_higher": gettext_lazy(
        "You tend to rate the visits higher than {name} does. That is worth a question."
    ),
}


def alliance_chart(
    alliance: Alliance, visits: Iterable[Visit], zone: ZoneInfo, name: str
) -> ScoreChart:
    """How the visits were for the client. A visit that was missed stands on the line below."""
    points = {point.visit_id: point for point in alliance.course.points}
    back = visits_that_came_back(alliance.repairs, alliance.course.points)
    shown = []
    for visit in visits:
        point = points.get(visit.pk)
        if point is None and visit.state != VisitState.MISSED:
            continue
        # At the visit where the ratings come back, its window can still look low.
        marks = [Mark.REPAIR] if visit.pk in back else []
        if not marks and point is not None and point.is_strain:
            marks = [Mark.STRAIN]
        shown.append(
            ScorePoint(
                visit.ends_at,
                point.score if point else None,
                tuple(marks),
                is_missed=visit.state == VisitState.MISSED,
            )
        )
    return ScoreChart(
        title=gettext("How the visits were for {name}").format(name=name),
        points=tuple(shown),
        zone=zone,
        direction=gettext("Higher is better. Look at the change more than at the height."),
        chart_id="alliance",
        level=2,
        empty=EmptyState(
            gettext("No ratings yet"), gettext("The graph starts with the first shared feedback.")
        ),
    )


def two_views(alliance: Alliance, zone: ZoneInfo, name: str) -> GapChart:
    """Both ratings of the same visits, side by side."""
    return GapChart(
        title=gettext("How you both saw the same visits"),
        points=tuple(
            GapPoint(point.at, point.score, point.therapist) for point in alliance.course.points
        ),
        zone=zone,
        client_label=name,
        therapist_label=gettext("You"),
        chart_id="two-views",
        level=2,
        note=_gap_words(alliance, name),
    )


def _gap_words(alliance: Alliance, name: str) -> str:
    """What the gap means and on how many visits it rests; empty while nobody can tell."""
    gap = gap_of(alliance.course)
    if gap is None:
        return ""
    words = str(STANDINGS[gap.standing]).format(name=name)
    words += ngettext(
        " Mean gap {mean} of 100 points, over {n} visit.",
        " Mean gap {mean} of 100 points, over {n} visits.",
        gap.n,
    ).format(mean=figure(abs(gap.mean)), n=gap.n)
    if gap.lowest is None or gap.highest is None:
        return words + gettext(" One visit says little.")
    if gap.lowest <= 0 <= gap.highest:
        return words + gettext(" It may still be chance.")
    return words


def progress_chart(
    course: ProgressCourse,
    alliance: Alliance,
    visits: Sequence[Visit],
    zone: ZoneInfo,
    number: int,
) -> ScoreChart:
    """The course of the checks, with missed visits below and strains and repairs on their week."""
    strains = {
        point.at.astimezone(zone).date() for point in alliance.course.points if point.is_strain
    }
    back = visits_that_came_back(alliance.repairs, alliance.course.points)
    repairs = {
        point.at.astimezone(zone).date()
        for point in alliance.course.points
        if point.visit_id in back
    }
    checks = []
    for check in course.checks:
        days = [
            (mark, (check.on - on).days)
            for mark, found in ((Mark.STRAIN, strains), (Mark.REPAIR, repairs))
            for on in found
        ]
        marks = dict.fromkeys(mark for mark, since in days if 0 <= since < ONE_WEEK)
        checks.append(ScorePoint(noon_of(check.on, zone), check.score, tuple(marks)))
    missed = [
        ScorePoint(visit.ends_at, None, is_missed=True)
        for visit in visits
        if visit.state == VisitState.MISSED and checks
    ]
    return progress_graph(course, (*checks, *missed), zone, chart_id=f"progress-{number}", level=3)
