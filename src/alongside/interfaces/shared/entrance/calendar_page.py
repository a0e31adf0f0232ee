"""A month as a sheet: the plainest page there is."""

from __future__ import annotations

from calendar import Calendar
from dataclasses import dataclass
from datetime import date, timedelta

from alongside.interfaces.shared.dates import month_name, short_weekday


@dataclass(frozen=True)
class CalendarPage:
    """The weeks of one month; days of its neighbours are left empty."""

    title: str
    weekdays: tuple[str, ...]
    weeks: tuple[tuple[str, ...], ...]
    today: str


def calendar_page(today: date) -> CalendarPage:
    """The month of this day."""
    monday = today - timedelta(days=today.weekday())
    weeks = Calendar().monthdayscalendar(today.year, today.month)
    return CalendarPage(
        title=month_name(today),
        weekdays=tuple(short_weekday(monday + timedelta(days=n)) for n in range(7)),
        weeks=tuple(tuple(str(day or "") for day in week) for week in weeks),
        today=str(today.day),
    )
