"""What was done, by whom, when, and what shows that none of it was changed afterwards."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from alongside.clinic.vault.fields import Bound, SealedJSON
from alongside.clinic.vault.tiers import Tier


class AuditEvent(models.Model):
    """One row is one deed. It holds ids only, so that it outlives what it speaks of.

    `seq` counts from 1 without a gap. `hash` covers every other column and `prev_hash`, which is
    the hash of the row before. Of `detail` it covers the ciphertext, so that the chain stays whole
    when a client is erased. `acting_as` is the relation by which the policy allowed the deed; empty
    where nobody asked it, as in a step of the clock.
    """

    seq = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    deed = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=10)
    actor_person_id = models.BigIntegerField(null=True)
    acting_as = models.CharField(max_length=20)
    client_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=40)
    subject_id = models.BigIntegerField(null=True)
    detail = SealedJSON(
        Tier.CLINICAL, Bound(client="client_id", row=("seq",), is_lasting=True), default=dict
    )
    prev_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    clear: ClassVar = (
        *("at", "deed", "actor_kind", "actor_person_id", "acting_as", "client_id", "subject"),
        *("subject_id", "prev_hash", "hash"),
    )

    class Meta:
        indexes = [models.Index(fields=["client_id", "at"], name="audit_client_at")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.deed} {self.subject} {self.subject_id}"


class AuditCheckpoint(models.Model):
    """One row is one signed statement of what the first `size` entries are."""

    size = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    note = models.TextField()

    clear: ClassVar = ("at", "note")

    def __str__(self) -> str:
        return f"{self.size} entries at {self.at:%Y-%m-%d %H:%M}"


class AuditTree(models.Model):
    """The one row that remembers the tree over the first `size` entries.

    `frontier` holds the roots of its whole subtrees, the largest first: all that is needed to go
    on, so that a checkpoint costs as much as the entries since the last one.
    """

    size = models.BigIntegerField(default=0)
    frontier = models.BinaryField(default=b"")

    clear: ClassVar = ("size", "frontier")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_audit_tree")]

    def __str__(self) -> str:
        return f"tree of {self.size}"


class AuditWitness(models.Model):
    """One row is one place outside that keeps checkpoints, and how far it has come.

    `size` is that of the last checkpoint it has; `problem` says why it has not the newest.
    """

    place = models.CharField(max_length=300, unique=True)
    size = models.BigIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    clear: ClassVar = ("place", "size", "delivered_at", "problem")

    def __str__(self) -> str:
        return f"{self.place} has {self.size}"
