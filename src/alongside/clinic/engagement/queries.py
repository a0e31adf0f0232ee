"""Whom to reach out to, by when and why; and what a model card tells.

Nothing of it is kept: it is worked out from the visits each time somebody looks, so that an import,
a correction or a deletion can leave no old signal behind. Where the clinic has no model of its own,
the published risks name nobody whom the rule does not name, and only the rule is asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from alongside.clinic.access.policy import Record, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.queries import OpenRepair
from alongside.clinic.engagement.forecasts import (
    Forecast,
    forecasts_of,
    in_caseload,
    rows_of,
    signs_now,
)
from alongside.clinic.engagement.model_card import HazardCard, card_of
from alongside.clinic.engagement.models import LearnedHazard, ReachedOut
from alongside.clinic.people.models import Client
from alongside.clinic.people.queries import clinic_zone
from alongside.clinic.statements import Given, Parameter, Select, SelectValues
from alongside.clinic.visits.models import Visit, VisitState
from alongside.methods.engagement.attendance import GONE_AFTER, HORIZON_DAYS
from alongside.methods.engagement.hazard import HazardModel
from alongside.methods.engagement.outreach import (
    MISSES_OF_RULE,
    Candidate,
    Urgency,
    outreach_of,
)
from alongside.methods.engagement.published_risks import n_published, probability_published
from alongside.methods.vocabulary.results import Because

AWAY_AFTER: Final = timedelta(days=HORIZON_DAYS)
"""Without a visit and without a booking for so long, the chance has come true."""
NO_NEWS_AFTER: Final = timedelta(weeks=26)
"""After half a year it is no news, and care is likely to be over."""
ASKED_AGAIN_AFTER: Final = timedelta(weeks=2)


@dataclass(frozen=True)
class Chance:
    """How many of 100 people like this drift away, and on how many earlier visits that rests.

    is_own: whether the clinic's own model has a part in it; else published risks alone.
    """

    percent: int
    n: int
    is_own: bool


@dataclass(frozen=True)
class Drifting:
    """Why somebody should reach out to a client, by when, and how sure that is.

    missed_on: the days of the visits missed in a row up to now. due_on: None where the rule asks
    for nothing yet. chance: None where no forecast is made. occasion: which chance it is; the next
    visit makes another. away_since: the
    day of the last visit of somebody who has no visit booked and was not here for four weeks.
    """

    missed_on: tuple[date, ...]
    is_overdue: bool
    due_on: date | None
    why: tuple[Because, ...]
    chance: Chance | None
    occasion: str = ""
    away_since: date | None = None

    @property
    def is_by_rule(self) -> bool:
        """Whether the rule asks for it, whatever a chance says."""
        return self.due_on is not None


@dataclass(frozen=True)
class _Run:
    """Visits missed in a row up to now, and whether the client ever came."""

    missed_on: tuple[date, ...] = ()
    has_come: bool = True


def _missed(visits: QuerySet[Visit], *, now: Given[datetime]) -> QuerySet[Visit, Any]:
    """The visits missed since each client last came, client by client in their order."""
    came = Visit.objects.filter(client=OuterRef("client"), state=VisitState.HELD)
    last = came.filter(starts_at__lte=now).order_by("-starts_at").values("starts_at")[:1]
    since = Q(last_came__isnull=True) | Q(starts_at__gt=F("last_came"))
    return (
        visits.filter(state=VisitState.MISSED, starts_at__lte=now)
        .annotate(last_came=Subquery(last))
        .filter(since)
        .order_by("client_id", "starts_at", "pk")
        .values_list("client_id", "starts_at", "last_came")
    )


def _last_reached(clients: QuerySet[Client]) -> QuerySet[ReachedOut, Any]:
    """When somebody last reached out to each of these clients."""
    reached = ReachedOut.objects.filter(client__in=clients).order_by().values("client_id")
    return reached.annotate(last_at=Max("at")).values_list("client_id", "last_at")


MISSED_BY_CASELOAD = SelectValues(
    lambda: _missed(Visit.objects.filter(client__in=in_caseload()), now=Parameter("now"))
)
MISSED_BY_ONE = SelectValues(
    lambda: _missed(Visit.objects.filter(client=Parameter("client")), now=Parameter("now"))
)


def _last_here(clients: QuerySet[Client], *, now: Given[datetime]) -> QuerySet[Client, Any]:
    """The day of each client's last visit, of those for whom none is booked."""
    own = Visit.objects.filter(client=OuterRef("pk"))
    last = own.filter(state=VisitState.HELD, starts_at__lte=now).order_by("-starts_at")
    booked = own.filter(state=VisitState.BOOKED, ends_at__gt=now)
    return (
        clients.annotate(last_here=Subquery(last.values("starts_at")[:1]))
        .filter(~Exists(booked), last_here__isnull=False)
        .values_list("pk", "last_here")
    )


HERE_BY_CASELOAD = SelectValues(lambda: _last_here(in_caseload(), now=Parameter("now")))
HERE_BY_ONE = SelectValues(
    lambda: _last_here(Client.objects.filter(pk=Parameter("client")), now=Parameter("now"))
)
LAST_REACHED = SelectValues(lambda: _last_reached(in_caseload()))
LAST_LEARNED = Select(lambda: LearnedHazard.objects.order_by("-pk")[:1])


