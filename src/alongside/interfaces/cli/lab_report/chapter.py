"""What a report is made of: chapters with demands, drawings and tables, for pages and programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """Whether what came is what was demanded."""

    MET = "met"
    IN_PART = "met in part"
    NOT_MET = "not met"

    @classmethod
    def of(cls, n_met: int, n: int) -> Verdict:
        """Of so many that were asked."""
        if n_met == n:
            return cls.MET
        return cls.IN_PART if n_met else cls.NOT_MET


@dataclass(frozen=True, slots=True)
class Demand:
    """What was to be shown, and whether it was. found: in words, with its figures."""

    words: str
    verdict: Verdict
    found: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name for programs, for people, and how its numbers are written."""

    key: str
    heading: str
    written: str = ""

    @property
    def is_number(self) -> bool:
        """Whether it holds numbers."""
        return bool(self.written)

    def cell(self, value: Any) -> str:
        """A value as people read it."""
        if value is None:
            return "–"
        if isinstance(value, bool):
            return "yes" if value else "no"
        return format(value, self.written)


@dataclass(frozen=True, slots=True)
class Table:
    """Figures by rows; the first column names the row."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]

    @property
    def cells(self) -> Iterator[tuple[str, ...]]:
        """Row by row what people read."""
        for row in self.rows:
            yield tuple(column.cell(value) for column, value in zip(self.columns, row, strict=True))

    @property
    def facts(self) -> list[dict[str, Any]]:
        """Row by row what programs read."""
        names = [column.key for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Exhibit:
    """Drawings, as SVG, and the table that holds their numbers."""

    table: Table
    drawings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """One study: what it asks, how, what was demanded, what came, what it does not show."""

    key: str
    title: str
    asks: str
    how: str
    demands: tuple[Demand, ...]
    reading: str
    exhibits: tuple[Exhibit, ...]
    not_shown: tuple[str, ...]

    @property
    def facts(self) -> dict[str, Any]:
        """The chapter as plain values for JSON."""
        return {
            "title": self.title,
            "demands": [
                {"demand": each.words, "verdict": each.verdict.value, "found": each.found}
                for each in self.demands
            ],
            "tables": {each.table.key: each.table.facts for each in self.exhibits},
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report. made_on: an ISO date. settings: all that the figures depend on."""

    version: str
    made_on: str
    size: str
    settings: Table
    chapters: tuple[Chapter, ...]

    @property
    def facts(self) -> dict[str, Any]:
        """The report as plain values for JSON."""
        return {
            "version": self.version,
            "made_on": self.made_on,
            "size": self.size,
            "settings": {name: value for name, value, *_ in self.settings.rows},
            "studies": {chapter.key: chapter.facts for chapter in self.chapters},
        }
