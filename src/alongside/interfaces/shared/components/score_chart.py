"""A person's scores over their visits, with what the method says about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property

from django.utils.translation import gettext, ngettext, pgettext

from alongside.clinic.progress.outlook import ExpectedWeek
from alongside.interfaces.shared.charts.score_drawing import (
    Mark,
    RangePoint,
    ScoreDrawing,
    ScorePoint,
    draw_scores,
)
from alongside.interfaces.shared.charts.value_axis import figure
from alongside.interfaces.shared.component import Component, Words
from alongside.interfaces.shared.components.empty_state import EmptyState
from alongside.interfaces.shared.components.table import Column, ColumnKind, Row, Table
from alongside.interfaces.shared.dates import noon_of, short_date


@dataclass(frozen=True)
class CutOff:
    """A line on the graph and what it parts."""

    value: float
    label: Words


@dataclass(frozen=True)
class Band:
    """A range on the graph, as that of change that may be chance."""

    low: float
    high: float
    label: Words


@dataclass(frozen=True)
class Course:
    """A range over time, as that of an expected course or of a forecast."""

    points: tuple[RangePoint, ...]
    label: Words

    @classmethod
    def of(cls, weeks: Iterable[ExpectedWeek], label: Words, zone: tzinfo) -> Course | None:
        """The course of what is expected week by week; None without any."""
        points = tuple(
            RangePoint(noon_of(week.on, zone), week.low, week.middle, week.high) for week in weeks
        )
        return cls(points, label) if points else None


@dataclass(frozen=True)
class ScoreChart(Component):
    """A graph, and the same content as words and as a table.

    `chart_id` must be unique on a page. The labels say in the reader's words what a mark means and
    what one point is. Assumes: every `at` knows its zone.
    """

    title: Words
    points: tuple[ScorePoint, ...]
    zone: tzinfo
    lowest: float = 0.0
    highest: float = 100.0
    direction: Words = ""
    cut_off: CutOff | None = None
    band: Band | None = None
    expected: Course | None = None
    forecast: Course | None = None
    chart_id: str = "score-chart"
    level: int = 2
    note: Words = ""
    empty: EmptyState | None = None
    strain_label: Words = ""
    point_label: Words = ""

    @property
    def strain_words(self) -> Words:
        """What the mark of a strain means."""
        return self.strain_label or gettext("Strain noticed")

    @property
    def repair_words(self) -> Words:
        """What the mark of a repair means."""
        return pgettext("mark on a graph", "Repaired")

    @cached_property
    def drawing(self) -> ScoreDrawing | None:
        """The positions; None when there is nothing to draw."""
        if not any(point.value is not None for point in self.points):
            return None
        return draw_scores(
            self.points,
            zone=self.zone,
            lowest=self.lowest,
            highest=self.highest,
            cut_off=self.cut_off.value if self.cut_off else None,
            band=(self.band.low, self.band.high) if self.band else None,
            expected=self.expected.points if self.expected else (),
            forecast=self.forecast.points if self.forecast else (),
        )

    @property
    def empty_state(self) -> EmptyState:
        """What stands where the graph will be."""
        return self.empty or EmptyState(
            gettext("No scores yet"), gettext("The graph starts with the first answers.")
        )

    @property
    def summary(self) -> str:
        """The course in one or two sentences."""
        rated = [point for point in self._in_order if point.value is not None]
        if not rated:
            return gettext("No scores yet")
        first, last = rated[0], rated[-1]
        lowest = min(rated, key=lambda point: point.value or 0.0)
        return ngettext(
            "{n} score, {first} on {first_on}.",
            "{n} scores. First {first} on {first_on}, last {last} on {last_on}. "
            "The lowest was {lowest} on {lowest_on}.",
            len(rated),
        ).format(
            n=len(rated),
            first=figure(first.value or 0.0),
            first_on=self._day(first),
            last=figure(last.value or 0.0),
            last_on=self._day(last),
            lowest=figure(lowest.value or 0.0),
            lowest_on=self._day(lowest),
        )

    @property
    def range_words(self) -> str:
        """What the numbers at the side run between."""
        return gettext("From {lowest} to {highest}.").format(
            lowest=figure(self.lowest), highest=figure(self.highest)
        )

    @cached_property
    def table(self) -> Table:
        """The same content, one row for each visit."""
        return Table(
            caption=self.title,
            is_caption_hidden=True,
            columns=(
                Column(self.point_label or gettext("Visit")),
                Column(gettext("Score"), ColumnKind.NUMBER),
                Column(gettext("What happened")),
            ),
            rows=tuple(
                Row((self._day(point), self._score_words(point), self._marks_words(point)))
                for point in self._in_order
            ),
        )

    @property
    def _in_order(self) -> list[ScorePoint]:
        return sorted(self.points, key=lambda point: point.at)

    def _day(self, point: ScorePoint) -> str:
        return short_date(point.at, self.zone)

    def _score_words(self, point: ScorePoint) -> str:
        if point.value is None:
            return gettext("none")
        if self.cut_off is None:
            return figure(point.value)
        side = (
            gettext("{score} (at or above {cut_off})")
            if point.value >= self.cut_off.value
            else gettext("{score} (below {cut_off})")
        )
        return side.format(score=figure(point.value), cut_off=figure(self.cut_off.value))

    def _marks_words(self, point: ScorePoint) -> str:
        found = []
        if point.is_missed:
            found.append(gettext("Visit missed"))
        if Mark.STRAIN in point.marks:
            found.append(str(self.strain_words))
        if Mark.REPAIR in point.marks:
            found.append(str(self.repair_words))
        return ", ".join(found) or "–"
