"""What a client has given, and what stands of it at this moment."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from alongside.clinic.access.checks import NotFound, check
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.consent.bridge import all_standing
from alongside.clinic.consent.evaluate import StandingConsent
from alongside.clinic.consent.models import Consent
from alongside.clinic.consent.states import ConsentState
from alongside.clinic.people.models import Client


def consent_record(client_id: int) -> Record:
    """What the policy has to know of a client's consents."""
    return Record(Segment.CONSENT, client_id=client_id)


def standing_consents(client: Client, *, now: datetime) -> tuple[StandingConsent, ...]:
    """Every consent that the client ever signed, as it stands now: read anew at each release."""
    return all_standing(Consent.objects.given().filter(client=client), now=now)


def given_consents(viewer: Viewer, client: Client) -> QuerySet[Consent]:
    """What the client signed, the latest first, for whoever may see it.

    Raises: NotFound.
    """
    viewer.see(consent_record(client.pk))
    rows = Consent.objects.given().filter(client=client)
    return rows.defer("document").select_related("ended_by", "recipient_told_by")


def own_consents(viewer: Viewer) -> QuerySet[Consent]:
    """What the client who looks has signed.

    Raises: NotFound.
    """
    if viewer.own_client is None:
        raise NotFound
    return given_consents(viewer, viewer.own_client)


def own_consent(viewer: Viewer, public_id: str) -> Consent:
    """One of them, with its document.

    Raises: NotFound.
    """
    return _one(own_consents(viewer).defer(None), public_id)


def own_drafts(viewer: Viewer) -> QuerySet[Consent]:
    """The forms of the client who looks that they have begun and not signed, the latest first.

    Raises: NotFound.
    """
    if viewer.own_client is None:
        raise NotFound
    check(viewer.actor, Deed.RECORD, consent_record(viewer.own_client.pk), now=viewer.now)
    drafts = Consent.objects.filter(client=viewer.own_client, state=ConsentState.DRAFT)
    return drafts.order_by("-started_at", "-pk")


def own_draft(viewer: Viewer, public_id: str) -> Consent:
    """A form of the client who looks that they have not signed yet.

    Raises: NotFound.
    """
    return _one(own_drafts(viewer), public_id)


def consent_in_care(viewer: Viewer, client: Client, public_id: str) -> Consent:
    """A consent of a client in the viewer's care.

    Raises: NotFound.
    """
    return _one(given_consents(viewer, client).defer(None), public_id)


def consent_of_somebody_in_care(viewer: Viewer, public_id: str) -> Consent:
    """A signed consent of any client in the viewer's care.

    Raises: NotFound.
    """
    rows = Consent.objects.given().filter(client__in=viewer.clients).select_related("client")
    found = _one(rows, public_id)
    viewer.see(consent_record(found.client_id))
    return found


def _one(rows: QuerySet[Consent], public_id: str) -> Consent:
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found
