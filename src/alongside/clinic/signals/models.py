"""What a therapist did about a signal: set aside for a while, and whether it was useful.

Signals themselves are no rows. They are read from the courses that they are about, so that a
correction, an import or a later answer can leave neither a stale one nor two of one thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from alongside.clinic.people.models import Client, Person, new_public_id
from alongside.clinic.statements import Given


class SignalKind(models.TextChoices):
    """What a therapist may set aside. A concern and a client who is missed are not among them."""

    STRAIN = "strain"
    OFF_COURSE = "off_course"
    WORSE = "worse"
    SILENT = "silent"
    MAY_DRIFT = "may_drift"
    AWAY = "away"


class Why(models.TextChoices):
    """Why a signal can rest."""

    PLANNED = "planned"
    EXPLAINED = "explained"
    NOT_NOW = "not_now"
    DOES_NOT_FIT = "does_not_fit"


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal about one client: its kind, and which of that kind it is.

    What becomes of one says nothing of the next: another occasion asks for attention anew.
    """

    kind: SignalKind
    occasion: str = ""


class SetAsideQuerySet(models.QuerySet["SetAside"]):
    def resting(self, today: Given[date]) -> Self:
        return self.filter(ended_at__isnull=True, until__gt=today)


class SetAside(models.Model):
    """One row is one signal that a therapist lets rest until the morning of a day, and why."""

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    therapist = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=SignalKind)
    occasion = models.CharField(max_length=80, blank=True)
    until = models.DateField()
    why = models.CharField(max_length=15, choices=Why)
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SetAsideQuerySet.as_manager()
    clear: ClassVar = (
        *("public_id", "client", "therapist", "kind", "occasion", "until", "why"),
        *("set_at", "ended_at"),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "therapist", "kind"],
                condition=Q(ended_at__isnull=True),
                name="one_set_aside_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} until {self.until}"

    @property
    def signal(self) -> Signal:
        """Which one it is about."""
        return Signal(SignalKind(self.kind), self.occasion)


class Usefulness(models.Model):
    """One row is whether it was useful to a therapist to be told of one signal."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    therapist = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=SignalKind)
    occasion = models.CharField(max_length=80, blank=True)
    is_useful = models.BooleanField()
    said_at = models.DateTimeField()

    clear: ClassVar = ("client", "therapist", "kind", "occasion", "is_useful", "said_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "therapist", "kind", "occasion"],
                name="one_usefulness_a_signal",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {'useful' if self.is_useful else 'not useful'}"

    @property
    def signal(self) -> Signal:
        """Which one it is about."""
        return Signal(SignalKind(self.kind), self.occasion)
