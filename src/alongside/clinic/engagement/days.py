"""On which day of the clinic's calendar moments lie, for thousands of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from alongside.methods.vocabulary.shapes import Counted

EPOCH: Final = date(1970, 1, 1).toordinal()
SECONDS_A_DAY: Final = 86_400
TO_THE_SECOND: Final = len("2026-03-02 09:00:00")


def number_of_day(moment: datetime, zone: ZoneInfo) -> int:
    """The number of the day on the clinic's calendar."""
    return moment.astimezone(zone).toordinal()


def numbers_of_days(moments: Sequence[str], zone: ZoneInfo) -> Counted:
    """The same for moments as the database writes them, in UTC.

    A day has one distance from UTC, but for those on which clocks are put forward or back.
    """
    if not moments:
        return np.empty(0, dtype=np.int64)
    written = [moment[:TO_THE_SECOND] for moment in moments]
    seconds = np.array(written, dtype="datetime64[s]").astype(np.int64)
    days, place = np.unique(seconds // SECONDS_A_DAY, return_inverse=True)
    begins, ends = (
        np.array([_distance(int(day) + later, zone) for day in days]) for later in (0, 1)
    )
    found: np.ndarray = (seconds + begins[place]) // SECONDS_A_DAY + EPOCH
    for each in np.flatnonzero((begins != ends)[place]).tolist():
        found[each] = number_of_day(datetime.fromtimestamp(int(seconds[each]), UTC), zone)
    return found


def _distance(day: int, zone: ZoneInfo) -> int:
    """How many seconds the clinic's clocks are ahead of UTC where this UTC day begins."""
    midnight = datetime.combine(date.fromordinal(day + EPOCH), time(), UTC)
    ahead = midnight.astimezone(zone).utcoffset() or timedelta()
    return int(ahead.total_seconds())
