"""What left, for those it is about; and what waits for a privacy officer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from alongside.clinic.access.checks import NotFound, check
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.consent.form import SharingPurpose
from alongside.clinic.consent.models import Consent
from alongside.clinic.consent.segments import RecordSegment, in_order
from alongside.clinic.disclosures.basis import Basis
from alongside.clinic.disclosures.models import (
    Disclosure,
    Erasure,
    ErasureRequest,
    LegalDemand,
    RestrictionRequest,
    RestrictionState,
)
from alongside.clinic.disclosures.wording import why_it_left
from alongside.clinic.people.models import Client, Person

ACCOUNTED_FOR: Final = timedelta(days=3 * 366)
"""How far an accounting goes back: three years (42 CFR 2.25)."""


@dataclass(frozen=True)
class Entry:
    """One line of the accounting: when, to whom, where they are, what, and why."""

    public_id: str
    at: datetime
    basis: Basis
    recipient: str
    address: str
    segments: tuple[RecordSegment, ...]
    n_paragraphs: int
    purpose: SharingPurpose
    discloser: str
    redisclosure: str
    consents: tuple[str, ...]

    @property
    def why(self) -> str:
        """Why it left, in the language that is active."""
        return why_it_left(self.basis, self.purpose)


def accounting_of(client: Client, *, now: datetime) -> tuple[Entry, ...]:
    """Everything that left to others in the last three years, the latest first.

    What left by an order that a court sealed is not told while it is sealed.
    """
    rows = Disclosure.objects.since(now - ACCOUNTED_FOR).filter(client=client)
    shown = rows.exclude(basis=Basis.OWN_COPY).exclude(demand__is_sealed=True)
    return tuple(_entry(row) for row in shown)


def own_accounting(viewer: Viewer) -> tuple[Entry, ...]:
    """The accounting of the client who looks.

    Raises: NotFound.
    """
    client = _own(viewer, Segment.DISCLOSURES)
    return accounting_of(client, now=viewer.now)


def own_copies(viewer: Viewer) -> QuerySet[Disclosure]:
    """The copies of their record that were made, for the client who looks.

    Raises: NotFound.
    """
    client = _own(viewer, Segment.DISCLOSURES)
    made = Disclosure.objects.since(viewer.now - ACCOUNTED_FOR)
    return made.filter(client=client, basis=Basis.OWN_COPY)


def accounting_in_care(viewer: Viewer, client: Client) -> tuple[Entry, ...]:
    """The same for a therapist who has the client in care.

    Raises: NotFound.
    """
    viewer.see(Record(Segment.DISCLOSURES, client_id=client.pk))
    return accounting_of(client, now=viewer.now)


def left_by(consent: Consent, *, now: datetime) -> tuple[Entry, ...]:
    """What left by one consent."""
    entries = accounting_of(consent.client, now=now)
    return tuple(each for each in entries if consent.public_id in each.consents)


def own_restrictions(viewer: Viewer) -> QuerySet[RestrictionRequest]:
    """What the client who looks asked not to be shared, the latest first.

    Raises: NotFound.
    """
    client = _own(viewer, Segment.RESTRICTIONS)
    return RestrictionRequest.objects.filter(client=client).order_by("-asked_at", "-pk")


def own_restriction(viewer: Viewer, public_id: str) -> RestrictionRequest:
    """One of them.

    Raises: NotFound.
    """
    found = own_restrictions(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def own_erasure_request(viewer: Viewer) -> ErasureRequest | None:
    """The last wish to be forgotten of the client who looks, unless they took it back.

    Raises: NotFound.
    """
    client = _own(viewer, Segment.RESTRICTIONS)
    last = ErasureRequest.objects.filter(client=client).order_by("-asked_at", "-pk").first()
    return None if last is None or last.withdrawn_at else last


def own_demands(viewer: Viewer) -> QuerySet[LegalDemand]:
    """The demands for the record of the client who looks that no court sealed.

    Raises: NotFound.
    """
    client = _own(viewer, Segment.DISCLOSURES)
    return LegalDemand.objects.filter(client=client, is_sealed=False).order_by(
        "-received_on", "-pk"
    )


def demands_in_care(viewer: Viewer, client: Client) -> QuerySet[LegalDemand]:
    """The demands about a client in the viewer's care that are not closed, the latest first.

    Raises: NotFound.
    """
    viewer.see(Record(Segment.DEMANDS, client_id=client.pk))
    rows = LegalDemand.objects.filter(client=client, closed_at=None).select_related("client")
    return rows.order_by("-recorded_at", "-pk")


def demand_about_somebody_in_care(viewer: Viewer, public_id: str) -> LegalDemand:
    """An open demand about any client in the viewer's care.

    Raises: NotFound.
    """
    rows = LegalDemand.objects.filter(client__in=viewer.clients, closed_at=None)
    found = rows.filter(public_id=public_id).select_related("client").first()
    if found is None:
        raise NotFound
    viewer.see(Record(Segment.DEMANDS, client_id=found.client_id))
    return found


# --- For a privacy officer


def recent_disclosures(viewer: Viewer, *, most: int) -> tuple[Disclosure, ...]:
    """That something left, the latest first: never to whom it is about, nor what it said.

    Raises: NotFound.
    """
    viewer.see(Record(Segment.DISCLOSURES))
    rows = Disclosure.objects.exclude(client__kept_from__person=viewer.person)
    rows = rows.order_by("-at", "-pk").defer("parties").select_related("by")
    return tuple(rows[:most])


def restrictions_to_decide(viewer: Viewer) -> tuple[RestrictionRequest, ...]:
    """What waits for a decision, the oldest first.

    Raises: NotFound.
    """
    return tuple(
        _restrictions(viewer).filter(state=RestrictionState.ASKED).order_by("asked_at", "pk")
    )


def restriction_to_decide(viewer: Viewer, public_id: str) -> RestrictionRequest:
    """One of them.

    Raises: NotFound.
    """
    found = _restrictions(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def colleagues(viewer: Viewer) -> tuple[Person, ...]:
    """Everyone who works here, by name, for whoever decides from whom a record is kept.

    Raises: NotFound.
    """
    check(viewer.actor, Deed.RECORD, Record(Segment.RESTRICTIONS), now=viewer.now)
    found = Person.objects.filter(staff_roles__isnull=False, is_active=True).distinct()
    return tuple(sorted(found, key=lambda each: each.display_name.casefold()))


def _restrictions(viewer: Viewer) -> QuerySet[RestrictionRequest]:
    check(viewer.actor, Deed.RECORD, Record(Segment.RESTRICTIONS), now=viewer.now)
    rows = RestrictionRequest.objects.exclude(client__kept_from__person=viewer.person)
    return rows.select_related("client")


def erasures_to_do(viewer: Viewer) -> tuple[ErasureRequest, ...]:
    """Who asked to be forgotten, the oldest first.

    Raises: NotFound.
    """
    return tuple(_erasures(viewer).order_by("asked_at", "pk"))


def erasure_to_do(viewer: Viewer, public_id: str) -> ErasureRequest:
    """One of them.

    Raises: NotFound.
    """
    found = _erasures(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def erasures_done(viewer: Viewer) -> tuple[Erasure, ...]:
    """Every client who was forgotten, the latest first: when and by whom, never who.

    Raises: NotFound.
    """
    viewer.see(Record(Segment.ERASURE))
    return tuple(Erasure.objects.select_related("erased_by").order_by("-erased_at", "-pk"))


def is_held(request: ErasureRequest) -> bool:
    """Whether a demand for the record is open, so that nothing of it may go."""
    return LegalDemand.objects.filter(client=request.client_id, closed_at=None).exists()


def _erasures(viewer: Viewer) -> QuerySet[ErasureRequest]:
    check(viewer.actor, Deed.RECORD, Record(Segment.ERASURE), now=viewer.now)
    rows = ErasureRequest.objects.waiting().exclude(client__kept_from__person=viewer.person)
    return rows.select_related("client")


def client_numbered(viewer: Viewer, code: str, *, segment: Segment) -> Client | None:
    """The client with this number, for somebody who writes something of that kind down.

    Raises: NotFound.
    """
    check(viewer.actor, Deed.RECORD, Record(segment), now=viewer.now)
    numbered = Client.objects.numbered(code)
    return numbered.exclude(kept_from__person=viewer.person).first()


def demands(viewer: Viewer) -> QuerySet[LegalDemand]:
    """Every demand for anybody's record, the latest first.

    Raises: NotFound.
    """
    viewer.see(Record(Segment.DEMANDS))
    rows = LegalDemand.objects.exclude(client__kept_from__person=viewer.person)
    rows = rows.select_related("client", "recorded_by", "confirmed_by")
    return rows.order_by("-recorded_at", "-pk")


def demand(viewer: Viewer, public_id: str) -> LegalDemand:
    """One of them.

    Raises: NotFound.
    """
    found = demands(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def _own(viewer: Viewer, segment: Segment) -> Client:
    client = viewer.own_client
    if client is None:
        raise NotFound
    viewer.see(Record(segment, client_id=client.pk))
    return client


def _entry(row: Disclosure) -> Entry:
    parties = row.parties
    return Entry(
        public_id=row.public_id,
        at=row.at,
        basis=Basis(row.basis),
        recipient=parties["recipient"],
        address=parties["address"],
        segments=in_order(frozenset(map(RecordSegment, row.segments))),
        n_paragraphs=row.n_paragraphs,
        purpose=SharingPurpose(row.purpose),
        discloser=parties["discloser"],
        redisclosure=row.redisclosure,
        consents=tuple(row.consents),
    )
