"""Begin a consent, sign it, take it back; what ends by itself, and what is set aside."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from alongside.clinic.access.checks import NotFound, check
from alongside.clinic.access.policy import Deed
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import SYSTEM, Actor
from alongside.clinic.consent.bridge import completed, form_of, put_into, standing
from alongside.clinic.consent.elements import (
    SENTENCES,
    Deficiency,
    deficiencies,
)
from alongside.clinic.consent.form import ConsentForm
from alongside.clinic.consent.models import Consent
from alongside.clinic.consent.queries import consent_record
from alongside.clinic.consent.states import ConsentEvent, ConsentState, next_state
from alongside.clinic.consent.wording import consent_document
from alongside.clinic.people.models import Client
from alongside.clinic.people.queries import day_of
from alongside.methods.vocabulary.errors import AlongsideError

DRAFT_IS_KEPT = timedelta(days=30)


class NotSigned(AlongsideError):
    """Write your name as you sign."""


class Deficient(AlongsideError):
    """This consent cannot be given: {problems}"""

    def __init__(self, found: tuple[Deficiency, ...]) -> None:
        super().__init__(problems=" ".join(str(SENTENCES[each]) for each in found))
        self.found = found


class NothingSaid(AlongsideError):
    """Say in a sentence why."""


def draft_consent(
    *,
    client: Client,
    form: ConsentForm,
    language: str,
    by: Actor,
    now: datetime,
    draft: Consent | None = None,
) -> Consent:
    """The form as far as it is filled in, kept until it is signed or a month has gone.

    Raises: NotFound, NotInThisState.
    """
    by = _check_is_the_client(client, by=by, now=now)
    with transaction.atomic():
        row = _locked(draft) if draft else Consent(client=client, started_at=now)
        if row.client_id != client.pk:
            raise NotFound
        if row.state != ConsentState.DRAFT:
            next_state(row.state, ConsentEvent.SIGN)
        put_into(row, completed(form, client))
        row.language = language
        row.save()
        audit("draft_consent", by=by, now=now, subject=row, client_id=client.pk)
    return row


def give_consent(*, draft: Consent, signature: str, by: Actor, now: datetime) -> Consent:
    """The consent, signed; its very rendering is kept with its fingerprint.

    Raises: NotFound, NotInThisState, NotSigned, Deficient, CannotPrint.
    """
    by = _check_is_the_client(draft.client, by=by, now=now)
    if not signature.strip():
        raise NotSigned
    with transaction.atomic():
        row = _locked(draft)
        row.state = next_state(row.state, ConsentEvent.SIGN)
        form = replace(
            completed(form_of(row), draft.client),
            signature=signature.strip(),
            signed_on=day_of(now),
        )
        if found := deficiencies(form):
            raise Deficient(found)
        document = consent_document(form, language=row.language)
        put_into(row, form)
        row.signed_at, row.signed_by_id = now, by.person_id
        row.wording, row.document = asdict(document), document.pdf(now)
        row.document_sha256 = sha256(row.document).hexdigest()
        row.save()
        audit("give_consent", by=by, now=now, subject=row, client_id=row.client_id)
    return row


def revoke_consent(*, consent: Consent, by: Actor, now: datetime) -> Consent:
    """The consent, taken back: by the client, or by staff whom the client gave a paper.

    Nothing is remembered of it elsewhere, so the next release already finds it revoked.
    Raises: NotFound, NotInThisState.
    """
    return _end(consent, ConsentEvent.REVOKE, deed="revoke_consent", by=by, now=now)


def set_consent_aside(*, consent: Consent, why: str, by: Actor, now: datetime) -> Consent:
    """The consent, no longer acted on because it is known to be untrue. Staff does that.

    Raises: NotFound, NotInThisState, NothingSaid.
    """
    if by.client_id == consent.client_id:
        raise NotFound
    if not why.strip():
        raise NothingSaid
    return _end(
        consent,
        ConsentEvent.SET_ASIDE,
        deed="set_consent_aside",
        by=by,
        now=now,
        note=why.strip(),
    )


def note_recipient_told(*, consent: Consent, by: Actor, now: datetime) -> Consent:
    """The consent, with the recipient of an ended one told of its end.

    Raises: NotFound.
    """
    by = check(by, Deed.RECORD, consent_record(consent.client_id), now=now)
    if by.client_id == consent.client_id:
        raise NotFound
    with transaction.atomic():
        row = _locked(consent)
        if row.ended_at is None:
            raise NotFound
        row.recipient_told_at, row.recipient_told_by_id = now, by.person_id
        row.save(update_fields=["recipient_told_at", "recipient_told_by"])
        audit("note_recipient_told", by=by, now=now, subject=row, client_id=row.client_id)
    return row


def end_due_consents(*, now: datetime) -> int:
    """How many consents ended by themselves, and drafts were forgotten. Run by the clock.

    Nothing hangs on it: what has ended is not acted on, whether or not its row says so yet.
    """
    n_ended = 0
    for seen in Consent.objects.filter(state=ConsentState.SIGNED).select_related("client"):
        ends_at = standing(seen, now=now).ends_at
        if ends_at is None or now < ends_at:
            continue
        with transaction.atomic():
            row = _locked(seen)
            if row.state != ConsentState.SIGNED:
                continue
            row.state, row.ended_at = ConsentState.EXPIRED, ends_at
            row.save(update_fields=["state", "ended_at"])
            audit("consent_expired", by=SYSTEM, now=now, subject=row, client_id=row.client_id)
        n_ended += 1
    return n_ended + _forget_old_drafts(now)


def _forget_old_drafts(now: datetime) -> int:
    old = Consent.objects.filter(state=ConsentState.DRAFT, started_at__lt=now - DRAFT_IS_KEPT)
    n_forgotten = 0
    for row in old:
        with transaction.atomic():
            audit("forget_draft", by=SYSTEM, now=now, subject=row, client_id=row.client_id)
            row.delete()
        n_forgotten += 1
    return n_forgotten


def _end(
    consent: Consent,
    event: ConsentEvent,
    *,
    deed: str,
    by: Actor,
    now: datetime,
    note: str = "",
) -> Consent:
    by = check(by, Deed.RECORD, consent_record(consent.client_id), now=now)
    with transaction.atomic():
        row = _locked(consent)
        row.state = next_state(row.state, event)
        row.ended_at, row.ended_by_id, row.end_note = now, by.person_id, note
        row.save(update_fields=["state", "ended_at", "ended_by", "end_note"])
        audit(deed, by=by, now=now, subject=row, client_id=row.client_id)
    return row


def _check_is_the_client(client: Client, *, by: Actor, now: datetime) -> Actor:
    """Nobody gives a consent in somebody's place.

    Raises: NotFound.
    """
    if by.client_id is None or by.client_id != client.pk:
        raise NotFound
    return check(by, Deed.RECORD, consent_record(client.pk), now=now)


def _locked(consent: Consent) -> Consent:
    """The row as it stands, held until the transaction ends."""
    found = (
        Consent.objects.select_for_update(of=("self",))
        .select_related("client")
        .filter(pk=consent.pk)
        .first()
    )
    if found is None:
        raise NotFound
    return found
