"""One therapist with many clients and many rated visits, made in bulk for boards and benchmarks.

Rows that the actions would write one by one are written many at a time, but every point, signal
and summary comes from the same functions that the actions use.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db import transaction

from alongside.clinic.alliance.bridge import course_of
from alongside.clinic.alliance.course import client_point, follow_course
from alongside.clinic.alliance.models import AllianceSeries, Repair, RepairSource
from alongside.clinic.alliance.series import keep_course
from alongside.clinic.alliance.yardstick import USUAL_YARDSTICK
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.instruments.actions import version_for
from alongside.clinic.instruments.bridge import scoring_of
from alongside.clinic.instruments.models import (
    Answer,
    Purpose,
    Respondent,
    Response,
    Slot,
    WayIn,
)
from alongside.clinic.people.actions import add_person
from alongside.clinic.people.models import Care, Client, Person, Role
from alongside.clinic.visits.models import Visit, VisitState
from alongside.lab.alliance_series import VISIT_FEEDBACK, draw_series
from alongside.lab.ruptures import SHARE_WITH_RUPTURE, draw_rupture

ROWS_AT_ONCE = 5_000
WEEK = timedelta(days=7)
LASTS = timedelta(minutes=50)


@dataclass(frozen=True)
class BusyCaseload:
    """The therapist and their clients; `last_at` is when the last visits ended."""

    therapist: Person
    clients: tuple[Client, ...]
    last_at: datetime


def busy_caseload(
    *,
    now: datetime,
    n_clients: int = 100,
    n_visits: int = 30,
    sign_in_name: str = "busy",
    password: str | None = None,
    seed: int = 1,
) -> BusyCaseload:
    """A therapist whose clients each rated that many weekly visits, the last just before `now`.

    Assumes: a clinic with its instruments.
    """
    with transaction.atomic():
        therapist = add_person(
            sign_in_name=sign_in_name,
            display_name="Busy Therapist",
            password=password,
            roles=(Role.THERAPIST,),
            by=OPERATOR,
            now=now,
        )
        clients = _clients(therapist, n_clients, since=now - n_visits * WEEK)
        visits = _visits(therapist, clients, n_visits, last_at=now - timedelta(hours=1))
        answers = _answers(visits, n_clients, n_visits, seed=seed)
        _follow(therapist, clients, visits, answers, n_visits, now=now)
    return BusyCaseload(therapist, clients, now - timedelta(hours=1))


def _clients(therapist: Person, n: int, *, since: datetime) -> tuple[Client, ...]:
    clients = Client.objects.bulk_create(
        Client(code=f"{therapist.sign_in_name}-{i:03d}", display_name=f"Client {i:03d}")
        for i in range(n)
    )
    Care.objects.bulk_create(
        Care(client=client, therapist=therapist, starts_on=since.date()) for client in clients
    )
    return tuple(clients)


def _visits(
    therapist: Person, clients: tuple[Client, ...], n_visits: int, *, last_at: datetime
) -> list[Visit]:
    """Every visit of every client, client by client, each with its slot for feedback."""
    version = version_for(Purpose.VISIT_FEEDBACK)
    ends = [last_at - ago * WEEK for ago in range(n_visits - 1, -1, -1)]
    slots = Slot.objects.bulk_create(
        (
            Slot(
                client=client,
                therapist=therapist,
                respondent=Respondent.CLIENT,
                version=version,
                opens_at=end,
                expires_at=end + timedelta(hours=72),
            )
            for client in clients
            for end in ends
        ),
        batch_size=ROWS_AT_ONCE,
    )
    return Visit.objects.bulk_create(
        (
            Visit(
                client=slot.client,
                therapist=therapist,
                starts_at=slot.opens_at - LASTS,
                ends_at=slot.opens_at,
                state=VisitState.HELD,
                feedback_slot=slot,
            )
            for slot in slots
        ),
        batch_size=ROWS_AT_ONCE,
    )


def _answers(
    visits: list[Visit], n_clients: int, n_visits: int, *, seed: int
) -> dict[int, list[Answer]]:
    """The answers to every visit, by the visit's key, drawn with ruptures in some series."""
    rng = np.random.default_rng(seed)
    ruptures = [
        draw_rupture(n_visits, rng, probability_repaired=0.8)
        if rng.random() < SHARE_WITH_RUPTURE
        else None
        for _ in range(n_clients)
    ]
    items = draw_series(
        VISIT_FEEDBACK, n_clients=n_clients, n_visits=n_visits, rng=rng, ruptures=ruptures
    ).items.reshape(n_clients * n_visits, -1)
    slots = [visit.feedback_slot for visit in visits]
    scale = scoring_of(version_for(Purpose.VISIT_FEEDBACK)).main_scale
    assert scale is not None
    responses = Response.objects.bulk_create(
        (
            Response(
                slot=slot,
                client_id=slot.client_id,
                started_at=slot.opens_at,
                submitted_at=slot.opens_at,
                way_in=WayIn.LINK,
                language="en",
            )
            for slot in slots
            if slot is not None
        ),
        batch_size=ROWS_AT_ONCE,
    )
    answers = Answer.objects.bulk_create(
        (
            Answer(
                response=response,
                client_id=response.client_id,
                link_id=item.link_id,
                state="answered",
                value=int(rating),
                released_at=response.submitted_at,
                saved_at=response.submitted_at,
            )
            for response, ratings in zip(responses, items, strict=True)
            for item, rating in zip(scale.items, ratings, strict=True)
        ),
        batch_size=ROWS_AT_ONCE,
    )
    width = len(scale.items)
    return {
        visit.pk: answers[place * width : (place + 1) * width] for place, visit in enumerate(visits)
    }


def _follow(
    therapist: Person,
    clients: tuple[Client, ...],
    visits: list[Visit],
    answers: dict[int, list[Answer]],
    n_visits: int,
    *,
    now: datetime,
) -> None:
    """Every series followed from its answers; a strain at the last visit is noticed."""
    version = version_for(Purpose.VISIT_FEEDBACK)
    strained = []
    nothing = course_of(None)
    for place, client in enumerate(clients):
        own = visits[place * n_visits : (place + 1) * n_visits]
        course = follow_course(
            (client_point(visit, version, answers[visit.pk], now=now)[0] for visit in own),
            USUAL_YARDSTICK,
        )
        series = AllianceSeries.objects.create(client=client, therapist=therapist)
        keep_course(series, course, before=nothing, releases=())
        if course.points[-1].is_strain:
            strained.append((series, own[-1], dict(course.points[-1].strain or {})))
    Repair.objects.bulk_create(
        Repair(
            series=series,
            client_id=series.client_id,
            visit=visit,
            source=RepairSource.STRAIN,
            signal=signal,
            noticed_at=now,
            therapist_sees_from=now,
        )
        for series, visit, signal in strained
    )
