"""What clients ask not to be shared, and what others demand of the clinic."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from django.db import transaction

from alongside.clinic.access.checks import NotFound, check
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import Actor
from alongside.clinic.consent.form import SharingPurpose
from alongside.clinic.consent.segments import RecordSegment, in_order
from alongside.clinic.disclosures.basis import DemandKind
from alongside.clinic.disclosures.models import (
    LegalDemand,
    RestrictionRequest,
    RestrictionState,
)
from alongside.clinic.disclosures.restrictions import keep_out, let_back
from alongside.clinic.people.models import Client, Person
from alongside.methods.vocabulary.errors import AlongsideError

PAID_FOR: Final = frozenset({SharingPurpose.PAYMENT, SharingPurpose.OPERATIONS})


class NothingAsked(AlongsideError):
    """Say what should not be shared, or with whom."""


class NotWaiting(AlongsideError):
    """This request was decided in the meantime. Please load the page again."""


class MustAgree(AlongsideError):
    """The client paid for this in full themselves. What they ask for has to be agreed to."""


class NothingWritten(AlongsideError):
    """Write down what was said."""


class SamePerson(AlongsideError):
    """A second person has to confirm it, not the one who recorded it."""


def ask_for_restriction(
    *,
    client: Client,
    segments: frozenset[RecordSegment],
    purposes: frozenset[SharingPurpose],
    recipient: str,
    reason: str,
    is_paid_by_client: bool,
    by: Actor,
    now: datetime,
) -> RestrictionRequest:
    """What the client asks the clinic not to share. It holds once the clinic agrees.

    Raises: NotFound, NothingAsked.
    """
    by = check_own(client, by=by, now=now)
    if not (segments or purposes or recipient.strip()):
        raise NothingAsked
    with transaction.atomic():
        row = RestrictionRequest.objects.create(
            client=client,
            segments=list(in_order(segments)),
            purposes=sorted(purposes),
            is_paid_by_client=is_paid_by_client,
            words={"recipient": recipient.strip(), "reason": reason.strip(), "answer": ""},
            asked_at=now,
        )
        audit("ask_for_restriction", by=by, now=now, subject=row, client_id=client.pk)
    return row


def decide_restriction(
    *,
    request: RestrictionRequest,
    is_agreed: bool,
    answer: str,
    kept_from: Iterable[Person] = (),
    by: Actor,
    now: datetime,
) -> RestrictionRequest:
    """The request with the clinic's decision and its answer to the client.

    Where the client named people who work here and the clinic agrees, the record is `kept_from`
    them, whatever else they are to the client.
    Raises: NotFound, NotWaiting, MustAgree, NothingWritten, StillInCare.
    """
    by = check(by, Deed.RECORD, _restrictions(request.client_id), now=now)
    if by.client_id == request.client_id:
        raise NotFound
    if not is_agreed and not answer.strip():
        raise NothingWritten
    with transaction.atomic():
        row = RestrictionRequest.objects.select_for_update().get(pk=request.pk)
        if row.state != RestrictionState.ASKED:
            raise NotWaiting
        if not is_agreed and must_agree(row):
            raise MustAgree
        row.state = RestrictionState.AGREED if is_agreed else RestrictionState.DECLINED
        row.words = {**row.words, "answer": answer.strip()}
        row.decided_at, row.decided_by_id = now, by.person_id
        row.save()
        if is_agreed:
            keep_out(row, kept_from, now=now)
        audit(
            "decide_restriction",
            by=by,
            now=now,
            subject=row,
            client_id=row.client_id,
            state=row.state,
        )
    return row


def must_agree(request: RestrictionRequest) -> bool:
    """Whether the clinic has no choice: it was paid for by the client, and is about paying."""
    purposes = frozenset(map(SharingPurpose, request.purposes))
    return request.is_paid_by_client and bool(purposes) and purposes <= PAID_FOR


def end_restriction(*, request: RestrictionRequest, by: Actor, now: datetime) -> RestrictionRequest:
    """The request, taken back by the client; what was agreed holds no more.

    Raises: NotFound, NotWaiting.
    """
    by = check_own(request.client, by=by, now=now)
    with transaction.atomic():
        row = RestrictionRequest.objects.select_for_update().get(pk=request.pk)
        if row.state not in (RestrictionState.ASKED, RestrictionState.AGREED):
            raise NotWaiting
        row.state, row.ended_at = RestrictionState.ENDED, now
        row.save(update_fields=["state", "ended_at"])
        let_back(row)
        audit("end_restriction", by=by, now=now, subject=row, client_id=row.client_id)
    return row


def record_demand(
    *,
    client: Client,
    kind: DemandKind,
    who: str,
    says: str,
    segments: frozenset[RecordSegment],
    is_sealed: bool,
    received_on: date,
    by: Actor,
    now: datetime,
) -> LegalDemand:
    """A demand from outside, written down. By itself it opens nothing.

    Raises: NotFound, NothingWritten.
    """
    by = check(by, Deed.RECORD, _demands(client.pk), now=now)
    if not who.strip() or by.person_id is None:
        raise NothingWritten
    with transaction.atomic():
        row = LegalDemand.objects.create(
            client=client,
            kind=kind,
            segments=list(in_order(segments)),
            is_sealed=is_sealed,
            received_on=received_on,
            words={"who": who.strip(), "says": says.strip(), "counsel": ""},
            recorded_at=now,
            recorded_by_id=by.person_id,
        )
        audit("record_demand", by=by, now=now, subject=row, client_id=client.pk, kind=kind)
    return row


def note_counsel(*, demand: LegalDemand, says: str, by: Actor, now: datetime) -> LegalDemand:
    """The demand with what counsel said of it.

    Raises: NotFound, NothingWritten.
    """
    by = check(by, Deed.RECORD, _demands(demand.client_id), now=now)
    if not says.strip():
        raise NothingWritten
    return _changed(demand, "note_counsel", by=by, now=now, counsel=says.strip())


def confirm_demand(*, demand: LegalDemand, by: Actor, now: datetime) -> LegalDemand:
    """The demand, confirmed by a second person who read it.

    Raises: NotFound, SamePerson.
    """
    by = check(by, Deed.RECORD, _demands(demand.client_id), now=now)
    if by.person_id is None or by.person_id == demand.recorded_by_id:
        raise SamePerson
    return _changed(demand, "confirm_demand", by=by, now=now)


def close_demand(*, demand: LegalDemand, by: Actor, now: datetime) -> LegalDemand:
    """The demand, dealt with: it opens nothing any more.

    Raises: NotFound.
    """
    by = check(by, Deed.RECORD, _demands(demand.client_id), now=now)
    return _changed(demand, "close_demand", by=by, now=now)


def _changed(
    demand: LegalDemand, deed: str, *, by: Actor, now: datetime, counsel: str = ""
) -> LegalDemand:
    with transaction.atomic():
        row = LegalDemand.objects.select_for_update().get(pk=demand.pk)
        if deed == "note_counsel":
            row.words, row.counsel_at = {**row.words, "counsel": counsel}, now
        elif deed == "confirm_demand":
            row.confirmed_at, row.confirmed_by_id = now, by.person_id
        else:
            row.closed_at = now
        row.save()
        audit(deed, by=by, now=now, subject=row, client_id=row.client_id)
    return row


def _restrictions(client_id: int) -> Record:
    return Record(Segment.RESTRICTIONS, client_id=client_id)


def _demands(client_id: int) -> Record:
    return Record(Segment.DEMANDS, client_id=client_id)


def check_own(client: Client, *, by: Actor, now: datetime) -> Actor:
    """The actor, if it is the client who asks: nobody asks in their place.

    Raises: NotFound.
    """
    if by.client_id is None or by.client_id != client.pk:
        raise NotFound
    return check(by, Deed.RECORD, _restrictions(client.pk), now=now)
