"""Where a score stands on a line from bottom to top, and which numbers are written beside it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10

from django.utils.formats import number_format

from alongside.interfaces.shared.charts.time_axis import Tick


@dataclass(frozen=True)
class ValueAxis:
    """A line of scores with both ends of the instrument, whatever the client's scores are.

    A chart that zooms in makes small changes look large, so the ends are never cut off.
    """

    lowest: float
    highest: float
    top: float
    bottom: float

    def position(self, value: float) -> float:
        """Where the score stands; a score outside the instrument stands at its end."""
        share = (value - self.lowest) / (self.highest - self.lowest)
        return self.bottom - min(max(share, 0.0), 1.0) * (self.bottom - self.top)

    def ticks(self, most: int = 5) -> tuple[Tick, ...]:
        """At most `most` round numbers within the ends."""
        step = round_step((self.highest - self.lowest) / (most - 1))
        start, end = ceil(self.lowest / step - 1e-9), floor(self.highest / step + 1e-9)
        return tuple(Tick(self.position(n * step), figure(n * step)) for n in range(start, end + 1))


def round_step(at_least: float) -> float:
    """The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below `at_least`."""
    power = 10.0 ** floor(log10(at_least))
    return next(
        (lead * power for lead in (1, 2, 2.5, 5) if lead * power >= at_least - 1e-9), 10 * power
    )


def figure(value: float) -> str:
    """The number in the reader's language, with a decimal only where there is one."""
    rounded = round(value, 1)
    return number_format(rounded, 0 if rounded == int(rounded) else 1)
