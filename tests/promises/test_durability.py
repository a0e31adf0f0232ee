"""The promise: an answer that was acknowledged is there, however the process died.

A process of its own submits feedback to a file database and is killed without warning, again and
again. What this does not cover: a power cut, which needs a disk that can be made to forget.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = Path(__file__).with_name("feedback_in_a_loop.py")
N_ANSWERS = 10
N_ACKNOWLEDGED = 300
PAUSE = 0.03


def start(what: str, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), what],
        cwd=ROOT,
        env={
            **os.environ,
            "ALONGSIDE_DATA": str(folder),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        },
        stdout=subprocess.PIPE,
    )


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a clinic with 600 forms that wait."""
    folder = tmp_path_factory.mktemp("prepared")
    with start("prepare", folder) as made:
        made.communicate(timeout=100)
    assert made.returncode == 0
    return folder


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """Such a clinic for one test alone."""
    return shutil.copytree(prepared, tmp_path / "clinic")


def acknowledged_until_killed(
    what: str, folder: Path, *, n: int, chance: random.Random
) -> list[int]:
    """The forms that were acknowledged before the process was killed, after n of them or more."""
    with start(what, folder) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(n)]
        time.sleep(chance.random() * PAUSE)
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
        assert process.wait(timeout=20) == -signal.SIGKILL
    return [int(line) for line in lines if line.endswith(b"\n")]


def lost_or_half_written(folder: Path, acknowledged: list[int]) -> Iterator[str]:
    """Everything that is not as it should be in the database that the killed process left."""
    with closing(sqlite3.connect(folder / "clinic.sqlite3")) as database:
        (integrity,) = database.execute("PRAGMA integrity_check").fetchone()
        if integrity != "ok":
            yield f"the file is damaged: {integrity}"
        broken = database.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            yield f"rows point nowhere: {broken[:3]}"
        responses = {
            slot: (response, n)
            for response, slot, n in database.execute(
                "SELECT r.id, r.slot_id, count(a.id) FROM instruments_response r "
                "LEFT JOIN instruments_answer a ON a.response_id = r.id "
                "WHERE r.submitted_at IS NOT NULL GROUP BY r.id"
            )
        }
        audited = {
            subject
            for (subject,) in database.execute(
                "SELECT subject_id FROM audit_auditevent WHERE deed = 'hand_in_answers'"
            )
        }
        concerns = {
            slot
            for (slot,) in database.execute(
                "SELECT v.feedback_slot_id FROM alliance_repair p "
                "JOIN visits_visit v ON v.id = p.visit_id WHERE p.source = 'concern'"
            )
        }
        in_series = {
            slot
            for (slot,) in database.execute(
                "SELECT v.feedback_slot_id FROM alliance_coursepoint p "
                "JOIN visits_visit v ON v.id = p.visit_id"
            )
        }
        n_all = database.execute("SELECT count(*) FROM instruments_response").fetchone()[0]
    for slot in acknowledged:
        if slot not in responses:
            yield f"form {slot} was acknowledged and is lost"
    for slot, (response, n) in responses.items():
        if n != N_ANSWERS:
            yield f"form {slot} has {n} answers"
        if response not in audited:
            yield f"form {slot} has no row in the audit"
        if slot not in in_series:
            yield f"form {slot} is missing in its series"
        if slot not in concerns:
            yield f"the concern of form {slot} was not noticed"
    if len(audited) != len(responses):
        yield f"{len(audited)} rows in the audit for {len(responses)} responses"
    if n_all != len(responses):
        yield f"{n_all - len(responses)} responses were begun and never handed in"
    if in_series - set(responses):
        yield "a series holds visits that have no response"


@pytest.mark.timeout(240)
def test_no_acknowledged_answer_is_lost_when_the_process_is_killed(folder: Path) -> None:
    chance = random.Random(20260302)
    acknowledged: list[int] = []
    n_kills = 0
    while len(acknowledged) < N_ACKNOWLEDGED:
        acknowledged += acknowledged_until_killed(
            "submit", folder, n=chance.randint(110, 150), chance=chance
        )
        n_kills += 1
        assert list(lost_or_half_written(folder, acknowledged)) == []
    assert len(set(acknowledged)) == len(acknowledged) >= N_ACKNOWLEDGED
    print(f"{len(acknowledged)} acknowledged, {n_kills} kills, 0 lost")


@pytest.mark.timeout(240)
def test_an_answer_acknowledged_before_its_commit_is_lost_and_this_test_sees_it(
    folder: Path,
) -> None:
    """The control: were the promise broken, the test above would fail."""
    chance = random.Random(7)
    acknowledged = acknowledged_until_killed("submit-too-early", folder, n=20, chance=chance)
    problems = list(lost_or_half_written(folder, acknowledged))
    assert problems == [f"form {acknowledged[-1]} was acknowledged and is lost"]
