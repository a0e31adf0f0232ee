"""Many clients of one therapist and the weekly visits they kept or missed, made in bulk."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
from django.db import transaction

from alongside.clinic.people.models import Care, Client, Person
from alongside.clinic.visits.models import Visit, VisitState
from alongside.lab.hazard_study import USUAL_MISSING, MissingTruth, draw_contacts
from alongside.methods.engagement.attendance import ContactKind

WEEK, LASTS = timedelta(weeks=1), timedelta(minutes=50)
STATE_OF = {
    ContactKind.ATTENDED: VisitState.HELD,
    ContactKind.MISSED: VisitState.MISSED,
    ContactKind.CANCELLED_BY_CLIENT: VisitState.CANCELLED,
}


def long_attendance(
    *,
    therapist: Person,
    now: datetime,
    n_clients: int = 120,
    n_visits: int = 16,
    seed: int = 1,
    truth: MissingTruth = USUAL_MISSING,
) -> list[Client]:
    """The clients, each with that many weekly visits, the last a day before `now`."""
    contacts = draw_contacts(
        n_clients, n_visits, rng=np.random.default_rng(seed), truth=truth
    ).contacts
    began = now - timedelta(days=1) - (n_visits - 1) * WEEK
    with transaction.atomic():
        clients = Client.objects.bulk_create(
            Client(code=f"L-{seed}-{n:03d}", display_name=f"Client {n:03d}")
            for n in range(n_clients)
        )
        Care.objects.bulk_create(
            Care(client=client, therapist=therapist, starts_on=began.date()) for client in clients
        )
        kinds = contacts.kind.reshape(n_clients, n_visits)
        Visit.objects.bulk_create(
            Visit(
                client=client,
                therapist=therapist,
                starts_at=began + place * WEEK,
                ends_at=began + place * WEEK + LASTS,
                state=STATE_OF[ContactKind(kind)],
            )
            for client, own in zip(clients, kinds.tolist(), strict=True)
            for place, kind in enumerate(own)
        )
    return clients
