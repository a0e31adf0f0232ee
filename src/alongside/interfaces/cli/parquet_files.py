"""A Parquet file as parts of rows, the same that a CSV file gives; needs the extra `cohort`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alongside.interfaces.cli.house import CannotRun
from alongside.interfaces.cli.tables import EmptyFile, FileRefused, HeadingTwice, NoFile, Part

PARQUET = ".parquet"


class NoParquetHere(CannotRun):
    """Parquet files need one more package: pip install "alongside[cohort]". CSV files need none."""


class NotParquet(FileRefused):
    """{path} cannot be read as Parquet: {problem}."""


def read_parquet(path: Path, rows: int) -> tuple[tuple[str, ...], Iterator[Part]]:
    """The headings of the file, and its rows in parts of so many; the first row is row 1.

    Raises: FileRefused, NoParquetHere.
    """
    try:
        import polars
    except ImportError:
        raise NoParquetHere from None
    try:
        table = polars.read_parquet(path)
    except OSError as problem:
        raise NoFile(path=path, problem=problem.strerror or problem) from None
    except polars.exceptions.PolarsError as problem:
        said = str(problem).partition("\n")[0].rstrip(".")
        raise NotParquet(path=path, problem=said) from None
    headings = tuple(heading.strip() for heading in table.columns)
    if not headings or not table.height:
        raise EmptyFile(path=path)
    for heading in headings:
        if headings.count(heading) > 1:
            raise HeadingTwice(path=path, heading=heading)
    return headings, _parts(table, rows)


def _parts(table: Any, rows: int) -> Iterator[Part]:
    for first in range(0, table.height, rows):
        some = table.slice(first, rows)
        columns = tuple(
            tuple("" if cell is None else str(cell) for cell in some[name].to_list())
            for name in table.columns
        )
        yield Part(tuple(range(first + 1, first + 1 + some.height)), columns)
