"""A whole course in the space of a word."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from alongside.interfaces.shared.charts.value_axis import figure
from alongside.interfaces.shared.component import Component, Words

WIDTH: Final = 120
HEIGHT: Final = 40
EDGE: Final = 4.0
MOST: Final = 30


@dataclass(frozen=True)
class Sparkline(Component):
    """The last ratings on the fixed domain of the instrument, the last one marked.

    `strains` are places in `values`. Missing: None leaves a gap in the line.
    """

    values: tuple[float | None, ...]
    strains: tuple[int, ...] = ()
    summary: Words = ""
    lowest: float = 0.0
    highest: float = 100.0

    @property
    def words(self) -> Words:
        """The same in words: how many, the first, the last, and any strain."""
        if self.summary:
            return self.summary
        rated = [value for value in self.values if value is not None]
        if not rated:
            return gettext("No ratings yet")
        sentence = ngettext(
            "{n} rating: {last}", "{n} ratings: first {first}, last {last}", len(rated)
        ).format(n=len(rated), first=figure(rated[0]), last=figure(rated[-1]))
        if self.strains:
            n = len(self.strains)
            sentence += ngettext("; {n} strain", "; {n} strains", n).format(n=n)
        return sentence

    @property
    def svg(self) -> SafeString:
        """The drawing, built as one string because a board holds a hundred of them."""
        words = conditional_escape(str(self.words))
        values = self.values[-MOST:]
        skipped = len(self.values) - len(values)
        if not any(value is not None for value in values):
            return format_html('<span class="sparkline-none">{}</span>', words)
        places = _places(len(values))
        path: list[str] = []
        marks: list[str] = []
        pen = "M"
        x = y = ""
        for number, value in enumerate(values):
            if value is None:
                pen = "M"
                continue
            x = places[number]
            y = _height(value, self.lowest, self.highest)
            # A line of no length with round ends shows a rating that stands alone as a dot.
            path.append(f"L{x} {y}" if pen == "L" else f"M{x} {y}h0")
            pen = "L"
            if number + skipped in self.strains:
                marks.append(f"M{x} {float(y) - 5:.1f}l5 5-5 5-5-5z")
        strain = f'<path class="sparkline-strain" d="{"".join(marks)}"/>' if marks else ""
        return mark_safe(  # noqa: S308  # numbers, and words that are escaped
            f'<svg class="sparkline" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
            f'height="{HEIGHT}" role="img" aria-label="{words}">'
            f'<path class="sparkline-line" d="{"".join(path)}"/>{strain}'
            f'<circle class="sparkline-last" cx="{x}" cy="{y}" r="3"/></svg>'
        )


@cache
def _places(n: int) -> tuple[str, ...]:
    """Where so many ratings stand from left to right; a single one stands at the right."""
    step = (WIDTH - 2 * EDGE) / max(n - 1, 1)
    start = EDGE if n > 1 else WIDTH - EDGE
    return tuple(f"{start + number * step:.1f}" for number in range(n))


@lru_cache(maxsize=4096)
def _height(value: float, lowest: float, highest: float) -> str:
    """How far down a rating stands; ratings are few different numbers, drawn again and again."""
    level = min(max(value, lowest), highest) - lowest
    return f"{HEIGHT - EDGE - level * (HEIGHT - 2 * EDGE) / (highest - lowest):.1f}"
