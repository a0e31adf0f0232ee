"""How well the audit is kept: what is signed, and who outside has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alongside.clinic.audit.checkpoints import BLIND, last_checkpoint, n_entries
from alongside.clinic.audit.models import AuditCheckpoint, AuditEvent, AuditWitness


@dataclass(frozen=True)
class WitnessState:
    """How far one witness has come.

    `lacks_since`: when the first checkpoint was signed that it has not.
    """

    place: str
    delivered_at: datetime | None
    n_lacking: int
    lacks_since: datetime | None
    problem: str


@dataclass(frozen=True)
class AuditState:
    """The audit at one moment. `unsigned_since`: since when entries wait for a checkpoint."""

    n_entries: int
    n_signed: int
    signed_at: datetime | None
    unsigned_since: datetime | None
    witnesses: tuple[WitnessState, ...]
    now: datetime

    @property
    def is_signed_in_time(self) -> bool:
        return not _is_late(self.unsigned_since, self.now)

    @property
    def late_witnesses(self) -> tuple[WitnessState, ...]:
        return tuple(each for each in self.witnesses if _is_late(each.lacks_since, self.now))


def state_of_audit(places: Iterable[Path], *, now: datetime) -> AuditState:
    """What is signed, and how far each of these witnesses has come."""
    last = last_checkpoint()
    n_signed = last.size if last else 0
    unsigned = AuditEvent.objects.filter(seq=n_signed + 1).first()
    waiting = [each.at for each in (unsigned, last) if each] if unsigned else []
    return AuditState(
        n_entries=n_entries(),
        n_signed=n_signed,
        signed_at=last.at if last else None,
        # An imported deed bears the day on which it was done, long before it was entered.
        unsigned_since=max(waiting, default=None),
        witnesses=tuple(_state_of(place) for place in places),
        now=now,
    )


def _state_of(place: Path) -> WitnessState:
    known = AuditWitness.objects.filter(place=str(place)).first() or AuditWitness(place=str(place))
    lacking = AuditCheckpoint.objects.filter(size__gt=known.size).order_by("size")
    first = lacking.first()
    return WitnessState(
        place=known.place,
        delivered_at=known.delivered_at,
        n_lacking=lacking.count(),
        lacks_since=first.at if first else None,
        problem=known.problem,
    )


def _is_late(since: datetime | None, now: datetime) -> bool:
    return since is not None and now - since > 2 * BLIND
