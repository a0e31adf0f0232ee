"""Numbers measured several times, and how they are told."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Repeated:
    """One quantity in every round. Units: those of its name in the report."""

    values: tuple[float, ...]

    @property
    def least(self) -> float:
        return min(self.values)

    @property
    def greatest(self) -> float:
        return max(self.values)

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def told(self, digits: int = 2) -> str:
        """The median, and between which values it lies."""
        low, high = self.least, self.greatest
        return f"{self.median:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def repeated(values: Iterable[float]) -> Repeated:
    return Repeated(tuple(values))


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 100) * len(ordered) // 100) - 1)]


@dataclass(frozen=True)
class Table:
    """Rows under headings."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def markdown(self) -> str:
        lines = [self.heads, tuple("---" for _ in self.heads), *self.rows]
        return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


@dataclass(frozen=True)
class Result:
    """One benchmark: its name, under what conditions, its figures, and what they come to."""

    title: str
    conditions: tuple[str, ...]
    tables: tuple[Table, ...]
    verdicts: tuple[str, ...] = ()
    misses: tuple[str, ...] = field(default=())

    @property
    def markdown(self) -> str:
        parts = [f"## {self.title}"]
        parts.append("\n".join(f"- {line}" for line in self.conditions))
        parts += [table.markdown for table in self.tables]
        parts.append("\n".join(f"- {line}" for line in (*self.verdicts, *self.misses)))
        return "\n\n".join(part for part in parts if part)


def against(name: str, found: float, limit: float, unit: str) -> str:
    """A figure beside its target, as a ratio."""
    word = "within" if found <= limit else "OVER"
    return f"{name}: {found:.2f} {unit}, {found / limit:.2f} of the target {limit:g} ({word})"
