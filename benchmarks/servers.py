"""The clinic's own server and the bare one, and jobs that are asked of them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alongside.interfaces.cli.serve import THREADS, WEB_PROCESSES
from benchmarks.figures import Repeated, percentile, repeated
from benchmarks.processes import (
    DidNotAnswer,
    Driver,
    cpu_ms,
    environment,
    free_port,
    python,
    running,
    workers_under,
)

HEADS = ("what", "connections", "a second", "p50 ms", "p95 ms", "server CPU-ms each")

Request = tuple[str, str, str]


@dataclass(frozen=True)
class Served:
    """A server that runs: where it listens and which of its processes answer."""

    port: int
    workers: list[int]


@dataclass(frozen=True)
class Answered:
    """What came of one job. `cpu_ms` is the server's, for one request."""

    n: int
    seconds: float
    took_ms: tuple[float, ...]
    answers: tuple[tuple[int, str], ...]
    cpu_ms: float

    @property
    def a_second(self) -> float:
        return self.n / self.seconds


def workers_of(server: int) -> list[int]:
    """The processes that answer, once all of them have been forked.

    Raises: DidNotAnswer.
    """
    until = time.monotonic() + 10
    while time.monotonic() < until:
        workers = workers_under(server, named="gunicorn")
        if len(workers) == WEB_PROCESSES:
            return workers
        time.sleep(0.1)
    raise DidNotAnswer(f"{len(workers)} of {WEB_PROCESSES} web processes came up")


@contextmanager
def alongside_served(folder: Path) -> Iterator[Served]:
    """The clinic as `alongside serve` serves it, its clock included."""
    port = free_port()
    command = python("alongside.interfaces.cli.main", "serve", "--port", str(port))
    with running(
        command,
        env=environment(folder, ALONGSIDE_PROXY="127.0.0.1"),
        port=port,
        asks="/help/",
        log=folder / "served.log",
    ) as pid:
        yield Served(port, workers_of(pid))


@contextmanager
def bare_served(folder: Path) -> Iterator[Served]:
    """Django alone on the same database, under the same server with as many processes."""
    port = free_port()
    command = python(
        "gunicorn",
        "django.core.wsgi:get_wsgi_application()",
        *("--worker-class", "gthread", "--workers", str(WEB_PROCESSES)),
        *("--threads", str(THREADS), "--bind", f"127.0.0.1:{port}"),
        *("--log-level", "warning", "--no-control-socket"),
    )
    env = environment(folder, DJANGO_SETTINGS_MODULE="benchmarks.bare.settings")
    with running(command, env=env, port=port, asks="/alive/", log=folder / "bare.log") as pid:
        yield Served(port, workers_of(pid))


def ask(
    driver: Driver,
    server: Served,
    requests: Sequence[Request],
    *,
    connections: int,
    form: str = "",
    headers: dict[str, str] | None = None,
) -> Answered:
    """Every request asked once, and what the server spent on it."""
    driver.say(
        json.dumps(
            {
                "port": server.port,
                "connections": connections,
                "headers": headers or {},
                "form": form,
                "requests": list(requests),
            }
        )
    )
    driver.hear()
    before = cpu_ms(server.workers)
    driver.say("go")
    asked = json.loads(driver.hear())
    spent = cpu_ms(server.workers) - before
    return Answered(
        n=len(requests),
        seconds=asked["seconds"],
        took_ms=tuple(asked["took_ms"]),
        answers=tuple((status, place) for status, place in asked["answers"]),
        cpu_ms=spent / len(requests),
    )


def line_of(name: str, connections: int, rounds: list[Answered]) -> tuple[str, ...]:
    """The rounds of one kind of request as a line under HEADS."""
    took = [ms for each in rounds for ms in each.took_ms]
    return (
        name,
        str(connections),
        repeated(each.a_second for each in rounds).told(1),
        f"{percentile(took, 0.5):.1f}",
        f"{percentile(took, 0.95):.1f}",
        cpu_of(rounds).told(),
    )


def cpu_of(rounds: list[Answered]) -> Repeated:
    """Milliseconds of processor time of the server for one request, in every round."""
    return repeated(each.cpu_ms for each in rounds)
