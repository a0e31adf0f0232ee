"""What a correction sets off: the course anew, and repairs held against what it now shows.

Everything here runs inside the transaction of the action that corrects.
"""

from __future__ import annotations

from datetime import datetime

from alongside.clinic.alliance.bridge import course_of
from alongside.clinic.alliance.course import Point
from alongside.clinic.alliance.models import AllianceSeries, Repair, RepairSource
from alongside.clinic.alliance.noticing import (
    alarm_of,
    move_repairs_on,
    notice_concern,
    ratings_after,
)
from alongside.clinic.alliance.repair_states import RepairEvent, RepairState
from alongside.clinic.alliance.repairs import step
from alongside.clinic.alliance.series import SERIES_OF_PAIR, rebuild
from alongside.clinic.audit.actor import SYSTEM, Actor
from alongside.clinic.instruments.actions import HandedIn
from alongside.clinic.instruments.bridge import scoring_of
from alongside.clinic.instruments.models import WayIn
from alongside.clinic.visits.models import Visit
from alongside.methods.alliance.repair import repair_of


def follow_correction(
    visit: Visit, stands: HandedIn | None, *, by: Actor, now: datetime
) -> AllianceSeries | None:
    """The series of the visit's pair by the answers as they now stand; None where there are none.

    Missing: `stands` is None where the feedback of the visit was taken back.
    """
    pair = {"client_id": visit.client_id, "therapist_id": visit.therapist_id}
    series = SERIES_OF_PAIR.first(**pair)
    if series is None:
        return None
    before = course_of(series).rated
    rebuild(series, now=now)
    _follow_concern(series, visit, stands, by=by, now=now)
    _open_again(series, before, now=now)
    move_repairs_on(series, now=now)
    return series


def _open_again(series: AllianceSeries, before: list[Point], *, now: datetime) -> None:
    """Strains that ratings had closed which the correction took away.

    Nothing else opens what is closed: a baseline that drifts would ring twice for one strain.
    """
    after = course_of(series).rated
    strains = [point.visit_id for point in after if point.is_strain]
    closed = series.repairs.filter(
        source=RepairSource.STRAIN, state=RepairState.REPAIRED, visit__in=strains
    )
    for repair in closed.select_related("visit"):
        is_undone = _is_back(repair, before) and not _is_back(repair, after)
        if is_undone and _was_closed_by_ratings(repair):
            step(repair, RepairEvent.NOTICED_AGAIN, by=SYSTEM, now=now)


def _is_back(repair: Repair, rated: list[Point]) -> bool:
    level = repair_of(alarm_of(repair, rated), ()).level
    return any(rating >= level for rating in ratings_after(repair, rated))


def _was_closed_by_ratings(repair: Repair) -> bool:
    last = repair.steps.last()
    return last is not None and last.event == RepairEvent.RATINGS_CAME_BACK


def _follow_concern(
    series: AllianceSeries, visit: Visit, stands: HandedIn | None, *, by: Actor, now: datetime
) -> None:
    """A respect flag that was mistyped is withdrawn; one that was overlooked is noticed."""
    concern = series.repairs.filter(visit=visit, source=RepairSource.CONCERN).first()
    is_raised = stands is not None and _raises_concern(stands)
    if concern is None:
        if stands is not None and stands.response.way_in != WayIn.IMPORTED:
            notice_concern(series, visit, stands, by=by, now=now)
    elif is_raised and concern.state == RepairState.WITHDRAWN:
        step(concern, RepairEvent.NOTICED_AGAIN, by=by, now=now)
    elif not is_raised and concern.state == RepairState.NOTICED:
        step(concern, RepairEvent.HOLDS_NO_MORE, by=by, now=now)


def _raises_concern(stands: HandedIn) -> bool:
    flag = stands.answers.get(scoring_of(stands.slot.version).item_with_role("respect_flag") or "")
    return flag is not None and flag.value is True
