"""Drawings of figures as SVG: dots or bars with their intervals, a histogram, a curve.

Every drawing has a title and a description, and is written beside a table with the same numbers.
Series differ in shape as well as in colour. A unit of the view box is about a pixel on a phone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

WIDTH: Final = 360
LEFT: Final = 142
RIGHT: Final = 340
ROW: Final = 15
HEADING: Final = 22
FOOT: Final = 40


@dataclass(frozen=True, slots=True)
class Mark:
    """A value with its interval, in one of the series."""

    value: float
    lowest: float
    highest: float
    series: int = 0

    @classmethod
    def around(cls, value: float, error: float, series: int = 0) -> Mark:
        """With the 95% interval of a normal error."""
        return cls(value, value - 1.96 * error, value + 1.96 * error, series)


@dataclass(frozen=True, slots=True)
class Row:
    """A label and its marks, one under the other. heading: stands above the row."""

    label: str
    marks: tuple[Mark, ...]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """Where values stand across: a range with its ticks. written: how ticks are."""

    title: str
    ticks: tuple[float, ...]
    written: str

    @classmethod
    def over(cls, rows: Sequence[Row], title: str, written: str, *more: float) -> Scale:
        """A scale with round ticks over all marks and these values."""
        ends = [end for row in rows for mark in row.marks for end in (mark.lowest, mark.highest)]
        lowest, highest = min(*ends, *more), max(*ends, *more)
        rough = (highest - lowest) / 4 or 1.0
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * each for each in (1, 2, 5, 10) if power * each >= rough * 0.999)
        first, last = math.floor(lowest / step + 1e-9), math.ceil(highest / step - 1e-9)
        return cls(title, tuple(place * step for place in range(first, last + 1)), written)

    def at(self, value: float) -> float:
        """The place of a value; beyond the ends, the end."""
        share = (value - self.ticks[0]) / (self.ticks[-1] - self.ticks[0])
        return LEFT + min(max(share, 0.0), 1.0) * (RIGHT - LEFT)


def dots(
    key: str,
    title: str,
    description: str,
    rows: Sequence[Row],
    scale: Scale,
    *,
    band: tuple[float, float] | None = None,
    line: float | None = None,
    series: Sequence[str] = (),
    is_bars: bool = False,
) -> str:
    """A dot, or a bar from the left end, with its interval for each mark of each row."""
    y, body = 8.0, []
    for number, name in enumerate(series):
        y += 8
        body.append(_shape(14, y, number))
        body.append(_text(24, y + 4, name, "plot-label"))
        y += 9
    top = y + 4
    y = top
    inside = []
    for row in rows:
        if row.heading:
            y += HEADING
            inside.append(_text(4, y - 6, row.heading, "plot-heading"))
        height = max(len(row.marks) * ROW, ROW) + 4
        inside.append(_text(LEFT - 8, y + height / 2 + 4, row.label, "plot-label is-end"))
        for place, mark in enumerate(row.marks):
            middle = y + 2 + ROW * (place + 0.5)
            inside += _bar(scale, mark, middle) if is_bars else _dot(scale, mark, middle)
        y += height
    if band is not None:
        x, wide = scale.at(band[0]), scale.at(band[1]) - scale.at(band[0])
        body.append(_box("plot-band", x, top, wide, y - top))
    body += _ticks(scale, top, y)
    if line is not None:
        x = scale.at(line)
        body.append(f'<path class="plot-line" d="M{x:.1f} {top:.1f}V{y:.1f}"/>')
    body.append(_text((LEFT + RIGHT) / 2, y + 34, scale.title, "plot-tick is-middle"))
    return _whole(key, title, description, y + FOOT, [*body, *inside])


def histogram(key: str, title: str, description: str, counts: Sequence[int]) -> str:
    """A bar for each count, and a line at what each would be if all were equal."""
    left, top, bottom = 44.0, 12.0, 126.0
    even = sum(counts) / len(counts)
    highest = max(*counts, even * 1.5)
    wide = (RIGHT - left) / len(counts)
    body = []
    for number, count in enumerate(counts):
        height = (bottom - top) * count / highest
        body.append(_box("plot-bar", left + number * wide + 1.5, bottom - height, wide - 3, height))
    for number in range(0, len(counts) + 1, 2):
        label = f"{number / len(counts):.1f}"
        body.append(_text(left + number * wide, bottom + 15, label, "plot-tick is-middle"))
    y = bottom - (bottom - top) * even / highest
    body.append(f'<path class="plot-line" d="M{left} {y:.1f}H{RIGHT}"/>')
    body.append(_text(left - 6, y + 4, f"{even:,.0f}", "plot-tick is-end"))
    body.append(f'<path class="plot-axis" d="M{left} {bottom}H{RIGHT}"/>')
    words = "where the score fell in its forecast"
    body.append(_text((left + RIGHT) / 2, bottom + 32, words, "plot-tick is-middle"))
    return _whole(key, title, description, bottom + FOOT, body)


def curve(
    key: str,
    title: str,
    description: str,
    points: Sequence[tuple[float, Mark]],
    names: tuple[str, str],
    *,
    ticks: Sequence[float] = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0),
) -> str:
    """What was said across and what was seen upward, both on a logarithmic scale."""
    left, right, top, bottom = 52.0, 348.0, 12.0, 308.0
    low, span = math.log(ticks[0]), math.log(ticks[-1] / ticks[0])

    def share(value: float) -> float:
        return (min(max(math.log(max(value, 1e-9)), low), low + span) - low) / span

    def at(value: float) -> tuple[float, float]:
        place = share(value)
        return left + place * (right - left), bottom - place * (bottom - top)

    body = []
    for tick in ticks:
        x, y = at(tick)
        body.append(f'<path class="plot-grid" d="M{x:.1f} {top}V{bottom}M{left} {y:.1f}H{right}"/>')
        body.append(_text(x, bottom + 15, f"{tick:.0%}", "plot-tick is-middle"))
        body.append(_text(left - 5, y + 4, f"{tick:.0%}", "plot-tick is-end"))
    body.append(f'<path class="plot-line" d="M{left} {bottom}L{right} {top}"/>')
    for said, mark in points:
        x, y = at(said)[0], at(mark.value)[1]
        lowest, highest = at(mark.lowest)[1], at(mark.highest)[1]
        body.append(f'<path class="plot-whisker" d="M{x:.1f} {lowest:.1f}V{highest:.1f}"/>')
        body.append(_shape(x, y, mark.series))
    across, upward = names
    body.append(_text((left + right) / 2, bottom + 32, across, "plot-tick is-middle"))
    middle = (top + bottom) / 2
    body.append(
        f'<text class="plot-tick is-middle" transform="translate(12 {middle}) rotate(-90)">'
        f"{escape(upward)}</text>"
    )
    return _whole(key, title, description, bottom + FOOT, body)


def _dot(scale: Scale, mark: Mark, y: float) -> list[str]:
    lowest, highest = scale.at(mark.lowest), scale.at(mark.highest)
    return [
        f'<path class="plot-whisker series-{mark.series}" '
        f'd="M{lowest:.1f} {y:.1f}H{highest:.1f}"/>',
        _shape(scale.at(mark.value), y, mark.series),
    ]


def _bar(scale: Scale, mark: Mark, y: float) -> list[str]:
    lowest, highest, end = scale.at(mark.lowest), scale.at(mark.highest), scale.at(mark.value)
    kind = "plot-bar" if mark.series == 0 else "plot-bar is-other"
    return [
        _box(kind, LEFT, y - 5, end - LEFT, 10),
        f'<path class="plot-whisker is-on-bar" d="M{lowest:.1f} {y:.1f}H{highest:.1f}'
        f'M{lowest:.1f} {y - 3:.1f}v6M{highest:.1f} {y - 3:.1f}v6"/>',
    ]


def _shape(x: float, y: float, series: int) -> str:
    paths = (
        f"M{x - 4:.1f} {y:.1f}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
        f"M{x - 3.6:.1f} {y - 3.6:.1f}h7.2v7.2h-7.2z",
        f"M{x:.1f} {y - 5:.1f}l5 5l-5 5l-5 -5z",
    )
    return f'<path class="plot-dot series-{series}" d="{paths[series]}"/>'


def _ticks(scale: Scale, top: float, bottom: float) -> list[str]:
    parts = []
    for tick in scale.ticks:
        x = scale.at(tick)
        is_zero = abs(tick) < 1e-12
        label = format(0.0, scale.written.lstrip("+")) if is_zero else format(tick, scale.written)
        parts.append(f'<path class="plot-grid" d="M{x:.1f} {top:.1f}V{bottom:.1f}"/>')
        parts.append(_text(x, bottom + 16, label, "plot-tick is-middle"))
    return parts


def _box(kind: str, x: float, y: float, width: float, height: float) -> str:
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.0):.1f}" '
        f'height="{max(height, 0.0):.1f}"/>'
    )


def _text(x: float, y: float, words: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'


def _whole(key: str, title: str, description: str, height: float, body: list[str]) -> str:
    return (
        f'<svg class="plot" role="img" viewBox="0 0 {WIDTH} {height:.0f}" '
        f'aria-labelledby="{key}-title {key}-description">'
        f'<title id="{key}-title">{escape(title)}</title>'
        f'<desc id="{key}-description">{escape(description)}</desc>{"".join(body)}</svg>'
    )
