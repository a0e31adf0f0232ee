"""The fit of a growth model against lme4, mixedlm and mixedlm-rs, on the same drawn cohorts.

Each fit runs in a process of its own and times itself after reading the same columns; the processes
take turns. A time counts only beside the log-likelihood that it bought.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from alongside.lab.growth_courses import USUAL_COURSE, draw_courses
from alongside.methods.progress.expected_course import OFF_COURSE
from alongside.methods.progress.forecast import begin, follow, forecasts_of_all
from benchmarks.figures import Repeated, Result, Table, against, repeated
from benchmarks.machine import ROOT
from benchmarks.timing import seconds_of

PEERS = Path(__file__).resolve().parent / "peers"
VISITS = 12
CLIENTS_A_THERAPIST = 100
SMALL, LARGE = 1_000, 200_000
SIZES = (SMALL, 5_000, 20_000, 60_000, LARGE)
SAME = 1e-3
OURS, LME4, MIXEDLM, MIXEDLM_RS = "Alongside", "lme4", "mixedlm", "mixedlm-rs"
LEAST_RATIO = {(2, LME4): 100, (3, LME4): 200, (3, MIXEDLM): 10, (2, MIXEDLM_RS): 2}
REPEATS = {OURS: 5, LME4: 1, MIXEDLM: 2, MIXEDLM_RS: 3}
"""Fits in one process, of which the fastest counts: the first warms up."""
HEADS = ("fit", "seconds", "times ours", "log-likelihood less ours", "most memory, MiB")


@dataclass(frozen=True)
class Fitted:
    """What one process came to."""

    seconds: tuple[float, ...]
    log_likelihood: float
    peak_mib: float


def measure(scratch: Path, *, rounds: int, n_clients: int = LARGE) -> Result:
    """Every peer that is here, two and three levels, and how our own time grows."""
    folder = scratch / "cohort"
    _write_cohort(folder, n_clients)
    commands = _commands()
    tables, verdicts, misses = [], [], []
    for levels in (2, 3):
        found: dict[str, list[Fitted]] = {name: [] for name in commands if _fits(name, levels)}
        for turn in range(rounds):
            for name, fits in found.items():
                if name == LME4 and turn:
                    continue  # minutes each, and hardly different from turn to turn
                print(f"{levels} levels, {name} …", file=sys.stderr, flush=True)
                fits.append(_run(commands[name], folder, levels, REPEATS[name]))
        tables.append(_table(levels, found))
        for name, target in ((name, LEAST_RATIO.get((levels, name))) for name in found):
            if target is not None:
                told, is_met = _verdict(levels, name, found, target)
                (verdicts if is_met else misses).append(told)
    missing = [name for name in (LME4, MIXEDLM, MIXEDLM_RS) if name not in commands]
    if missing:
        misses.append(f"Not here, so not measured: {', '.join(missing)} (benchmarks/peers).")
    scaling, exponent = _scaling(scratch)
    limit, online = _limit(folder), _online(folder)
    best = min(_run(commands[OURS], folder, 3, 5).seconds)
    verdicts += [
        f"Our time grows as clients to the power of {exponent:.2f} from {SMALL:,} to {LARGE:,}.",
        f"Reading the four columns once at this machine's speed takes {limit * 1e3:.1f} ms: a fit "
        f"of three levels takes {best / limit:.1f} times that.",
        *online,
    ]
    return Result(
        title="Fit of the expected course",
        conditions=(
            f"{n_clients:,} clients of {VISITS} visits, {n_clients // CLIENTS_A_THERAPIST:,} "
            f"therapists, drawn (lab/growth_courses.py); score ~ intake * ln(visit) with a level "
            "and a slope of each client, and with three levels a level of each therapist; "
            "restricted maximum likelihood.",
            f"{rounds} turns; in each the fastest fit of one process: of 5 (ours), 3 (mixedlm-rs), "
            "2 (mixedlm). lme4: one fit in all, derivatives off.",
        ),
        tables=(*tables, scaling),
        verdicts=tuple(verdicts),
        misses=tuple(misses),
    )


def _write_cohort(folder: Path, n_clients: int) -> None:
    """The columns of a cohort as files of doubles, which every peer can read."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = draw_courses(
        USUAL_COURSE,
        n_clients=n_clients,
        n_visits=VISITS,
        n_therapists=max(5, n_clients // CLIENTS_A_THERAPIST),
        rng=np.random.default_rng(n_clients),
    )
    courses = drawn.courses
    assert courses.therapist is not None
    columns = {
        "client": courses.client,
        "therapist": courses.therapist[courses.client],
        "visit": drawn.visit,
        "score": courses.score,
        "intake": courses.intake["intake"][courses.client],
    }
    for name, column in columns.items():
        np.asarray(column, dtype=np.float64).tofile(folder / f"{name}.f64")


