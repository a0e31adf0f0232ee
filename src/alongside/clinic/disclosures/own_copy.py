"""A client's copy of their own record: to read, as tables, or for another clinic to take in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.db import transaction

from alongside.clinic.access.checks import NotFound, check
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import Actor, ActorKind
from alongside.clinic.consent.form import SharingPurpose
from alongside.clinic.consent.models import Consent
from alongside.clinic.disclosures.basis import Basis
from alongside.clinic.disclosures.gateway import AlreadyLeft, Left
from alongside.clinic.disclosures.models import Disclosure
from alongside.clinic.disclosures.own_record import own_document, own_sheets
from alongside.clinic.disclosures.package import Package, archive, as_json, single
from alongside.clinic.disclosures.portable import portable_record
from alongside.clinic.disclosures.spreadsheets import csv_of
from alongside.clinic.people.models import Client
from alongside.clinic.people.queries import the_clinic
from alongside.methods.vocabulary.errors import AlongsideError

MOST_A_DAY: Final = 5
OWN_SEGMENTS: Final = (
    *(Segment.IDENTITY, Segment.ATTENDANCE, Segment.ANSWERS, Segment.ALLIANCE, Segment.STRAIN),
    *(Segment.CONCERN, Segment.CHANGES, Segment.PROGRESS, Segment.CONSENT, Segment.DISCLOSURES),
    Segment.RESTRICTIONS,
)


class TooManyCopies(AlongsideError):
    """You made {n} copies today. You can make another one tomorrow."""


class OwnFormat(StrEnum):
    """What a copy is for."""

    READ = "read"
    TABLES = "tables"
    PORTABLE = "portable"


def make_own_copy(
    *, client: Client, wanted: OwnFormat, language: str, request_key: str, by: Actor, now: datetime
) -> Left:
    """The client's copy, with its row: for themselves, or by the operator for them.

    Asked for again with the same key it is the same copy and the same row.
    Raises: NotFound, TooManyCopies, AlreadyLeft, CannotPrint.
    """
    by = _check_may_copy(client, by=by, now=now)
    with transaction.atomic():
        known = Disclosure.objects.filter(request_key=request_key).first()
        if known is not None and (known.client_id, known.by_id) != (client.pk, by.person_id):
            raise NotFound
        if known is None:
            _check_not_too_many(client, now=now)
        row = known or Disclosure(
            client=client,
            at=now,
            basis=Basis.OWN_COPY,
            purpose=SharingPurpose.OWN_REQUEST,
            segments=[],
            legal_texts=[],
            formats=[wanted],
            language=language,
            parties={"recipient": "", "address": "", "discloser": "", "emergency": ""},
            request_key=request_key,
            by_id=by.person_id,
        )
        package = COPIES[wanted](client, row)
        if known is not None:
            if known.manifest_sha256 != package.manifest_sha256:
                raise AlreadyLeft
            return Left(known, package)
        row.manifest_sha256 = package.manifest_sha256
        row.save()
        audit(
            "copy_own_record",
            by=by,
            now=now,
            subject=row,
            client_id=client.pk,
            format=wanted,
            manifest=row.manifest_sha256,
        )
    return Left(row, package)


def copy_consent(*, consent: Consent, by: Actor, now: datetime) -> Package:
    """The very document that the client signed, for themselves.

    Raises: NotFound.
    """
    if by.client_id is None or by.client_id != consent.client_id:
        raise NotFound
    by = check(by, Deed.SEE, Record(Segment.CONSENT, client_id=consent.client_id), now=now)
    with transaction.atomic():
        audit("copy_consent", by=by, now=now, subject=consent, client_id=consent.client_id)
    name = f"signed-{consent.public_id}.pdf"
    return single(name, consent.document, "application/pdf", now)


def _check_may_copy(client: Client, *, by: Actor, now: datetime) -> Actor:
    """The actor: the client themselves, or the operator of the house.

    Raises: NotFound.
    """
    if by.kind is ActorKind.OPERATOR:
        return check(by, Deed.RECORD, Record(Segment.DISCLOSURES, client_id=client.pk), now=now)
    if by.client_id is None or by.client_id != client.pk:
        raise NotFound
    for segment in OWN_SEGMENTS:
        by = check(by, Deed.SEE, Record(segment, client_id=client.pk), now=now)
    return by


def _check_not_too_many(client: Client, *, now: datetime) -> None:
    today = Disclosure.objects.since(now - timedelta(days=1))
    if today.filter(client=client, basis=Basis.OWN_COPY).count() >= MOST_A_DAY:
        raise TooManyCopies(n=MOST_A_DAY)


def _to_read(client: Client, row: Disclosure) -> Package:
    document = own_document(client, the_clinic(), language=row.language, now=row.at)
    return single(f"copy-{row.public_id}.pdf", document.pdf(row.at), "application/pdf", row.at)


def _as_tables(client: Client, row: Disclosure) -> Package:
    files = {
        f"{sheet.key}.csv": csv_of(sheet.columns, sheet.rows)
        for sheet in own_sheets(client, language=row.language)
    }
    return archive(f"copy-{row.public_id}.zip", files, row.at)


def _portable(client: Client, row: Disclosure) -> Package:
    told = portable_record(client, the_clinic(), now=row.at)
    name = f"copy-{row.public_id}.json"
    return single(name, as_json(told), "application/json", row.at)


COPIES: Final[Mapping[OwnFormat, Callable[[Client, Disclosure], Package]]] = {
    OwnFormat.READ: _to_read,
    OwnFormat.TABLES: _as_tables,
    OwnFormat.PORTABLE: _portable,
}
