"""The tables of a client's own record that tell what they let others have, and what left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from django.utils.translation import gettext

from alongside.clinic.consent.bridge import form_of
from alongside.clinic.consent.form import SharingPurpose
from alongside.clinic.consent.models import Consent
from alongside.clinic.consent.segments import TITLES, RecordSegment, in_order
from alongside.clinic.consent.states import ConsentState
from alongside.clinic.consent.wording import PURPOSES
from alongside.clinic.disclosures.basis import Basis
from alongside.clinic.disclosures.models import Disclosure, RestrictionRequest
from alongside.clinic.disclosures.own_sheet import OwnSheet, day_of_row
from alongside.clinic.disclosures.wording import why_it_left
from alongside.clinic.people.models import Client

CONSENT_STATES: Final[Mapping[str, Callable[[], str]]] = {
    ConsentState.SIGNED: lambda: gettext("in force"),
    ConsentState.REVOKED: lambda: gettext("taken back"),
    ConsentState.EXPIRED: lambda: gettext("ended"),
    ConsentState.SET_ASIDE: lambda: gettext("set aside"),
}


def consents_sheet(client: Client, _language: str) -> OwnSheet:
    rows = []
    for row in Consent.objects.given().filter(client=client).order_by("signed_at", "pk"):
        form = form_of(row)
        rows.append(
            (
                day_of_row(row.signed_at),
                form.recipient.name if form.recipient else "",
                "; ".join(str(PURPOSES[each]) for each in sorted(form.purposes)),
                _titles(form.segments),
                CONSENT_STATES[row.state](),
                day_of_row(row.ended_at),
            )
        )
    columns = (
        gettext("Signed"),
        gettext("Who may get it"),
        gettext("What it is for"),
        gettext("What may be given"),
        gettext("Where it stands"),
        gettext("Ended"),
    )
    return OwnSheet("consents", gettext("What I allowed to be shared"), columns, tuple(rows))


def disclosures_sheet(client: Client, _language: str) -> OwnSheet:
    rows = tuple(
        (
            day_of_row(row.at),
            row.parties["recipient"],
            row.parties["address"],
            _titles(frozenset(map(RecordSegment, row.segments))),
            why_it_left(Basis(row.basis), SharingPurpose(row.purpose)),
        )
        for row in shown_disclosures(client)
    )
    columns = (
        gettext("Day"),
        gettext("Who got it"),
        gettext("Address"),
        gettext("What it held"),
        gettext("What for"),
    )
    return OwnSheet("disclosures", gettext("What left, and to whom"), columns, rows)


def shown_disclosures(client: Client) -> Iterator[Disclosure]:
    """What left to others; a sealed order stays untold while it is sealed."""
    rows = Disclosure.objects.filter(client=client).exclude(basis="own_copy")
    yield from rows.exclude(demand__is_sealed=True).order_by("at", "pk")


def restrictions_sheet(client: Client, _language: str) -> OwnSheet:
    rows = tuple(
        (
            day_of_row(row.asked_at),
            _titles(frozenset(map(RecordSegment, row.segments))) or gettext("Everything"),
            "; ".join(str(PURPOSES[SharingPurpose(each)]) for each in row.purposes),
            row.words.get("recipient", ""),
            row.state,
            row.words.get("answer", ""),
        )
        for row in RestrictionRequest.objects.filter(client=client).order_by("asked_at", "pk")
    )
    columns = (
        gettext("Asked on"),
        gettext("What"),
        gettext("What for"),
        gettext("To whom"),
        gettext("Where it stands"),
        gettext("Answer"),
    )
    return OwnSheet("restrictions", gettext("What I asked not to be shared"), columns, rows)


def _titles(segments: frozenset[RecordSegment]) -> str:
    return "; ".join(str(TITLES[each]) for each in in_order(segments))