def _commands() -> dict[str, list[str]]:
    """How to run each fit that can run here."""
    commands = {OURS: [sys.executable, "-m", "benchmarks.peers.fit_ours"]}
    if shutil.which("Rscript") and _says_yes(
        "Rscript", "-e", "stopifnot(requireNamespace('lme4'))"
    ):
        commands[LME4] = ["Rscript", str(PEERS / "fit_lme4.R")]
    python = os.environ.get("ALONGSIDE_PEERS")
    if python:
        for name, module in ((MIXEDLM, "mixedlm"), (MIXEDLM_RS, "mixedlm_rs")):
            if _says_yes(python, "-c", f"import {module}"):
                commands[name] = [python, str(PEERS / f"fit_{module}.py")]
    return commands


def _says_yes(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _fits(name: str, levels: int) -> bool:
    return name != MIXEDLM_RS or levels == 2


def _run(command: Sequence[str], folder: Path, levels: int, repeats: int) -> Fitted:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    if command[-1].endswith("fit_ours"):
        environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*command, str(folder), str(levels), str(repeats)],
        capture_output=True,
        text=True,
        env=environment,
        cwd=ROOT,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command} failed: {done.stderr[-2000:]}")
    found = json.loads(done.stdout.strip().splitlines()[-1])
    return Fitted(tuple(found["seconds"]), found["log_likelihood"], found["peak_mib"])


def _least(fits: list[Fitted]) -> Repeated:
    return repeated(min(fit.seconds) for fit in fits)


def _table(levels: int, found: dict[str, list[Fitted]]) -> Table:
    ours = found[OURS]
    rows = []
    for name, fits in found.items():
        seconds = _least(fits)
        apart = fits[0].log_likelihood - ours[0].log_likelihood
        rows.append(
            (
                f"{name}, {levels} levels",
                seconds.told(3),
                f"{seconds.median / _least(ours).median:,.1f}",
                f"{apart:+.1e}" if name != OURS else f"{ours[0].log_likelihood:.4f} itself",
                f"{max(fit.peak_mib for fit in fits):,.0f}",
            )
        )
    return Table(HEADS, tuple(rows))


def _verdict(
    levels: int, name: str, found: dict[str, list[Fitted]], target: int
) -> tuple[str, bool]:
    ours, theirs = found[OURS], found[name]
    apart = theirs[0].log_likelihood - ours[0].log_likelihood
    ratio = _least(theirs).median / _least(ours).median
    memory = max(fit.peak_mib for fit in ours) / max(fit.peak_mib for fit in theirs)
    end = "the same" if abs(apart) <= SAME else f"theirs is {apart:+.4f}"
    told = (
        f"{levels} levels: {ratio:,.0f} times as fast as {name} (target {target}) with "
        f"{memory:.2f} of its memory; log-likelihood {end}."
    )
    return told, ratio >= target and apart <= SAME


def _scaling(scratch: Path) -> tuple[Table, float]:
    """Our own time by the number of clients, and the power by which it grows."""
    rows, times = [], []
    for size in SIZES:
        folder = scratch / f"cohort-{size}"
        _write_cohort(folder, size)
        fit = _run([sys.executable, "-m", "benchmarks.peers.fit_ours"], folder, 3, 9)
        times.append(min(fit.seconds))
        rows.append((f"{size:,} clients", f"{min(fit.seconds):.4f}", f"{fit.peak_mib:,.0f}"))
    slope = np.polyfit(np.log(SIZES), np.log(times), 1)[0]
    return Table(("three levels, ours", "seconds", "most memory, MiB"), tuple(rows)), float(slope)


def _limit(folder: Path) -> float:
    """How long it takes to read client, visit, score and intake once, at this machine's best."""
    columns = [
        np.fromfile(folder / f"{name}.f64") for name in ("client", "visit", "score", "intake")
    ]
    return min(seconds_of(lambda: [column.max() for column in columns]) for _ in range(9))


def _online(folder: Path) -> list[str]:
    """What one more rating costs, many at once and one alone."""
    columns = {name: np.fromfile(folder / f"{name}.f64") for name in ("client", "visit", "score")}
    client, visit = columns["client"].astype(np.int64), columns["visit"].astype(np.int64)
    score, intake = columns["score"], np.fromfile(folder / "intake.f64")

    def batch() -> None:
        USUAL_COURSE.badness_of(visit, score, intake) > OFF_COURSE  # noqa: B015
        forecasts_of_all(client, visit, score, intake, USUAL_COURSE)

    together = min(seconds_of(batch) for _ in range(3)) / len(client) * 1e6
    departure, n = begin(USUAL_COURSE, 70.0), 20_000

    def alone() -> None:
        for _ in range(n):
            follow(departure, 5, 61.0, USUAL_COURSE)
            USUAL_COURSE.standing(5, 61.0, 70.0)

    singly = min(seconds_of(alone) for _ in range(3)) / n * 1e6
    return [
        against("One more rating, many at once: boundary and forecast", together, 20.0, "µs"),
        against("One more rating alone: boundary and forecast", singly, 200.0, "µs"),
    ]
