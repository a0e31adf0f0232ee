"""A mapping reads foreign headings, cells and times; what it cannot mean is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from alongside.clinic.visits.times import NoSuchTime, TimeTwice
from alongside.interfaces.cli.mapping import Mapping, MappingRefused, read_mapping
from alongside.interfaces.cli.moments import (
    NotATime,
    NoTimeOfDay,
    NotMonths,
    day_or_moment_in,
    moment_in,
)

MADRID = ZoneInfo("Europe/Madrid")


def mapping_of(folder: Path, text: str) -> Mapping:
    path = folder / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    return read_mapping(path)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("colums = {}", "the top"),
        ('[times]\nzone = "Europe/Nowhere"', "times"),
        ('[times]\nmonths_after = "2001-01-01"', "times"),
        ("[columns]\nclient = 3", "columns"),
        ('[prefixes]\nvisit = "v-"', "prefixes"),
        ('ignore = "all"', "ignore"),
        ('delimiter = ";;"', "delimiter"),
        ("[values]\nA1 = 3", "values.A1"),
        ("columns = [", "the file"),
    ],
)
def test_a_mapping_with_a_slip_is_refused_with_the_place(
    tmp_path: Path, text: str, part: str
) -> None:
    with pytest.raises(MappingRefused) as refused:
        mapping_of(tmp_path, text)
    assert refused.value.fields["part"] == part


def test_a_cell_means_what_the_mapping_says_also_when_it_is_empty(tmp_path: Path) -> None:
    how = mapping_of(tmp_path, '[values.flag]\n"チェックあり" = "true"\n"" = "false"\n')
    assert [how.meaning("flag", cell) for cell in ("チェックあり", " ", "other")] == [
        "true",
        "false",
        "other",
    ]


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-03-02T09:00", datetime(2026, 3, 2, 8, 0, tzinfo=UTC)),
        ("2026-03-02 09:00:30", datetime(2026, 3, 2, 8, 0, 30, tzinfo=UTC)),
        ("2026-03-02T09:00+09:00", datetime(2026, 3, 2, 0, 0, tzinfo=UTC)),
        ("2026-03-02T09:00Z", datetime(2026, 3, 2, 9, 0, tzinfo=UTC)),
        # An offset settles the hour that the clocks show twice.
        ("2026-10-25T02:30+02:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_the_clinics_unless_it_brings_its_offset(cell: str, moment: datetime) -> None:
    assert moment_in(cell, column="starts_at", mapping=Mapping(), zone=MADRID) == moment


@pytest.mark.parametrize(
    ("cell", "refusal"),
    [
        ("2026-03-29T02:30", NoSuchTime),
        ("2026-10-25T02:30", TimeTwice),
        ("2026-03-02", NoTimeOfDay),
        ("02/03/2026 9:00", NotATime),
        ("0001-01-01T00:00", NotATime),
        ("9999-12-31T23:59", NotATime),
        ("=NOW()", NotATime),
    ],
)
def test_a_time_that_does_not_exist_or_says_too_little_is_refused(
    cell: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        moment_in(cell, column="starts_at", mapping=Mapping(), zone=MADRID)


def test_a_format_of_the_mapping_is_the_only_one_that_is_read(tmp_path: Path) -> None:
    how = mapping_of(tmp_path, '[times]\nformat = "%d/%m/%Y %H:%M"\nzone = "UTC"\n')
    found = moment_in("02/03/2026 9:00", column="starts_at", mapping=how, zone=ZoneInfo("UTC"))
    assert found == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    with pytest.raises(NotATime):
        moment_in("2026-03-02T09:00", column="starts_at", mapping=how, zone=ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("cell", "day"), [("0", (2001, 11, 15)), ("6", (2002, 5, 15)), ("24.0", (2003, 11, 15))]
)
def test_months_count_from_the_day_that_the_mapping_names(
    tmp_path: Path, cell: str, day: tuple[int, int, int]
) -> None:
    how = mapping_of(tmp_path, "[times]\nmonths_after = 2001-11-15\n")
    found = day_or_moment_in(cell, column="on", mapping=how, zone=MADRID, home=MADRID)
    assert found.astimezone(MADRID).timetuple()[:4] == (*day, 0)


def test_a_day_is_the_clinics_day_wherever_the_times_of_the_file_are_from() -> None:
    found = day_or_moment_in(
        "2026-01-05", column="on", mapping=Mapping(), zone=ZoneInfo("Asia/Tokyo"), home=MADRID
    )
    assert found == datetime(2026, 1, 4, 23, tzinfo=UTC)


@pytest.mark.parametrize("cell", ["-1", "2.5", "many", "NaN", "1e9"])
def test_what_is_no_number_of_months_is_refused(tmp_path: Path, cell: str) -> None:
    how = mapping_of(tmp_path, "[times]\nmonths_after = 2001-11-15\n")
    with pytest.raises(NotMonths):
        day_or_moment_in(cell, column="on", mapping=how, zone=MADRID, home=MADRID)
