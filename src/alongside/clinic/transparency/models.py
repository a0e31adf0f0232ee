"""What a client asked about a look at their record, and looks that somebody should think about."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from alongside.clinic.people.models import Client, Person, new_public_id
from alongside.clinic.vault.fields import Bound, SealedText
from alongside.clinic.vault.tiers import Tier

OF_ROW = Bound(client="client_id", row=("public_id",))


class QuestionQuerySet(models.QuerySet["Question"]):
    def open(self) -> Self:
        return self.filter(answered_at__isnull=True).order_by("due_on", "asked_at")


class Question(models.Model):
    """One row is one question of a client about who looked, and its answer.

    States: asked, answered. `about` and `looked_on` say which looks it is about; without them it
    is about the record as a whole.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="questions")
    about = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    looked_on = models.DateField(null=True, blank=True)
    words = SealedText(Tier.CLINICAL, OF_ROW, blank=True)
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    answer = SealedText(Tier.CLINICAL, OF_ROW, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = QuestionQuerySet.as_manager()
    clear: ClassVar = (
        *("public_id", "client", "about", "looked_on", "asked_at", "due_on"),
        *("answered_at", "answered_by"),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="answer_names_who_and_when",
            )
        ]

    def __str__(self) -> str:
        return f"question {self.public_id}"

    def is_late(self, today: date) -> bool:
        return self.answered_at is None and today > self.due_on


class OddLook(models.TextChoices):
    """A rule that finds looks which need a second pair of eyes. None of them proves anything."""

    SAME_SURNAME = "same_surname"
    COLLEAGUE = "colleague"
    MANY_RECORDS = "many_records"


class FlagQuerySet(models.QuerySet["Flag"]):
    def open(self) -> Self:
        return self.filter(reviewed_at__isnull=True).order_by("looked_on", "pk")


class Flag(models.Model):
    """One row says that a rule found the looks of one person on one day odd, and what became of it.

    States: open, reviewed. `client` is empty where the rule is about the whole day.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    rule = models.CharField(max_length=15, choices=OddLook)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(
        Client, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    looked_on = models.DateField()
    n_records = models.PositiveIntegerField(default=1)
    usual = models.FloatField(null=True, blank=True)
    noticed_at = models.DateTimeField()
    reviewed_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        null=True, blank=True
    )
    reviewed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = SealedText(Tier.CLINICAL, OF_ROW, blank=True)

    objects = FlagQuerySet.as_manager()
    clear: ClassVar = (
        *("public_id", "rule", "person", "client", "looked_on", "n_records", "usual"),
        *("noticed_at", "reviewed_at", "reviewed_by"),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "person", "client", "looked_on"], name="flag_once"
            ),
            models.UniqueConstraint(
                fields=["rule", "person", "looked_on"],
                condition=models.Q(client__isnull=True),
                name="flag_once_without_client",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} of {self.looked_on}"
