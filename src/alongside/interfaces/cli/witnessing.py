"""What keeps the audit honest while a clinic runs: checkpoints signed, and carried outside.

Signing and every witness have a thread of their own, so that a mail server that hangs, a long turn
of the clock or a network drive that does not answer never holds up the next checkpoint.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

PAUSE = 5.0

log = logging.getLogger(__name__)
Job = Callable[[datetime], int]


def jobs() -> dict[str, Job]:
    """What there is to do again and again, by name; each tells how much it did."""
    from django.conf import settings

    from alongside.clinic.audit.checkpoints import sign_when_due
    from alongside.clinic.audit.witnesses import deliver_to

    def carry_to(place: Path) -> Job:
        return lambda now: deliver_to(place, now=now)

    return {
        "Signing a checkpoint": lambda now: int(sign_when_due(now=now) is not None),
        **{f"Carrying checkpoints to {each}": carry_to(each) for each in settings.WITNESSES},
    }


def keep_witnessed(stop: threading.Event) -> None:
    """Do all of it, side by side, until somebody says stop."""
    for name, job in jobs().items():
        threading.Thread(target=_repeat, args=(name, job, stop), daemon=True).start()


def witness_once() -> dict[str, int]:
    """How many checkpoints were signed, and how many were carried, in one go."""
    now = datetime.now(UTC)
    signed, *carried = [job(now) for job in jobs().values()]
    return {"n_checkpoints_signed": signed, "n_checkpoints_carried": sum(carried)}


def _repeat(name: str, job: Job, stop: threading.Event) -> None:
    was_wrong = ""
    while not stop.is_set():
        try:
            job(datetime.now(UTC))
        except Exception as problem:  # it can fail in any way, and the next try may go well
            if was_wrong != str(problem):
                log.error("%s failed and will be tried again: %s", name, problem)
            was_wrong = str(problem)
        else:
            was_wrong = ""
        stop.wait(PAUSE)
