"""The contacts of a file: who, which in their order, whether they came, and on which day.

A history with a hole says something else than the history, so one bad row refuses the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from alongside.interfaces.cli.columns import CellBlank
from alongside.interfaces.cli.house import Advance
from alongside.interfaces.cli.tables import FileRefused, Table, TableRow
from alongside.methods.engagement.attendance import ContactKind, Contacts
from alongside.methods.vocabulary.errors import AlongsideError

NEEDED, DAY, AGREED_END = ("client", "contact", "attended"), "on", "ended_on"
MOST_SHOWN = 10
LAST_CONTACT = 1_000_000
CAME = {"1": ContactKind.ATTENDED, "0": ContactKind.MISSED}


class ContactColumnMissing(FileRefused):
    """{path} has no column {column}. It needs the columns client, contact (1, 2, …) and attended
    (1 or 0); on, with a day such as 2026-03-02, is optional."""


class EndsWithoutDays(FileRefused):
    """{path} says when care ended (ended_on) and not when contacts were. Add the column on, or
    leave ended_on out."""


class NoContacts(FileRefused):
    """{path} has headings and no contacts."""


class ContactsRefused(FileRefused):
    """Nothing was computed, because {n} rows of {path} cannot be read. {rows}"""


class NotAContactNumber(AlongsideError):
    """ "{cell}" in contact is no number of a contact, 1 or more."""


class NotAttended(AlongsideError):
    """ "{cell}" in attended is neither 1 nor 0."""


class NotADay(AlongsideError):
    """ "{cell}" in {column} is no day. Write 2026-03-02, or leave the column out."""


class ContactTwice(AlongsideError):
    """Contact {number} of this client stands in row {other} already."""


class DayGoesBack(AlongsideError):
    """This contact is on {day}, and the one before it, in row {other}, on {before}."""


@dataclass(frozen=True)
class ContactRow:
    """One row as it was read."""

    row: TableRow
    client: str
    number: int
    kind: ContactKind
    day: date | None
    agreed_end: date | None


@dataclass(frozen=True)
class ContactsOfFile:
    """The rows of a file client by client, each client's from the first contact to the last.

    `in_file` is where each of them stands among the rows of the file.
    """

    rows: Sequence[ContactRow]
    in_file: np.ndarray
    contacts: Contacts

    @property
    def seen_until(self) -> np.ndarray:
        """For each contact the last day on which coming is known of: that of the file, or, where
        care ended as agreed before it, that day."""
        days = self.contacts.day
        assert days is not None
        ends = {each.client: each.agreed_end for each in self.rows if each.agreed_end is not None}
        agreed = [ends.get(each.client, date.max).toordinal() for each in self.rows]
        until: np.ndarray = np.minimum(agreed, int(days.max()))
        return until

    @property
    def n_clients(self) -> int:
        return len({each.client for each in self.rows})

    @property
    def n_left_out(self) -> int:
        """How many numbers of contacts have no row of their own."""
        last = {each.client: each.number for each in self.rows}
        return sum(last.values()) - len(self.rows)


def read_contacts(table: Table, advance: Advance) -> ContactsOfFile:
    """The contacts of the whole file.

    Raises: FileRefused, of which every kind says what to do.
    """
    for column in NEEDED:
        if column not in table.headings:
            raise ContactColumnMissing(path=table.path, column=column)
    if not table.rows:
        raise NoContacts(path=table.path)
    has_days, has_ends = DAY in table.headings, AGREED_END in table.headings
    if has_ends and not has_days:
        raise EndsWithoutDays(path=table.path)
    read: list[ContactRow] = []
    refused: list[tuple[TableRow, AlongsideError]] = []
    for row in table.rows:
        try:
            read.append(_read(row, has_days=has_days, has_ends=has_ends))
        except AlongsideError as error:
            refused.append((row, error))
        advance(1)
    order = sorted(range(len(read)), key=lambda place: (read[place].client, read[place].number))
    rows = [read[place] for place in order]
    refused += _out_of_order(rows)
    if refused:
        refused.sort(key=lambda each: each[0].number)
        shown = [f"Row {row.number}: {error}" for row, error in refused[:MOST_SHOWN]]
        more = ["…"] if len(refused) > MOST_SHOWN else []
        raise ContactsRefused(path=table.path, n=len(refused), rows=" ".join([*shown, *more]))
    _, client = np.unique([each.client for each in rows], return_inverse=True)
    kinds = np.array([each.kind for each in rows])
    days = [each.day.toordinal() for each in rows if each.day is not None]
    contacts = Contacts(
        client, kinds, np.array(days) if has_days else None, knows_cancellations=False
    )
    return ContactsOfFile(rows, np.array(order), contacts)


def _read(row: TableRow, *, has_days: bool, has_ends: bool) -> ContactRow:
    if row.refusal is not None:
        raise row.refusal
    client, number, came = (row.by_heading[column].strip() for column in NEEDED)
    if not client:
        raise CellBlank(column="client")
    if not (number.isascii() and number.isdigit() and 1 <= int(number[:9]) <= LAST_CONTACT):
        raise NotAContactNumber(cell=number[:60])
    if came not in CAME:
        raise NotAttended(cell=came[:60])
    day = _day(row.by_heading[DAY].strip(), DAY) if has_days else None
    end = row.by_heading[AGREED_END].strip() if has_ends else ""
    return ContactRow(
        row, client, int(number), CAME[came], day, _day(end, AGREED_END) if end else None
    )


def _day(cell: str, column: str) -> date:
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise NotADay(cell=cell[:60], column=column) from None


def _out_of_order(rows: Sequence[ContactRow]) -> list[tuple[TableRow, AlongsideError]]:
    """What is wrong between neighbours: a number twice, or a day before the day before."""
    found: list[tuple[TableRow, AlongsideError]] = []
    for before, now in pairwise(rows):
        if now.client != before.client:
            continue
        other = before.row.number
        if now.number == before.number:
            found.append((now.row, ContactTwice(number=now.number, other=other)))
        elif now.day is not None and before.day is not None and now.day < before.day:
            found.append((now.row, DayGoesBack(day=now.day, before=before.day, other=other)))
    return found
