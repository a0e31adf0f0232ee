"""`alongside worker`: the clock of a clinic. What time brings about, done when it is due."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from dataclasses import asdict
from datetime import UTC, datetime

import click

from alongside.interfaces.cli.clinic_folder import clinic_in
from alongside.interfaces.cli.house import House, of_a_clinic, pass_house
from alongside.interfaces.cli.own_files import check_signing_key
from alongside.interfaces.cli.witnessing import keep_witnessed, witness_once

LONGEST_PAUSE = 60.0

log = logging.getLogger(__name__)


@click.command(name="worker")
@click.option("--once", is_flag=True, help="Do what is due now and end.")
@click.option(
    "--every",
    type=click.FloatRange(min=0.1, max=3600),
    default=5.0,
    show_default=True,
    help="Seconds between two turns.",
)
@of_a_clinic
@pass_house
def command(house: House, once: bool, every: float) -> None:
    """Do what time brings about: messages leave, answers are released, the audit is signed.

    "alongside serve" runs one by itself. Two at once do no harm: each message is leased.

    \b
    Example:
      alongside worker --data /srv/clinic
    """
    clinic_in(house.folder())
    check_signing_key()
    name = f"{socket.gethostname()}:{os.getpid()}"
    if once:
        _tell(house, {**take_turn(name), **witness_once()}, is_quiet=False)
        return
    stop = threading.Event()
    for kind in (signal.SIGTERM, signal.SIGINT):
        signal.signal(kind, lambda *_: stop.set())
    keep_witnessed(stop)
    pause = every
    while not stop.is_set():
        try:
            _tell(house, take_turn(name), is_quiet=True)
            pause = every
        except Exception:
            # A turn can be repeated at will, and a clock that stops is worse than a late turn.
            log.exception("A turn of the clock failed and will be tried again")
            pause = min(pause * 2, LONGEST_PAUSE)
        stop.wait(pause)


def take_turn(name: str) -> dict[str, int]:
    """What one turn did, by name."""
    from django.utils import timezone

    from alongside.clinic.feedback.clock import turn
    from alongside.clinic.outbox.senders import configured_sender
    from alongside.clinic.people.queries import the_clinic

    with timezone.override(the_clinic().zone):
        done = turn(sender=configured_sender(), worker=name, now=datetime.now(UTC))
    return asdict(done)


def _tell(house: House, done: dict[str, int], *, is_quiet: bool) -> None:
    if is_quiet and not any(done.values()):
        return
    words = ", ".join(
        f"{n} {what.removeprefix('n_').replace('_', ' ')}" for what, n in done.items()
    )
    house.tell(words, done)
