"""`alongside serve`: the web server and the clock of one clinic, kept running together."""

from __future__ import annotations

import fcntl
import socket
import sys
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import IO

import click

from alongside.interfaces.cli.clinic_folder import NoClinicHere, clinic_in, make_ready
from alongside.interfaces.cli.house import (
    ENVIRONMENT_DATA,
    CannotRun,
    House,
    of_a_clinic,
    pass_house,
)
from alongside.interfaces.cli.own_files import DATABASE
from alongside.interfaces.cli.processes import Kept, keep_running, quiet_arithmetic

RUNNING = Path("run")
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a sign of life is kept there, so that no disk can delay it
WEB_PROCESSES = 2
THREADS = 4
LOOPBACK = "127.0.0.1"
ENVIRONMENT_URL = "ALONGSIDE_URL"


class AddressTaken(CannotRun):
    """Something else already answers at {host}:{port}. Choose another --port."""


class AlreadyServed(CannotRun):
    """The clinic in {folder} is being served already. Stop that first."""


class InTheClear(CannotRun):
    """Beyond this machine, at {host}, passwords and answers would travel in the clear. Put a web
    server with TLS in front of the clinic and give its address, as in --url https://clinic.example"""


class NotSafeToServe(CannotRun):
    """{problem} {hint}"""


@click.command(name="serve")
@click.option("--host", default=LOOPBACK, show_default=True, help="Where to listen.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option(
    "--url",
    metavar="URL",
    envvar=ENVIRONMENT_URL,
    help="The address in links, as clients see it: https://clinic.example",
)
@of_a_clinic
@pass_house
def command(house: House, host: str, port: int, url: str | None) -> None:
    """Serve a clinic until Ctrl-C: two web processes and the clock.

    Beyond this machine only behind a web server with TLS, whose address is the --url.

    \b
    Examples:
      alongside serve --data /srv/clinic
      alongside serve --data /srv/clinic --url https://clinic.example --port 8443
    """
    folder = house.folder()
    address = url or f"http://{place_of(host, port)}"
    check_not_in_the_clear(host, address)
    make_ready_to_serve(folder)
    run(
        folder,
        host=host,
        port=port,
        url=address,
        begin=lambda: house.tell(
            f"Serving at {address}. Press Ctrl-C to stop.",
            {"address": address, "folder": folder},
        ),
    )


def place_of(host: str, port: int) -> str:
    """Where to listen, as it stands in an address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def check_not_in_the_clear(host: str, url: str) -> None:
    """Nothing, when only this machine reaches the host, or people reach the clinic over TLS.

    Raises: InTheClear.
    """
    try:
        is_loopback = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        is_loopback = False  # a name may stand for any address, and none at all for every one
    if not is_loopback and not url.startswith("https://"):
        raise InTheClear(host=host or "every address")


def make_ready_to_serve(folder: Path) -> None:
    """The clinic's database up to date, and every check of the house passed.

    Raises: NoClinicHere, NoClinic, NotSafeToServe, and as `make_ready`.
    """
    if not (folder / DATABASE).is_file():
        raise NoClinicHere(folder=folder)
    make_ready(folder)
    clinic_in(folder)
    from django.core.checks import run_checks

    import alongside.interfaces.cli.checks  # noqa: F401  # one more check, where there are several processes

    for problem in run_checks():
        if problem.is_serious():
            raise NotSafeToServe(problem=problem.msg, hint=problem.hint)


def run(folder: Path, *, host: str, port: int, url: str, begin: Callable[[], None]) -> None:
    """The clinic, served until somebody stops it; `begin` is called when nothing stands against it.

    Raises: AddressTaken, AlreadyServed.
    """
    from django.db import connections

    lock = lock_folder(folder)
    running = folder / RUNNING
    check_free(host, port)
    connections.close_all()  # no open database goes over into another process
    environment = quiet_arithmetic() | {ENVIRONMENT_DATA: str(folder), ENVIRONMENT_URL: url}
    web = (
        *(sys.executable, "-m", "gunicorn", "alongside.config.wsgi:application"),
        *("--worker-class", "gthread", "--workers", str(WEB_PROCESSES)),
        *("--threads", str(THREADS), "--bind", place_of(host, port), "--umask", "0o77"),
        *("--pid", str(running / "web.pid"), "--control-socket", str(running / "web.ctl")),
        *("--graceful-timeout", "10", "--log-level", "warning"),
        *(("--worker-tmp-dir", str(IN_MEMORY)) if IN_MEMORY.is_dir() else ()),
    )
    clock = (sys.executable, "-m", "alongside.interfaces.cli.main", "worker")
    with lock:
        begin()
        keep_running(
            [Kept("The web server", web, environment), Kept("The clock", clock, environment)],
            say=lambda words: click.echo(words, err=True),
        )


def lock_folder(folder: Path) -> IO[str]:
    """The open file whose lock says that this folder is served; it goes with this process.

    Raises: AlreadyServed.
    """
    running = folder / RUNNING
    running.mkdir(exist_ok=True, mode=0o700)
    file = (running / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise AlreadyServed(folder=folder) from None
    return file


def check_free(host: str, port: int) -> None:
    """Nothing, when nothing else listens there.

    Raises: AddressTaken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise AddressTaken(host=host, port=port) from None
