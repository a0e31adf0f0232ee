"""What happens between a client and a therapist: feedback taken in, strains repaired, changes made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from alongside.clinic.access.checks import NotFound, check
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.alliance.course import (
    Course,
    Point,
    client_point,
    follow_course,
    place,
    summary_of,
    with_therapist_rating,
)
from alongside.clinic.alliance.models import (
    AllianceSeries,
    Change,
    Repair,
    RepairSource,
    RepairStep,
)
from alongside.clinic.alliance.repair_states import (
    OPEN,
    RepairEvent,
    RepairState,
    next_state,
)
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import SYSTEM, Actor
from alongside.clinic.instruments.actions import HandedIn
from alongside.clinic.instruments.bridge import scoring_of
from alongside.clinic.instruments.models import Answer
from alongside.clinic.people.models import Client, Person
from alongside.clinic.visits.models import Visit, VisitState
from alongside.methods.alliance.repair import RepairState as RatingsState
from alongside.methods.alliance.repair import repair_of
from alongside.methods.instruments.answers import AnswerState
from alongside.methods.vocabulary.errors import AlongsideError

VISITS_BEFORE_SUPERVISION = 3


class NothingWritten(AlongsideError):
    """Please write a few words first."""


class AlreadyAnswered(AlongsideError):
    """You have already told the client what changes because of these words."""


# Feedback comes in


def take_in_feedback(handed_in: HandedIn, *, by: Actor, now: datetime) -> AllianceSeries | None:
    """The series of the pair with this visit in it, its strains noticed, its repairs moved on.

    Runs inside the transaction that hands the answers in.
    """
    slot = handed_in.slot
    visit = (
        Visit.objects.select_related("client", "therapist").filter(feedback_slot=slot).first()
    )
    if visit is None:
        return None
    if visit.state == VisitState.BOOKED:
        visit.state = VisitState.HELD
        visit.save(update_fields=["state"])
    series = _series_of(visit.client, visit.therapist)
    point, next_release = client_point(
        visit, slot.version, handed_in.answers.values(), now=now
    )
    course = Course.from_rows(series.points, series.belief)
    known = next((each for each in course.points if each.visit_id == visit.pk), None)
    if known is not None:
        point = _merge_therapist(point, known)
    _keep(series, place(course, point), next_release=next_release)
    _notice_concern(series, visit, handed_in, by=by, now=now)
    _move_repairs_on(series, by=by, now=now)
    return series


def take_in_therapist_rating(
    handed_in: HandedIn, *, by: Actor, now: datetime
) -> AllianceSeries | None:
    """The series with the therapist's own rating beside the client's.

    Runs inside the transaction that hands the answers in.
    """
    visit = Visit.objects.select_related("client", "therapist").filter(
        therapist_slot=handed_in.slot
    ).first()
    if visit is None:
        return None
    series = _series_of(visit.client, visit.therapist)
    _keep(series, _rebuilt(series, now=now)[0], next_release=series.refresh_due_at)
    return series


def refresh_series(series: AllianceSeries, *, now: datetime) -> None:
    """The series computed anew from everything released by now."""
    with transaction.atomic():
        series = AllianceSeries.objects.select_related("client", "therapist").get(pk=series.pk)
        course, next_release = _rebuilt(series, now=now)
        series.refresh_due_at = None
        _keep(series, course, next_release=next_release)
        audit(
            "refresh_alliance", by=SYSTEM, now=now, subject=series, client_id=series.client_id
        )
        _move_repairs_on(series, by=SYSTEM, now=now)


def refresh_due_series(*, now: datetime) -> int:
    """How many series had answers whose day has come, now computed anew."""
    due = list(AllianceSeries.objects.filter(refresh_due_at__lte=now))
    for series in due:
        refresh_series(series, now=now)
    return len(due)


def _series_of(client: Client, therapist: Person) -> AllianceSeries:
    series, _ = AllianceSeries.objects.get_or_create(client=client, therapist=therapist)
    return series


def _keep(
    series: AllianceSeries, course: Course, *, next_release: datetime | None
) -> None:
    series.points = course.points_as_rows()
    series.belief = course.belief.to_dict() if course.belief else None
    series.summary = summary_of(course)
    due = [moment for moment in (series.refresh_due_at, next_release) if moment is not None]
    series.refresh_due_at = min(due, default=None)
    series.save(update_fields=["points", "belief", "summary", "refresh_due_at"])


def _merge_therapist(point: Point, known: Point) -> Point:
    from dataclasses import replace

    return replace(point, therapist=known.therapist, therapist_facets=known.therapist_facets)


def _rebuilt(series: AllianceSeries, *, now: datetime) -> tuple[Course, datetime | None]:
    visits = (
        Visit.objects.filter(client=series.client, therapist=series.therapist)
        .select_related(
            "feedback_slot__version",
            "feedback_slot__response",
            "therapist_slot__version",
            "therapist_slot__response",
        )
        .prefetch_related(
            "feedback_slot__response__answers", "therapist_slot__response__answers"
        )
        .order_by("ends_at", "pk")
    )
    points: list[Point] = []
    releases: list[datetime] = []
    for visit in visits:
        own, theirs = visit.feedback_slot, visit.therapist_slot
        response = getattr(own, "response", None)
        rating = getattr(theirs, "response", None)
        is_in = response is not None and response.submitted_at is not None
        is_rated = rating is not None and rating.submitted_at is not None
        if own is None or not (is_in or is_rated):
            continue
        point, next_release = client_point(
            visit,
            own.version,
            response.answers.all() if response is not None and is_in else (),
            now=now,
        )
        if next_release is not None:
            releases.append(next_release)
        if rating is not None and theirs is not None and is_rated:
            point = with_therapist_rating(point, theirs.version, rating.answers.all())
        points.append(point)
    return follow_course(points), min(releases, default=None)


# Strains and concerns


def _notice_concern(
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
            "noticed_at": now,
            "therapist_sees_from": flag.released_at,
            "is_told_to_supervisor": ask is not None and ask.value is True,
        },
    )
    if is_new:
        _remember(repair, RepairEvent.NOTICED, by=by, now=now)


def _move_repairs_on(series: AllianceSeries, *, by: Actor, now: datetime) -> None:
    """Open repairs follow the ratings; a strain that nobody works on yet opens one."""
    course = Course.from_rows(series.points, series.belief)
    rated = [point for point in course.points if point.score is not None]
    open_repairs = list(series.repairs.open().select_related("visit"))
    for repair in open_repairs:
        if repair.source == RepairSource.STRAIN:
            _follow_ratings(repair, rated, by=by, now=now)
        _send_to_supervision_if_due(series, repair, now=now)
    last = rated[-1] if rated else None
    if (
        last is not None
        and last.is_strain
        and not any(r.source == RepairSource.STRAIN and r.is_open for r in open_repairs)
    ):
        repair, is_new = Repair.objects.get_or_create(
            series=series,
            visit_id=last.visit_id,
            source=RepairSource.STRAIN,
            defaults={
                "noticed_at": now,
                "therapist_sees_from": now,
                "signal": dict(last.strain or {}),
            },
        )
        if is_new:
            _remember(repair, RepairEvent.NOTICED, by=SYSTEM, now=now)


def _follow_ratings(repair: Repair, rated: list[Point], *, by: Actor, now: datetime) -> None:
    later = [
        point.score or 0.0
        for point in rated
        if (point.time, point.visit_id) > (repair.visit.ends_at, repair.visit_id)
    ]
    alarm = next((p.signal for p in rated if p.visit_id == repair.visit_id), None)
    if alarm is None or not later:
        return
    outcome = repair_of(alarm, later)
    if outcome.state is RatingsState.CAME_BACK or later[-1] >= outcome.level:
        _step(repair, RepairEvent.RATINGS_CAME_BACK, by=SYSTEM, now=now)


def _send_to_supervision_if_due(
    series: AllianceSeries, repair: Repair, *, now: datetime
) -> None:
    """A repair that is still open when the feedback of three later visits is in or over."""
    if not repair.is_open or repair.supervision_since is not None:
        return
    over = (
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
    if over >= VISITS_BEFORE_SUPERVISION:
        repair.supervision_since = now
        repair.save(update_fields=["supervision_since"])
        _step(repair, RepairEvent.SENT_TO_SUPERVISION, by=SYSTEM, now=now)


def send_unrepaired_to_supervision(*, now: datetime) -> int:
    """How many open repairs have now waited for three visits. Run by the clock."""
    waiting = Repair.objects.open().filter(supervision_since__isnull=True)
    n_sent = 0
    for repair in waiting.select_related("series", "visit"):
        with transaction.atomic():
            _send_to_supervision_if_due(repair.series, repair, now=now)
        n_sent += repair.supervision_since is not None
    return n_sent


# The repair loop


def note_talked_about(*, repair: Repair, note: str, by: Actor, now: datetime) -> Repair:
    """The repair after the therapist says that it was talked about. The client is asked next.

    Raises: NotFound, NotNow.
    """
    check(by, Deed.RECORD, repair_record(repair, now=now), now=now)
    return _take_step(repair, RepairEvent.TALKED_ABOUT, by=by, now=now, note=note.strip())


def confirm_repair(
    *, repair: Repair, event: RepairEvent, note: str = "", by: Actor, now: datetime
) -> Repair:
    """The repair after the client's word: it was talked about, it was not, or it is better now.

    Raises: NotFound, NotNow.
    """
    if by.client_id is None or by.client_id != repair.series.client_id:
        raise NotFound
    check(by, Deed.RECORD, repair_record(repair, now=now), now=now)
    return _take_step(repair, event, by=by, now=now, note=note.strip())


def tell_supervisor(*, repair: Repair, by: Actor, now: datetime) -> Repair:
    """The concern, told to a supervisor because the client says so now.

    Raises: NotFound.
    """
    if by.client_id is None or by.client_id != repair.series.client_id:
        raise NotFound
    check(by, Deed.RECORD, repair_record(repair, now=now), now=now)
    with transaction.atomic():
        repair.is_told_to_supervisor = True
        repair.save(update_fields=["is_told_to_supervisor"])
        audit(
            "tell_supervisor",
            by=by,
            now=now,
            subject=repair,
            client_id=repair.series.client_id,
        )
    return repair


def repair_record(repair: Repair, *, now: datetime) -> Record:
    """What the policy has to know of a repair."""
    is_concern = repair.source == RepairSource.CONCERN
    return Record(
        Segment.CONCERN if is_concern else Segment.STRAIN,
        client_id=repair.series.client_id,
        therapist_id=repair.series.therapist_id,
        is_released=(
            repair.therapist_sees_from is not None and repair.therapist_sees_from <= now
        ),
        is_told_to_supervisor=repair.is_told_to_supervisor,
        is_opened_to_supervision=repair.series.opened_to_supervision_at is not None,
    )


def _take_step(
    repair: Repair, event: RepairEvent, *, by: Actor, now: datetime, note: str
) -> Repair:
    with transaction.atomic():
        repair = Repair.objects.select_related("series").get(pk=repair.pk)
        _step(repair, event, by=by, now=now, note=note)
    return repair


def _step(
    repair: Repair, event: RepairEvent, *, by: Actor, now: datetime, note: str = ""
) -> None:
    repair.state = next_state(RepairState(repair.state), event)
    if repair.state not in OPEN:
        repair.closed_at = now
    repair.save(update_fields=["state", "closed_at"])
    _remember(repair, event, by=by, now=now, note=note)


def _remember(
    repair: Repair, event: RepairEvent, *, by: Actor, now: datetime, note: str = ""
) -> None:
    RepairStep.objects.create(
        repair=repair, event=event, at=now, by_id=by.person_id, note=note
    )
    audit(
        f"repair_{event}",
        by=by,
        now=now,
        subject=repair,
        client_id=repair.series.client_id,
        source=repair.source,
        state=repair.state,
    )


# "You said, we changed"


def say_what_changes(
    *, answer: Answer, what_changes: str, by: Actor, now: datetime
) -> Change:
    """The change that the therapist answers to a client's own words.

    Raises: NotFound, NothingWritten, AlreadyAnswered.
    """
    slot = answer.response.slot
    is_released = answer.released_at is not None and answer.released_at <= now
    if slot.therapist_id is None or answer.state != AnswerState.ANSWERED or not is_released:
        raise NotFound
    record = Record(
        Segment.CHANGES, client_id=slot.client_id, therapist_id=slot.therapist_id
    )
    check(by, Deed.RECORD, record, now=now)
    words = what_changes.strip()
    if not words:
        raise NothingWritten
    with transaction.atomic():
        change, is_new = Change.objects.get_or_create(
            answer=answer,
            defaults={
                "client_id": slot.client_id,
                "therapist_id": slot.therapist_id,
                "what_changes": words,
                "written_at": now,
            },
        )
        if not is_new:
            raise AlreadyAnswered
        audit("say_what_changes", by=by, now=now, subject=change, client_id=slot.client_id)
    return change


def mark_changes_seen(*, client: Client, by: Actor, now: datetime) -> int:
    """How many changes the client has now seen for the first time."""
    with transaction.atomic():
        unseen = list(Change.objects.filter(client=client, seen_at__isnull=True))
        for change in unseen:
            change.seen_at = now
            change.save(update_fields=["seen_at"])
            audit("see_change", by=by, now=now, subject=change, client_id=client.pk)
    return len(unseen)


# Supervision


def open_to_supervision(
    *, series: AllianceSeries, is_open: bool, by: Actor, now: datetime
) -> AllianceSeries:
    """The series, opened to the therapist's supervisor or closed again.

    Raises: NotFound.
    """
    record = Record(
        Segment.ALLIANCE, client_id=series.client_id, therapist_id=series.therapist_id
    )
    check(by, Deed.RECORD, record, now=now)
    with transaction.atomic():
        series.opened_to_supervision_at = now if is_open else None
        series.opened_to_supervision_by_id = by.person_id if is_open else None
        series.save(
            update_fields=["opened_to_supervision_at", "opened_to_supervision_by"]
        )
        audit(
            "open_to_supervision" if is_open else "close_to_supervision",
            by=by,
            now=now,
            subject=series,
            client_id=series.client_id,
        )
    return series


def series_detail(series: AllianceSeries) -> dict[str, Any]:
    """The summary that boards show."""
    return dict(series.summary)
