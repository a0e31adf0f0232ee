"""A time on the clinic's own clock, made into a moment."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from alongside.methods.vocabulary.errors import AlongsideError


class NoSuchTime(AlongsideError):
    """On that day the clocks go forward, and {time} does not exist. Choose a time an hour later."""


class TimeTwice(AlongsideError):
    """On that day the clocks go back, and {time} comes twice. Choose a time an hour earlier or
    later."""


def moment_of(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment when a clock on the clinic's wall shows this time.

    Raises: NoSuchTime, TimeTwice.
    """
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    if first.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None) != local:
        raise NoSuchTime(time=f"{local:%H:%M}")
    raise TimeTwice(time=f"{local:%H:%M}")
