"""What became of a file: how many rows were taken, were there already, were refused and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from alongside.clinic.feedback.imported_rows import Fate, Outcome
from alongside.interfaces.cli.refused_rows import RefusedRow
from alongside.interfaces.cli.totals import Totals


@dataclass(frozen=True)
class SeriesLengths:
    """How many pairs of client and therapist the file holds, and how long their series are now."""

    n_pairs: int
    n_three: int
    n_five: int
    n_with_signal: int


@dataclass(frozen=True)
class Summary:
    """The end of an import, for a person and for a program."""

    what: str
    n_rows: int
    n_accepted: int
    n_already_there: int
    n_corrected: int
    refused: tuple[RefusedRow, ...]
    totals: Totals
    seconds: float
    is_rehearsal: bool
    series: SeriesLengths | None = None

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = {
            "what": self.what,
            "is_rehearsal": self.is_rehearsal,
            "rows": self.n_rows,
            "accepted": self.n_accepted,
            "already_there": self.n_already_there,
            "corrected": self.n_corrected,
            "refused": len(self.refused),
            "refused_by_reason": dict(self._by_reason()),
            "refused_rows": [
                {"row": each.row.number, "reason": str(each.reason)} for each in self.refused
            ],
            "totals_compared": self.totals.n_compared,
            "totals_agree": self.totals.n_agree,
            "totals_that_disagree": [
                {"row": each.row, "said": str(each.said), "items_give": each.found}
                for each in self.totals.disagreements
            ],
            "seconds": round(self.seconds, 2),
            "rows_per_second": round(self.n_rows / self.seconds, 1) if self.seconds else None,
        }
        if self.series is not None:
            facts["pairs"] = self.series.n_pairs
            facts["pairs_with_3_or_more"] = self.series.n_three
            facts["pairs_with_5_or_more"] = self.series.n_five
            facts["pairs_long_enough_for_a_signal"] = self.series.n_with_signal
        return facts

    @property
    def words(self) -> str:
        verb = "would be accepted" if self.is_rehearsal else "accepted"
        corrected = f"{self.n_corrected} corrected, " if self.n_corrected else ""
        lines = [
            f"{self.n_rows} {self.what}: {self.n_accepted} {verb}, {corrected}"
            f"{self.n_already_there} already there, {len(self.refused)} refused."
        ]
        for each in self.refused[:20]:
            lines.append(f"  row {each.row.number}: {each.reason}")
        if len(self.refused) > 20:
            lines.append(f"  … and {len(self.refused) - 20} more; --refused FILE keeps them all.")
        if self.totals.n_compared:
            lines.append(
                f"Totals in the file: {self.totals.n_agree} of {self.totals.n_compared} are what "
                "their items come to."
            )
            lines += [
                f"  row {each.row}: the file says {each.said}, its items give {each.found:g}"
                for each in self.totals.disagreements
            ]
            if self.totals.disagreements:
                lines.append("  The answers were kept as they are; nothing was mended.")
        if self.series is not None:
            lines.append(
                f"{self.series.n_pairs} pairs of client and therapist: {self.series.n_three} with "
                f"3 or more rated visits, {self.series.n_five} with 5 or more; "
                f"{self.series.n_with_signal} are long enough for a signal."
            )
        if self.is_rehearsal:
            lines.append("This was a rehearsal: nothing was kept.")
        return "\n".join(lines)

    def _by_reason(self) -> Iterable[tuple[str, int]]:
        return Counter(type(each.reason).__name__ for each in self.refused).most_common()


def count_fates(outcomes: Sequence[Outcome]) -> Counter[Fate]:
    """How many rows came to each end."""
    return Counter(outcome.fate for outcome in outcomes)