def outreach_for(
    viewer: Viewer,
    clients: Sequence[Client],
    *,
    summaries: Mapping[int, Mapping[str, Any]],
    repairs: Mapping[int, Iterable[OpenRepair]],
) -> dict[int, Drifting]:
    """Who of these clients needs somebody to reach out, by the client's id.

    clients: in this therapist's care. summaries, repairs: what the board knows of each alliance
    of this therapist.
    """
    learned = LAST_LEARNED.first()
    model = HazardModel.from_dict(learned.parameters) if learned and learned.parameters else None
    runs = _runs(rows_of(viewer, clients, MISSED_BY_ONE, MISSED_BY_CASELOAD))
    forecasts: dict[int, Forecast] = {}
    if model is not None:
        signs = signs_now(viewer, clients, model, summaries, repairs)
        forecasts = forecasts_of(viewer, clients, model, signs)
    zone = clinic_zone()
    away = _away(rows_of(viewer, clients, HERE_BY_ONE, HERE_BY_CASELOAD), zone, viewer.today)
    if not runs and not forecasts and not away:
        return {}
    reached = dict(LAST_REACHED.all(therapist=viewer.person.pk, today=viewer.today))
    found = {}
    for client in clients:
        run, forecast = runs.get(client.pk, _Run()), forecasts.get(client.pk)
        reached_on = _day_of(reached.get(client.pk), zone)
        drifting = _drifting(run, forecast, reached_on, today=viewer.today) or _gone_quiet(
            away.get(client.pk), reached_on, today=viewer.today
        )
        if drifting is not None:
            found[client.pk] = drifting
    return found


def _away(rows: Iterable[tuple[Any, ...]], zone: ZoneInfo, today: date) -> dict[int, date]:
    """Since when clients have not been here, of those who were not for weeks but for months."""
    last_on = {client: at.astimezone(zone).date() for client, at in rows}
    return {
        client: day for client, day in last_on.items() if AWAY_AFTER <= today - day <= NO_NEWS_AFTER
    }


def _gone_quiet(
    away_since: date | None, reached_on: date | None, *, today: date
) -> Drifting | None:
    """Somebody without a visit and without a booking, unless somebody has just reached out."""
    if away_since is None or (reached_on is not None and today - reached_on < ASKED_AGAIN_AFTER):
        return None
    return Drifting(
        missed_on=(),
        is_overdue=False,
        due_on=None,
        why=(),
        chance=None,
        occasion=away_since.isoformat(),
        away_since=away_since,
    )


def _drifting(
    run: _Run, forecast: Forecast | None, reached_on: date | None, *, today: date
) -> Drifting | None:
    n_missed = len(run.missed_on)
    probability: float | None = None
    n, why = 0, forecast.why if forecast else ()
    if forecast is not None:
        probability, n = forecast.probability, forecast.n
        if reached_on is not None and reached_on >= forecast.last_on:
            probability = None  # somebody has reached out since; the next visit makes a new chance
    elif run.missed_on and run.has_come and n_missed < GONE_AFTER:
        misses = np.array([n_missed])
        probability, n = float(probability_published(misses)[0]), int(n_published(misses)[0])
    asked = outreach_of(Candidate("", run.missed_on, reached_on, probability, why), today=today)
    if asked is None:
        return None
    return Drifting(
        missed_on=run.missed_on,
        is_overdue=asked.urgency is Urgency.OVERDUE,
        due_on=asked.due_on,
        why=tuple(each.reason for each in asked.why),
        chance=None
        if probability is None
        else Chance(round(100 * probability), n, is_own=forecast is not None),
        occasion=forecast.last_on.isoformat() if forecast else "",
    )


def n_overdue_among(clients: QuerySet[Client], *, today: date, now: datetime) -> int:
    """How many of these clients somebody should have reached out to by now, by the rule alone."""
    runs = _runs(_missed(Visit.objects.filter(client__in=clients), now=now))
    asked = {each: run for each, run in runs.items() if len(run.missed_on) >= MISSES_OF_RULE}
    if not asked:
        return 0
    reached, zone = dict(_last_reached(clients)), clinic_zone()
    found = (
        _drifting(run, None, _day_of(reached.get(each), zone), today=today)
        for each, run in asked.items()
    )
    return sum(drifting is not None and drifting.is_overdue for drifting in found)


def hazard_card() -> HazardCard:
    """What a model card tells of the chance to drift away: what was learned last, and of what."""
    return card_of(LearnedHazard.objects.last())


def reached_out_to(viewer: Viewer, client: Client) -> tuple[ReachedOut, ...]:
    """Who reached out to a client since they last came, the latest first.

    Raises: NotFound.
    """
    viewer.see(Record(Segment.ATTENDANCE, client_id=client.pk))
    came = Visit.objects.filter(client=client, state=VisitState.HELD, starts_at__lte=viewer.now)
    last = came.order_by("-starts_at").values_list("ends_at", flat=True).first()
    found = ReachedOut.objects.filter(client=client).select_related("by").order_by("-at", "-pk")
    return tuple(found.filter(at__gt=last) if last else found)


def _day_of(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return moment.astimezone(zone).date() if moment else None


def _runs(rows: Iterable[tuple[Any, ...]]) -> dict[int, _Run]:
    """The visits missed in a row, of each client who missed the last."""
    rows = tuple(rows)
    if not rows:
        return {}
    zone = clinic_zone()
    days: dict[int, list[date]] = defaultdict(list)
    has_come = {}
    for client_id, starts_at, last_came in rows:
        days[client_id].append(starts_at.astimezone(zone).date())
        has_come[client_id] = last_came is not None
    return {each: _Run(tuple(missed), has_come[each]) for each, missed in days.items()}
