"""Checkpoints: what the first entries are, signed, so that nobody can change them unseen.

A checkpoint is due when entries are new and either time has passed or they are many.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction

from alongside.clinic.audit.models import AuditCheckpoint, AuditEvent, AuditTree
from alongside.clinic.audit.signing import read_key
from alongside.clinic.audit.tree import Frontier

BLIND: Final = timedelta(seconds=60)
"""No entry waits longer for its checkpoint, while the clock of the clinic runs."""

EVERY: Final = BLIND - timedelta(seconds=10)
MOST_WAITING: Final = 1_000
MOST_AT_ONCE: Final = 10_000


def sign_when_due(*, now: datetime) -> AuditCheckpoint | None:
    """The checkpoint over every entry, signed, where one was due.

    Raises: SigningKeyMissing, SigningKeyTooOpen, SigningKeyDamaged.
    """
    while is_due(now=now):
        with transaction.atomic():
            if not is_due(now=now):
                break
            tree = _grown()
            if tree.size == n_entries():
                return _signed(tree, now=now)
    return None


def is_due(*, now: datetime) -> bool:
    last = last_checkpoint()
    n_new = n_entries() - (last.size if last else 0)
    is_time = last is None or abs(now - last.at) >= EVERY  # also when the clock was set back
    return n_new > 0 and (is_time or n_new >= MOST_WAITING)


def last_checkpoint() -> AuditCheckpoint | None:
    return AuditCheckpoint.objects.order_by("-size").first()


def n_entries() -> int:
    """How many entries there are: they are counted without a gap."""
    last = AuditEvent.objects.order_by("-seq").values_list("seq", flat=True).first()
    return last or 0


def _grown() -> Frontier:
    """The tree with the entries that are new, or the first of them when there are very many."""
    row, _ = AuditTree.objects.get_or_create(pk=1)
    tree = Frontier.from_bytes(row.size, bytes(row.frontier))
    new = AuditEvent.objects.filter(seq__gt=tree.size).order_by("seq")
    for leaf in new.values_list("hash", flat=True)[:MOST_AT_ONCE]:
        tree.grow(bytes(leaf))
    row.size, row.frontier = tree.size, tree.to_bytes()
    row.save()
    return tree


def _signed(tree: Frontier, *, now: datetime) -> AuditCheckpoint:
    key = read_key(Path(settings.KEYS_FOLDER))
    lines = (
        key.name,
        str(tree.size),
        b64encode(tree.root()).decode(),
        f"time {now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    )
    note = key.signed("".join(f"{line}\n" for line in lines))
    return AuditCheckpoint.objects.create(size=tree.size, at=now, note=note)
