"""The page of promises says what was measured, when, and what was not."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from tests.promises import figures
from tests.promises.promised import PROMISES
from tools import promises


def figure(promise: str = "A9", part: str = "", **more: object) -> promises.Figure:
    usual = {"found": 3, "of": 4, "what": "changes found", "note": "", "is_full": True}
    known = {"at": "2026-03-02T09:00:00Z", "commit": "abc", "machine": "one core"}
    return {"promise": promise, "part": part, **usual, **known, **more}


def test_the_page_is_what_the_tool_makes_of_the_figures_beside_it() -> None:
    text = promises.PAGE.read_text(encoding="utf-8")
    written_on = re.search(r"`make promises` on (\S+)\.", text)
    assert written_on
    kept = figures.read(promises.KEPT)
    assert text == promises.page(kept, today=date.fromisoformat(written_on[1]))


def test_a_figure_stands_with_its_date_and_its_commit_and_is_marked_once_it_is_old() -> None:
    told = promises.page([figure()], today=date(2026, 4, 6))
    assert "- **3 of 4** changes found. (2026-03-02, commit abc, one core)" in told
    assert "**Old.**" not in told
    told = promises.page([figure()], today=date(2026, 4, 7))
    assert "- **Old.** **3 of 4** changes found." in told


def test_a_promise_without_a_figure_stands_there_as_well() -> None:
    told = promises.page([figure()], today=date(2026, 3, 2))
    assert told.count("**No figure yet.**") == len(PROMISES) - 1
    assert all(promise.leaves_open in told for promise in PROMISES)


def test_the_newest_figure_of_full_size_stands_for_each_part() -> None:
    old, new = figure(found=1), figure(found=2, at="2026-03-03T09:00:00Z")
    other = figure(part="power cut")
    sample = figure(found=9, is_full=False, at="2026-03-04T09:00:00Z")
    assert promises.merged([old, other], [sample, new]) == [new, other]
    assert promises.merged([new], [old]) == [new]


def test_a_figure_takes_the_place_of_the_last_one_of_its_part(tmp_path: Path) -> None:
    kept = tmp_path / "reports" / "trust.json"
    for found in (1, 2):
        figures.record("A9", found=found, of=2, what="changes found", kept=kept)
    figures.record("A9", part="control", found=0, of=2, what="changes found", kept=kept)
    rows = json.loads(kept.read_text())
    assert [(each["part"], each["found"]) for each in rows] == [("", 2), ("control", 0)]
    assert all(each["commit"] and each["machine"] and each["at"] for each in rows)
    with pytest.raises(KeyError, match="in no line"):
        figures.record("A99", found=0, of=1, what="nothing", kept=kept)
