"""While a clinic runs, its audit is signed and witnessed, whatever else hangs."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alongside.clinic.audit.checkpoints import BLIND, EVERY
from alongside.interfaces.cli import witnessing
from tests.interfaces.cli.shell import alongside, command, environment, new_clinic

PATIENCE = 30.0


def wait_until(claim: Callable[[], bool]) -> float:
    """How many seconds it took to come true."""
    began = time.monotonic()
    while not claim():
        assert time.monotonic() - began < PATIENCE
        time.sleep(0.1)
    return time.monotonic() - began


def test_a_clock_signs_what_is_new_and_carries_it_out(tmp_path: Path) -> None:
    clinic, witness = new_clinic(tmp_path / "clinic"), tmp_path / "witness"
    witness.mkdir()
    # A pipe that nobody reads: whoever opens it to write waits for ever, as on a drive that hangs.
    hanging = tmp_path / "hanging"
    hanging.mkdir()
    os.mkfifo(hanging / "checkpoints")
    with subprocess.Popen(
        command("worker", "--data", clinic, "--every", "3600"),
        env=environment(ALONGSIDE_WITNESS=f"{hanging}:{witness}"),
    ) as worker:
        try:
            wait_until((witness / "checkpoints").is_file)
        finally:
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(timeout=PATIENCE) == 0
    state = alongside(
        "audit", "--json", "--data", clinic, more={"ALONGSIDE_WITNESS": f"{hanging}:{witness}"}
    ).facts
    assert 0 < state["n_signed"] <= state["n_entries"]
    assert [each["n_lacking"] for each in state["witnesses"]] == [1, 0]
    with closing(sqlite3.connect(clinic / "clinic.sqlite3")) as database:
        ((at, note),) = database.execute("SELECT at, note FROM audit_auditcheckpoint")
    assert (witness / "checkpoints").read_text() == f"\n\n{note}"
    assert at


def test_no_entry_waits_longer_than_the_blind_window_that_is_promised() -> None:
    assert EVERY.total_seconds() + 2 * witnessing.PAUSE <= BLIND.total_seconds()


def test_a_job_that_fails_is_tried_again_and_told_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(witnessing, "PAUSE", 0.001)
    tried, stop = [], threading.Event()

    def job(now: datetime) -> int:
        assert now.tzinfo is UTC
        tried.append(now)
        if len(tried) > 5:
            stop.set()
        raise OSError("no such place" if len(tried) < 4 else "another reason")

    witnessing._repeat("Signing", job, stop)
    assert len(tried) == 6
    assert [record.getMessage() for record in caplog.records] == [
        "Signing failed and will be tried again: no such place",
        "Signing failed and will be tried again: another reason",
    ]


def test_without_its_key_the_audit_is_not_signed_and_the_reason_is_named(tmp_path: Path) -> None:
    clinic = new_clinic(tmp_path / "clinic")
    (clinic / "keys" / "audit-signing-key").unlink()
    said = alongside("worker", "--once", "--data", clinic)
    assert said.code != 0
    assert "audit-signing-key is not there" in said.err
