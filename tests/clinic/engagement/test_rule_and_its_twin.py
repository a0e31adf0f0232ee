"""Whatever becomes of visits, in whatever order, the board says what going through them says."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from alongside.clinic.access.viewer import Viewer
from alongside.clinic.caseload.queries import caseload_of
from alongside.clinic.engagement.models import ReachedOut, Way
from alongside.clinic.people.models import Care, Client
from alongside.clinic.visits.models import Visit, VisitState
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db
N_CLIENTS, N_VISITS, N_ROUNDS = 60, 6, 4
STATES = list(VisitState)


def slow_rule(visits: list[Visit], reached: list[datetime], zone: ZoneInfo) -> date | None:
    """By when somebody reaches out, visit after visit; None if nobody needs to."""
    missed: list[date] = []
    for visit in sorted(visits, key=lambda each: each.starts_at):
        if visit.state == VisitState.HELD:
            missed = []
        elif visit.state == VisitState.MISSED:
            missed.append(visit.starts_at.astimezone(zone).date())
    last = max((each.astimezone(zone).date() for each in reached), default=date.min)
    asking = [day for day in missed[1:] if day > last]
    if not asking:
        return None
    due, days = asking[0], 2
    while days:
        due += timedelta(days=1)
        days -= due.weekday() < 5
    return due


def said_by_the_board(clinic: SmallClinic) -> dict[int, date]:
    standings = caseload_of(Viewer(clinic.dana, clinic.now))
    return {
        each.client.pk: each.drifting.due_on
        for each in standings
        if each.drifting is not None and each.drifting.due_on is not None
    }


def test_the_board_says_what_going_through_the_visits_says_after_any_correction() -> None:
    clinic, rng = small_clinic(), np.random.default_rng(7)
    zone = clinic.clinic.zone
    began = clinic.now - timedelta(days=7 * N_VISITS)
    clients = Client.objects.bulk_create(
        Client(code=f"T-{n:02d}", display_name=f"Client {n:02d}") for n in range(N_CLIENTS)
    )
    Care.objects.bulk_create(
        Care(client=client, therapist=clinic.dana, starts_on=began.date()) for client in clients
    )
    others = (clinic.dana, clinic.omar)
    Visit.objects.bulk_create(
        Visit(
            client=client,
            therapist=others[int(rng.random() < 0.2)],
            starts_at=began + timedelta(days=7 * n, hours=int(rng.integers(24))),
            ends_at=began + timedelta(days=7 * n + 2),
            state=STATES[int(rng.choice(4, p=(0.1, 0.25, 0.5, 0.15)))],
        )
        for client in clients
        for n in range(N_VISITS)
    )
    n_named = 0
    for _ in range(N_ROUNDS):
        by_client: dict[int, list[Visit]] = {client.pk: [] for client in clients}
        for visit in Visit.objects.filter(client__in=clients):
            by_client[visit.client_id].append(visit)
        expected = {
            client_id: due
            for client_id, visits in by_client.items()
            if (due := slow_rule(visits, _reached(client_id), zone)) is not None
        }
        assert said_by_the_board(clinic) == expected
        n_named += len(expected)
        _change_some(clinic, clients, rng)
    assert 10 * N_ROUNDS < n_named < N_CLIENTS * N_ROUNDS, "else it showed nothing"


def _reached(client_id: int) -> list[datetime]:
    return list(ReachedOut.objects.filter(client=client_id).values_list("at", flat=True))


def _change_some(clinic: SmallClinic, clients: list[Client], rng: np.random.Generator) -> None:
    """Some visits are corrected, some deleted, some clients reached out to."""
    visits = list(Visit.objects.filter(client__in=clients).order_by("pk"))
    for place in rng.permutation(len(visits))[:60].tolist():
        visits[place].state = STATES[int(rng.integers(4))]
        visits[place].save(update_fields=["state"])
    for place in rng.permutation(len(visits))[:10].tolist():
        visits[place].delete()
    for place in rng.permutation(len(clients))[:12].tolist():
        at = clinic.now - timedelta(days=float(rng.uniform(0, 30)))
        ReachedOut.objects.create(client=clients[place], by=clinic.dana, at=at, way=Way.CALLED)
