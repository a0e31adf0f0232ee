"""Tables for programs that open them: a text that begins like a formula is made harmless."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?", re.ASCII)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_of(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The rows as UTF-8 CSV under their headings; what is missing is an empty cell."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(headings)
    for row in rows:
        writer.writerow(
            [harmless(cell) if isinstance(cell, str) else _number(cell) for cell in row]
        )
    return written.getvalue().encode()


def harmless(cell: str) -> str:
    """The cell as a spreadsheet may open it: a text that begins like a formula gets a quote."""
    return f"'{cell}" if needs_quote(cell) else cell


def needs_quote(cell: str) -> bool:
    # What begins with a quote of its own gets another, so that taking one away gives it back.
    is_formula = cell.lstrip(" '").startswith(_FORMULA)
    return is_formula and not _NUMBER.fullmatch(cell.strip())


def _number(cell: object) -> str:
    return "" if cell is None else str(cell)
