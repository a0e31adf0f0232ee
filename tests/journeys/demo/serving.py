"""The demo as `make demo` serves it: started, waited for, read, stopped."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

SOURCES = Path(__file__).resolve().parents[3] / "src"
LONGEST_START = 180.0  # what `make demo` promises: the first page within three minutes
LONGEST_STOP = 40.0


@dataclass(frozen=True)
class Demo:
    """A demo that is being served; `lent` are the clients whom a test has given visits."""

    address: str
    password: str
    sign_in_names: frozenset[str]
    lent: set[str] = field(default_factory=set)


def demo_running_at(address: str) -> Demo:
    """A demo that somebody else started; its sign-ins are those of every demo."""
    # Needs Django set up, as it is in tests; whoever serves a demo here does without.
    from alongside.interfaces.cli.demo_clinic import PASSWORD

    return Demo(
        address.rstrip("/"), PASSWORD, frozenset({"dana", "omar", "lucia", "kofi", "june", "ruth"})
    )


@contextmanager
def served_demo(folder: Path, **environment: str) -> Iterator[Demo]:
    """A demo of its own, served by its two web processes and its clock, stopped at the end."""
    began, port = time.monotonic(), free_port()
    log = folder.with_name("demo.log")
    with log.open("w") as errors:
        process = subprocess.Popen(
            [
                *(Path(sys.executable).with_name("alongside"), "demo"),
                *("--data", folder, "--port", str(port), "--json"),
            ],
            env={**plain_environment(), **environment},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
        try:
            told = first_json(process)
            demo = Demo(
                told["address"],
                told["password"],
                frozenset(person["sign_in_name"] for person in told["people"]),
            )
            wait_for_first_page(demo.address, until=began + LONGEST_START)
            yield demo
        except BaseException:
            kill(process)
            print(log.read_text())
            raise
        stop(process)
    assert process.returncode == 0, f"ended with {process.returncode}:\n{log.read_text()}"
    assert not answers_at(port), "something still listens after the demo was stopped"
    assert "Traceback" not in log.read_text(), log.read_text()


def plain_environment() -> dict[str, str]:
    """The environment of a shell in which nothing of a clinic was set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ALONGSIDE_")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return {**kept, "PYTHONPATH": str(SOURCES)}


def free_port() -> int:
    """A port on this machine at which nothing answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers_at(port: int) -> bool:
    """Whether anything listens at a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def first_json(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What the command says before it serves."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if line.rstrip("\n") == "}":
            facts: dict[str, Any] = json.loads(said)
            return facts
    raise AssertionError(f"the demo ended with {process.wait()} before it said where it is: {said}")


def wait_for_first_page(address: str, *, until: float) -> None:
    """Returns once the door opens."""
    while True:
        try:
            with urlopen(f"{address}/sign-in/", timeout=5) as answer:
                assert answer.status == 200
                return
        except (URLError, ConnectionError, TimeoutError):
            assert time.monotonic() < until, "the demo was not served within three minutes"
            time.sleep(0.2)


def stop(process: subprocess.Popen[str]) -> None:
    """Ends it as Ctrl-C does."""
    process.send_signal(signal.SIGINT)
    try:
        process.communicate(timeout=LONGEST_STOP)
    except subprocess.TimeoutExpired:
        kill(process)


def kill(process: subprocess.Popen[str]) -> None:
    """Ends it whatever it does; the processes that it keeps end with it."""
    process.kill()
    process.communicate()
