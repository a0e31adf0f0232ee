"""Which signals rest, and what therapists said of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.policy import Record, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.people.models import Client
from alongside.clinic.signals.models import SetAside, Signal, Usefulness
from alongside.clinic.statements import Parameter, Select

RESTING = Select(
    lambda: SetAside.objects.resting(Parameter("today")).filter(therapist=Parameter("therapist"))
)


@dataclass(frozen=True)
class SignalWork:
    """What a therapist did about the signals of one client: those at rest, and those judged."""

    resting: dict[Signal, SetAside]
    was_useful: dict[Signal, bool]


def resting_of(viewer: Viewer) -> dict[int, dict[Signal, SetAside]]:
    """The signals that this therapist lets rest today, by client."""
    found: dict[int, dict[Signal, SetAside]] = defaultdict(dict)
    for row in RESTING.all(therapist=viewer.person.pk, today=viewer.today):
        found[row.client_id][row.signal] = row
    return found


def work_of(viewer: Viewer, client: Client) -> SignalWork:
    """What this therapist did about the client's signals.

    Raises: NotFound.
    """
    viewer.see(_record(viewer, client))
    own = {"client": client, "therapist": viewer.person}
    return SignalWork(
        resting={row.signal: row for row in SetAside.objects.resting(viewer.today).filter(**own)},
        was_useful={row.signal: row.is_useful for row in Usefulness.objects.filter(**own)},
    )


def set_aside_of(viewer: Viewer, public_id: str) -> SetAside:
    """A signal that this therapist set aside.

    Raises: NotFound.
    """
    row = (
        SetAside.objects.filter(
            public_id=public_id, therapist=viewer.person, client__in=viewer.clients
        )
        .select_related("client")
        .first()
    )
    if row is None:
        raise NotFound
    viewer.see(_record(viewer, row.client))
    return row


def _record(viewer: Viewer, client: Client) -> Record:
    return Record(Segment.SIGNALS, client_id=client.pk, therapist_id=viewer.person.pk)
