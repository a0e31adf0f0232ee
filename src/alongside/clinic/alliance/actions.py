"""What happens between a client and a therapist: feedback, repairs, changes, supervision."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

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
from alongside.clinic.alliance.models import AllianceSeries, Change, Repair
from alongside.clinic.alliance.noticing import (
    move_repairs_on,
    notice_concern,
    send_to_supervision_if_due,
)
from alongside.clinic.alliance.repair_states import RepairEvent
from alongside.clinic.alliance.repairs import repair_record, take_step
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import SYSTEM, Actor
from alongside.clinic.instruments.actions import HandedIn
from alongside.clinic.instruments.models import Answer
from alongside.clinic.people.models import Client, Person
from alongside.clinic.visits.models import Visit, VisitState
from alongside.methods.instruments.answers import AnswerState
from alongside.methods.vocabulary.errors import AlongsideError

CLIENT_EVENTS = frozenset(
    {
        RepairEvent.CLIENT_CONFIRMS,
        RepairEvent.CLIENT_DENIES,
        RepairEvent.CLIENT_FEELS_BETTER,
    }
)


class NothingWritten(AlongsideError):
    """Please write a few words first."""


class AlreadyAnswered(AlongsideError):
    """You have already told the client what changes because of these words."""


def take_in_feedback(handed_in: HandedIn, *, by: Actor, now: datetime) -> AllianceSeries | None:
    """The series of the pair with this visit in it, its strains noticed, its repairs moved on.

    Runs inside the transaction that hands the answers in.
    """
    slot = handed_in.slot
    visit = Visit.objects.select_related("client", "therapist").filter(feedback_slot=slot).first()
    if visit is None:
        return None
    if visit.state == VisitState.BOOKED:
        visit.state = VisitState.HELD
        visit.save(update_fields=["state"])
    series = _series_of(visit.client, visit.therapist)
    point, next_release = client_point(visit, slot.version, handed_in.answers.values(), now=now)
    course = Course.from_rows(series.points, series.belief)
    known = next((each for each in course.points if each.visit_id == visit.pk), None)
    if known is not None:
        point = _merge_therapist(point, known)
    _keep(series, place(course, point), next_release=next_release)
    notice_concern(series, visit, handed_in, by=by, now=now)
    move_repairs_on(series, now=now)
    return series


def take_in_therapist_rating(handed_in: HandedIn, *, now: datetime) -> AllianceSeries | None:
    """The series with the therapist's own rating beside the client's.

    Runs inside the transaction that hands the answers in.
    """
    visit = (
        Visit.objects.select_related("client", "therapist")
        .filter(therapist_slot=handed_in.slot)
        .first()
    )
    if visit is None:
        return None
    series = _series_of(visit.client, visit.therapist)
    course, next_release = _rebuilt(series, now=now)
    series.refresh_due_at = None
    _keep(series, course, next_release=next_release)
    return series


def refresh_series(series: AllianceSeries, *, now: datetime) -> None:
    """The series computed anew from everything released by now."""
    with transaction.atomic():
        series = AllianceSeries.objects.select_related("client", "therapist").get(pk=series.pk)
        course, next_release = _rebuilt(series, now=now)
        series.refresh_due_at = None
        _keep(series, course, next_release=next_release)
        audit("refresh_alliance", by=SYSTEM, now=now, subject=series, client_id=series.client_id)
        move_repairs_on(series, now=now)


def refresh_due_series(*, now: datetime) -> int:
    """How many series had answers whose day has come, now computed anew."""
    due = list(AllianceSeries.objects.filter(refresh_due_at__lte=now))
    for series in due:
        refresh_series(series, now=now)
    return len(due)


def _series_of(client: Client, therapist: Person) -> AllianceSeries:
    series, _ = AllianceSeries.objects.get_or_create(client=client, therapist=therapist)
    return series


def _keep(series: AllianceSeries, course: Course, *, next_release: datetime | None) -> None:
    series.points = course.points_as_rows()
    series.belief = course.belief.to_dict() if course.belief else None
    series.summary = summary_of(course)
    due = [moment for moment in (series.refresh_due_at, next_release) if moment is not None]
    series.refresh_due_at = min(due, default=None)
    series.save(update_fields=["points", "belief", "summary", "refresh_due_at"])


def _merge_therapist(point: Point, known: Point) -> Point:
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
        .prefetch_related("feedback_slot__response__answers", "therapist_slot__response__answers")
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


def send_unrepaired_to_supervision(*, now: datetime) -> int:
    """How many open repairs have now waited for three visits. Run by the clock."""
    waiting = Repair.objects.open().filter(supervision_since__isnull=True)
    n_sent = 0
    for repair in waiting.select_related("series", "visit"):
        with transaction.atomic():
            send_to_supervision_if_due(repair.series, repair, now=now)
        n_sent += repair.supervision_since is not None
    return n_sent


def note_talked_about(*, repair: Repair, note: str, by: Actor, now: datetime) -> Repair:
    """The repair after the therapist says that it was talked about. The client is asked next.

    Raises: NotFound, NotNow.
    """
    check(by, Deed.RECORD, repair_record(repair, now=now), now=now)
    return take_step(repair, RepairEvent.TALKED_ABOUT, by=by, now=now, note=note.strip())


def confirm_repair(
    *, repair: Repair, event: RepairEvent, note: str = "", by: Actor, now: datetime
) -> Repair:
    """The repair after the client's word: it was talked about, it was not, or it is better now.

    Raises: NotFound, NotNow.
    """
    if event not in CLIENT_EVENTS or by.client_id != repair.series.client_id:
        raise NotFound
    check(by, Deed.RECORD, repair_record(repair, now=now), now=now)
    return take_step(repair, event, by=by, now=now, note=note.strip())


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


def say_what_changes(*, answer: Answer, what_changes: str, by: Actor, now: datetime) -> Change:
    """The change that the therapist answers to a client's own words.

    Raises: NotFound, NothingWritten, AlreadyAnswered.
    """
    slot = answer.response.slot
    is_released = answer.released_at is not None and answer.released_at <= now
    if slot.therapist_id is None or answer.state != AnswerState.ANSWERED or not is_released:
        raise NotFound
    record = Record(Segment.CHANGES, client_id=slot.client_id, therapist_id=slot.therapist_id)
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
    """How many changes the client has now seen for the first time.

    Raises: NotFound.
    """
    check(by, Deed.SEE, Record(Segment.CHANGES, client_id=client.pk), now=now)
    with transaction.atomic():
        unseen = list(Change.objects.filter(client=client, seen_at__isnull=True))
        for change in unseen:
            change.seen_at = now
            change.save(update_fields=["seen_at"])
            audit("see_change", by=by, now=now, subject=change, client_id=client.pk)
    return len(unseen)


def open_to_supervision(
    *, series: AllianceSeries, is_open: bool, by: Actor, now: datetime
) -> AllianceSeries:
    """The series, opened to the therapist's supervisor or closed again.

    Raises: NotFound.
    """
    record = Record(Segment.ALLIANCE, client_id=series.client_id, therapist_id=series.therapist_id)
    check(by, Deed.RECORD, record, now=now)
    with transaction.atomic():
        series.opened_to_supervision_at = now if is_open else None
        series.opened_to_supervision_by_id = by.person_id if is_open else None
        series.save(update_fields=["opened_to_supervision_at", "opened_to_supervision_by"])
        audit(
            "open_to_supervision" if is_open else "close_to_supervision",
            by=by,
            now=now,
            subject=series,
            client_id=series.client_id,
        )
    return series
