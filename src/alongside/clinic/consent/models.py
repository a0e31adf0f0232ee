"""What clients let the clinic give to others."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from alongside.clinic.consent.form import Until
from alongside.clinic.consent.states import ConsentState
from alongside.clinic.people.models import Client, Language, Person, new_public_id
from alongside.clinic.vault.fields import Bound, SealedBytes, SealedJSON, SealedText
from alongside.clinic.vault.tiers import Tier

OF_ROW = Bound(client="client_id", row=("public_id",))


class ConsentQuerySet(models.QuerySet["Consent"]):
    def given(self) -> Self:
        """What was ever signed, the latest first."""
        return self.exclude(state=ConsentState.DRAFT).order_by("-signed_at", "-pk")


class Consent(models.Model):
    """One row is one consent of one client, from draft to end.

    States and events: `states`. `parties` holds who gives, who gets and the signature; `wording`
    and `document` what was signed, as sections and as the very PDF, of which `document_sha256` is
    the fingerprint. Once signed, nothing of that changes: the database refuses. One that came with
    a record from another clinic (`is_from_elsewhere`) lets that clinic give, not this one.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="consents")
    state = models.CharField(max_length=10, choices=ConsentState, default=ConsentState.DRAFT)
    language = models.CharField(max_length=2, choices=Language)
    segments: models.JSONField[Any, Any] = models.JSONField(default=list)
    purposes: models.JSONField[Any, Any] = models.JSONField(default=list)
    until = models.CharField(max_length=20, blank=True, choices=[(each, each) for each in Until])
    last_day = models.DateField(null=True, blank=True)
    statements: models.JSONField[Any, Any] = models.JSONField(default=list)
    parties = SealedJSON(Tier.IDENTITY, OF_ROW, default=dict)
    wording = SealedJSON(Tier.CLINICAL, OF_ROW, null=True)
    document = SealedBytes(Tier.CLINICAL, OF_ROW, default=b"")
    document_sha256 = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    end_note = SealedText(Tier.CLINICAL, OF_ROW, blank=True)
    is_from_elsewhere = models.BooleanField(default=False)
    recipient_told_at = models.DateTimeField(null=True, blank=True)
    recipient_told_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ConsentQuerySet.as_manager()
    clear: ClassVar = (
        *("public_id", "client", "state", "language", "segments", "purposes", "until", "last_day"),
        *("statements", "document_sha256", "started_at", "signed_at", "signed_by"),
        *("ended_at", "ended_by", "recipient_told_at", "recipient_told_by", "is_from_elsewhere"),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", signed_at__isnull=True)
                | (~Q(state="draft") & Q(signed_at__isnull=False) & ~Q(document_sha256="")),
                name="signed_consent_keeps_its_document",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "signed"), ended_at__isnull=True)
                | (~Q(state__in=("draft", "signed")) & Q(ended_at__isnull=False)),
                name="ended_consent_says_when",
            ),
        ]
        indexes = [models.Index(fields=["client", "state"], name="consent_of_client")]

    def __str__(self) -> str:
        return f"consent {self.public_id}, {self.state}"

    @property
    def is_in_force(self) -> bool:
        """Whether nobody ended it yet; its last day may have passed."""
        return self.state == ConsentState.SIGNED
