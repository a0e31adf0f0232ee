"""How client and therapist rated the same visits, side by side and never averaged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property

from django.utils.translation import gettext, ngettext

from alongside.interfaces.shared.charts.gap_drawing import GapDrawing, GapPoint, draw_gap
from alongside.interfaces.shared.charts.value_axis import figure
from alongside.interfaces.shared.component import Component, Words
from alongside.interfaces.shared.components.empty_state import EmptyState
from alongside.interfaces.shared.components.table import Column, ColumnKind, Row, Table
from alongside.interfaces.shared.dates import short_date


@dataclass(frozen=True)
class GapChart(Component):
    """Two series of dots, a round and a square one, with the gap between them drawn.

    `chart_id` must be unique on a page. Assumes: every `at` knows its zone.
    """

    title: Words
    points: tuple[GapPoint, ...]
    zone: tzinfo
    lowest: float = 0.0
    highest: float = 100.0
    client_label: Words = ""
    therapist_label: Words = ""
    chart_id: str = "gap-chart"
    level: int = 2
    note: Words = ""
    empty: EmptyState | None = None

    @property
    def client_name(self) -> Words:
        """What the round dots are called."""
        return self.client_label or gettext("Client")

    @property
    def therapist_name(self) -> Words:
        """What the square dots are called."""
        return self.therapist_label or gettext("Therapist")

    @cached_property
    def drawing(self) -> GapDrawing | None:
        """The positions; None when there is nothing to draw."""
        if all(point.client is None and point.therapist is None for point in self.points):
            return None
        return draw_gap(self.points, zone=self.zone, lowest=self.lowest, highest=self.highest)

    @property
    def empty_state(self) -> EmptyState:
        """What stands where the graph will be."""
        return self.empty or EmptyState(
            gettext("Nothing to compare yet"),
            gettext("The graph starts when both have rated the same visit."),
        )

    @property
    def summary(self) -> str:
        """How many visits both rated, and the last gap."""
        paired = [point for point in self._in_order if _gap(point) is not None]
        if not paired:
            return gettext("No visit was rated by both.")
        last = paired[-1]
        return ngettext(
            "Both rated {n} visit: {client_name} {client}, {therapist_name} {therapist}.",
            "Both rated {n} visits. At the last one: {client_name} {client}, "
            "{therapist_name} {therapist}.",
            len(paired),
        ).format(
            n=len(paired),
            client_name=self.client_name,
            client=figure(last.client or 0.0),
            therapist_name=self.therapist_name,
            therapist=figure(last.therapist or 0.0),
        )

    @cached_property
    def table(self) -> Table:
        """The same content, one row for each visit."""
        number = ColumnKind.NUMBER
        return Table(
            caption=self.title,
            is_caption_hidden=True,
            columns=(
                Column(gettext("Visit")),
                Column(self.client_name, number),
                Column(self.therapist_name, number),
                Column(gettext("Gap"), number),
            ),
            rows=tuple(
                Row(
                    (
                        short_date(point.at, self.zone),
                        _figure(point.client),
                        _figure(point.therapist),
                        _figure(_gap(point)),
                    )
                )
                for point in self._in_order
            ),
        )

    @property
    def _in_order(self) -> list[GapPoint]:
        return sorted(self.points, key=lambda point: point.at)


def _gap(point: GapPoint) -> float | None:
    if point.client is None or point.therapist is None:
        return None
    return point.client - point.therapist


def _figure(value: float | None) -> str:
    return gettext("none") if value is None else figure(value)
