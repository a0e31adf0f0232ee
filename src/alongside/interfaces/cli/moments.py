"""The times in a file, as moments."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from alongside.clinic.visits.times import moment_of
from alongside.interfaces.cli.mapping import Mapping
from alongside.methods.vocabulary.errors import AlongsideError

YEARS = range(1900, 2200)
MOST_MONTHS = 1200


class NotATime(AlongsideError):
    """ "{cell}" in {column} is no time. Write 2026-03-02T09:00, with an offset if it is not the
    clinic’s time, or give the format in the mapping."""


class NoTimeOfDay(AlongsideError):
    """ "{cell}" in {column} is a day without a time of day."""


class NotMonths(AlongsideError):
    """ "{cell}" in {column} is no number of months from 0 to 1200."""


def moment_in(cell: str, *, column: str, mapping: Mapping, zone: ZoneInfo) -> datetime:
    """The moment that a cell names: in its own offset, else in the zone.

    Raises: NotATime, NoTimeOfDay, NoSuchTime, TimeTwice.
    """
    found, has_time = _parse(cell, column, mapping)
    if not has_time:
        raise NoTimeOfDay(cell=_short(cell), column=column)
    return _in_zone(found, zone)


def day_or_moment_in(
    cell: str, *, column: str, mapping: Mapping, zone: ZoneInfo, home: ZoneInfo
) -> datetime:
    """As `moment_in`; a day is a day of the clinic's, at its beginning.

    Months count from the mapping's day.
    Raises: NotATime, NotMonths, NoSuchTime, TimeTwice.
    """
    if mapping.months_after is not None:
        return _in_zone(_months_later(mapping.months_after, cell, column), home)
    found, has_time = _parse(cell, column, mapping)
    return _in_zone(found, zone if has_time else home)


def _parse(cell: str, column: str, mapping: Mapping) -> tuple[datetime, bool]:
    try:
        if mapping.time_format:
            has_time = any(mark in mapping.time_format for mark in ("%H", "%I", "%X", "%c", "%T"))
            found = datetime.strptime(cell, mapping.time_format)  # noqa: DTZ007  # zone follows
        else:
            found = datetime.fromisoformat(cell)
            has_time = len(cell) > len("2026-03-02")
    except ValueError:
        raise NotATime(cell=_short(cell), column=column) from None
    if found.year not in YEARS:
        raise NotATime(cell=_short(cell), column=column)
    return found, has_time


def _months_later(start: date, cell: str, column: str) -> datetime:
    try:
        number = Decimal(cell)
    except InvalidOperation:
        raise NotMonths(cell=_short(cell), column=column) from None
    if not number.is_finite() or number % 1 or not 0 <= number <= MOST_MONTHS:
        raise NotMonths(cell=_short(cell), column=column)
    years, month = divmod(start.month - 1 + int(number), 12)
    try:
        day = start.replace(year=start.year + years, month=month + 1)
    except ValueError:
        raise NotMonths(cell=_short(cell), column=column) from None
    return datetime.combine(day, time())


def _in_zone(found: datetime, zone: ZoneInfo) -> datetime:
    if found.tzinfo is None:
        found = moment_of(found, zone)
    return found.astimezone(UTC)


def _short(cell: str) -> str:
    return cell if len(cell) <= 60 else cell[:57] + "…"
