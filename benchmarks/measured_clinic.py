"""The clinic that is measured: invented people with thirty rated visits each, imported for real."""

from __future__ import annotations

import json
import resource
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.drawn_visits import Drawn, draw_visits
from benchmarks.machine import ROOT
from benchmarks.processes import environment, python
from benchmarks.stage import on_stage

CASELOADS = {"ten": 10, "fifty": 50, "hundred": 100}


@dataclass(frozen=True)
class CommandRun:
    """One run of `alongside`: what it said, how long it took, what it cost."""

    facts: dict[str, Any]
    seconds: float
    cpu_seconds: float


@dataclass(frozen=True)
class Site:
    """A clinic of its own in a folder, with the file it was imported from and how that went."""

    folder: Path
    drawn: Drawn
    imported: CommandRun

    @property
    def database(self) -> Path:
        return self.folder / "clinic.sqlite3"


def alongside(folder: Path, *words: str, refusals: bool = False) -> CommandRun:
    """One run of the command line on the clinic in a folder. `refusals`: refused rows are fine."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        python("alongside.interfaces.cli.main", *words, "--data", str(folder), "--json"),
        env=environment(folder, ALONGSIDE_PASSWORD="a long walk by the river"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in ({0, 1} if refusals else {0}):
        raise RuntimeError(f"alongside {words[0]} failed\n{done.stderr[-3000:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return CommandRun(json.loads(done.stdout), seconds, cpu)


def open_site(folder: Path) -> None:
    """An empty clinic in the folder."""
    alongside(
        folder,
        *("init", "--name", "Bench House", "--administrator", "ines"),
        *("--time-zone", "Europe/Madrid"),
    )


def build_site(folder: Path, *, caseloads: Mapping[str, int] = CASELOADS) -> Site:
    """The clinic with its therapists, clients and earlier visits."""
    folder.mkdir(parents=True)
    clinic = folder / "clinic"
    last_week = datetime.now(UTC) - timedelta(days=4)
    drawn = draw_visits(folder / "visits.csv", caseloads=caseloads, last_week=last_week)
    open_site(clinic)
    imported = alongside(clinic, "import", "visits", str(drawn.path))
    if imported.facts["accepted"] != drawn.n_rows:
        raise RuntimeError(f"{imported.facts['accepted']} of {drawn.n_rows} rows were accepted")
    return Site(clinic, drawn, imported)


def open_to_people(site: Site) -> None:
    """Every client has a visit ahead, and the bare view a table."""
    on_stage("bare_table", site.folder)
    on_stage("book_ahead", site.folder)
