"""`alongside import visits`: rated visits from a CSV file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from alongside.interfaces.cli.columns import TOTAL, Columns
from alongside.interfaces.cli.house import House
from alongside.interfaces.cli.import_request import ImportRequest, asks_for_import
from alongside.interfaces.cli.moments import moment_in
from alongside.interfaces.cli.tables import TableRow
from alongside.methods.vocabulary.errors import AlongsideError

if TYPE_CHECKING:
    from alongside.clinic.feedback.imported_rows import Outcome, RatedVisit
    from alongside.interfaces.cli.import_summary import SeriesLengths

NEEDED = ("visit_id", "client", "therapist", "starts_at")
ALLOWED = ("ends_at", "minutes", "submitted_at", TOTAL)
FEWEST_MINUTES, MOST_MINUTES = 5, 480


class NoEnd(AlongsideError):
    """The row says neither when the visit ended (ends_at) nor how long it took (minutes)."""


class NotMinutes(AlongsideError):
    """ "{cell}" is no number of minutes from 5 to 480."""


@click.command(name="visits")
@asks_for_import(instrument="Else the one that serves visit feedback.")
def visits(house: House, asked: ImportRequest) -> None:
    """Bring rated visits in from FILE, a CSV file, plain or gzipped.

    \b
    Columns: visit_id, client, therapist, starts_at, ends_at (or minutes), submitted_at, one column
    for each linkId of the instrument, and a total if there is one. Times without an offset are the
    clinic's. Clients and therapists come in as they are needed; therapists cannot sign in before
    an administrator gives them a password.

    \b
    Examples:
      alongside import visits visits.csv --refused refused.csv
      alongside import visits old-system.csv.gz --mapping old-system.toml --dry-run
    """
    from alongside.interfaces.cli.import_run import ImportRun

    run = ImportRun(house, "visits", asked, needed=NEEDED, allowed=ALLOWED)
    run.read(rated_visit)
    outcomes = run.take_visits()
    run.end(outcomes, series=_lengths(outcomes))


def rated_visit(row: TableRow, columns: Columns, home: ZoneInfo) -> RatedVisit:
    """The visit that a row tells of.

    Raises: CellBlank, NotATime, NoEnd, NotMinutes and their like.
    """
    from alongside.clinic.feedback.imported_rows import RatedVisit

    how = columns.mapping
    zone = how.zone or home
    starts_at = moment_in(
        columns.text(row, "starts_at"), column="starts_at", mapping=how, zone=zone
    )
    if end := columns.text_or_none(row, "ends_at"):
        ends_at = moment_in(end, column="ends_at", mapping=how, zone=zone)
    elif minutes := columns.text_or_none(row, "minutes"):
        ends_at = starts_at + _minutes(minutes)
    else:
        raise NoEnd
    submitted_at = ends_at
    if "submitted_at" in columns.ours:
        cell = columns.text(row, "submitted_at")
        submitted_at = moment_in(cell, column="submitted_at", mapping=how, zone=zone)
    return RatedVisit(
        row=row.number,
        visit_id=columns.text(row, "visit_id"),
        client=columns.name(row, "client"),
        therapist=columns.name(row, "therapist"),
        starts_at=starts_at,
        ends_at=ends_at,
        submitted_at=submitted_at,
        answers=columns.answers_of(row),
    )


def _minutes(cell: str) -> timedelta:
    try:
        number = Decimal(cell)
    except InvalidOperation:
        raise NotMinutes(cell=cell[:60]) from None
    if not number.is_finite() or not FEWEST_MINUTES <= number <= MOST_MINUTES:
        raise NotMinutes(cell=cell[:60])
    return timedelta(minutes=float(number))


def _lengths(outcomes: Sequence[Outcome]) -> SeriesLengths:
    from alongside.clinic.alliance.models import AllianceSeries
    from alongside.interfaces.cli.import_summary import SeriesLengths
    from alongside.methods.alliance.strain import FEWEST_RATINGS

    pairs = {outcome.pair for outcome in outcomes if outcome.pair is not None}
    lengths = [
        series.summary.get("n", 0)
        for series in AllianceSeries.objects.only("client", "therapist", "summary")
        if (series.client_id, series.therapist_id) in pairs
    ]
    return SeriesLengths(
        n_pairs=len(pairs),
        n_three=sum(n >= 3 for n in lengths),
        n_five=sum(n >= 5 for n in lengths),
        n_with_signal=sum(n >= FEWEST_RATINGS for n in lengths),
    )
