"""The one door by which something of a client leaves the house.

Ask what may leave, look at it, tick the words that go too, and let it leave: with the notice and a
copy of the consent, a row in the accounting, one in the audit and the fingerprint of its manifest,
all in one transaction. Consents and restrictions are read inside it, never remembered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext, override

from alongside.clinic.access.checks import NotFound, check
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import Actor
from alongside.clinic.consent.evaluate import Allowed, Reason, evaluate
from alongside.clinic.consent.form import Recipient, SharingPurpose
from alongside.clinic.consent.legal_texts import LegalText, legal_text
from alongside.clinic.consent.models import Consent
from alongside.clinic.consent.queries import standing_consents
from alongside.clinic.consent.segments import BUNDLED, TITLES, RecordSegment, in_order
from alongside.clinic.consent.wording import PURPOSE_NAMES, day_in_words
from alongside.clinic.disclosures.basis import (
    Basis,
    EmergencyNotWritten,
    MedicalEmergency,
    Redisclosure,
    redisclosure_under_consent,
)
from alongside.clinic.disclosures.demands import DemandStaysShut, why_shut
from alongside.clinic.disclosures.models import Disclosure, LegalDemand
from alongside.clinic.disclosures.package import CoverSheet, Format, Package, make_package
from alongside.clinic.disclosures.record import HELD, Part, Reading, parts_of
from alongside.clinic.disclosures.restrictions import standing_restrictions
from alongside.clinic.people.models import Client, Person
from alongside.clinic.people.queries import day_of, the_clinic
from alongside.methods.vocabulary.errors import AlongsideError

LONG_NOTICE: Final = "notice-long"


class NothingMayLeave(AlongsideError):
    """Nothing of this may leave: no consent in force covers it."""


class AlreadyLeft(AlongsideError):
    """This package has left already, and the record has changed since. Begin a new one."""


@dataclass(frozen=True)
class Wish:
    """What somebody wants to give to whom. With an emergency or an order no consent is asked."""

    client: Client
    recipient: Recipient
    purpose: SharingPurpose
    segments: frozenset[RecordSegment]
    language: str
    formats: frozenset[Format] = field(default=frozenset({Format.PDF}))
    emergency: MedicalEmergency | None = None
    demand: LegalDemand | None = None

    @property
    def basis(self) -> Basis:
        if self.emergency is not None:
            return Basis.EMERGENCY
        return Basis.COURT_ORDER if self.demand is not None else Basis.CONSENT

    @property
    def is_for(self) -> SharingPurpose:
        """The purpose: an emergency and an order have one of their own."""
        of_its_own = {
            Basis.EMERGENCY: SharingPurpose.TREATMENT,
            Basis.COURT_ORDER: SharingPurpose.LEGAL_PROCEEDING,
        }
        return of_its_own.get(self.basis, self.purpose)


@dataclass(frozen=True)
class Preview:
    """What would leave, before it does: what is allowed and why, the parts, the notice."""

    wish: Wish
    allowed: Allowed
    parts: tuple[Part, ...]
    notices: tuple[LegalText, ...]
    redisclosure: Redisclosure
    consents: tuple[Consent, ...]


@dataclass(frozen=True)
class Left:
    """What left: its row in the accounting, and the package."""

    disclosure: Disclosure
    package: Package


def preview(wish: Wish, *, by: Actor, now: datetime) -> Preview:
    """What of the wish may leave at this moment.

    Raises: NotFound, EmergencyNotWritten, DemandStaysShut, NothingMayLeave.
    """
    by = check(by, Deed.RECORD, Record(Segment.DISCLOSURES, client_id=wish.client.pk), now=now)
    allowed = _allowed(wish, now=now)
    if not allowed.segments & HELD:
        raise NothingMayLeave
    with override(wish.language):
        reading = Reading(wish.client, by.person_id, now, wish.language)
        parts = parts_of(reading, allowed.segments)
    consents = tuple(
        Consent.objects.filter(pk__in=[each.number for each in allowed.consents]).order_by("pk")
    )
    redisclosure = _redisclosure(wish, allowed)
    notices = (legal_text(LONG_NOTICE), legal_text(redisclosure))
    return Preview(wish, allowed, parts, notices, redisclosure, consents)


def release(
    wish: Wish, *, ticked: Iterable[str], request_key: str, by: Actor, now: datetime
) -> Left:
    """The package, gone, with its rows.

    Asked for again with the same key it is the same package and the same row.
    Raises: NotFound, EmergencyNotWritten, DemandStaysShut, NothingMayLeave, AlreadyLeft,
    CannotPrint.
    """
    by = check(by, Deed.RECORD, Record(Segment.DISCLOSURES, client_id=wish.client.pk), now=now)
    words = frozenset(ticked)
    with transaction.atomic():
        _hold_consents(wish.client)
        known = Disclosure.objects.filter(request_key=request_key).first()
        if known is not None and (known.client_id, known.by_id) != (wish.client.pk, by.person_id):
            raise NotFound
        seen = preview(wish, by=by, now=now)
        row = known or _row(seen, words, request_key, by=by, now=now)
        package = make_package(_cover(seen, row), seen.parts, _with_pdf(wish.formats), ticked=words)
        if known is not None:
            if known.manifest_sha256 != package.manifest_sha256:
                raise AlreadyLeft
            return Left(known, package)
        row.manifest_sha256 = package.manifest_sha256
        row.save()
        audit(
            "disclose",
            by=by,
            now=now,
            subject=row,
            client_id=wish.client.pk,
            basis=row.basis,
            purpose=row.purpose,
            n_segments=len(row.segments),
            n_paragraphs=row.n_paragraphs,
            manifest=row.manifest_sha256,
        )
    return Left(row, package)


def _allowed(wish: Wish, *, now: datetime) -> Allowed:
    """What may leave by consent, by an emergency that is written down, or by a court's order."""
    if wish.emergency is not None:
        if wish.emergency.missing:
            raise EmergencyNotWritten
        return _without_consent(wish.segments & BUNDLED, wish)
    if wish.demand is not None:
        demand = LegalDemand.objects.get(pk=wish.demand.pk)
        if demand.client_id != wish.client.pk or why_shut(demand):
            raise DemandStaysShut
        ordered = frozenset(map(RecordSegment, demand.segments))
        return _without_consent(wish.segments & BUNDLED & ordered, wish)
    return evaluate(
        standing_consents(wish.client, now=now),
        recipient=wish.recipient,
        purpose=wish.purpose,
        segments=wish.segments,
        restrictions=standing_restrictions(wish.client),
        now=now,
    )


