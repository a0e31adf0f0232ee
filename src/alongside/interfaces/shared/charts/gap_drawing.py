"""The positions of two people's ratings of the same visits, and of the gap between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from alongside.interfaces.shared.charts.score_drawing import (
    BOTTOM,
    HEIGHT,
    INSET,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Dot,
    path_through,
)
from alongside.interfaces.shared.charts.time_axis import Tick, spread, time_axis
from alongside.interfaces.shared.charts.value_axis import ValueAxis

LEAST_APART: Final = 14.0


@dataclass(frozen=True)
class GapPoint:
    """One visit as both saw it. Missing: None is a rating that is not there or not released."""

    at: datetime
    client: float | None
    therapist: float | None


@dataclass(frozen=True)
class Pair:
    """Both ratings of one visit at one place across."""

    x: float
    client_y: float | None
    therapist_y: float | None

    @property
    def is_paired(self) -> bool:
        """Whether both are there, so that there is a gap to draw."""
        return self.client_y is not None and self.therapist_y is not None


@dataclass(frozen=True)
class GapDrawing:
    """Everything that the template draws, in the units of the view box."""

    date_ticks: tuple[Tick, ...]
    value_ticks: tuple[Tick, ...]
    pairs: tuple[Pair, ...]
    client_line: str
    therapist_line: str
    width: int = WIDTH
    height: int = HEIGHT
    left: float = LEFT
    right: float = RIGHT
    bottom: float = BOTTOM


def draw_gap(
    points: Sequence[GapPoint], *, zone: tzinfo, lowest: float, highest: float
) -> GapDrawing:
    """The drawing of the points.

    Assumes: at least one point.
    """
    points = sorted(points, key=lambda point: point.at)
    axis = time_axis(
        (point.at for point in points), zone=zone, left=LEFT + INSET, right=RIGHT - INSET
    )
    values = ValueAxis(lowest, highest, TOP, BOTTOM)
    room = (RIGHT - LEFT - 2 * INSET) / len(points)
    across = spread(
        [axis.position(point.at) for point in points],
        least=min(LEAST_APART, room),
        right=RIGHT - INSET,
    )

    def height(value: float | None) -> float | None:
        return None if value is None else round(values.position(value), 1)

    pairs = tuple(
        Pair(round(x, 1), height(point.client), height(point.therapist))
        for x, point in zip(across, points, strict=True)
    )
    return GapDrawing(
        date_ticks=axis.ticks(),
        value_ticks=values.ticks(),
        pairs=pairs,
        client_line=path_through(
            [Dot(pair.x, pair.client_y) for pair in pairs if pair.client_y is not None]
        ),
        therapist_line=path_through(
            [Dot(pair.x, pair.therapist_y) for pair in pairs if pair.therapist_y is not None]
        ),
    )
