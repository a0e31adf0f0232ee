"""A stopped or killed import leaves whole rows, and run again it ends where it would have ended."""

from __future__ import annotations

import csv
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.interfaces.cli.shell import (
    alongside,
    command,
    digest_of,
    environment,
    new_clinic,
    rows_of,
)

N_VISITS = 450
RATED = ["A1", "A2", "A3", "A4", "A5"]


def visits(folder: Path) -> Path:
    """Visits of 30 clients with 7 therapists, in no order of time."""
    path = folder / "visits.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["visit_id", "client", "therapist", "starts_at", "minutes", *RATED])
        for n in range(N_VISITS):
            starts_at = datetime(2024, 1, 1, 9) + timedelta(hours=(n * 7919) % 9973)
            rating = 2 if n % 29 == 0 else 7 + n % 4
            writer.writerow(
                [f"v{n}", n % 30, n % 7, starts_at.isoformat(), 50, *[min(rating, 10)] * 5]
            )
    return path


@contextmanager
def children_hear_an_interrupt() -> Iterator[None]:
    """Who starts the tests in the background, as CI may, leaves all that they start deaf to it."""
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGINT, before)


def interrupted(path: Path, folder: Path, *, past: int, by: signal.Signals) -> tuple[int, str, int]:
    """How an import ended that got this signal past so many visits, and how many it left."""
    count = "select count(*) from visits_visit"
    with children_hear_an_interrupt():
        process = subprocess.Popen(
            command("import", "visits", path, "--data", folder),
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
    while rows_of(folder, count)[0][0] <= past and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(by)
    _, said = process.communicate(timeout=60)
    (n_kept,) = rows_of(folder, count)[0]
    assert past < n_kept < N_VISITS, "the import ended before it could be stopped"
    answered = "select count(distinct response_id) from instruments_answer"
    assert rows_of(folder, answered) == [(n_kept,)]
    return process.returncode, " ".join(said.split()), n_kept


@pytest.mark.timeout(300)
def test_stopped_then_killed_and_run_again_is_the_same_as_run_once(tmp_path: Path) -> None:
    path = visits(tmp_path)
    whole, killed = (new_clinic(tmp_path / name) for name in ("whole", "killed"))
    assert alongside("import", "visits", path, "--data", whole).code == 0

    code, said, n_kept = interrupted(path, killed, past=0, by=signal.SIGINT)
    assert code == 1
    assert "Run the same import again, and it takes in the rest." in said
    assert "Traceback" not in said
    code, _, n_kept = interrupted(path, killed, past=n_kept, by=signal.SIGKILL)
    assert code == -signal.SIGKILL

    again = alongside("import", "visits", path, "--data", killed, "--json")
    assert (again.code, again.facts["already_there"]) == (0, n_kept)
    assert digest_of(killed) == digest_of(whole)
    assert digest_of(whole)["visits_visit"][0] == N_VISITS
