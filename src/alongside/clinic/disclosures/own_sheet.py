"""One table of a client's own record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from alongside.clinic.consent.wording import day_in_words
from alongside.clinic.disclosures.record import Cell
from alongside.clinic.people.queries import wall_clock


@dataclass(frozen=True)
class OwnSheet:
    """One table of a client's own record, under its heading."""

    key: str
    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def day_of_row(moment: datetime | date | None) -> str:
    if moment is None:
        return ""
    day = wall_clock(moment).date() if isinstance(moment, datetime) else moment
    return day_in_words(day)
