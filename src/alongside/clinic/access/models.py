"""Exceptions to who may: an emergency, and a client who keeps their record from one person."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from alongside.clinic.people.models import Client, Person, new_public_id
from alongside.clinic.statements import Given
from alongside.clinic.vault.fields import Bound, SealedText
from alongside.clinic.vault.tiers import Tier

OF_ROW = Bound(client="client_id", row=("public_id",))


class EmergencyReason(models.TextChoices):
    """Why somebody who has no part in a client's care has to look."""

    CLIENT_IN_DANGER = "client_in_danger"
    OTHERS_IN_DANGER = "others_in_danger"
    MEDICAL = "medical"
    NOBODY_ELSE = "nobody_else"


class Verdict(models.TextChoices):
    """What the privacy officer found about an emergency."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not_justified"


class EmergencyQuerySet(models.QuerySet["Emergency"]):
    def open_at(self, now: Given[datetime]) -> Self:
        return self.filter(opened_at__lte=now, ends_at__gt=now)

    def to_review(self) -> Self:
        return self.filter(reviewed_at__isnull=True).order_by("opened_at")


class Emergency(models.Model):
    """One row is one record that was opened in an emergency: one client, to read, for an hour.

    States: open (until `ends_at`), over; and beside that: to review, reviewed.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="emergencies")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="emergencies")
    reason = models.CharField(max_length=20, choices=EmergencyReason)
    words = SealedText(Tier.CLINICAL, OF_ROW)
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    verdict = models.CharField(max_length=15, choices=Verdict, blank=True)
    outcome = SealedText(Tier.CLINICAL, OF_ROW, blank=True)

    objects = EmergencyQuerySet.as_manager()
    clear: ClassVar = (
        *("public_id", "client", "person", "reason", "opened_at", "ends_at"),
        *("reviewed_at", "reviewed_by", "verdict"),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("opened_at")), name="emergency_lasts_a_while"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, verdict="")
                | (Q(reviewed_at__isnull=False, reviewed_by__isnull=False) & ~Q(verdict="")),
                name="review_names_who_and_what",
            ),
        ]
        indexes = [models.Index(fields=["person", "client", "ends_at"], name="emergency_of")]

    def __str__(self) -> str:
        return f"emergency {self.public_id}"


class KeptFrom(models.Model):
    """One row keeps one client's record from one person, whatever else they are to the client.

    `wish` names the restriction that the client asked for and on which it rests.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="kept_from")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="kept_out_of")
    since = models.DateTimeField()
    wish = models.CharField(max_length=12, blank=True)

    clear: ClassVar = ("client", "person", "since", "wish")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "person", "wish"], name="kept_from_once")
        ]

    def __str__(self) -> str:
        return f"{self.client_id} is kept from {self.person_id}"


class CoverQuerySet(models.QuerySet["Cover"]):
    def open_at(self, now: Given[datetime]) -> Self:
        return self.filter(starts_at__lte=now, ends_at__gt=now)

    def to_come_or_open(self, now: datetime) -> Self:
        return self.filter(ends_at__gt=now).order_by("starts_at", "pk")


class Cover(models.Model):
    """One row lets one therapist stand in for another, from a moment until a moment.

    States: to come, open, over.
    """

    absent = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="covered_by")
    covering = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="covers")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    arranged_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    arranged_at = models.DateTimeField()

    objects = CoverQuerySet.as_manager()
    clear: ClassVar = ("absent", "covering", "starts_at", "ends_at", "arranged_by", "arranged_at")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="cover_lasts_a_while"
            ),
            models.CheckConstraint(
                condition=~Q(absent=F("covering")), name="nobody_covers_themselves"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.covering_id} for {self.absent_id} until {self.ends_at:%Y-%m-%d %H:%M}"
