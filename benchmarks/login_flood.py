"""How long a client's "Send" takes while somebody tries passwords as fast as they can."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.feedback_submit import SENT
from benchmarks.figures import Result, Table, against, percentile
from benchmarks.machine import ROOT
from benchmarks.measured_clinic import Site
from benchmarks.processes import Driver, environment, python
from benchmarks.servers import Request, Served, ask
from benchmarks.stage import on_stage

FLOOD = 16
WARM = 20
MOST = 2.0
HEADS = ("what", "submits", "p50 ms", "p95 ms", "longest ms")


def measure(site: Site, server: Served, driver: Driver, *, rounds: int, n: int) -> Result:
    """Submits over one connection, alone and in the flood, one after the other."""
    slots = on_stage("fresh_slots", site.folder, 1 + WARM + 2 * rounds * n)
    form, waiting = slots[0]["path"], iter(slots[1:])
    refused = 0

    def submit(how_many: int) -> list[float]:
        nonlocal refused
        requests: list[Request] = [("POST", next(waiting)["path"], SENT) for _ in range(how_many)]
        answered = ask(driver, server, requests, connections=1, form=form)
        refused += sum(status != 302 for status, _place in answered.answers)
        return list(answered.took_ms)

    submit(WARM)
    alone: list[float] = []
    flooded: list[float] = []
    tries: list[dict[str, Any]] = []
    for _ in range(rounds):
        alone += submit(n)
        with flood(site, server) as told:
            flooded += submit(n)
        tries.append(told)
    looked_at = sum(each["seen"].get("422", 0) for each in tries)
    sent_away = sum(each["seen"].get("503", 0) for each in tries)
    seconds = sum(each["seconds"] for each in tries)
    return Result(
        title="Feedback submit during a flood of sign-ins",
        conditions=(
            f"{rounds} rounds, n = {n}; one connection submits, {FLOOD} try passwords from ever "
            "new addresses, all on this machine: whoever floods takes of its cores too.",
        ),
        tables=(Table(HEADS, (_line("alone", alone), _line("in the flood", flooded))),),
        verdicts=(
            f"Tries a second: {(looked_at + sent_away) / seconds:.0f}, of which "
            f"{looked_at / seconds:.0f} were looked at and {sent_away / seconds:.0f} sent away.",
            against(
                "p95 in the flood for the p95 alone",
                percentile(flooded, 0.95) / percentile(alone, 0.95),
                MOST,
                unit="times",
            ),
            f"Not acknowledged: {refused}.",
        ),
        misses=("**A submit was refused because of a flood.**",) if refused else (),
    )


@contextmanager
def flood(site: Site, server: Served) -> Iterator[dict[str, Any]]:
    """Somebody who tries passwords meanwhile; what came of it is told at the end."""
    told: dict[str, Any] = {}
    command = python("benchmarks.flood", str(server.port), str(FLOOD))
    with subprocess.Popen(
        command,
        env=environment(site.folder),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as trying:
        yield told
        said, _ = trying.communicate("")
        told |= json.loads(said)


def _line(name: str, took_ms: list[float]) -> tuple[str, ...]:
    return (
        name,
        str(len(took_ms)),
        f"{percentile(took_ms, 0.5):.0f}",
        f"{percentile(took_ms, 0.95):.0f}",
        f"{max(took_ms):.0f}",
    )
