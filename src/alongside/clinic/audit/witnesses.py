"""Places outside that keep every checkpoint: folders in which a file only ever grows.

A witness on another machine shows what was changed here. One that cannot be reached holds up
nothing: it is tried again, and how far it has come is known.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from alongside.clinic.audit.models import AuditCheckpoint, AuditWitness

FILE: Final = "checkpoints"
MOST_AT_ONCE: Final = 1_000


def deliver_to(place: Path, *, now: datetime) -> int:
    """How many checkpoints the witness now has that it had not.

    After a crash it may get one twice, but never misses one.
    """
    witness, _ = AuditWitness.objects.get_or_create(place=str(place))
    waiting = AuditCheckpoint.objects.filter(size__gt=witness.size).order_by("size")
    new = list(waiting[:MOST_AT_ONCE])
    if not new:
        return 0
    try:
        _append(place / FILE, (each.note for each in new), is_first=witness.delivered_at is None)
    except OSError as problem:
        _remember_problem(witness, problem)
        return 0
    witness.size, witness.delivered_at, witness.problem = new[-1].size, now, ""
    witness.save()
    return len(new)


def _append(file: Path, notes: Iterable[str], *, is_first: bool) -> None:
    """The notes at the end of the file, on its disk.

    The file is made once. If it is gone later, the witness is not there (a disk that is not
    mounted, say), and to begin anew in its place would hide that.
    """
    making = os.O_CREAT if is_first else 0
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | making, 0o644)
    try:
        # A blank line first: should the machine have died in the middle of the last note, what
        # there is of it does not spoil this one.
        waiting = "".join(f"\n\n{note}" for note in notes).encode()
        while waiting:
            waiting = waiting[os.write(handle, waiting) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _remember_problem(witness: AuditWitness, problem: OSError) -> None:
    words = f"{problem.strerror or type(problem).__name__}"[:200]
    if words != witness.problem:
        AuditWitness.objects.filter(pk=witness.pk).update(problem=words)
