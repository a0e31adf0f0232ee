"""A killed import leaves whole rows, and the same import again ends where it would have ended."""

from __future__ import annotations

import csv
import signal
import subprocess
import time
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


@pytest.mark.timeout(300)
def test_killed_in_the_middle_and_run_again_is_the_same_as_run_once(tmp_path: Path) -> None:
    path = visits(tmp_path)
    whole, killed = (new_clinic(tmp_path / name) for name in ("whole", "killed"))
    assert alongside("import", "visits", path, "--data", whole).code == 0

    count = "select count(*) from visits_visit"
    process = subprocess.Popen(
        command("import", "visits", path, "--data", killed),
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while rows_of(killed, count)[0][0] < N_VISITS // 3 and process.poll() is None:
        time.sleep(0.02)
    process.kill()
    assert process.wait() == -signal.SIGKILL, "the import ended before it could be killed"
    (n_kept,) = rows_of(killed, count)[0]
    assert 0 < n_kept < N_VISITS
    assert rows_of(killed, "select count(distinct response_id) from instruments_answer") == [
        (n_kept,)
    ]

    again = alongside("import", "visits", path, "--data", killed, "--json")
    assert (again.code, again.facts["already_there"]) == (0, n_kept)
    assert digest_of(killed) == digest_of(whole)
    assert digest_of(whole)["visits_visit"][0] == N_VISITS
