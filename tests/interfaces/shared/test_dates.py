"""Days and times as they are written: one look in each language, on the clinic's own clock."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from alongside.interfaces import shared
from alongside.interfaces.shared import dates

NEW_YORK = ZoneInfo("America/New_York")
# Half past one in the morning of the ninth in London is still Sunday the eighth in New York.
LATE = datetime(2026, 11, 9, 1, 30, tzinfo=UTC)
NOON = datetime(2026, 11, 8, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "english", "spanish"),
    [
        (dates.short_date, "8 Nov 2026", "8 nov 2026"),
        (dates.long_date, "8 November 2026", "8 de noviembre de 2026"),
        (dates.weekday_date, "Sunday 8 November", "domingo 8 de noviembre"),
        (dates.clock_time, "8:30 PM", "20:30"),
        (dates.short_moment, "Sun 8 Nov, 8:30 PM", "dom 8 nov, 20:30"),
        (dates.long_moment, "Sunday 8 November, 8:30 PM", "domingo 8 de noviembre, 20:30"),
    ],
)
def test_each_language_has_one_look(
    written: Callable[[datetime, ZoneInfo], str], english: str, spanish: str
) -> None:
    with translation.override("en"):
        assert written(LATE, NEW_YORK) == english
    with translation.override("es"):
        assert written(LATE, NEW_YORK) == spanish


def test_without_a_zone_the_clock_is_that_of_the_view() -> None:
    with translation.override("en"), timezone.override(NEW_YORK):
        assert dates.weekday_date(LATE) == "Sunday 8 November"
        assert dates.clock_time(NOON) == "12:00 PM"
    with translation.override("en"), timezone.override("Europe/Madrid"):
        assert dates.weekday_date(LATE) == "Monday 9 November"
        assert dates.clock_time(LATE) == "2:30 AM"


@pytest.mark.parametrize(
    ("days", "english", "spanish"),
    [
        (200, "Sun 8 Nov, 12:00 PM", "dom 8 nov, 12:00"),
        (400, "Sun 8 Nov 2026, 12:00 PM", "dom 8 nov 2026, 12:00"),
        (-400, "Sun 8 Nov 2026, 12:00 PM", "dom 8 nov 2026, 12:00"),
    ],
)
def test_a_day_that_could_be_another_years_has_its_year(
    days: int, english: str, spanish: str
) -> None:
    now = NOON + timedelta(days=days)
    with translation.override("en"):
        assert dates.short_moment(NOON, NEW_YORK, now=now) == english
        assert dates.short_moment(NOON, NEW_YORK) == "Sun 8 Nov, 12:00 PM"
    with translation.override("es"):
        assert dates.short_moment(NOON, NEW_YORK, now=now) == spanish


@pytest.mark.parametrize(
    ("minute", "english", "spanish"),
    [
        (59, "Sunday 8 November, 11:59 PM", "domingo 8 de noviembre, 23:59"),
        (60, "the end of Sunday 8 November", "final del domingo 8 de noviembre"),
        (61, "Monday 9 November, 12:01 AM", "lunes 9 de noviembre, 00:01"),
    ],
)
def test_midnight_is_the_end_of_the_day_before(minute: int, english: str, spanish: str) -> None:
    at = datetime(2026, 11, 9, 4, 0, tzinfo=UTC) + timedelta(minutes=minute)
    with translation.override("en"):
        assert dates.until_moment(at, NEW_YORK) == english
    with translation.override("es"):
        assert dates.until_moment(at, NEW_YORK) == spanish


def test_a_day_without_a_time_stays_that_day_everywhere() -> None:
    with translation.override("en"), timezone.override("Pacific/Kiritimati"):
        assert dates.short_date(date(2026, 11, 8)) == "8 Nov 2026"


def test_no_other_module_writes_dates_its_own_way() -> None:
    pages = Path(next(iter(shared.__path__))).parent
    own = Path(dates.__file__)
    writers = [
        str(path.relative_to(pages))
        for path in (*pages.rglob("*.py"), *pages.rglob("*.html"))
        if path != own
        and re.search(r"\b(?:date|time)_format\(|\|(?:date|time)\b", path.read_text("utf-8"))
    ]
    assert writers == []
