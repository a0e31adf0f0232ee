"""A CSV file is read whole or refused with a sentence that says where and what to do."""

from __future__ import annotations

import codecs
import csv
import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.interfaces.cli import tables
from alongside.interfaces.cli.refused_rows import RefusedRow, as_it_stood, harmless, write_refused
from alongside.interfaces.cli.tables import (
    BrokenRow,
    CellTooLong,
    EmptyFile,
    FileRefused,
    FileTooLarge,
    HeadingBlank,
    HeadingTwice,
    NoFile,
    NotGzip,
    NotUtf8,
    RaggedRow,
    Table,
    TableRow,
    WrongSeparator,
    read_table,
)


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "file.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_are_not_content(
    tmp_path: Path, end: str, start: str
) -> None:
    table = read_table(written(tmp_path, start + end.join(["a,b", "1,2", "", "3,4", ""])))
    assert table.headings == ("a", "b")
    # Row numbers are those of a spreadsheet: the headings are row 1, and a blank line counts.
    assert [(row.number, row.cells) for row in table.rows] == [(2, ("1", "2")), (4, ("3", "4"))]


def test_a_gzipped_file_reads_like_a_plain_one(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, gzip.compress(b"a,b\n1,2\n")))
    assert table.rows[0].by_heading == {"a": "1", "b": "2"}


def test_quotes_commas_and_line_breaks_inside_a_cell_belong_to_it(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, 'a,b\n"one, ""two""\r\nthree",x\ny,z\n'))
    assert table.rows[0].by_heading == {"a": 'one, "two"\r\nthree', "b": "x"}
    assert table.rows[1].number == 3


def test_rows_with_too_many_or_too_few_cells_are_refused_alone(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "a,b\n1\n1,2,3\n1,2\n"))
    assert [type(row.refusal) for row in table.rows] == [RaggedRow, RaggedRow, type(None)]
    assert str(table.rows[1].refusal) == "The row has 3 cells, and there are 2 headings."


def test_a_cell_of_ten_megabytes_refuses_its_row_and_no_other(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, f"a,b\n{'x' * 10_000_000},1\n2,3\n"))
    assert isinstance(table.rows[0].refusal, CellTooLong)
    assert "10000000 characters" in str(table.rows[0].refusal)
    assert table.rows[1].by_heading == {"a": "2", "b": "3"}


@pytest.mark.parametrize(
    ("content", "refusal", "says"),
    [
        (b"", EmptyFile, "is empty"),
        (b"\n , \n", EmptyFile, "is empty"),
        ("a,b\n1,José\n".encode("latin-1"), NotUtf8, "line 2"),
        (codecs.BOM_UTF16_LE + "a,b\n".encode("utf-16-le"), NotUtf8, "CSV UTF-8"),
        (b'a,b\n1,2\n3,"4\n5,6\n', BrokenRow, "Row 3"),
        (b'a,b\n"1"x,2\n', BrokenRow, "Row 2"),
        (b"a,b,a\n1,2,3\n", HeadingTwice, '"a"'),
        (b"a,,c\n1,2,3\n", HeadingBlank, "Column 2"),
        (b"a;b\n1;2\n", WrongSeparator, "semicolons"),
        (gzip.compress(b"a,b\n1,2\n" * 100, mtime=0)[:-9], NotGzip, "cut off"),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_why(
    tmp_path: Path, content: bytes, refusal: type[FileRefused], says: str
) -> None:
    with pytest.raises(refusal) as refused:
        read_table(written(tmp_path, content))
    assert says in str(refused.value)


def test_a_file_that_is_not_there_and_one_that_is_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NoFile):
        read_table(tmp_path / "nowhere.csv")
    monkeypatch.setattr(tables, "LARGEST_FILE", 100)
    with pytest.raises(FileTooLarge):
        read_table(written(tmp_path, gzip.compress(b"a,b\n" * 1000)))


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+cmd", "'+cmd"),
        (" @sum", "' @sum"),
        ("-x", "'-x"),
        ("-3", "-3"),
        ("+4.5", "+4.5"),
        ("'=1", "''=1"),
        ("plain", "plain"),
    ],
)
def test_a_text_that_begins_like_a_formula_is_made_harmless(cell: str, shown: str) -> None:
    assert harmless(cell) == shown


def test_the_file_of_refused_rows_keeps_what_stood_there_and_can_be_read_again(
    tmp_path: Path,
) -> None:
    table = read_table(written(tmp_path, 'a,b\n"=1+1","x\ny"\n1,2,3\n'))
    refused = [RefusedRow(row, CellTooLong(heading="a", length=1, limit=0)) for row in table.rows]
    write_refused(tmp_path / "refused.csv", table, reversed(refused))
    with (tmp_path / "refused.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["refused_row", "refused_reason", "a", "b"]
    assert rows[1][0] == "2"
    assert rows[1][2:] == ["'=1+1", "x\ny"]
    assert rows[2][2:] == ["1", "2", "3"]
    assert read_table(tmp_path / "refused.csv").headings[:2] == ("refused_row", "refused_reason")


WRITTEN = st.text() | st.text("=+-@'\t\r 1.a", max_size=6) | st.just("- long" * 1000)


@given(cells=st.lists(st.tuples(WRITTEN, WRITTEN), min_size=1, max_size=5))
def test_refused_rows_that_come_back_hold_what_stood_there_to_the_letter(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("refused") / "refused.csv"
    rows = [TableRow(n, row, dict(zip("ab", row, strict=True))) for n, row in enumerate(cells, 2)]
    table = Table(path, ("a", "b"), tuple(rows))
    for _ in range(2):  # also when they are refused once more
        refused = [
            RefusedRow(row, CellTooLong(heading="a", length=1, limit=0)) for row in table.rows
        ]
        write_refused(path, table, refused)
        table = as_it_stood(read_table(path))
        assert [(row.by_heading["a"], row.by_heading["b"]) for row in table.rows] == cells


def test_a_quote_in_any_other_file_is_a_quote(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "a,b\n'=1+1,'- x\n"))
    assert as_it_stood(table) == table
