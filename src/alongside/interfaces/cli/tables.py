"""A CSV file as rows with their numbers, read strictly: what cannot be read is said, never guessed.

Row numbers are those of a spreadsheet: the headings are row 1.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from alongside.methods.vocabulary.errors import AlongsideError

LARGEST_FILE = 256 * 1024 * 1024
LONGEST_CELL = 100_000
_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


class FileRefused(AlongsideError):
    """The file cannot be read."""


class NoFile(FileRefused):
    """{path} cannot be opened: {problem}."""


class FileTooLarge(FileRefused):
    """{path} holds more than {limit} million characters. Split it and import the parts."""


class NotGzip(FileRefused):
    """{path} looks compressed and cannot be unpacked. It may be cut off."""


class NotUtf8(FileRefused):
    """{path} is not UTF-8 text: line {line} cannot be read. Save it as CSV UTF-8."""


class EmptyFile(FileRefused):
    """{path} is empty. It needs a row of headings."""


class BrokenRow(FileRefused):
    """Row {row} of {path} cannot be read: {problem}. A quote may be missing there."""


class WrongSeparator(FileRefused):
    """The cells of {path} seem to be parted by {separator}. Save it with commas, or write
    delimiter = "{mark}" in the mapping."""


class WrongSeparatorHere(FileRefused):
    """The cells of {path} seem to be parted by {separator}. Save it with commas."""


class HeadingTwice(FileRefused):
    """The heading "{heading}" stands twice in {path}. Every column needs its own."""


class HeadingBlank(FileRefused):
    """Column {column} of {path} has no heading."""


class RaggedRow(AlongsideError):
    """The row has {found} cells, and there are {needed} headings."""


class CellTooLong(AlongsideError):
    """The cell "{heading}" has {length} characters, and at most {limit} are allowed."""


@dataclass(frozen=True)
class TableRow:
    """One row: its cells as they stand, and by heading when there is one for each heading."""

    number: int
    cells: tuple[str, ...]
    by_heading: Mapping[str, str]
    refusal: AlongsideError | None = None


@dataclass(frozen=True)
class Part:
    """Some rows of a file: their numbers, and their cells column by column."""

    numbers: tuple[int, ...]
    columns: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Table:
    """The headings of a file and its rows. Rows without any text are left out."""

    path: Path
    headings: tuple[str, ...]
    rows: tuple[TableRow, ...]


def read_table(path: Path, *, delimiter: str = ",") -> Table:
    """The whole file, plain or gzipped.

    Raises: FileRefused, of which every kind says what to do.
    """
    text = _text_of(path)
    records = _records_of(path, text, delimiter)
    first = next((n for n, cells in enumerate(records) if any(map(str.strip, cells))), None)
    if first is None:
        raise EmptyFile(path=path)
    headings = tuple(heading.strip() for heading in records[first])
    _check_headings(path, headings, delimiter)
    rows = tuple(
        _row(number, tuple(cells), headings)
        for number, cells in enumerate(records[first + 1 :], first + 2)
        if any(map(str.strip, cells))
    )
    return Table(path, headings, rows)


def read_in_parts(path: Path, rows: int) -> tuple[tuple[str, ...], Iterator[Part]]:
    """The headings of a large file, and its rows in parts of so many, as they are asked for.

    Raises: FileRefused, the iterator too.
    """
    reader = _reader(_text_of(path), ",")
    numbered = _numbered(path, reader)
    headings = next((cells for _, cells in numbered), None)
    if headings is None:
        raise EmptyFile(path=path)
    headings = [heading.strip() for heading in headings]
    _check_headings(path, tuple(headings), None)
    return tuple(headings), _parts(path, numbered, rows, len(headings))


def _numbered(path: Path, reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, with their numbers."""
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if any(map(str.strip, cells)):
                yield number, cells
    except csv.Error as error:
        raise BrokenRow(path=path, row=number + 1, problem=error) from None


def _parts(
    path: Path, numbered: Iterator[tuple[int, list[str]]], rows: int, width: int
) -> Iterator[Part]:
    while part := list(islice(numbered, rows)):
        for number, cells in part:
            if len(cells) != width:
                problem = RaggedRow(found=len(cells), needed=width)
                raise BrokenRow(path=path, row=number, problem=str(problem).rstrip("."))
        numbers, records = zip(*part, strict=True)
        yield Part(numbers, tuple(zip(*records, strict=True)))


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            is_packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            stream = gzip.GzipFile(fileobj=file) if is_packed else file
            data = stream.read(LARGEST_FILE + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise NotGzip(path=path) from None
    except OSError as error:
        raise NoFile(path=path, problem=error.strerror or error) from None
    if len(data) > LARGEST_FILE:
        raise FileTooLarge(path=path, limit=LARGEST_FILE // 1_000_000)
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise NotUtf8(path=path, line=1)
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = len(data[: error.start].splitlines()) or 1
        raise NotUtf8(path=path, line=line) from None


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    # Strict, because a lenient reader lets one missing quote swallow the rest of the file.
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _records_of(path: Path, text: str, delimiter: str) -> list[list[str]]:
    before = csv.field_size_limit(LARGEST_FILE)
    reader = _reader(text, delimiter)
    records: list[list[str]] = []
    try:
        records.extend(reader)
    except csv.Error as error:
        raise BrokenRow(path=path, row=len(records) + 1, problem=error) from None
    finally:
        csv.field_size_limit(before)
    return records


def _check_headings(path: Path, headings: tuple[str, ...], delimiter: str | None) -> None:
    """Raises: FileRefused. Without a delimiter there is no mapping that could name one."""
    if len(headings) == 1:
        for mark, separator in _OTHER_SEPARATORS.items():
            if mark in headings[0] and mark != delimiter:
                if delimiter is None:
                    raise WrongSeparatorHere(path=path, separator=separator)
                shown = "\\t" if mark == "\t" else mark
                raise WrongSeparator(path=path, separator=separator, mark=shown)
    seen: set[str] = set()
    for number, heading in enumerate(headings, 1):
        if not heading:
            raise HeadingBlank(path=path, column=number)
        if heading in seen:
            raise HeadingTwice(path=path, heading=heading)
        seen.add(heading)


def _row(number: int, cells: tuple[str, ...], headings: tuple[str, ...]) -> TableRow:
    refusal: AlongsideError | None = None
    if len(cells) != len(headings):
        refusal = RaggedRow(found=len(cells), needed=len(headings))
    by_heading = dict(zip(headings, cells, strict=False))
    for heading, cell in by_heading.items():
        if len(cell) > LONGEST_CELL:
            refusal = CellTooLong(heading=heading, length=len(cell), limit=LONGEST_CELL)
    return TableRow(number, cells, {} if refusal else by_heading, refusal)
