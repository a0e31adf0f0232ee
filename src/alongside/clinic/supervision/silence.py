"""Clients who answer no more: two held visits in a row whose feedback closed unanswered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alongside.clinic.access.checks import may_as
from alongside.clinic.access.policy import Deed, Record, Relation, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.people.models import Client, Person
from alongside.clinic.visits.queries import unanswered_visits, with_silence


@dataclass(frozen=True)
class Silence:
    """A client whose feedback on the last two held visits closed unanswered. Who, is not said."""

    therapist: Person
    since: datetime
    n_visits: int


def silences_of(viewer: Viewer) -> tuple[Silence, ...]:
    """The silences among the clients in care with this supervisor's therapists, A to Z."""
    silences = [
        _silence(client, therapist, now=viewer.now)
        for therapist in viewer.therapists
        for client in _silent_clients(viewer, therapist)
        if _may_see(client, therapist)
    ]
    return tuple(sorted(silences, key=lambda each: (by_name(each.therapist), each.since)))


def _silent_clients(viewer: Viewer, therapist: Person) -> list[Client]:
    in_care = Client.objects.in_care_of(therapist.pk, viewer.today)
    in_care = in_care.exclude(kept_from__person=viewer.person)
    return list(with_silence(in_care, therapist.pk, now=viewer.now).filter(is_silent=1))


def _silence(client: Client, therapist: Person, *, now: datetime) -> Silence:
    visits = unanswered_visits(client, therapist, now=now)
    return Silence(therapist, since=min(visit.ends_at for visit in visits), n_visits=len(visits))


def _may_see(client: Client, therapist: Person) -> bool:
    record = Record(Segment.STRAIN, client_id=client.pk, therapist_id=therapist.pk)
    return may_as(Relation.SUPERVISING, Deed.SEE, record)


def by_name(person: Person) -> tuple[str, int]:
    """What puts people in the order of the alphabet."""
    return person.display_name.casefold(), person.pk
