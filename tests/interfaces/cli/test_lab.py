"""The lab's report: one page by itself that holds every figure of the JSON, without a clinic.

Studies run at a tiny size here; what they find is tested in tests/lab.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from playwright.sync_api import BrowserContext

from alongside.interfaces.cli.house import House
from alongside.interfaces.cli.lab_report import studies
from alongside.interfaces.cli.lab_report.contents import report_of
from alongside.interfaces.cli.lab_report.page import page_of
from alongside.interfaces.cli.lab_report.plots import Mark, Row, Scale, dots
from alongside.interfaces.cli.lab_report.studies import CameToNothing, LabSizes, run_studies
from alongside.interfaces.cli.main import alongside
from alongside.lab.detection import Sizes
from alongside.lab.hazard_study import draw_contacts, study_hazard
from tests.interfaces.cli.shell import alongside as in_a_shell

TINY = LabSizes("tiny", 6, 150, Sizes(120, 100, 100), 400, n_folds=3)
TINIEST = LabSizes("tiniest", 2, 60, Sizes(60, 40, 40), 300, n_folds=2)


@pytest.fixture(scope="module")
def found():
    return run_studies(House(is_json=True), TINY, seed=3)


@pytest.fixture(scope="module")
def report(found):
    return report_of(found, version="1.2.3", made_on="2026-03-02")


@pytest.fixture(scope="module")
def written(report) -> str:
    return page_of(report)


class Read(HTMLParser):
    """What stands in a page: its tags in order, its tables by caption, its drawings."""

    def __init__(self, written: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.ids: list[str] = []
        self.open: list[str] = []
        self.caption = ""
        self.feed(written)
        self.close()

    def handle_starttag(self, tag, attrs):
        kept = dict(attrs)
        self.tags.append((tag, kept))
        if kept.get("id"):
            self.ids.append(kept["id"])
        if tag not in ("meta", "path", "rect"):
            self.open.append(tag)
        if tag == "caption":
            self.caption = kept["id"].removeprefix("table-")
            self.tables[self.caption] = []
        if tag == "tr":
            self.tables[self.caption].append([])
        if tag in ("td", "th"):
            self.tables[self.caption][-1].append("")

    def handle_endtag(self, tag):
        if tag in ("meta", "path", "rect"):
            return
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in ("td", "th"):
            self.tables[self.caption][-1][-1] += data


def says(cell: str, value: Any) -> bool:
    """Whether a cell says this value, as exactly as its digits can."""
    if value is None or isinstance(value, bool | str):
        return cell == {None: "–", True: "yes", False: "no"}.get(value, value)
    if cell == "–":
        return False
    bare = cell.replace(",", "").rstrip("%")
    if "e" in bare:
        return float(bare) == pytest.approx(value, rel=0.06)
    digits = len(bare.partition(".")[2])
    shown = value * 100 if cell.endswith("%") else value
    return abs(float(bare) - shown) <= 0.5000001 * 10.0**-digits


def test_the_page_holds_every_figure_of_the_json(report, written):
    read, facts = Read(written), json.loads(json.dumps(report.facts))
    n_figures = 0
    for study in facts["studies"].values():
        for name, rows in study["tables"].items():
            assert len(rows) == len(read.tables[name]) - 1 > 0
            for row, cells in zip(rows, read.tables[name][1:], strict=True):
                for value, cell in zip(row.values(), cells, strict=True):
                    assert says(cell, value), (name, row, cell)
                    n_figures += isinstance(value, float)
        for demand in study["demands"]:
            assert f"> {demand['verdict']}" in written
            assert demand["found"].replace("'", "&#x27;") in written
    assert n_figures > 400
    settings = dict(read.tables["settings"][1:])
    assert settings == {name: str(value) for name, value in facts["settings"].items()}
    assert {"1.2.3", "2026-03-02"} == {facts["version"], facts["made_on"]}
    assert "Alongside 1.2.3, 2026-03-02, tiny size" in written


def test_a_cell_that_says_something_else_is_noticed():
    assert says("10.0%", 0.1004)
    assert not says("10.1%", 0.1004)
    assert not says("3.10", 3.2)
    assert not says("no", True)
    assert not says("–", 0.0)


def test_the_page_asks_for_nothing_and_runs_nothing(written):
    assert not re.search(
        r"https?:|//[a-z]|<script|<link|<img|<iframe|@import|url\(|javascript:", written
    )
    assert not [name for _, kept in Read(written).tags for name in kept if name.startswith("on")]
    assert not [kept for _, kept in Read(written).tags if "style" in kept or "src" in kept]


def test_headings_are_in_order_tables_are_named_and_drawings_are_told(written):
    read = Read(written)
    levels = [int(tag[1]) for tag, _ in read.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(read.ids) == len(set(read.ids))
    named = set(read.ids)
    drawings = [kept for tag, kept in read.tags if tag == "svg"]
    assert len(drawings) == 15
    for kept in drawings:
        assert kept["role"] == "img"
        assert set((kept["aria-labelledby"] or "").split()) <= named
    assert all(kept.get("scope") in ("col", "row") for tag, kept in read.tags if tag == "th")
    assert sum(tag == "caption" for tag, _ in read.tags) == len(read.tables) == 12
    for tag, kept in read.tags:
        if tag == "a":
            assert (kept["href"] or "").removeprefix("#") in named


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_is_accessible_fits_and_fetches_nothing(
    new_context: Callable[..., BrowserContext], written: str, width: int, theme: str
) -> None:
    page = new_context(viewport={"width": width, "height": 800}, color_scheme=theme).new_page()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.set_content(written)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert fetched == []


def test_the_same_seed_gives_the_same_page_and_another_seed_another():
    one, same, other = (
        page_of(
            report_of(
                run_studies(House(is_json=True), TINIEST, seed), version="1", made_on="2026-03-02"
            )
        )
        for seed in (3, 3, 4)
    )
    assert one == same
    assert one != other


def test_a_demand_that_is_not_met_is_called_so(found):
    """A boundary exceeded by a quarter of ratings, and a detector that found a third."""
    cohort, held = found.boundary[0]
    share = replace(held.overall.share, value=0.25)
    worse = replace(held, overall=replace(held.overall, share=share), thirds=())
    slow = replace(found.strain[0].found[0].within_two, value=0.33)
    first = replace(found.strain[0].found[0], within_two=slow)
    benchmark = replace(found.strain[0], found=(first, *found.strain[0].found[1:]))
    spoilt = replace(found, boundary=((cohort, worse),), strain=(benchmark, *found.strain[1:]))
    told = report_of(spoilt, version="1", made_on="2026-03-02").facts["studies"]
    assert [each["verdict"] for each in told["boundary"]["demands"]] == ["not met"]
    assert told["detection"]["demands"][0]["verdict"] == "not met"
    assert told["boundary"]["tables"]["exceeded"][0]["as_demanded"] is False


def test_a_study_that_is_too_small_says_so(found):
    alone = study_hazard(
        draw_contacts(2, 6, rng=np.random.default_rng(1)), rng=np.random.default_rng(2), n_folds=2
    )
    with pytest.raises(CameToNothing, match="drifting away"):
        report_of(replace(found, hazard=alone), version="1", made_on="2026-03-02")


def test_a_mark_stands_where_its_value_is_and_beyond_the_scale_at_its_end():
    scale = Scale("share", (0.0, 0.5, 1.0), ".0%")
    rows = [Row("a < b", (Mark(0.5, 0.25, 9.0),), heading="first & last")]
    drawn = dots("key", "title", "description", rows, scale, band=(0.25, 0.75), line=0.5)
    middle, end = scale.at(0.5), scale.at(1.0)
    assert f"M{middle - 4:.1f}" in drawn
    assert f"H{end:.1f}" in drawn
    assert scale.at(9.0) == end
    assert "a &lt; b" in drawn
    assert "first &amp; last" in drawn


@pytest.mark.parametrize("ends", [(-0.13, 0.31), (0.0, 4.1), (0.081, 0.119)])
def test_a_scale_holds_all_marks_with_few_round_ticks(ends):
    scale = Scale.over([Row("", (Mark(ends[0], *ends),))], "", ".2f")
    assert scale.ticks[0] <= ends[0] + 1e-9
    assert scale.ticks[-1] >= ends[1] - 1e-9
    assert 3 <= len(scale.ticks) <= 7


def test_the_command_writes_the_page_and_tells_programs_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(studies, "QUICK", TINIEST)
    out = tmp_path / "lab.html"
    said = CliRunner().invoke(
        alongside, ["lab", "report", "--quick", "--seed", "3", "--out", str(out), "--json"]
    )
    assert said.exit_code == 0, said.output
    facts = json.loads(said.stdout)
    assert facts["settings"]["seed"] == 3
    assert set(facts["studies"]) == {"recovery", "boundary", "detection", "alarms", "hazard"}
    assert "tiniest size" in out.read_text(encoding="utf-8")


def test_the_lab_imports_no_django_and_opens_no_clinic(tmp_path: Path) -> None:
    (tmp_path / "django.py").write_text("raise RuntimeError('Django was imported')\n")
    (tmp_path / "sitecustomize.py").write_text(
        "from alongside.interfaces.cli.lab_report import studies\n"
        "from alongside.lab.detection import Sizes\n"
        "studies.QUICK = studies.LabSizes('tiniest', 2, 60, Sizes(60, 40, 40), 300, 2)\n"
    )
    sources = Path(studies.__file__).parents[4]
    out = tmp_path / "lab.html"
    said = in_a_shell(
        *("lab", "report", "--quick", "--out", out),
        more={"PYTHONPATH": f"{tmp_path}:{sources}"},
    )
    assert said.code == 0, said.err
    assert "tiniest size" in out.read_text(encoding="utf-8")
    assert "Does the fit find the truth?" in said.out
    assert str(out) in said.out
