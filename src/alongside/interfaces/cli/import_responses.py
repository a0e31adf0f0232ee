"""`alongside import responses`: answers to an instrument outside of visits, from a CSV file."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from alongside.interfaces.cli.columns import TOTAL, Columns
from alongside.interfaces.cli.house import House
from alongside.interfaces.cli.import_request import ImportRequest, asks_for_import
from alongside.interfaces.cli.moments import day_or_moment_in
from alongside.interfaces.cli.tables import TableRow

if TYPE_CHECKING:
    from alongside.clinic.feedback.imported_rows import ClientResponse

NEEDED = ("client", "on")
ALLOWED = ("therapist", TOTAL)


@click.command(name="responses")
@asks_for_import(instrument="Else the one that serves the weekly check.")
def responses(house: House, asked: ImportRequest) -> None:
    """Bring answers to an instrument outside of visits in from FILE, plain or gzipped.

    \b
    Columns: client, on (a day, or a day and time), one column for each linkId, and where there are
    any therapist (takes the client into their care) and total. A client has one response to an
    instrument at one time.

    \b
    Example:
      alongside import responses checks.csv --instrument https://site.example/mood
    """
    from alongside.interfaces.cli.import_run import ImportRun

    run = ImportRun(house, "responses", asked, needed=NEEDED, allowed=ALLOWED)
    run.read(client_response)
    run.end(run.take_responses())


def client_response(row: TableRow, columns: Columns, home: ZoneInfo) -> ClientResponse:
    """The response that a row tells of.

    Raises: CellBlank, NotATime and their like.
    """
    from alongside.clinic.feedback.imported_rows import ClientResponse

    has_therapist = "therapist" in columns.ours or "therapist" in columns.mapping.constants
    return ClientResponse(
        row=row.number,
        client=columns.name(row, "client"),
        at=day_or_moment_in(
            columns.text(row, "on"),
            column="on",
            mapping=columns.mapping,
            zone=columns.mapping.zone or home,
            home=home,
        ),
        therapist=columns.name(row, "therapist") if has_therapist else None,
        answers=columns.answers_of(row),
    )
