"""When people of an invented clinic meet: the same hour every week, never two at once.

The house is open every day from eight to six, so that a demo is as alive on a Sunday as on a
Monday. A few hours lie just before and just after the moment it is made for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

import numpy as np

from alongside.lab.synthetic_clinic import VISIT_LASTS

OPENS, CLOSES = 8, 18
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
SETTLED: Final = timedelta(minutes=15)
"""After a visit, until what follows at once (a note, a quick answer) is in."""


def hours_before(now: datetime) -> Iterator[datetime]:
    """Starts of visits that are over, the latest first."""
    start = now.replace(minute=0, second=0, microsecond=0)
    while True:
        if OPENS <= start.hour < CLOSES and start + VISIT_LASTS + SETTLED <= now:
            yield start
        start -= HOUR


def hours_after(now: datetime) -> Iterator[datetime]:
    """Starts of visits that are still to come, the nearest first."""
    start = now.replace(minute=0, second=0, microsecond=0) + HOUR
    while True:
        if OPENS <= start.hour < CLOSES:
            yield start
        start += HOUR


class Timetable:
    """The weekly hours of one therapist that are still free. Times are on the clinic's clock."""

    def __init__(self, now: datetime, rng: np.random.Generator) -> None:
        self.now = now
        self.rng = rng
        self.taken: set[tuple[int, int]] = set()

    def just_over(self) -> datetime:
        """The latest free hour that is over."""
        return self._take(next(hour for hour in hours_before(self.now) if self._is_free(hour)))

    def coming(self) -> datetime:
        """The last time, a week before, of the nearest free hour that is still to come."""
        return (
            self._take(next(hour for hour in hours_after(self.now) if self._is_free(hour))) - WEEK
        )

    def some_day(self, *, but: datetime | None = None) -> datetime:
        """A free hour on a working day one to six days ago, not on the weekday of `but`."""
        days = [self.now - n * DAY for n in range(1, 7)]
        working = [
            day
            for day in days
            if day.weekday() < 5 and (but is None or day.weekday() != but.weekday())
        ]
        hours = [
            day.replace(hour=hour, minute=0, second=0, microsecond=0)
            for day in working
            for hour in range(OPENS + 1, CLOSES - 1)
        ]
        free = [hour for hour in hours if self._is_free(hour)]
        return self._take(free[int(self.rng.integers(len(free)))])

    def _is_free(self, hour: datetime) -> bool:
        return (hour.weekday(), hour.hour) not in self.taken

    def _take(self, hour: datetime) -> datetime:
        self.taken.add((hour.weekday(), hour.hour))
        return hour


def weekly_until(last: datetime, n: int) -> tuple[datetime, ...]:
    """The n weekly times that end with `last`, the earliest first."""
    return tuple(islice((last - WEEK * ago for ago in range(n - 1, -1, -1)), n))
