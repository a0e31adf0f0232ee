"""The file of refused rows: what was refused, why, and what stood there."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from alongside.clinic.disclosures.spreadsheets import harmless, needs_quote
from alongside.interfaces.cli.house import CannotRun
from alongside.interfaces.cli.tables import Table, TableRow
from alongside.methods.vocabulary.errors import AlongsideError

ROW, REASON = "refused_row", "refused_reason"


class CannotWrite(CannotRun):
    """{path} cannot be written: {problem}."""


class WouldOverwrite(CannotRun):
    """{path} is the file that is being imported. Choose another --refused."""


@dataclass(frozen=True)
class RefusedRow:
    """One row that was not taken, and why."""

    row: TableRow
    reason: AlongsideError


def check_other_file(refused: Path | None, file: Path) -> None:
    """Nothing, when the refused rows go into another file than the one that is read.

    Raises: WouldOverwrite.
    """
    if refused is not None and refused.absolute().resolve() == file.absolute().resolve():
        raise WouldOverwrite(path=refused)


def write_refused(path: Path, table: Table, refused: Iterable[RefusedRow]) -> None:
    """The refused rows with their numbers and reasons before the original columns.

    The file can be mended and imported again: the two first columns are passed over.
    Raises: CannotWrite.
    """
    headings = [heading for heading in table.headings if heading not in (ROW, REASON)]
    keeps = [heading not in (ROW, REASON) for heading in table.headings]
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([ROW, REASON, *headings])
            for each in sorted(refused, key=lambda each: each.row.number):
                cells = [
                    harmless(cell)
                    for n, cell in enumerate(each.row.cells)
                    if n >= len(keeps) or keeps[n]
                ]
                writer.writerow([each.row.number, harmless(str(each.reason)), *cells])
    except OSError as error:
        raise CannotWrite(path=path, problem=error.strerror or error) from None


def as_it_stood(table: Table) -> Table:
    """A file of refused rows without the quotes that `harmless` put in; any other as it is."""
    if not {ROW, REASON} <= set(table.headings):
        return table
    rows = (
        replace(
            row,
            cells=tuple(map(_without_quote, row.cells)),
            by_heading={name: _without_quote(cell) for name, cell in row.by_heading.items()},
        )
        for row in table.rows
    )
    return replace(table, rows=tuple(rows))


def _without_quote(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and needs_quote(cell[1:]) else cell
