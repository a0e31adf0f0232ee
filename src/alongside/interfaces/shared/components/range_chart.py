"""A number that is not sure, as a dot in the range where it likely lies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from alongside.interfaces.shared.charts.range_drawing import RangeDrawing, draw_range
from alongside.interfaces.shared.component import Component, Words


@dataclass(frozen=True)
class RangeChart(Component):
    """One dot and its range around zero, with words for zero and for both ends.

    `summary` says the same in words. `chart_id` must be unique on a page.
    """

    title: Words
    low: float
    middle: float
    high: float
    reach: float
    zero_label: Words
    below_label: Words
    above_label: Words
    summary: Words
    chart_id: str = "range-chart"

    @cached_property
    def drawing(self) -> RangeDrawing:
        """The positions."""
        return draw_range(self.low, self.middle, self.high, reach=self.reach)
