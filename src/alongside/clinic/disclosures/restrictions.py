"""What the clinic agreed not to share, as values that the consent engine takes."""

from __future__ import annotations

from alongside.clinic.consent.evaluate import Restriction
from alongside.clinic.consent.form import SharingPurpose
from alongside.clinic.consent.segments import RecordSegment
from alongside.clinic.disclosures.models import RestrictionRequest, RestrictionState
from alongside.clinic.people.models import Client


def standing_restrictions(client: Client) -> tuple[Restriction, ...]:
    """Every restriction of the client that was agreed and has not ended."""
    rows = RestrictionRequest.objects.filter(client=client, state=RestrictionState.AGREED)
    return tuple(restriction_of(row) for row in rows)


def restriction_of(row: RestrictionRequest) -> Restriction:
    """One of them as a value."""
    return Restriction(
        segments=frozenset(map(RecordSegment, row.segments)),
        purposes=frozenset(map(SharingPurpose, row.purposes)),
        recipient=row.words.get("recipient", ""),
    )
