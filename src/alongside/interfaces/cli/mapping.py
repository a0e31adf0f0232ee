"""A mapping file: how the headings and cells of a foreign file are to be read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as Mappings
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from alongside.methods.vocabulary.errors import AlongsideError

PARTS = "columns answers values constants prefixes times total ignore delimiter"


class MappingRefused(AlongsideError):
    """The mapping {path} cannot be used. At {part}: {problem}."""


@dataclass(frozen=True)
class Mapping:
    """How a file is read; the empty mapping reads one with the documented headings.

    `columns` and `answers` give the foreign heading for a column of ours and for a linkId;
    `values` what a cell means, by column or linkId; `constants` what holds for every row;
    `prefixes` what goes before a client's or therapist's id.
    """

    columns: Mappings[str, str] = field(default_factory=dict)
    answers: Mappings[str, str] = field(default_factory=dict)
    values: Mappings[str, Mappings[str, str]] = field(default_factory=dict)
    constants: Mappings[str, str] = field(default_factory=dict)
    prefixes: Mappings[str, str] = field(default_factory=dict)
    zone: ZoneInfo | None = None
    time_format: str | None = None
    months_after: date | None = None
    total_scale: str | None = None
    ignores_all: bool = False
    ignored: frozenset[str] = frozenset()
    delimiter: str = ","

    def heading_of(self, column: str) -> str:
        """The heading in the file for one of our columns."""
        return self.columns.get(column, column)

    def heading_of_answer(self, link_id: str) -> str:
        return self.answers.get(link_id, link_id)

    def meaning(self, name: str, cell: str) -> str:
        """What a cell says, without the space around it."""
        return self.values.get(name, {}).get(cell.strip(), cell.strip())


def read_mapping(path: Path | None) -> Mapping:
    """The mapping in a TOML file.

    Raises: MappingRefused.
    """
    if path is None:
        return Mapping()
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MappingRefused(path=path, part="the file", problem=error) from None
    return _Reader(path, found).mapping()


@dataclass(frozen=True)
class _Reader:
    path: Path
    found: Mappings[str, Any]

    def refuse(self, part: str, problem: str) -> MappingRefused:
        return MappingRefused(path=self.path, part=part, problem=problem)

    def mapping(self) -> Mapping:
        self.only("the top", self.found, PARTS)
        times = self.table("times")
        self.only("times", times, "zone format months_after")
        total = self.texts("total", self.table("total"))
        self.only("total", total, "scale")
        ignored = self.found.get("ignore", [])
        if ignored != "*" and not _is_texts(ignored):
            raise self.refuse("ignore", 'it must be a list of headings, or "*" for all others')
        delimiter = self.found.get("delimiter", ",")
        if not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '"\r\n':
            raise self.refuse("delimiter", "it must be one character")
        prefixes = self.texts("prefixes", self.table("prefixes"))
        self.only("prefixes", prefixes, "client therapist")
        return Mapping(
            columns=self.texts("columns", self.table("columns")),
            answers=self.texts("answers", self.table("answers")),
            values={
                name: self.texts(f"values.{name}", cells)
                for name, cells in self.table("values").items()
            },
            constants=self.texts("constants", self.table("constants")),
            prefixes=prefixes,
            zone=self.zone(times.get("zone")),
            time_format=self.texts("times", {"f": times.get("format", "")})["f"] or None,
            months_after=self.day(times.get("months_after")),
            total_scale=total.get("scale"),
            ignores_all=ignored == "*",
            ignored=frozenset(() if ignored == "*" else ignored),
            delimiter=delimiter,
        )

    def only(self, part: str, found: Mappings[str, Any], allowed: str) -> None:
        for key in found:
            if key not in allowed.split():
                raise self.refuse(part, f'"{key}" is unknown there; known are {allowed}')

    def table(self, name: str) -> Mappings[str, Any]:
        found = self.found.get(name, {})
        if not isinstance(found, dict):
            raise self.refuse(name, "it must be a table")
        return found

    def texts(self, part: str, found: Any) -> dict[str, str]:
        if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
            raise self.refuse(part, "every value must be a text in quotes")
        return found

    def zone(self, name: Any) -> ZoneInfo | None:
        if name is None:
            return None
        if name not in available_timezones():
            raise self.refuse("times", f"there is no time zone {name!r}")
        return ZoneInfo(name)

    def day(self, found: Any) -> date | None:
        if found is None or type(found) is date:
            return found
        raise self.refuse("times", "months_after must be a day, as in 2001-01-01 without quotes")


def _is_texts(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(each, str) for each in found)
