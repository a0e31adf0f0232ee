"""Servers started, measured by their own processor time, and stopped; and who asks them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO

from benchmarks.machine import ROOT

TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 40.0


class DidNotAnswer(RuntimeError):
    """A server that was started gave no answer in time."""


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a process that works on the clinic in a folder."""
    path = os.pathsep.join((*_FIRST, str(ROOT / "src"), str(ROOT)))
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**os.environ, **one, "PYTHONPATH": path, "ALONGSIDE_DATA": str(folder), **more}


_FIRST: list[str] = []


@contextmanager
def first_on_path(folder: Path) -> Iterator[None]:
    """Every process that is started inside finds its modules in this folder first."""
    _FIRST.append(str(folder))
    try:
        yield
    finally:
        _FIRST.pop()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(
    command: list[str], *, env: Mapping[str, str], port: int, asks: str, log: Path
) -> Iterator[int]:
    """A server that answers at `asks`; gives its process id, and stops it at the end.

    Raises: DidNotAnswer.
    """
    with log.open("ab") as words:
        server = subprocess.Popen(command, env=dict(env), cwd=ROOT, stdout=words, stderr=words)
        try:
            _wait_for(server, port, asks, log)
            yield server.pid
        finally:
            server.terminate()
            try:
                server.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait_for(server: subprocess.Popen[bytes], port: int, asks: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", asks)
            if connection.getresponse().status < 500:
                return
        except (OSError, HTTPException):
            time.sleep(0.2)
        finally:
            connection.close()
    raise DidNotAnswer(f"{' '.join(map(str, server.args))}\n{log.read_text()[-2000:]}")  # type: ignore[arg-type]


def workers_under(pid: int, *, named: str) -> list[int]:
    """The processes that a server has forked to answer, each with a word of its command line."""
    found: list[int] = []
    for child in _children_of(pid):
        grandchildren = _children_of(child)
        command = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        if named in command and not grandchildren:
            found.append(child)
        found += workers_under(child, named=named)
    return found


def _children_of(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def cpu_ms(pids: list[int]) -> float:
    """Milliseconds of processor time spent so far by these processes and by their ended children.

    User and system time, as the kernel counts them in /proc/<pid>/stat.
    """
    spent = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        spent += sum(int(fields[place]) for place in (11, 12, 13, 14))
    return spent * 1000 / TICKS


def python(module: str, *words: str) -> list[str]:
    """The command that runs a module with this very interpreter."""
    return [sys.executable, "-m", module, *words]


class Driver:
    """The process that asks, apart from this one and from the server. See `load`."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            python("benchmarks.load"),
            env=environment(folder),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def say(self, line: str) -> None:
        """One line to the driver."""
        _open(self.process.stdin).write(f"{line}\n")
        _open(self.process.stdin).flush()

    def hear(self) -> str:
        """One line of the driver.

        Raises: DidNotAnswer when it has ended.
        """
        line = _open(self.process.stdout).readline()
        if not line:
            raise DidNotAnswer("the driver ended before its work")
        return line

    def end(self) -> None:
        _open(self.process.stdin).close()
        self.process.wait(PATIENCE)
        _open(self.process.stdout).close()


def _open(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream
