"""What new feedback sets off: concerns and strains noticed, open repairs moved on.

Everything here runs inside the transaction of the action that calls it.
"""

from __future__ import annotations

from datetime import datetime

from alongside.clinic.alliance.bridge import course_of
from alongside.clinic.alliance.course import Point
from alongside.clinic.alliance.models import AllianceSeries, Repair, RepairSource
from alongside.clinic.alliance.repair_states import RepairEvent, RepairState
from alongside.clinic.alliance.repairs import remember, step
from alongside.clinic.audit.actor import SYSTEM, Actor
from alongside.clinic.instruments.actions import HandedIn
from alongside.clinic.instruments.bridge import scoring_of
from alongside.clinic.statements import Parameter, Select
from alongside.clinic.visits.models import Visit, VisitState
from alongside.methods.alliance.repair import RepairState as RatingsState
from alongside.methods.alliance.repair import repair_of
from alongside.methods.alliance.strain import USUAL_THRESHOLD, VisitStrain

VISITS_BEFORE_SUPERVISION = 3
OPEN_REPAIRS = Select(
    lambda: Repair.objects.open().filter(series=Parameter("series")).select_related("visit")
)


def notice_concern(
    series: AllianceSeries, visit: Visit, handed_in: HandedIn, *, by: Actor, now: datetime
) -> None:
    """A respect flag is an event by itself, whatever the ratings say."""
    scoring = scoring_of(handed_in.slot.version)
    flag = handed_in.answers.get(scoring.item_with_role("respect_flag") or "")
    if flag is None or flag.value is not True:
        return
    ask = handed_in.answers.get(scoring.item_with_role("respect_supervisor") or "")
    repair, is_new = Repair.objects.get_or_create(
        series=series,
        visit=visit,
        source=RepairSource.CONCERN,
        defaults={
            "client_id": series.client_id,
            "noticed_at": now,
            "therapist_sees_from": flag.released_at,
            "is_told_to_supervisor": ask is not None and ask.value is True,
        },
    )
    if is_new:
        remember(repair, RepairEvent.NOTICED, by=by, now=now)


def ends_in_strain(series: AllianceSeries) -> bool:
    """Whether the last rated visit is a strain."""
    return series.summary.get("one_in") is not None


def move_repairs_on(series: AllianceSeries, *, now: datetime) -> None:
    """Open repairs follow the ratings; a strain that nobody works on yet opens one.

    One that nobody has talked about is withdrawn when its visit turns out to be no strain.
    """
    open_repairs = OPEN_REPAIRS.all(series=series.pk)
    if not open_repairs and not ends_in_strain(series):
        return
    rated = course_of(series).rated
    strains = {point.visit_id for point in rated if point.is_strain}
    for repair in open_repairs:
        repair.series = series
        if repair.source == RepairSource.STRAIN:
            if repair.state == RepairState.NOTICED and repair.visit_id not in strains:
                step(repair, RepairEvent.HOLDS_NO_MORE, by=SYSTEM, now=now)
            else:
                _follow_ratings(repair, rated, now=now)
        send_to_supervision_if_due(series, repair, now=now)
    last = rated[-1] if rated else None
    if (
        last is not None
        and last.is_strain
        and not any(r.source == RepairSource.STRAIN and r.is_open for r in open_repairs)
        and not _echoes_a_visit_before(series, rated)
    ):
        repair, is_new = Repair.objects.get_or_create(
            series=series,
            visit_id=last.visit_id,
            source=RepairSource.STRAIN,
            defaults={
                "client_id": series.client_id,
                "noticed_at": now,
                "therapist_sees_from": now,
                "signal": dict(last.strain or {}),
            },
        )
        if is_new:
            remember(repair, RepairEvent.NOTICED, by=SYSTEM, now=now)
        elif repair.state == RepairState.WITHDRAWN:
            repair.signal = dict(last.strain or {})
            repair.save(update_fields=["signal"])
            step(repair, RepairEvent.NOTICED_AGAIN, by=SYSTEM, now=now)


def _echoes_a_visit_before(series: AllianceSeries, rated: list[Point]) -> bool:
    """Whether the last visit looks low only together with one whose strain is already noticed.

    A window of two or three visits can still be low when the last of them is not.
    """
    signal = rated[-1].signal
    if signal is None or signal.p_one_visit < USUAL_THRESHOLD.probability:
        return False
    before = [point.visit_id for point in rated[-signal.window : -1]]
    known = series.repairs.filter(source=RepairSource.STRAIN, visit_id__in=before)
    return known.exclude(state=RepairState.WITHDRAWN).exists()


def _follow_ratings(repair: Repair, rated: list[Point], *, now: datetime) -> None:
    later = ratings_after(repair, rated)
    if not later:
        return
    outcome = repair_of(alarm_of(repair, rated), later)
    if outcome.state is RatingsState.CAME_BACK or later[-1] >= outcome.level:
        step(repair, RepairEvent.RATINGS_CAME_BACK, by=SYSTEM, now=now)


def ratings_after(repair: Repair, rated: list[Point]) -> list[float]:
    """The ratings of the visits after the one that the repair is about."""
    place = repair.visit.ends_at, repair.visit_id
    return [point.score or 0.0 for point in rated if point.place > place]


def alarm_of(repair: Repair, rated: list[Point]) -> VisitStrain:
    """What the detector says of the strain's visit; where it is silent now, what it said."""
    now = next((point.signal for point in rated if point.visit_id == repair.visit_id), None)
    return now or VisitStrain(**repair.signal)


def send_to_supervision_if_due(series: AllianceSeries, repair: Repair, *, now: datetime) -> None:
    """A repair that is still open when the feedback of three later visits is in or over."""
    if not is_due_for_supervision(series, repair, now=now):
        return
    repair.supervision_since = now
    repair.save(update_fields=["supervision_since"])
    step(repair, RepairEvent.SENT_TO_SUPERVISION, by=SYSTEM, now=now)


def is_due_for_supervision(series: AllianceSeries, repair: Repair, *, now: datetime) -> bool:
    """Whether it has waited for three visits. A concern goes only where the client sends it."""
    is_kept_back = repair.source == RepairSource.CONCERN and not repair.is_told_to_supervisor
    if not repair.is_open or repair.supervision_since is not None or is_kept_back:
        return False
    n_over = (
        Visit.objects.filter(
            client_id=series.client_id,
            therapist_id=series.therapist_id,
            state=VisitState.HELD,
            ends_at__gt=repair.visit.ends_at,
        )
        .exclude(
            feedback_slot__response__submitted_at__isnull=True,
            feedback_slot__expires_at__gt=now,
        )
        .count()
    )
    return n_over >= VISITS_BEFORE_SUPERVISION
