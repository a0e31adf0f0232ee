"""When an answer reaches the therapist."""

from __future__ import annotations

from datetime import datetime

from alongside.clinic.instruments.models import Release
from alongside.clinic.people.queries import wall_clock


def release_time(release: Release, *, now: datetime) -> datetime | None:
    """When an answer handed in now reaches the therapist; None for never.

    The month's end is midnight after its last day where the clinic is.
    """
    if release is Release.WITHHELD:
        return None
    if release is Release.NOW:
        return now
    here = wall_clock(now)
    return here.replace(
        year=here.year + here.month // 12,
        month=here.month % 12 + 1,
        day=1,
        hour=0,
        minute=0,
        second=0,
        microsecond=0,
        fold=0,
    )
