"""How days and times are written, on every page and in both languages.

English says `8 Nov 2026` and `2:30 PM`, Spanish `8 nov 2026` and `14:30`. A moment is shown as
the clock on the clinic's wall shows it: in the zone given, or in that of a view which keeps to
clinic time (`in_clinic_time`).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext

SAME_YEAR = timedelta(days=300)


def short_date(at: date | datetime, zone: tzinfo | None = None) -> str:
    """The date with its year where there is little room, as `8 Nov 2026`."""
    return _written(_on_the_wall(at, zone), pgettext("short date", "j M Y"))


def long_date(at: date | datetime, zone: tzinfo | None = None) -> str:
    """The date with its year in a sentence, as `8 November 2026`."""
    return _written(_on_the_wall(at, zone), pgettext("long date", "j F Y"))


def weekday_date(at: date | datetime, zone: tzinfo | None = None) -> str:
    """A day as one says it, without its year: `Sunday 8 November`."""
    return _written(_on_the_wall(at, zone), pgettext("date with weekday", "l j F"))


def clock_time(at: datetime, zone: tzinfo | None = None) -> str:
    """The time of day, as `2:30 PM`."""
    return _written(_on_the_wall(at, zone), pgettext("time of day", "g:i A"))


def short_moment(at: datetime, zone: tzinfo | None = None, *, now: datetime | None = None) -> str:
    """A day and its time where there is little room, as `Sun 8 Nov, 2:30 PM`.

    With `now`, a day that could be taken for another year's has its year. Worded once a language,
    however often a board is drawn.
    """
    on_the_wall = timezone.localtime(at, zone).replace(tzinfo=None)
    with_year = now is not None and abs(now - at) > SAME_YEAR
    return _short_moment(on_the_wall, get_language() or "en", with_year)


@lru_cache(maxsize=4096)
def _short_moment(on_the_wall: datetime, _language: str, with_year: bool) -> str:
    if with_year:
        return date_format(on_the_wall, pgettext("short day and time", "D j M Y, g:i A"))
    return date_format(on_the_wall, pgettext("short day and time", "D j M, g:i A"))


def long_moment(at: datetime, zone: tzinfo | None = None) -> str:
    """A day and its time in a sentence, as `Sunday 8 November, 2:30 PM`."""
    return _written(_on_the_wall(at, zone), pgettext("long day and time", "l j F, g:i A"))


def until_moment(at: datetime, zone: tzinfo | None = None) -> str:
    """Until when, in a sentence: midnight is the end of the day before, and said so."""
    if timezone.localtime(at, zone).time() != time():
        return long_moment(at, zone)
    day = weekday_date(at - timedelta(microseconds=1), zone)
    return pgettext("until", "the end of {day}").format(day=day)


def axis_day(day: date) -> str:
    """A day under a chart, as `8 Nov`."""
    return _written(day, pgettext("date under a chart: day and month", "j M"))


def axis_month(day: date) -> str:
    """A month under a chart that is shorter than a year, as `Nov`."""
    return _written(day, pgettext("date under a chart: month", "M"))


def axis_month_and_year(day: date) -> str:
    """A month under a longer chart, as `Nov 2026`."""
    return _written(day, pgettext("date under a chart: month and year", "M Y"))


def month_name(day: date) -> str:
    """A month with its year, as in "March 2026"."""
    return _written(day, pgettext("date: month and year", "F Y"))


def short_weekday(day: date) -> str:
    """A day of the week over a column, as `Sun`."""
    return _written(day, pgettext("weekday over a column", "D"))


def noon_of(day: date, zone: tzinfo) -> datetime:
    """Where a day without a time of its own stands on a graph."""
    return datetime.combine(day, time(12), zone).astimezone(UTC)


def _on_the_wall(at: date | datetime, zone: tzinfo | None) -> date | datetime:
    # Without its zone: one moment is equal in any zone, and the walls are not.
    return timezone.localtime(at, zone).replace(tzinfo=None) if isinstance(at, datetime) else at


def _written(wall: date | datetime, pattern: str) -> str:
    return _in_language(wall, pattern, get_language() or "en")


# A board of a hundred clients words the same moments each time it is drawn.
@lru_cache(maxsize=4096)
def _in_language(wall: date | datetime, pattern: str, _language: str) -> str:
    return date_format(wall, pattern)
