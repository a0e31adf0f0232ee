"""Visits: booked, then held, missed or cancelled."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from alongside.clinic.instruments.models import Slot
from alongside.clinic.people.models import Client, Person, new_public_id
from alongside.clinic.statements import Given
from alongside.clinic.vault.fields import BlindIndex, Bound, SealedText
from alongside.clinic.vault.tiers import Tier


class VisitState(models.TextChoices):
    BOOKED = "booked"
    HELD = "held"
    MISSED = "missed"
    CANCELLED = "cancelled"


class VisitQuerySet(models.QuerySet["Visit"]):
    def upcoming(self, now: Given[datetime]) -> Self:
        return self.filter(state=VisitState.BOOKED, ends_at__gt=now).order_by("starts_at")

    def overlapping(self, starts_at: datetime, ends_at: datetime) -> Self:
        return self.filter(
            state__in=(VisitState.BOOKED, VisitState.HELD),
            starts_at__lt=ends_at,
            ends_at__gt=starts_at,
        )


class Visit(models.Model):
    """One row is one appointment of one client with one therapist.

    Its two slots take the client's feedback and the therapist's own rating; a visit that was
    missed or cancelled has both closed.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="visits")
    therapist = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="visits_given")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=VisitState, default=VisitState.BOOKED)
    feedback_slot = models.OneToOneField(
        Slot, null=True, blank=True, on_delete=models.PROTECT, related_name="visit"
    )
    therapist_slot = models.OneToOneField(
        Slot, null=True, blank=True, on_delete=models.PROTECT, related_name="rated_visit"
    )
    imported_id = SealedText(
        Tier.IDENTITY, Bound(client="client_id", row=("public_id",)), blank=True
    )
    imported_index = BlindIndex("imported_id", unique=True)

    objects = VisitQuerySet.as_manager()
    clear: ClassVar = (
        *("public_id", "client", "therapist", "starts_at", "ends_at", "state"),
        *("feedback_slot", "therapist_slot"),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="visit_ends_after_it_starts"
            ),
        ]
        indexes = [
            models.Index(fields=["client", "starts_at"], name="visit_of_client"),
            models.Index(fields=["therapist", "starts_at"], name="visit_of_therapist"),
        ]

    def __str__(self) -> str:
        return f"visit {self.public_id}, {self.state}"
