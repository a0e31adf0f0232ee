"""How long a client's "Send" takes while somebody brings thousands of visits in."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.drawn_visits import draw_visits
from benchmarks.feedback_submit import SENT
from benchmarks.figures import Result, Table, percentile
from benchmarks.machine import ROOT
from benchmarks.measured_clinic import Site
from benchmarks.processes import Driver, environment, python
from benchmarks.servers import Request, Served, ask
from benchmarks.stage import on_stage

NEW_CASELOAD = {"late": 120}
AT_ONCE = 20
MOST = 600
PATIENCE_OF_SQLITE_MS = 20_000
HEADS = ("what", "submits", "p50 ms", "p95 ms", "longest ms")


def measure(site: Site, server: Served, driver: Driver, folder: Path) -> Result:
    """Submits over one connection, alone and during an import into the same clinic."""
    slots = on_stage("fresh_slots", site.folder, 1 + 2 * MOST)
    form, waiting = slots[0]["path"], iter(slots[1:])
    refused = 0

    def submit(how_many: int) -> list[float]:
        nonlocal refused
        requests: list[Request] = [("POST", next(waiting)["path"], SENT) for _ in range(how_many)]
        answered = ask(driver, server, requests, connections=1, form=form)
        refused += sum(status != 302 for status, _place in answered.answers)
        return list(answered.took_ms)

    alone = submit(MOST // 3)
    last_week = datetime.now(UTC) - timedelta(days=4)
    drawn = draw_visits(folder / "late.csv", caseloads=NEW_CASELOAD, last_week=last_week)
    command = python(
        "alongside.interfaces.cli.main",
        *("import", "visits", str(drawn.path), "--data", str(site.folder), "--json"),
    )
    during: list[float] = []
    with subprocess.Popen(
        command, env=environment(site.folder), cwd=ROOT, stdout=subprocess.DEVNULL
    ) as importing:
        while importing.poll() is None and len(during) < MOST:
            during += submit(AT_ONCE)
    longest = max(during)
    return Result(
        title="Feedback submit while visits are imported",
        conditions=(
            f"One connection; the import brings {drawn.n_rows} visits into the served clinic, "
            "start of the command and learning of the population included.",
        ),
        tables=(Table(HEADS, (_line("alone", alone), _line("during the import", during))),),
        verdicts=(
            f"Not acknowledged: {refused}. The longest wait is "
            f"{longest / PATIENCE_OF_SQLITE_MS:.2f} of the 20 s after which SQLite gives up.",
        ),
        misses=("**A submit was refused because of an import.**",) if refused else (),
    )


def _line(name: str, took_ms: list[float]) -> tuple[str, ...]:
    return (
        name,
        str(len(took_ms)),
        f"{percentile(took_ms, 0.5):.0f}",
        f"{percentile(took_ms, 0.95):.0f}",
        f"{max(took_ms):.0f}",
    )
