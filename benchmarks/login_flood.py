"""How long a client's "Send" takes while somebody tries passwords as fast as they can."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from benchmarks.feedback_submit import SENT
from benchmarks.figures import Result, Table, against, percentile
from benchmarks.machine import ROOT
from benchmarks.measured_clinic import Site
from benchmarks.processes import Driver, environment, python
from benchmarks.servers import Request, Served, ask
from benchmarks.stage import on_stage

CONNECTIONS = 16
TRIES = 100
AS_MANY_AS_THEY_CAN = 0
WARM = 20
SECONDS_BEFORE = 5
MOST = 2.0
HEADS = ("what", "submits", "p50 ms", "p95 ms", "longest ms", "tries a second", "looked at")


def measure(site: Site, server: Served, driver: Driver, *, rounds: int, n: int) -> Result:
    """Submits over one connection, alone and in two floods, one after the other."""
    slots = on_stage("fresh_slots", site.folder, 1 + WARM + 3 * rounds * n)
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
    floods = {TRIES: Flooded(), AS_MANY_AS_THEY_CAN: Flooded()}
    for _ in range(rounds):
        alone += submit(n)
        for a_second, flooded in floods.items():
            with flood(site, server, a_second) as told:
                time.sleep(SECONDS_BEFORE)
                flooded.took_ms += submit(n)
            flooded.take(told)
    ratios = {
        a_second: percentile(flooded.took_ms, 0.95) / percentile(alone, 0.95)
        for a_second, flooded in floods.items()
    }
    return Result(
        title="Feedback submit during a flood of sign-ins",
        conditions=(
            f"{rounds} rounds, n = {n}; one connection submits, {CONNECTIONS} try passwords from "
            "ever new addresses. All run on this machine; who floods has the lowest priority, "
            "since in life they have a machine of their own.",
            f"A flood has gone on for {SECONDS_BEFORE} seconds when the first is submitted: those "
            "tries that may come at once are through by then.",
            f"{TRIES} tries a second are more than twice what two cores could hash. A flood of as "
            "many as they can send would slow any other page as well: limit requests before "
            "they get here.",
        ),
        tables=(
            Table(
                HEADS,
                (
                    (*_line("alone", alone), "-", "-"),
                    floods[TRIES].line(f"{TRIES} tries a second"),
                    floods[AS_MANY_AS_THEY_CAN].line("as many as they can send"),
                ),
            ),
        ),
        verdicts=(
            against("p95 in the flood for the p95 alone", ratios[TRIES], MOST, unit="times"),
            f"As many as they can send: {ratios[AS_MANY_AS_THEY_CAN]:.2f} times.",
            f"Not acknowledged: {refused}.",
        ),
        misses=("**A submit was refused because of a flood.**",) if refused else (),
    )


@dataclass
class Flooded:
    """How long submits took in a flood, and what came of the tries."""

    took_ms: list[float] = field(default_factory=list)
    seconds: float = 0.0
    looked_at: int = 0
    sent_away: int = 0

    def take(self, told: dict[str, Any]) -> None:
        """What whoever floods counted in one round."""
        self.seconds += told["seconds"]
        self.looked_at += told["seen"].get("422", 0)
        self.sent_away += told["seen"].get("503", 0)

    def line(self, name: str) -> tuple[str, ...]:
        """The line of the table."""
        tries = (self.looked_at + self.sent_away) / self.seconds
        return (
            *_line(name, self.took_ms),
            f"{tries:.0f}",
            f"{self.looked_at / self.seconds:.0f}",
        )


@contextmanager
def flood(site: Site, server: Served, a_second: int) -> Iterator[dict[str, Any]]:
    """Somebody who tries passwords meanwhile; what came of it is told at the end."""
    told: dict[str, Any] = {}
    told_to = (str(server.port), str(CONNECTIONS), str(a_second))
    command = ["nice", "-n", "19", *python("benchmarks.flood", *told_to)]
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
