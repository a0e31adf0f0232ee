"""The figure that a promise is proved by: measured in a test, kept with its date and its commit.

    @pytest.mark.promise
    def test_nothing_is_lost() -> None:
        n = figures.size(sample=300, full=10_000)
        …
        figures.record("A3", part="kill -9", found=0, of=n, what="acknowledged writes lost")

`make test` runs a sample of what `make promises` runs at full size. Only figures of full size come
onto the page docs/reference/promises.md.
"""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from time_machine import escape_hatch

from benchmarks.machine import ROOT, described
from tests.promises.promised import IDS

KEPT = ROOT / "reports" / "trust.json"
IS_FULL = os.environ.get("ALONGSIDE_PROMISES") == "full"


@dataclass(frozen=True)
class Figure:
    """One count that a test came to: `found` of `of`. `part` tells apart what one promise needs."""

    promise: str
    part: str
    found: int
    of: int
    what: str
    note: str
    is_full: bool
    at: str
    commit: str
    machine: str


def size(*, sample: int, full: int) -> int:
    """How many to try in this run."""
    return full if IS_FULL else sample


def patience(*, sample: int, full: int) -> pytest.MarkDecorator:
    """How many seconds a test may take in this run."""
    return pytest.mark.timeout(size(sample=sample, full=full))


def record(
    promise: str,
    *,
    found: int,
    of: int,
    what: str,
    part: str = "",
    note: str = "",
    kept: Path = KEPT,
) -> Figure:
    """The figure, in the place of the one that this part of the promise had."""
    if promise not in IDS:
        raise KeyError(f"{promise} stands in no line of tests/promises/promised.py")
    machine = described(ROOT)
    figure = Figure(
        promise=promise,
        part=part,
        found=found,
        of=of,
        what=what,
        note=note,
        is_full=IS_FULL,
        at=f"{_really_now():%Y-%m-%dT%H:%M:%SZ}",
        commit=machine["Commit"],
        machine=machine["Processor"],
    )
    kept.parent.mkdir(exist_ok=True)
    # Tests run in several processes.
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        others = [each for each in read(kept) if _place(each) != _place(asdict(figure))]
        text = json.dumps([*others, asdict(figure)], ensure_ascii=False, indent=2)
        kept.write_text(f"{text}\n", encoding="utf-8")
    print(f"{promise} {part}: {found:,} of {of:,} {what}")
    return figure


def _really_now() -> datetime:
    """The moment of the measurement, also where the test lives on another day."""
    if not escape_hatch.is_travelling():
        return datetime.now(UTC)
    moment: datetime = escape_hatch.datetime.datetime.now(UTC)
    return moment


def read(kept: Path = KEPT) -> list[dict[str, Any]]:
    """Every figure that is kept."""
    if not kept.is_file():
        return []
    figures: list[dict[str, Any]] = json.loads(kept.read_text(encoding="utf-8"))
    return figures


def _place(figure: dict[str, Any]) -> tuple[object, ...]:
    return figure["promise"], figure["part"], figure["is_full"]
