"""Emergencies that wait for the privacy officer."""

from __future__ import annotations

from datetime import datetime, timedelta

from alongside.clinic.access.checks import NotFound, can
from alongside.clinic.access.emergencies import review_record
from alongside.clinic.access.models import Emergency
from alongside.clinic.access.policy import Deed
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.people.models import Client, Role

TOLD_FOR = timedelta(days=14)


def emergencies_to_review(viewer: Viewer) -> tuple[Emergency, ...]:
    """Those that nobody has reviewed yet, the oldest first; never one of this person's own.

    Raises: NotFound.
    """
    if not viewer.is_a(Role.PRIVACY_OFFICER):
        raise NotFound
    rows = Emergency.objects.to_review().select_related("person")
    return tuple(
        each for each in rows if can(viewer.actor, Deed.SEE, review_record(each), now=viewer.now)
    )


def recent_emergencies(client: Client, *, now: datetime) -> tuple[Emergency, ...]:
    """The emergencies of the last two weeks, for the first page of the client whose they are."""
    rows = Emergency.objects.filter(client=client, opened_at__gt=now - TOLD_FOR)
    return tuple(rows.select_related("person").order_by("-opened_at"))


def emergency_to_review(viewer: Viewer, public_id: str) -> Emergency:
    """One of them, reviewed or not.

    Raises: NotFound.
    """
    emergency = (
        Emergency.objects.select_related("person", "client").filter(public_id=public_id).first()
    )
    if emergency is None:
        raise NotFound
    viewer.see(review_record(emergency))
    return emergency
