"""Numbers over many clients, made so that nobody can be known by them.

A number shows only when at least ten people stand on either side of it, and then to the nearest
five: neither the number, nor the whole minus the number, nor the same number a week later tells of
one person. Nothing is counted by therapist, so there is nothing to rank.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from alongside.clinic.access.checks import may_as
from alongside.clinic.access.policy import (
    SMALLEST_TOTAL,
    Deed,
    Record,
    Relation,
    Segment,
)
from alongside.clinic.access.small_numbers import rounded
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.models import Repair, RepairSource
from alongside.clinic.alliance.repair_states import RepairState
from alongside.clinic.people.models import Care
from alongside.clinic.signals.models import Usefulness
from alongside.clinic.visits.models import Visit
from alongside.methods.vocabulary.results import NoResult

FEEDBACK_DAYS = 90
REPAIR_DAYS = 365


@dataclass(frozen=True, slots=True)
class FewerThanTen(NoResult):
    """Not shown: this needs {smallest} clients or more on each side, so that nobody can be
    known by it."""

    smallest: int = SMALLEST_TOTAL


@dataclass(frozen=True, slots=True)
class Share:
    """So many clients out of so many, both to the nearest five."""

    n: int
    of: int


@dataclass(frozen=True)
class Totals:
    """What can be said of all clients of a supervisor's therapists together.

    `gave_feedback` looks back 90 days; `has_open_strain` is as of now; `repaired_in_time` is of the
    clients with a strain noticed in the last 365 days that was repaired or came to supervision;
    `useful_signals` of those about whom a therapist said whether a signal was useful, that one was.
    """

    n_clients: int | FewerThanTen
    gave_feedback: Share | FewerThanTen
    has_open_strain: Share | FewerThanTen
    repaired_in_time: Share | FewerThanTen
    useful_signals: Share | FewerThanTen


def totals_for(viewer: Viewer) -> Totals:
    """The totals over the clients in care today with the therapists of this supervisor.

    Who keeps their record from the supervisor is not counted: one more would show.
    """
    care = Care.objects.on(viewer.today).filter(therapist__in=viewer.therapists)
    care = care.exclude(client__kept_from__person=viewer.person)
    pairs = set(care.values_list("client_id", "therapist_id"))
    clients = {client for client, _ in pairs}
    answered = Visit.objects.filter(
        therapist__in=viewer.therapists,
        feedback_slot__response__submitted_at__gte=viewer.now - timedelta(days=FEEDBACK_DAYS),
    ).values_list("client_id", "therapist_id")
    strains = Repair.objects.filter(
        source=RepairSource.STRAIN, series__therapist__in=viewer.therapists
    )
    pair = ("series__client_id", "series__therapist_id")
    lately = strains.filter(noticed_at__gte=viewer.now - timedelta(days=REPAIR_DAYS))
    late = _clients_in(lately.filter(supervision_since__isnull=False).values_list(*pair), pairs)
    in_time = _clients_in(
        lately.filter(state=RepairState.REPAIRED, supervision_since__isnull=True).values_list(
            *pair
        ),
        pairs,
    )
    judged = Usefulness.objects.filter(therapist__in=viewer.therapists)
    both = ("client_id", "therapist_id")
    useful = _clients_in(judged.filter(is_useful=True).values_list(*both), pairs)
    n = len(clients)
    return Totals(
        n_clients=rounded(n) if _is_large_enough(n) else FewerThanTen(),
        gave_feedback=share_of(len(_clients_in(answered, pairs)), n),
        has_open_strain=share_of(len(_clients_in(strains.open().values_list(*pair), pairs)), n),
        repaired_in_time=share_of(len(in_time - late), len(in_time | late)),
        useful_signals=share_of(len(useful), len(_clients_in(judged.values_list(*both), pairs))),
    )


def share_of(n: int, of: int) -> Share | FewerThanTen:
    """The share, or why it is not shown."""
    if not (_is_large_enough(n) and _is_large_enough(of - n)):
        return FewerThanTen()
    return Share(rounded(n), rounded(of))


def _is_large_enough(n: int) -> bool:
    record = Record(Segment.TOTALS, n_clients=n)
    return may_as(Relation.SUPERVISOR, Deed.SEE, record)


def _clients_in(found: Iterable[object], pairs: set[tuple[int, int]]) -> set[int]:
    return {client for client, _ in pairs.intersection(found)}
