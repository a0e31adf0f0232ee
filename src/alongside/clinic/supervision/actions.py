"""What a supervisor does about what came to them, and what the client sees of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from alongside.clinic.access.checks import NotFound, check
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.alliance.actions import NothingWritten
from alongside.clinic.alliance.models import Repair, RepairSource
from alongside.clinic.alliance.repairs import repair_record
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import Actor
from alongside.clinic.people.models import Client
from alongside.clinic.supervision.models import SupervisionNote
from alongside.clinic.supervision.queries import supervision_answers


def note_supervision(*, repair: Repair, note: str, by: Actor, now: datetime) -> SupervisionNote:
    """What the supervisor did about it, kept for those who supervise the therapist.

    Raises: NotFound, NothingWritten.
    """
    by = _check_came_to_supervision(repair, by=by, now=now)
    return _write(repair, note, is_for_client=False, by=by, now=now)


def answer_concern(*, repair: Repair, answer: str, by: Actor, now: datetime) -> SupervisionNote:
    """The supervisor's answer to the client who told of the concern.

    Raises: NotFound, NothingWritten.
    """
    by = _check_came_to_supervision(repair, by=by, now=now)
    if repair.source != RepairSource.CONCERN:
        raise NotFound
    by = check(by, Deed.RECORD, repair_record(repair, now=now), now=now)
    return _write(repair, answer, is_for_client=True, by=by, now=now)


def mark_supervision_answers_seen(*, client: Client, by: Actor, now: datetime) -> int:
    """How many answers the client has now seen for the first time.

    Raises: NotFound.
    """
    if by.client_id != client.pk:
        raise NotFound
    by = check(by, Deed.SEE, Record(Segment.CONCERN, client_id=client.pk), now=now)
    with transaction.atomic():
        unseen = list(supervision_answers(client).filter(seen_at__isnull=True))
        for answer in unseen:
            answer.seen_at = now
            answer.save(update_fields=["seen_at"])
            audit("see_supervision_answer", by=by, now=now, subject=answer, client_id=client.pk)
    return len(unseen)


def _check_came_to_supervision(repair: Repair, *, by: Actor, now: datetime) -> Actor:
    check(by, Deed.SEE, repair_record(repair, now=now), now=now)
    record = Record(
        Segment.SUPERVISION,
        client_id=repair.client_id,
        therapist_id=repair.series.therapist_id,
    )
    by = check(by, Deed.RECORD, record, now=now)
    if not Repair.objects.for_supervision().filter(pk=repair.pk).exists():
        raise NotFound
    return by


def _write(
    repair: Repair, words: str, *, is_for_client: bool, by: Actor, now: datetime
) -> SupervisionNote:
    words = words.strip()
    if not words or by.person_id is None:
        raise NothingWritten
    with transaction.atomic():
        note = SupervisionNote.objects.create(
            repair=repair,
            client_id=repair.client_id,
            words=words,
            is_for_client=is_for_client,
            written_at=now,
            written_by_id=by.person_id,
        )
        audit(
            "answer_concern" if is_for_client else "note_supervision",
            by=by,
            now=now,
            subject=note,
            client_id=repair.series.client_id,
        )
    return note
