"""Consents as values, and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date, datetime, time, timedelta, tzinfo

from alongside.clinic.consent.documents import Lines, Section
from alongside.clinic.consent.evaluate import StandingConsent
from alongside.clinic.consent.form import (
    ConsentForm,
    Expiry,
    Recipient,
    RecipientKind,
    SharingPurpose,
    Statement,
    Until,
    needed_statements,
)
from alongside.clinic.consent.legal_texts import legal_text
from alongside.clinic.consent.models import Consent
from alongside.clinic.consent.segments import RecordSegment, in_order
from alongside.clinic.consent.states import ConsentState
from alongside.clinic.people.models import Care, Client
from alongside.clinic.people.queries import clinic_zone, the_clinic, wall_clock


def form_of(row: Consent) -> ConsentForm:
    """The form that a row holds."""
    parties = row.parties
    recipient = parties.get("recipient")
    return ConsentForm(
        client_name=parties.get("client_name", ""),
        discloser=parties.get("discloser", ""),
        segments=frozenset(map(RecordSegment, row.segments)),
        recipient=Recipient(**{**recipient, "kind": RecipientKind(recipient["kind"])})
        if recipient
        else None,
        purposes=frozenset(map(SharingPurpose, row.purposes)),
        statements=frozenset(Statement(key.partition("/")[0]) for key in row.statements),
        expiry=Expiry(Until(row.until), row.last_day) if row.until else None,
        signature=parties.get("signature", ""),
        signed_on=wall_clock(row.signed_at).date() if row.signed_at else None,
    )


def completed(form: ConsentForm, client: Client) -> ConsentForm:
    """The form with what the clinic itself knows: whose record, who gives it, what it must say."""
    return replace(
        form,
        client_name=client.display_name,
        discloser=the_clinic().name,
        statements=needed_statements(form.segments, form.purposes),
    )


def put_into(row: Consent, form: ConsentForm) -> None:
    """The row with what the form holds; the day of signing stands in `signed_at`."""
    row.segments = list(in_order(form.segments))
    row.purposes = sorted(form.purposes)
    row.statements = sorted(legal_text(each).key for each in form.statements)
    row.until = form.expiry.until if form.expiry else ""
    row.last_day = form.expiry.on if form.expiry else None
    row.parties = {
        "client_name": form.client_name,
        "discloser": form.discloser,
        "recipient": asdict(form.recipient) if form.recipient else None,
        "signature": form.signature,
    }


def sections_of(row: Consent) -> tuple[Section, ...]:
    """What was signed, section by section."""
    return tuple(
        Section(
            section["heading"],
            tuple(
                block if isinstance(block, str) else Lines(tuple(block["lines"]))
                for block in section["blocks"]
            ),
        )
        for section in (row.wording or {}).get("sections", ())
    )


def standing(row: Consent, *, now: datetime) -> StandingConsent:
    """The consent as it stands at this moment, whatever its state was set to last."""
    is_revoked = row.state == ConsentState.REVOKED
    ends = [end for end in (_end_of(row, now=now), _expired_at(row)) if end is not None]
    return StandingConsent(
        form_of(row),
        signed_at=None if row.is_from_elsewhere else row.signed_at,
        ends_at=min(ends, default=None),
        revoked_at=row.ended_at if is_revoked else None,
        is_set_aside=row.state == ConsentState.SET_ASIDE,
        number=row.pk,
    )


def all_standing(rows: Iterable[Consent], *, now: datetime) -> tuple[StandingConsent, ...]:
    """Each of them as it stands."""
    return tuple(standing(row, now=now) for row in rows)


def _expired_at(row: Consent) -> datetime | None:
    return row.ended_at if row.state == ConsentState.EXPIRED else None


def _end_of(row: Consent, *, now: datetime) -> datetime | None:
    """When its own words end it. Missing: None while nothing does."""
    zone = clinic_zone()
    if row.until == Until.DATE:
        return _midnight_after(row.last_day, zone) if row.last_day else row.signed_at
    if row.until == Until.END_OF_TREATMENT:
        return _end_of_treatment(row, zone, now=now)
    return None


def _end_of_treatment(row: Consent, zone: tzinfo, *, now: datetime) -> datetime | None:
    """The midnight after the last day of care; without any care it ended as it was signed."""
    today = now.astimezone(zone).date()
    care = Care.objects.filter(client_id=row.client_id)
    if care.on(today).exists():
        return None
    past = care.filter(ends_on__lt=today).order_by("-ends_on").first()
    return _midnight_after(past.ends_on, zone) if past else row.signed_at


def _midnight_after(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
