"""The positions of a number and of its range on a line that has zero in its middle."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import Final

from alongside.interfaces.shared.charts.time_axis import Tick
from alongside.interfaces.shared.charts.value_axis import figure, round_step

WIDTH: Final = 360
HEIGHT: Final = 84
LEFT: Final = 20.0
RIGHT: Final = 340.0
LINE: Final = 36.0
STEPS_A_SIDE: Final = 3


@dataclass(frozen=True)
class RangeDrawing:
    """Everything that the template draws, in the units of the view box."""

    low: float
    middle: float
    high: float
    zero: float
    ticks: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: float = LEFT
    right: float = RIGHT
    line: float = LINE


def draw_range(low: float, middle: float, high: float, *, reach: float) -> RangeDrawing:
    """The drawing of a number between its ends, on a line as long on either side of zero.

    reach: how far the line goes at least. It holds the whole range.
    """
    furthest = max(reach, abs(low), abs(high))
    step = round_step(furthest / STEPS_A_SIDE)
    centre = (LEFT + RIGHT) / 2.0

    def across(value: float) -> float:
        return round(centre + value / furthest * (RIGHT - centre), 1)

    n_steps = floor(furthest / step + 1e-9)
    return RangeDrawing(
        low=across(low),
        middle=across(middle),
        high=across(high),
        zero=across(0.0),
        ticks=tuple(Tick(across(n * step), figure(n * step)) for n in range(-n_steps, n_steps + 1)),
    )
