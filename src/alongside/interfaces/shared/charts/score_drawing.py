"""The positions of everything on a graph of scores over visits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Final

from alongside.interfaces.shared.charts.time_axis import Tick, TimeAxis, spread, time_axis
from alongside.interfaces.shared.charts.value_axis import ValueAxis

WIDTH: Final = 360
HEIGHT: Final = 216
LEFT: Final = 32.0
RIGHT: Final = 350.0
TOP: Final = 12.0
BOTTOM: Final = 184.0
INSET: Final = 8.0
LEAST_APART: Final = 5.0
MOST_DOTS: Final = 60
LONG_GAP_DAYS: Final = 42


class Mark(StrEnum):
    """What happened at a visit that the graph points out."""

    STRAIN = "strain"
    REPAIR = "repair"


@dataclass(frozen=True)
class ScorePoint:
    """One visit. Missing: `value` None is a visit without a score that may be shown."""

    at: datetime
    value: float | None
    marks: tuple[Mark, ...] = ()
    is_missed: bool = False


@dataclass(frozen=True)
class RangePoint:
    """What scores are expected to lie between at one time, and around what."""

    at: datetime
    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Swath:
    """A range over time as it is drawn: its area, its edges and the line in its middle."""

    area: str
    edges: str
    middle: str


@dataclass(frozen=True)
class Dot:
    """A place on the drawing."""

    x: float
    y: float


@dataclass(frozen=True)
class ScoreDrawing:
    """Everything that the template draws, in the units of the view box."""

    date_ticks: tuple[Tick, ...]
    value_ticks: tuple[Tick, ...]
    line: str
    bridge: str
    dots: tuple[Dot, ...]
    last: Dot | None
    strains: tuple[Dot, ...]
    repairs: tuple[Dot, ...]
    missed: tuple[Dot, ...]
    cut_off_y: float | None
    band_top: float | None
    band_height: float | None
    expected: Swath | None
    forecast: Swath | None
    width: int = WIDTH
    height: int = HEIGHT
    left: float = LEFT
    right: float = RIGHT
    top: float = TOP
    bottom: float = BOTTOM
    plot_width: float = RIGHT - LEFT


def draw_scores(
    points: Sequence[ScorePoint],
    *,
    zone: tzinfo,
    lowest: float,
    highest: float,
    cut_off: float | None = None,
    band: tuple[float, float] | None = None,
    expected: Sequence[RangePoint] = (),
    forecast: Sequence[RangePoint] = (),
) -> ScoreDrawing:
    """The drawing of the points, and of the ranges that scores were or are expected in.

    The line is whole between visits that follow each other, and broken into dashes across a missed
    visit, a visit without a score, or more than six weeks.
    Assumes: at least one point.
    """
    points = sorted(points, key=lambda point: point.at)
    moments = [*(point.at for point in points), *(week.at for week in (*expected, *forecast))]
    axis = time_axis(moments, zone=zone, left=LEFT + INSET, right=RIGHT - INSET)
    values = ValueAxis(lowest, highest, TOP, BOTTOM)
    room = (RIGHT - LEFT - 2 * INSET) / len(points)
    across = spread(
        [axis.position(point.at) for point in points],
        least=min(LEAST_APART, room),
        right=RIGHT - INSET,
    )
    places = [
        None if point.value is None else Dot(round(x, 1), round(values.position(point.value), 1))
        for x, point in zip(across, points, strict=True)
    ]
    line, bridge = _paths(points, places)
    dots = [place for place in places if place]
    band_top = None if band is None else values.position(band[1])
    return ScoreDrawing(
        date_ticks=axis.ticks(),
        value_ticks=values.ticks(),
        line=line,
        bridge=bridge,
        dots=tuple(dots) if len(dots) <= MOST_DOTS else (),
        last=dots[-1] if dots else None,
        strains=_marked(Mark.STRAIN, points, places),
        repairs=_marked(Mark.REPAIR, points, places),
        missed=tuple(
            Dot(round(x, 1), BOTTOM)
            for x, point in zip(across, points, strict=True)
            if point.is_missed
        ),
        cut_off_y=None if cut_off is None else values.position(cut_off),
        band_top=band_top,
        band_height=None if band is None else values.position(band[0]) - (band_top or 0.0),
        expected=_swath(expected, axis, values),
        forecast=_swath(forecast, axis, values),
    )


def path_through(dots: Sequence[Dot]) -> str:
    """The path through the places, in the language of SVG."""
    return "".join(f"{'L' if number else 'M'}{dot.x} {dot.y}" for number, dot in enumerate(dots))


def _swath(points: Sequence[RangePoint], axis: TimeAxis, values: ValueAxis) -> Swath | None:
    if len(points) < 2:
        return None

    def line(heights: Iterable[float]) -> list[Dot]:
        return [
            Dot(round(axis.position(point.at), 1), round(values.position(height), 1))
            for point, height in zip(points, heights, strict=True)
        ]

    above, below = line(point.high for point in points), line(point.low for point in points)
    return Swath(
        area=path_through([*above, *reversed(below)]) + "Z",
        edges=path_through(above) + path_through(below),
        middle=path_through(line(point.middle for point in points)),
    )


def _paths(points: Sequence[ScorePoint], places: Sequence[Dot | None]) -> tuple[str, str]:
    line: list[str] = []
    bridge: list[str] = []
    before: tuple[int, Dot] | None = None
    for number, place in enumerate(places):
        if place is None:
            continue
        if before is None:
            line.append(path_through([place]))
        else:
            follows = number == before[0] + 1
            days = (points[number].at - points[before[0]].at).days
            if follows and days <= LONG_GAP_DAYS:
                line.append(f"L{place.x} {place.y}")
            else:
                bridge.append(path_through([before[1], place]))
                line.append(path_through([place]))
        before = (number, place)
    return "".join(line), "".join(bridge)


def _marked(
    mark: Mark, points: Sequence[ScorePoint], places: Sequence[Dot | None]
) -> tuple[Dot, ...]:
    return tuple(
        place
        for point, place in zip(points, places, strict=True)
        if place is not None and mark in point.marks
    )
