"""Writes docs/reference/promises.md from the last figures of full size: `make promises`.

New figures take the place of older ones in docs/reference/promises.json, so that a promise that was
not measured this time keeps its figure and its date.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.promises.figures import read
from tests.promises.promised import PROMISES, Promise

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "docs" / "reference" / "promises.json"
PAGE = KEPT.with_suffix(".md")
OLD = timedelta(days=35)

Figure = dict[str, Any]

HEAD = """\
# Promises and their figures

Written by `make promises` on {today}. Each promise is proved by tests under `tests/promises` that
anybody can run again; each figure is what the last run at full size came to. A figure that is more
than {days} days old is marked as old: measure again before you rely on it.
"""


def merged(kept: Iterable[Figure], new: Iterable[Figure]) -> list[Figure]:
    """The figures of full size, the newer one of each part of a promise."""
    newest: dict[tuple[str, str], Figure] = {}
    for each in sorted((*kept, *new), key=lambda figure: str(figure["at"])):
        if each["is_full"]:
            newest[each["promise"], each["part"]] = each
    return [newest[place] for place in sorted(newest)]


def page(figures: Sequence[Figure], *, today: date) -> str:
    """The page as it is on this day."""
    parts = [HEAD.format(today=today, days=OLD.days)]
    for promise in PROMISES:
        own = [each for each in figures if each["promise"] == promise.id]
        parts.append("\n".join(_section(promise, own, today)))
    return "\n".join(parts) + "\n"


def _section(promise: Promise, figures: Sequence[Figure], today: date) -> Iterator[str]:
    yield f"## {promise.id}\n"
    yield f"{promise.says}\n"
    for each in figures:
        yield f"- {_line(each, today)}"
    yield "" if figures else "**No figure yet.**\n"
    yield f"*Not covered:* {promise.leaves_open}\n"


def _line(figure: Figure, today: date) -> str:
    on = date.fromisoformat(figure["at"][:10])
    part = f"{figure['part'][0].upper()}{figure['part'][1:]}: " if figure["part"] else ""
    note = f" {figure['note']}" if figure["note"] else ""
    old = "**Old.** " if today - on > OLD else ""
    return (
        f"{old}{part}**{figure['found']:,} of {figure['of']:,}** {figure['what']}.{note} "
        f"({on}, commit {figure['commit']}, {figure['machine']})"
    )


def main() -> None:
    figures = merged(read(KEPT), read())
    KEPT.write_text(f"{json.dumps(figures, ensure_ascii=False, indent=2)}\n", encoding="utf-8")
    PAGE.write_text(page(figures, today=datetime.now(UTC).date()), encoding="utf-8")
    print(f"{len(figures)} figures stand in {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
