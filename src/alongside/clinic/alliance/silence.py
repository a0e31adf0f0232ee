"""Clients who answer no more: two held visits in a row whose feedback closed unanswered."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from alongside.clinic.access.policy import Deed, Record, Relation, Segment, decide
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.people.models import Care, Person
from alongside.clinic.visits.models import Visit, VisitState

SILENT_VISITS = 2


@dataclass(frozen=True)
class Silence:
    """A client whose feedback on the last two held visits closed unanswered. Who, is not said."""

    therapist: Person
    since: datetime
    n_visits: int


def silences_of(viewer: Viewer) -> tuple[Silence, ...]:
    """The silences among the clients in care with this supervisor's therapists, A to Z."""
    known = {person.pk: person for person in viewer.therapists}
    care = Care.objects.on(viewer.today).filter(therapist__in=known)
    in_care = set(care.values_list("client_id", "therapist_id"))
    over = (
        Visit.objects.filter(therapist__in=known, state=VisitState.HELD)
        .filter(
            Q(feedback_slot__response__submitted_at__isnull=False)
            | Q(feedback_slot__expires_at__lte=viewer.now)
        )
        .annotate(
            nth=Window(
                RowNumber(),
                partition_by=[F("client_id"), F("therapist_id")],
                order_by=[F("ends_at").desc(), F("pk").desc()],
            )
        )
        .filter(nth__lte=SILENT_VISITS)
    )
    last: defaultdict[tuple[int, int], list[tuple[datetime, bool]]] = defaultdict(list)
    for client, therapist, ended_at, submitted_at in over.values_list(
        "client_id", "therapist_id", "ends_at", "feedback_slot__response__submitted_at"
    ):
        last[client, therapist].append((ended_at, submitted_at is not None))
    silences = [
        Silence(known[pair[1]], since=min(at for at, _ in visits), n_visits=len(visits))
        for pair, visits in last.items()
        if pair in in_care
        and len(visits) == SILENT_VISITS
        and not any(is_answered for _, is_answered in visits)
        and _may_see(*pair)
    ]
    return tuple(sorted(silences, key=lambda each: (by_name(each.therapist), each.since)))


def _may_see(client_id: int, therapist_id: int) -> bool:
    record = Record(Segment.STRAIN, client_id=client_id, therapist_id=therapist_id)
    return decide((Relation.SUPERVISING,), Deed.SEE, record).is_allowed


def by_name(person: Person) -> tuple[str, int]:
    """What puts people in the order of the alphabet."""
    return person.display_name.casefold(), person.pk
