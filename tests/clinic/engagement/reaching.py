"""Somebody reaches out, in few words."""

from __future__ import annotations

from alongside.clinic.engagement.actions import note_reached_out
from alongside.clinic.engagement.models import ReachedOut, Way
from alongside.clinic.people.models import Client
from tests.factories.clinic import SmallClinic


def reach_out(
    clinic: SmallClinic, client: Client | None = None, way: Way = Way.CALLED, note: str = ""
) -> ReachedOut:
    """Dana reaches out to Alma, or to this client."""
    return note_reached_out(
        client=client or clinic.alma,
        person=clinic.dana,
        way=way,
        note=note,
        by=clinic.as_actor(clinic.dana),
        now=clinic.now,
    )
