"""Where a moment stands on a line from left to right, and which dates are written under it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from alongside.interfaces.shared.dates import axis_day, axis_month, axis_month_and_year

DAY_STEPS: Final = (1, 2, 4, 7, 14, 28)
MONTH_STEPS: Final = (1, 2, 3, 6, 12, 24, 60, 120)
LONG: Final = timedelta(days=300)


@dataclass(frozen=True)
class Tick:
    """A place on an axis and what is written there."""

    position: float
    label: str


@dataclass(frozen=True)
class TimeAxis:
    """A line of wall-clock time, so that a change of the clocks moves no visit.

    Units: positions in those of `left` and `right`.
    """

    first: datetime
    last: datetime
    zone: tzinfo
    left: float
    right: float

    def position(self, at: datetime) -> float:
        """Where the moment stands; in the middle when the line is a single moment long."""
        return self._place(wall_clock(at, self.zone))

    def ticks(self, most: int = 5) -> tuple[Tick, ...]:
        """At most `most` dates, at even steps of days or on the first of months."""
        dates, written = _dates_between(self.first, self.last, most)
        return tuple(
            Tick(
                self._place(max(datetime.combine(day, self.first.time().min), self.first)),
                written(day),
            )
            for day in dates
        )

    def _place(self, moment: datetime) -> float:
        span = (self.last - self.first).total_seconds()
        if span <= 0:
            return (self.left + self.right) / 2
        share = (moment - self.first).total_seconds() / span
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)


def wall_clock(at: datetime, zone: tzinfo) -> datetime:
    """The moment as the clock on the wall in `zone` shows it.

    Assumes: `at` knows its zone.
    """
    return at.astimezone(zone).replace(tzinfo=None)


def time_axis(moments: Iterable[datetime], *, zone: tzinfo, left: float, right: float) -> TimeAxis:
    """The line that holds every moment.

    Assumes: at least one moment.
    """
    walls = [wall_clock(at, zone) for at in moments]
    return TimeAxis(min(walls), max(walls), zone, left, right)


def spread(positions: Sequence[float], *, least: float, right: float) -> tuple[float, ...]:
    """The rising positions, moved as little as needed to stand `least` apart and not past `right`.

    Two visits on one day would otherwise hide each other.
    Assumes: `positions` rise; there is room for all of them.
    """
    moved: list[float] = []
    for position in positions:
        moved.append(max(position, moved[-1] + least) if moved else position)
    limit = right
    for number in range(len(moved) - 1, -1, -1):
        moved[number] = min(moved[number], limit)
        limit = moved[number] - least
    return tuple(moved)


def _dates_between(
    first: datetime, last: datetime, most: int
) -> tuple[list[date], Callable[[date], str]]:
    days = (last.date() - first.date()).days
    for step in DAY_STEPS:
        if days // step + 1 <= most:
            found = [first.date() + timedelta(days=n * step) for n in range(days // step + 1)]
            return found, axis_day
    found = []
    for step in MONTH_STEPS:
        found = _firsts_of_months(first.date(), last.date(), step)
        if len(found) <= most:
            break
    return found, axis_month_and_year if last - first > LONG else axis_month


def _firsts_of_months(first: date, last: date, step: int) -> list[date]:
    start = first.year * 12 + first.month - (1 if first.day == 1 else 0)
    end = last.year * 12 + last.month - 1
    start += -start % step
    return [date(month // 12, month % 12 + 1, 1) for month in range(start, end + 1, step)]