def _without_consent(segments: frozenset[RecordSegment], wish: Wish) -> Allowed:
    reasons = {
        each: Reason.ALLOWED if each in segments else Reason.OTHER_SEGMENT for each in wish.segments
    }
    return Allowed(segments, reasons)


def _redisclosure(wish: Wish, allowed: Allowed) -> Redisclosure:
    """What the recipient may do: the narrowest of what the consents that were used allow."""
    if wish.basis is Basis.COURT_ORDER:
        return Redisclosure.BY_ORDER
    rules = {
        redisclosure_under_consent(wish.recipient.kind, each.form.purposes)
        for each in allowed.consents
    }
    return max(rules, key=list(Redisclosure).index, default=Redisclosure.NONE)


def _row(
    seen: Preview, ticked: frozenset[str], request_key: str, *, by: Actor, now: datetime
) -> Disclosure:
    wish = seen.wish
    discloser = Person.objects.get(pk=by.person_id) if by.person_id else None
    keys = {each.key for part in seen.parts for each in part.paragraphs}
    return Disclosure(
        client=wish.client,
        at=now,
        basis=wish.basis,
        purpose=wish.is_for,
        recipient_kind=wish.recipient.kind,
        segments=[part.segment for part in seen.parts],
        redisclosure=seen.redisclosure,
        legal_texts=[each.key for each in seen.notices],
        consents=[each.public_id for each in seen.consents],
        formats=sorted(_with_pdf(wish.formats)),
        n_paragraphs=len(ticked & keys),
        language=wish.language,
        parties={
            "recipient": wish.recipient.name,
            "address": wish.recipient.address,
            "discloser": discloser.display_name if discloser else "",
            "emergency": wish.emergency.nature if wish.emergency else "",
        },
        request_key=request_key,
        by=discloser,
        demand=wish.demand,
    )


def _cover(seen: Preview, row: Disclosure) -> CoverSheet:
    wish, house = seen.wish, the_clinic().name
    with override(wish.language):
        facts = (
            (
                gettext("Given to"),
                "\n".join(filter(None, (wish.recipient.name, wish.recipient.address))),
            ),
            (gettext("Given by"), ", ".join(filter(None, (row.parties["discloser"], house)))),
            (gettext("About"), f"{wish.client.display_name}, {wish.client.code}"),
            (gettext("Day"), day_in_words(day_of(row.at))),
            (gettext("What it is for"), _what_it_is_for(wish)),
            (
                gettext("What it holds"),
                "\n".join(str(TITLES[part.segment]) for part in seen.parts),
            ),
        )
        return CoverSheet(
            public_id=row.public_id,
            facts=facts,
            scope=_scope(seen),
            notices=seen.notices,
            copies={
                f"consent-{number}.pdf": each.document
                for number, each in enumerate(seen.consents, start=1)
            },
            language=wish.language,
            made_at=row.at,
        )


def _what_it_is_for(wish: Wish) -> str:
    if wish.emergency is not None:
        return wish.emergency.nature
    return str(PURPOSE_NAMES[wish.is_for])


def _scope(seen: Preview) -> str:
    """What the consent covers, so that a recipient knows it without the copy."""
    if seen.wish.emergency is not None:
        return gettext("Given without consent in a medical emergency, under 42 CFR 2.51.")
    if seen.wish.demand is not None:
        return gettext("Given because a court ordered it. The order limits its use.")
    covered = frozenset(
        RecordSegment(segment) for each in seen.consents for segment in each.segments
    )
    return gettext(
        "The consent covers this and nothing else: {titles}. What is not here was left out without "
        "saying whether there is any."
    ).format(titles="; ".join(str(TITLES[each]) for each in in_order(covered)))


def _with_pdf(formats: frozenset[Format]) -> frozenset[Format]:
    return formats | {Format.PDF}


def _hold_consents(client: Client) -> None:
    """The client's consents, held as they are until what leaves by them has left."""
    list(Consent.objects.select_for_update().filter(client=client).values_list("pk"))
