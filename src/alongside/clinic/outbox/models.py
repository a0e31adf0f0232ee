"""What has to leave the house. The row is the queue: added with the deed, leased, sent, kept."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from alongside.clinic.people.models import Client
from alongside.clinic.vault.fields import Bound, SealedText
from alongside.clinic.vault.tiers import Tier


class Channel(models.TextChoices):
    SMS = "sms"
    EMAIL = "email"


class MessageState(models.TextChoices):
    WAITING = "waiting"
    SENT = "sent"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Message(models.Model):
    """One row is one message to one address, without its words: they are written when it leaves.

    A message that cannot be handed over is tried again, later each time, until it expires.
    """

    kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    client = models.ForeignKey(
        Client, null=True, blank=True, on_delete=models.CASCADE, related_name="messages"
    )
    dedupe = models.CharField(max_length=80, unique=True)
    channel = models.CharField(max_length=10, choices=Channel)
    address = SealedText(Tier.IDENTITY, Bound(client="client_id", row=("dedupe",)))
    language = models.CharField(max_length=2)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_by = models.CharField(max_length=40, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    clear: ClassVar = (
        *("kind", "subject_id", "client", "dedupe", "channel", "language", "due_at", "expires_at"),
        *("state", "attempts", "lease_until", "lease_by", "finished_at", "problem"),
    )

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="outbox_waiting", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.channel}, {self.state}"
