"""The chance of each client of a caseload to drift away, by the clinic's own model.

Asked only where there is one: published risks alone name nobody whom the rule does not name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import QuerySet

from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.models import RepairSource
from alongside.clinic.alliance.queries import OpenRepair
from alongside.clinic.engagement.bridge import (
    NEW_FOR_DAYS,
    Signs,
    Told,
    seen_in,
    tell_changes,
    tell_ratings,
    tell_standing,
)
from alongside.clinic.engagement.learning import visit_rows
from alongside.clinic.people.models import Care, Client
from alongside.clinic.people.queries import clinic_zone
from alongside.clinic.progress.models import ProgressSeries
from alongside.clinic.statements import Parameter, Select, SelectValues
from alongside.clinic.visits.models import Visit
from alongside.methods.engagement.attendance import (
    HORIZON_DAYS,
    consecutive_misses,
    still_comes,
)
from alongside.methods.engagement.hazard import HazardModel, chances_of
from alongside.methods.engagement.reasons import NewTherapist, Why, pulls_by_kind, reasons_why
from alongside.methods.vocabulary.results import Because


@dataclass(frozen=True)
class Forecast:
    """The chance of one client, on how many it rests, why, and the day of the last visit."""

    probability: float
    n: int
    why: tuple[Why, ...]
    last_on: date


def in_caseload() -> QuerySet[Client]:
    return Client.objects.in_care_of(Parameter("therapist"), Parameter("today"))


VISITS_OF_CASELOAD = SelectValues(
    lambda: visit_rows(Visit.objects.filter(client__in=in_caseload()), now=Parameter("now"))
)
VISITS_OF_ONE = SelectValues(
    lambda: visit_rows(Visit.objects.filter(client=Parameter("client")), now=Parameter("now"))
)
STANDINGS = Select(
    lambda: ProgressSeries.objects.filter(client__in=in_caseload()).only(
        "client", "instrument", "scale", "standing"
    )
)


def rows_of(
    viewer: Viewer, clients: Sequence[Client], of_one: SelectValues, of_caseload: SelectValues
) -> list[tuple[Any, ...]]:
    if len(clients) == 1:
        return of_one.all(client=clients[0].pk, now=viewer.now)
    return of_caseload.all(therapist=viewer.person.pk, today=viewer.today, now=viewer.now)


def signs_now(
    viewer: Viewer,
    clients: Sequence[Client],
    model: HazardModel,
    summaries: Mapping[int, Mapping[str, Any]],
    repairs: Mapping[int, Iterable[OpenRepair]],
) -> Signs:
    """What this therapist may know today of the signs that the model asks for."""
    signs: Signs = defaultdict(Told)
    today, asked = viewer.today.toordinal(), {term.name for term in model.terms}
    for client in clients:
        summary, of = summaries.get(client.pk, {}), (client.pk, viewer.person.pk)
        if summary.get("n"):
            tell_ratings(signs, of, today, summary)
            sources = {each.source for each in repairs.get(client.pk, ())}
            signs["unrepaired_strain"].add(of, today, float(RepairSource.STRAIN in sources))
    if "off_course" in asked:
        for series in STANDINGS.all(therapist=viewer.person.pk, today=viewer.today):
            tell_standing(signs, series.client_id, today, series.standing)
    if "ln_days_since_new_therapist" in asked:
        tell_changes(signs, Care.objects.filter(client__in=clients).order_by("pk"))
    return signs


def forecasts_of(
    viewer: Viewer, clients: Sequence[Client], model: HazardModel, signs: Signs
) -> dict[int, Forecast]:
    """The chance of each client who still comes, by the clinic's own model and published risks."""
    rows = rows_of(viewer, clients, VISITS_OF_ONE, VISITS_OF_CASELOAD)
    seen = seen_in(rows, clinic_zone(), by=viewer.person.pk)
    if seen is None:
        return {}
    contacts = seen.contacts
    assert contacts.day is not None  # visits have days
    is_last = contacts.after_last == np.arange(len(contacts)) + 1
    # Once its four weeks are over, a chance has come true or has not.
    is_ahead = contacts.day > viewer.today.toordinal() - HORIZON_DAYS
    told = is_last & is_ahead & still_comes(contacts)
    known = seen.known(signs, on=viewer.today.toordinal()).among(told)
    misses = consecutive_misses(contacts)[told]
    chances, pulls = chances_of(model, known, misses), pulls_by_kind(model, known, misses)
    found = {}
    for place, contact in enumerate(np.flatnonzero(told).tolist()):
        values = dict(zip(known.names, known.columns[place].tolist(), strict=True))
        why = reasons_why(pulls[place], values, int(misses[place]))
        found[int(contacts.client[contact])] = Forecast(
            float(chances[place]),
            model.n_landmarks,
            tuple(each for each in why if not _is_worn_off(each.reason)),
            date.fromordinal(int(contacts.day[contact])),
        )
    return found


def _is_worn_off(reason: Because) -> bool:
    return isinstance(reason, NewTherapist) and reason.days >= NEW_FOR_DAYS
