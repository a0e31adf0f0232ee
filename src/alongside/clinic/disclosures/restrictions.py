"""What the clinic agreed not to share: with others outside, and with whom of its own people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from alongside.clinic.access.models import KeptFrom
from alongside.clinic.consent.evaluate import Restriction
from alongside.clinic.consent.form import SharingPurpose
from alongside.clinic.consent.segments import RecordSegment
from alongside.clinic.disclosures.models import RestrictionRequest, RestrictionState
from alongside.clinic.people.models import Care, Client, Person
from alongside.clinic.people.queries import day_of
from alongside.methods.vocabulary.errors import AlongsideError


class StillInCare(AlongsideError):
    """This client is with {name}, now or soon. Give them into other hands first, so that nobody is
    left without a therapist."""


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


def keep_out(request: RestrictionRequest, people: Iterable[Person], *, now: datetime) -> None:
    """The client's record kept from these people, as long as the restriction holds.

    Raises: StillInCare.
    """
    in_care = Care.objects.from_day(day_of(now)).filter(client=request.client_id)
    for person in people:
        if in_care.filter(therapist=person).exists():
            raise StillInCare(name=person.display_name)
        KeptFrom.objects.create(
            client_id=request.client_id, person=person, since=now, wish=request.public_id
        )


def let_back(request: RestrictionRequest) -> None:
    """Nobody is kept out any more because of this restriction."""
    KeptFrom.objects.filter(client=request.client_id, wish=request.public_id).delete()


def kept_out_by(request: RestrictionRequest) -> tuple[str, ...]:
    """The names of those who are kept out because of this restriction."""
    rows = KeptFrom.objects.filter(client=request.client_id, wish=request.public_id)
    return tuple(row.person.display_name for row in rows.select_related("person"))
