"""What left the house, what clients asked to be kept back, and what others demanded."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from alongside.clinic.consent.form import RecipientKind, SharingPurpose
from alongside.clinic.disclosures.basis import Basis, DemandKind, Redisclosure
from alongside.clinic.people.models import Client, Language, Person, new_public_id
from alongside.clinic.vault.fields import Bound, SealedJSON
from alongside.clinic.vault.tiers import Tier

OF_ROW = Bound(client="client_id", row=("public_id",))


def choices_of(words: Any) -> list[tuple[str, str]]:
    return [(str(each), str(each)) for each in words]


class LegalDemand(models.Model):
    """One row is a demand for a client's record from outside: what came, and who looked.

    Only what `basis.OPENS` can open a record, and only after counsel was asked and a second person
    confirmed it. `words` holds who demands, what the paper says, and what counsel said.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="legal_demands")
    kind = models.CharField(max_length=12, choices=DemandKind)
    segments: models.JSONField[Any, Any] = models.JSONField(default=list)
    is_sealed = models.BooleanField(default=False)
    received_on = models.DateField()
    words = SealedJSON(Tier.CLINICAL, OF_ROW, default=dict)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    counsel_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    clear: ClassVar = (
        *("public_id", "client", "kind", "segments", "is_sealed", "received_on", "recorded_at"),
        *("recorded_by", "counsel_at", "confirmed_at", "confirmed_by", "closed_at"),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=models.F("recorded_by")),
                name="a_second_person_confirms",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    def since(self, moment: datetime) -> Self:
        return self.filter(at__gte=moment).order_by("-at", "-pk")


class Disclosure(models.Model):
    """One row is one package that left: the accounting of 42 CFR 2.25 and 45 CFR 164.528.

    `parties` holds who got it, where they are, who gave it, and in an emergency what it was. Never
    changed: the database refuses.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="disclosures")
    at = models.DateTimeField()
    basis = models.CharField(max_length=15, choices=Basis)
    purpose = models.CharField(max_length=20, choices=choices_of(SharingPurpose))
    recipient_kind = models.CharField(max_length=20, blank=True, choices=choices_of(RecipientKind))
    segments: models.JSONField[Any, Any] = models.JSONField()
    redisclosure = models.CharField(max_length=30, blank=True, choices=choices_of(Redisclosure))
    legal_texts: models.JSONField[Any, Any] = models.JSONField()
    consents: models.JSONField[Any, Any] = models.JSONField(default=list)
    formats: models.JSONField[Any, Any] = models.JSONField()
    n_paragraphs = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=2, choices=Language)
    parties = SealedJSON(Tier.IDENTITY, OF_ROW)
    manifest_sha256 = models.CharField(max_length=64)
    request_key = models.CharField(max_length=40, unique=True)
    by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    demand = models.ForeignKey(
        LegalDemand, null=True, blank=True, on_delete=models.PROTECT, related_name="disclosures"
    )

    objects = DisclosureQuerySet.as_manager()
    clear: ClassVar = (
        *("public_id", "client", "at", "basis", "purpose", "recipient_kind", "segments"),
        *("redisclosure", "legal_texts", "consents", "formats", "n_paragraphs", "language"),
        *("manifest_sha256", "request_key", "by", "demand"),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(basis="own_copy") | (~Q(redisclosure="") & ~Q(recipient_kind="")),
                name="recipient_is_told_what_it_may_do",
            ),
        ]
        indexes = [models.Index(fields=["client", "at"], name="disclosure_of_client")]

    def __str__(self) -> str:
        return f"disclosure {self.public_id}, {self.basis}"


class RestrictionState(models.TextChoices):
    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    ENDED = "ended"


class RestrictionRequest(models.Model):
    """One row is what a client asked not to be shared (42 CFR 2.26), and what was decided.

    Empty `segments` or `purposes` mean all. `words` holds whom it is about, the client's reason and
    the answer. From whom here the record is kept because of it stands in `access.KeptFrom`.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="restrictions")
    state = models.CharField(
        max_length=10, choices=RestrictionState, default=RestrictionState.ASKED
    )
    segments: models.JSONField[Any, Any] = models.JSONField(default=list)
    purposes: models.JSONField[Any, Any] = models.JSONField(default=list)
    is_paid_by_client = models.BooleanField(default=False)
    words = SealedJSON(Tier.CLINICAL, OF_ROW, default=dict)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    clear: ClassVar = (
        *("public_id", "client", "state", "segments", "purposes", "is_paid_by_client"),
        *("asked_at", "decided_at", "decided_by", "ended_at"),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="asked") | Q(decided_at__isnull=False) | Q(state="ended"),
                name="restriction_says_when_decided",
            )
        ]

    def __str__(self) -> str:
        return f"restriction {self.public_id}, {self.state}"


class ErasureRequestQuerySet(models.QuerySet["ErasureRequest"]):
    def waiting(self) -> Self:
        return self.filter(withdrawn_at=None, declined_at=None)


class ErasureRequest(models.Model):
    """One row is a client's wish to be forgotten, until it is done, taken back or declined.

    `recorded_by` wrote down a wish on paper; empty where the client asked here themselves. `words`
    holds what the clinic told the client when it declined.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="erasure_requests")
    asked_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    words = SealedJSON(Tier.CLINICAL, OF_ROW, null=True)

    objects = ErasureRequestQuerySet.as_manager()
    clear: ClassVar = (
        *("public_id", "client", "asked_at", "recorded_by", "withdrawn_at", "declined_at"),
        "declined_by",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(withdrawn_at__isnull=True, declined_at__isnull=True),
                name="one_open_erasure_request",
            )
        ]

    def __str__(self) -> str:
        return f"erasure request {self.public_id}"

    @property
    def answer(self) -> str:
        """What the client was told; empty while nothing is decided."""
        return str(self.words["answer"]) if self.words else ""


class Erasure(models.Model):
    """One row says that a client was forgotten. It holds numbers that lead to nobody any more.

    `finished_at` is empty until the keys are destroyed and no log holds a trace of them;
    `asked_at` where an older database was put back, which did not know of it.
    `person_number` is empty for a client who never signed in, or who works here and stays.
    """

    client_number = models.BigIntegerField(unique=True)
    person_number = models.BigIntegerField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField()
    erased_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    finished_at = models.DateTimeField(null=True, blank=True)

    clear: ClassVar = (
        *("client_number", "person_number", "asked_at", "erased_at", "erased_by", "finished_at"),
    )

    def __str__(self) -> str:
        return f"erasure of {self.erased_at:%Y-%m-%d}"
