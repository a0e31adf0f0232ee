"""Drifting away: what was learned of it, and when somebody reached out."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from alongside.clinic.people.models import Client, Person, new_public_id
from alongside.clinic.vault.fields import Bound, SealedText
from alongside.clinic.vault.tiers import Tier


class LearnedHazard(models.Model):
    """One row is what was learned once of how clients here drift away.

    `parameters` are those of the clinic's own model; None where there is none, and `no_model` then
    names the answer of the method that says why. `facts` are for the model card; None while the
    clinic has seen too few clients to tell of any.
    """

    learned_at = models.DateTimeField()
    parameters: models.JSONField[Any, Any] = models.JSONField(null=True)
    facts: models.JSONField[Any, Any] = models.JSONField(null=True)
    no_model = models.CharField(max_length=40, blank=True)

    clear: ClassVar = ("learned_at", "parameters", "facts", "no_model")

    class Meta:
        get_latest_by = "pk"

    def __str__(self) -> str:
        return f"drifting away, learned at {self.learned_at:%Y-%m-%d}"


class Way(models.TextChoices):
    CALLED = "called"
    WROTE = "wrote"
    SAW = "saw"
    SOMEBODY_ELSE = "somebody_else"  # not the therapist who notes it


class ReachedOut(models.Model):
    """One row says that somebody reached out to a client, by whom it was noted, when and how."""

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="reached_out")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    way = models.CharField(max_length=15, choices=Way)
    note = SealedText(Tier.CLINICAL, Bound(client="client_id", row=("public_id",)), blank=True)

    clear: ClassVar = ("public_id", "client", "by", "at", "way")

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["client", "at"], name="reached_out_to_client")]

    def __str__(self) -> str:
        return f"reached out at {self.at:%Y-%m-%d %H:%M}, {self.way}"
