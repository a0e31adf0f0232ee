"""A clinic that is served: two processes that stay together, and end together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from alongside.interfaces.cli import checks
from alongside.interfaces.cli.serve import check_not_in_the_clear
from tests.interfaces.cli.shell import alongside, command, environment, new_clinic

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
    pytest.mark.timeout(180),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def children_of(pid: int) -> dict[str, int]:
    """The children that are running, by what they are."""
    found = {}
    for entry in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        words = Path(f"/proc/{entry}/cmdline").read_bytes().split(b"\0")
        found["web" if b"gunicorn" in words else "clock"] = int(entry)
    return found


def wait_for(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.1)


def answers(port: int, host: str = "127.0.0.1") -> bool:
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/sign-in/", timeout=5) as page:
            return bool(page.status == 200)
    except OSError:
        return False


@contextmanager
def serving(folder: Path, *more: object) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command("serve", "--data", folder, *more),
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stderr is not None:
            process.stderr.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path, int]]:
    folder, port = new_clinic(tmp_path / "clinic"), free_port()
    with serving(folder, "--port", port) as process:
        wait_for(lambda: answers(port))
        yield process, folder, port


def test_a_dead_clock_is_started_again_and_both_end_with_the_command(
    served: tuple[subprocess.Popen[bytes], Path, int],
) -> None:
    process, folder, port = served
    before = children_of(process.pid)
    assert set(before) == {"web", "clock"}

    os.kill(before["clock"], signal.SIGKILL)
    wait_for(lambda: children_of(process.pid).get("clock", before["clock"]) != before["clock"])
    assert children_of(process.pid)["web"] == before["web"]

    # One clinic is served once, and a port is taken once.
    again = alongside("serve", "--data", folder, "--port", free_port(), "--json")
    assert (again.code, again.facts["error"]) == (3, "AlreadyServed")

    process.terminate()
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b"The clock ended (-9); starting it again" in said
    wait_for(lambda: not answers(port), 10)
    for pid in (before["web"], before["clock"]):
        assert not Path(f"/proc/{pid}").exists()


def test_when_the_command_is_killed_its_processes_end_too(
    served: tuple[subprocess.Popen[bytes], Path, int],
) -> None:
    process, _, port = served
    children = children_of(process.pid)
    process.kill()
    process.wait()
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children.values()))
    assert not answers(port)


def test_an_address_that_is_taken_is_refused_with_a_way_out(tmp_path: Path) -> None:
    folder = new_clinic(tmp_path / "clinic")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        said = alongside("serve", "--data", folder, "--port", other.getsockname()[1])
    assert said.code == 3
    assert "Choose another --port" in said.err


def test_the_loopback_of_ipv6_is_served_too(tmp_path: Path) -> None:
    folder, port = new_clinic(tmp_path / "clinic"), free_port()
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no ::1")
    with serving(folder, "--host", "::1", "--port", port):
        wait_for(lambda: answers(port, "[::1]"))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.20", "clinic.example", ""])
@pytest.mark.parametrize("url", [None, "http://clinic.example"])
def test_beyond_this_machine_nothing_travels_in_the_clear(
    tmp_path: Path, host: str, url: str | None
) -> None:
    said = alongside(
        *("--json", "serve", "--data", tmp_path / "clinic", "--host", host),
        *(("--url", url) if url else ()),
    )
    assert (said.code, said.facts["error"]) == (3, "InTheClear")
    assert "--url https://clinic.example" in said.err
    assert not (tmp_path / "clinic").exists()


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("127.0.0.2", "http://clinic.example"),
        ("localhost", "http://localhost:8000"),
        ("::1", "http://[::1]:8000"),
        ("0.0.0.0", "https://clinic.example"),
    ],
)
def test_on_this_machine_or_behind_tls_a_clinic_may_be_served(host: str, url: str) -> None:
    check_not_in_the_clear(host, url)


def test_the_demo_stays_on_this_machine() -> None:
    assert alongside("demo", "--host", "0.0.0.0").code == 2


def test_an_old_sqlite_is_refused_for_two_processes_unless_the_site_says_it_is_mended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(checks.OVERRIDE, raising=False)
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 40, 1))
    (found,) = checks.check_sqlite()
    assert found.id == "alongside.E001"
    assert found.is_serious()
    monkeypatch.setenv(checks.OVERRIDE, "1")
    assert checks.check_sqlite() == []
    monkeypatch.delenv(checks.OVERRIDE)
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 51, 3))
    assert checks.check_sqlite() == []
