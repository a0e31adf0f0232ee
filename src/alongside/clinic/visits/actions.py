"""Book a visit, and say what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from alongside.clinic.access.checks import check
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import Actor
from alongside.clinic.instruments.actions import open_slot, version_for
from alongside.clinic.instruments.models import Purpose, Respondent
from alongside.clinic.outbox.actions import cancel_messages, queue_message, renew_messages
from alongside.clinic.outbox.models import Channel
from alongside.clinic.people.models import Client, Person
from alongside.clinic.people.queries import the_clinic
from alongside.clinic.statements import Update
from alongside.clinic.visits.models import Visit, VisitState
from alongside.methods.vocabulary.errors import AlongsideError

FEEDBACK_INVITATION = "feedback_invitation"
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=8)
FURTHEST = timedelta(days=366)
STATE = Update(Visit, "state")


class TimeTaken(AlongsideError):
    """There is already a visit at that time. Choose another time."""


class VisitTooFar(AlongsideError):
    """That day is more than a year away. Check the date."""


class VisitInThePast(AlongsideError):
    """That time has passed. A visit that took place can be booked up to a week later."""


class OddLength(AlongsideError):
    """A visit takes between 5 minutes and 8 hours. Check when it starts and ends."""


class NotStartedYet(AlongsideError):
    """This visit has not started yet, so nobody can say how it went."""


class FeedbackIsIn(AlongsideError):
    """The client has already said how this visit was, so it did take place."""


def attendance_record(client: Client, therapist: Person) -> Record:
    """What the policy has to know of a visit of this pair."""
    return Record(Segment.ATTENDANCE, client_id=client.pk, therapist_id=therapist.pk)


def book_visit(
    *,
    client: Client,
    therapist: Person,
    starts_at: datetime,
    ends_at: datetime,
    by: Actor,
    now: datetime,
) -> Visit:
    """The booked visit, with a slot for feedback that opens when it ends, and its invitation.

    Raises: NotFound, TimeTaken, OddLength, VisitTooFar, VisitInThePast, NoInstrument.
    """
    by = check(by, Deed.RECORD, attendance_record(client, therapist), now=now)
    if not SHORTEST <= ends_at - starts_at <= LONGEST:
        raise OddLength
    if starts_at > now + FURTHEST:
        raise VisitTooFar
    if ends_at < now - timedelta(days=7):
        raise VisitInThePast
    closes_at = ends_at + timedelta(hours=the_clinic().feedback_open_hours)
    with transaction.atomic():
        taken = Visit.objects.overlapping(starts_at, ends_at)
        if taken.filter(Q(therapist=therapist) | Q(client=client)).exists():
            raise TimeTaken
        feedback_slot, therapist_slot = (
            open_slot(
                client=client,
                therapist=therapist,
                version=version_for(purpose),
                respondent=respondent,
                opens_at=ends_at,
                expires_at=closes_at,
            )
            for purpose, respondent in (
                (Purpose.VISIT_FEEDBACK, Respondent.CLIENT),
                (Purpose.THERAPIST_RATING, Respondent.THERAPIST),
            )
        )
        visit = Visit.objects.create(
            client=client,
            therapist=therapist,
            starts_at=starts_at,
            ends_at=ends_at,
            feedback_slot=feedback_slot,
            therapist_slot=therapist_slot,
        )
        _invite(visit, due_at=ends_at)
        audit("book_visit", by=by, now=now, subject=visit, client_id=client.pk)
    return visit


def _invite(visit: Visit, *, due_at: datetime) -> None:
    client, slot = visit.client, visit.feedback_slot
    assert slot is not None
    for channel, address in ((Channel.SMS, client.phone), (Channel.EMAIL, client.email)):
        if address:
            queue_message(
                kind=FEEDBACK_INVITATION,
                subject_id=slot.pk,
                client_id=client.pk,
                channel=channel,
                address=address,
                language=client.language,
                due_at=due_at,
                expires_at=slot.expires_at,
            )
            return


def hold_visit(*, visit: Visit, by: Actor, now: datetime) -> Visit:
    """The visit as held. If it ended early, feedback opens at once.

    Raises: NotFound, NotStartedYet.
    """
    by = check(by, Deed.RECORD, attendance_record(visit.client, visit.therapist), now=now)
    if now < visit.starts_at:
        raise NotStartedYet
    with transaction.atomic():
        visit = _locked(visit)
        _set_state(visit, VisitState.HELD, by=by, now=now)
        for slot in (visit.feedback_slot, visit.therapist_slot):
            if slot is not None:
                slot.closed_at = None
                slot.opens_at = min(slot.opens_at, now)
                slot.save(update_fields=["closed_at", "opens_at"])
        if now < visit.ends_at and visit.feedback_slot is not None:
            cancel_messages(kind=FEEDBACK_INVITATION, subject_id=visit.feedback_slot.pk, now=now)
        _invite_now(visit, now=now)
    return visit


def take_as_held(visit: Visit, *, by: Actor, now: datetime) -> None:
    """The visit as held, because somebody says how it was.

    Runs inside the transaction that hands the answers in.
    """
    if visit.state == VisitState.BOOKED:
        _set_state(visit, VisitState.HELD, by=by, now=now)


def move_visit(
    visit: Visit, starts_at: datetime, ends_at: datetime, *, by: Actor, now: datetime
) -> None:
    """The visit at other times, its feedback opening as long after it as before.

    Runs inside the transaction that corrects what an import said of it.
    """
    later, slot = ends_at - visit.ends_at, visit.feedback_slot
    if (visit.starts_at, visit.ends_at) == (starts_at, ends_at) or slot is None:
        return
    visit.starts_at, visit.ends_at = starts_at, ends_at
    visit.save(update_fields=["starts_at", "ends_at"])
    slot.opens_at, slot.expires_at = slot.opens_at + later, slot.expires_at + later
    slot.save(update_fields=["opens_at", "expires_at"])
    audit("move_visit", by=by, now=now, subject=visit, client_id=visit.client_id)


def take_as_cancelled(visit: Visit, *, by: Actor, now: datetime) -> None:
    """The visit as cancelled, because the import that told of it was a mistake.

    Runs inside the transaction that takes its feedback back. A visit that was booked here stays.
    """
    if visit.imported_index is not None:
        _set_state(visit, VisitState.CANCELLED, by=by, now=now)


def _invite_now(visit: Visit, *, now: datetime) -> None:
    """An invitation that was taken back waits again."""
    if visit.feedback_slot is not None:
        renew_messages(kind=FEEDBACK_INVITATION, subject_id=visit.feedback_slot.pk, due_at=now)


def miss_visit(*, visit: Visit, by: Actor, now: datetime) -> Visit:
    """The visit as missed; its slots are closed and its invitation is taken back.

    Raises: NotFound, NotStartedYet, FeedbackIsIn.
    """
    if now < visit.starts_at:
        raise NotStartedYet
    return _call_off(visit, VisitState.MISSED, by=by, now=now)


def cancel_visit(*, visit: Visit, by: Actor, now: datetime) -> Visit:
    """The visit as cancelled; its slots are closed and its invitation is taken back.

    Raises: NotFound, FeedbackIsIn.
    """
    return _call_off(visit, VisitState.CANCELLED, by=by, now=now)


def _call_off(visit: Visit, state: VisitState, *, by: Actor, now: datetime) -> Visit:
    by = check(by, Deed.RECORD, attendance_record(visit.client, visit.therapist), now=now)
    with transaction.atomic():
        visit = _locked(visit)
        slots = [slot for slot in (visit.feedback_slot, visit.therapist_slot) if slot]
        if visit.feedback_slot is not None and _is_handed_in(visit):
            raise FeedbackIsIn
        _set_state(visit, state, by=by, now=now)
        for slot in slots:
            slot.closed_at = now
            slot.save(update_fields=["closed_at"])
            cancel_messages(kind=FEEDBACK_INVITATION, subject_id=slot.pk, now=now)
    return visit


def rebook_visit(*, visit: Visit, by: Actor, now: datetime) -> Visit:
    """The visit as booked again: takes back "missed", "cancelled" or "held" said by mistake.

    Raises: NotFound, TimeTaken, FeedbackIsIn.
    """
    by = check(by, Deed.RECORD, attendance_record(visit.client, visit.therapist), now=now)
    with transaction.atomic():
        visit = _locked(visit)
        if _is_handed_in(visit):
            raise FeedbackIsIn
        taken = Visit.objects.overlapping(visit.starts_at, visit.ends_at).exclude(pk=visit.pk)
        if taken.filter(Q(therapist=visit.therapist) | Q(client=visit.client)).exists():
            raise TimeTaken
        _set_state(visit, VisitState.BOOKED, by=by, now=now)
        for slot in (visit.feedback_slot, visit.therapist_slot):
            if slot is not None:
                slot.closed_at, slot.opens_at = None, visit.ends_at
                slot.save(update_fields=["closed_at", "opens_at"])
        _invite_now(visit, now=max(now, visit.ends_at))
    return visit


def _locked(visit: Visit) -> Visit:
    """The visit as it stands in this transaction."""
    return Visit.objects.select_related(
        "client", "therapist", "feedback_slot", "therapist_slot"
    ).get(pk=visit.pk)


def _is_handed_in(visit: Visit) -> bool:
    return visit.feedback_slot is not None and (
        type(visit.feedback_slot)
        .objects.filter(pk=visit.feedback_slot.pk, response__submitted_at__isnull=False)
        .exists()
    )


def _set_state(visit: Visit, state: VisitState, *, by: Actor, now: datetime) -> None:
    before, visit.state = visit.state, state
    STATE.one(visit)
    audit(
        f"visit_{state}",
        by=by,
        now=now,
        subject=visit,
        client_id=visit.client_id,
        before=before,
    )
