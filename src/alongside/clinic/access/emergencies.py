"""Opening a record in an emergency, without care of the client: to read, for an hour, and seen."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from alongside.clinic.access.checks import NotFound, check
from alongside.clinic.access.models import Emergency, EmergencyReason, Verdict
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import Actor
from alongside.clinic.people.models import Client
from alongside.methods.vocabulary.errors import AlongsideError

LASTS = timedelta(minutes=60)
REVIEWED_WITHIN = timedelta(hours=72)
FEWEST_LETTERS = 20
LONGEST_WORDS = 1000


class NobodyByThatName(AlongsideError):
    """Nobody here has that record number or exactly that name. Check it, or ask the clinic for the
    record number."""


class SayMore(AlongsideError):
    """Say in a sentence or two what has happened: at least {fewest} letters. The client and the
    privacy officer read it."""


class AlreadyReviewed(AlongsideError):
    """This was reviewed a moment ago. What was found then stays."""


def open_in_emergency(
    *, called: str, reason: EmergencyReason, words: str, by: Actor, now: datetime
) -> Emergency:
    """The one client with this record number or exactly this name, open to read for an hour.

    Raises: NotFound, SayMore, NobodyByThatName.
    """
    check(by, Deed.RECORD, Record(Segment.EMERGENCY), now=now)
    told = " ".join(words.split())
    if len(told) < FEWEST_LETTERS:
        raise SayMore(fewest=FEWEST_LETTERS)
    client = _called(called)
    if client is None:
        raise NobodyByThatName
    by = check(by, Deed.RECORD, Record(Segment.EMERGENCY, client_id=client.pk), now=now)
    assert by.person_id is not None  # the rule is for clinicians alone
    with transaction.atomic():
        emergency = Emergency.objects.create(
            client=client,
            person_id=by.person_id,
            reason=reason,
            words=told[:LONGEST_WORDS],
            opened_at=now,
            ends_at=now + LASTS,
        )
        audit(
            "open_in_emergency",
            by=by,
            now=now,
            subject=emergency,
            client_id=client.pk,
            reason=reason,
        )
    return emergency


def emergency_of(viewer: Viewer, public_id: str) -> Emergency:
    """An emergency of this person that is still open.

    Raises: NotFound.
    """
    emergency = (
        Emergency.objects.open_at(viewer.now)
        .filter(public_id=public_id, person=viewer.person)
        .select_related("client")
        .first()
    )
    if emergency is None:
        raise NotFound
    viewer.see(Record(Segment.IDENTITY, client_id=emergency.client_id))
    return emergency


def review_emergency(
    *, emergency: Emergency, verdict: Verdict, outcome: str, by: Actor, now: datetime
) -> None:
    """What the privacy officer found, kept and told to the client.

    Raises: NotFound, SayMore, AlreadyReviewed.
    """
    by = check(by, Deed.RECORD, review_record(emergency), now=now)
    told = outcome.strip()
    if len(told) < FEWEST_LETTERS:
        raise SayMore(fewest=FEWEST_LETTERS)
    with transaction.atomic():
        kept = Emergency.objects.get(pk=emergency.pk)
        if kept.reviewed_at is not None:
            raise AlreadyReviewed
        kept.reviewed_at, kept.reviewed_by_id = now, by.person_id
        kept.verdict, kept.outcome = verdict, told[:LONGEST_WORDS]
        kept.save(update_fields=["reviewed_at", "reviewed_by", "verdict", "outcome"])
        audit(
            "review_emergency",
            by=by,
            now=now,
            subject=kept,
            client_id=kept.client_id,
            verdict=verdict,
        )


def review_record(emergency: Emergency) -> Record:
    """What the policy has to know of the review of an emergency."""
    return Record(Segment.REVIEW, client_id=emergency.client_id, therapist_id=emergency.person_id)


def _called(called: str) -> Client | None:
    """The one client of this number, exactly, else of this number or name in any letter case."""
    wanted = " ".join(called.split())
    by_code = Client.objects.numbered(wanted).first() if wanted else None
    if by_code is not None or not wanted:
        return by_code
    found = [
        client
        for client in Client.objects.iterator()
        if wanted.casefold() in (client.code.casefold(), _in_one_line(client.display_name))
    ]
    return found[0] if len(found) == 1 else None


def _in_one_line(name: str) -> str:
    return " ".join(name.split()).casefold()
