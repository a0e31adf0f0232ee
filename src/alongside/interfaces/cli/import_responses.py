"""`alongside import responses`: answers to an instrument outside of visits, from a CSV file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from alongside.interfaces.cli.clinic_folder import clinic_in
from alongside.interfaces.cli.columns import TOTAL, Columns, find_columns
from alongside.interfaces.cli.house import Exit, House, of_a_clinic, pass_house
from alongside.interfaces.cli.mapping import read_mapping
from alongside.interfaces.cli.moments import day_or_moment_in
from alongside.interfaces.cli.refused_rows import check_other_file
from alongside.interfaces.cli.tables import TableRow, read_table

if TYPE_CHECKING:
    from alongside.clinic.feedback.importing import ClientResponse

NEEDED = ("client", "on")
ALLOWED = ("therapist", TOTAL)


@click.command(name="responses")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--mapping", type=click.Path(path_type=Path), help="A TOML file for other headings.")
@click.option("--instrument", metavar="URL", help="Else the one that serves the weekly check.")
@click.option("--refused", type=click.Path(path_type=Path), help="Where refused rows go, as CSV.")
@click.option("--dry-run", is_flag=True, help="Check every row and keep nothing.")
@of_a_clinic
@pass_house
def responses(
    house: House,
    file: Path,
    mapping: Path | None,
    instrument: str | None,
    refused: Path | None,
    dry_run: bool,
) -> None:
    """Bring answers to an instrument outside of visits in from FILE, plain or gzipped.

    \b
    Columns: client, on (a day, or a day and time), one column for each linkId, and where there are
    any therapist (takes the client into their care) and total. A client has one response to an
    instrument at one time.

    \b
    Example:
      alongside import responses checks.csv --instrument https://site.example/mood
    """
    check_other_file(refused, file)
    clinic = clinic_in(house.folder())
    from alongside.interfaces.cli.import_run import ImportRun

    how = read_mapping(mapping)
    run = ImportRun(house, "responses", instrument, is_rehearsal=dry_run)
    columns = find_columns(
        table := read_table(file, delimiter=how.delimiter),
        how,
        run.questionnaire,
        needed=NEEDED,
        allowed=ALLOWED,
    )
    run.read(table, columns, lambda row: client_response(row, columns, clinic.zone))
    summary = run.summary(run.take_responses())
    run.keep_refused(refused)
    house.tell(summary.words, summary.facts)
    if summary.refused:
        raise SystemExit(Exit.REFUSED)


def client_response(row: TableRow, columns: Columns, home: ZoneInfo) -> ClientResponse:
    """The response that a row tells of.

    Raises: CellBlank, NotATime and their like.
    """
    from alongside.clinic.feedback.importing import ClientResponse

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
