"""What may be asked, when it is asked, and what was answered."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from alongside.clinic.people.models import Client, Person, new_public_id
from alongside.clinic.vault.fields import Bound, SealedJSON, SealedText
from alongside.clinic.vault.tiers import Tier


class Purpose(models.TextChoices):
    """What the clinic uses an instrument for; at most one instrument serves each."""

    VISIT_FEEDBACK = "visit_feedback"
    THERAPIST_RATING = "therapist_rating"
    WEEKLY_CHECK = "weekly_check"


class Respondent(models.TextChoices):
    CLIENT = "client"
    THERAPIST = "therapist"


class WayIn(models.TextChoices):
    LINK = "link"
    KIOSK = "kiosk"
    SIGNED_IN = "signed_in"
    HANDED_OVER = "handed_over"
    PAPER = "paper"
    IMPORTED = "imported"


class Release(models.TextChoices):
    """When the client lets their therapist see one answer."""

    NOW = "now"
    MONTH_END = "month_end"
    WITHHELD = "withheld"


class Instrument(models.Model):
    """One row is one questionnaire through all its versions."""

    url = models.CharField(max_length=250, unique=True)
    purpose = models.CharField(
        max_length=20,
        choices=Purpose,
        null=True,
        blank=True,
        unique=True,
    )

    clear: ClassVar = ("url", "purpose")

    def __str__(self) -> str:
        return self.url

    @property
    def current(self) -> InstrumentVersion | None:
        """The version that new slots use: the one that came last."""
        return self.versions.order_by("-pk").first()


class InstrumentVersion(models.Model):
    """One row is one version, never changed after it came in.

    `document` is the FHIR Questionnaire and `scoring` its sidecar, both as canonical JSON.
    """

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="versions")
    version = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    document = models.TextField()
    scoring = models.TextField()
    fingerprint = models.CharField(max_length=64)
    role = models.CharField(max_length=10)
    attestation = models.JSONField(default=dict)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    clear: ClassVar = (
        *("instrument", "version", "title", "document", "scoring", "fingerprint", "role"),
        *("attestation", "imported_at", "imported_by"),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["instrument", "version"], name="version_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"


class SlotQuerySet(models.QuerySet["Slot"]):
    def open_at(self, now: datetime) -> Self:
        """Slots that can be answered now: open, not expired, not closed, not yet handed in."""
        return self.filter(opens_at__lte=now, expires_at__gt=now, closed_at__isnull=True).exclude(
            response__submitted_at__isnull=False
        )


def new_link_key() -> str:
    return secrets.token_urlsafe(6)


class Slot(models.Model):
    """One row is one occasion to answer one version of an instrument.

    States: waiting (before `opens_at`), open, handed in (its response is submitted), expired,
    closed (the visit did not happen).
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    link_key = models.CharField(max_length=8, unique=True, default=new_link_key, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="slots")
    therapist = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="slots_about"
    )
    respondent = models.CharField(max_length=10, choices=Respondent)
    version = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, related_name="slots")
    opens_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = SlotQuerySet.as_manager()
    clear: ClassVar = (
        *("public_id", "link_key", "client", "therapist", "respondent", "version"),
        *("opens_at", "expires_at", "closed_at"),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("opens_at")), name="slot_is_open_for_a_while"
            )
        ]
        indexes = [models.Index(fields=["client", "opens_at"], name="slot_of_client")]

    def __str__(self) -> str:
        return f"slot {self.public_id}"

    def is_open_at(self, now: datetime) -> bool:
        return self.closed_at is None and self.opens_at <= now < self.expires_at


class Response(models.Model):
    """One row is what one respondent put into one slot.

    A response without `submitted_at` is a draft: kept, and shown to nobody but its author.
    `scores` holds every scale computed from all answers; only the client may see it.
    """

    slot = models.OneToOneField(Slot, on_delete=models.CASCADE, related_name="response")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="responses")
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    way_in = models.CharField(max_length=12, choices=WayIn)
    language = models.CharField(max_length=2)
    scores = SealedJSON(Tier.CLINICAL, Bound(client="client_id", row=("slot_id",)), default=dict)
    entered_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    filled_on = models.DateField(null=True, blank=True)

    clear: ClassVar = (
        *("slot", "client", "started_at", "submitted_at", "way_in", "language"),
        *("entered_by", "filled_on"),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(way_in="paper") | Q(entered_by__isnull=False, filled_on__isnull=False),
                name="paper_names_who_and_when",
            )
        ]

    def __str__(self) -> str:
        return f"response in {self.slot_id}"


class AnswerQuerySet(models.QuerySet["Answer"]):
    def released_by(self, now: datetime) -> Self:
        """The answers that the client has let the therapist see by now."""
        return self.filter(released_at__lte=now)


class Answer(models.Model):
    """One row is one answer. `value` is empty unless `state` is answered.

    States: answered, skipped, declined, not_shown. `released_at` is set when the response is
    handed in; empty means that the therapist never sees it.
    """

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers")
    client = models.ForeignKey(
        Client, on_delete=models.CASCADE, related_name="answers", db_index=False
    )
    link_id = models.CharField(max_length=255)
    state = models.CharField(max_length=10)
    value = SealedJSON(
        Tier.CLINICAL,
        Bound(client="client_id", row=("response_id", "link_id")),
        null=True,
        blank=True,
    )
    release = models.CharField(max_length=10, choices=Release, default=Release.NOW)
    released_at = models.DateTimeField(null=True, blank=True)
    saved_at = models.DateTimeField()

    objects = AnswerQuerySet.as_manager()
    clear: ClassVar = (
        *("response", "client", "link_id", "state", "release", "released_at", "saved_at"),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "link_id"], name="one_answer_an_item"),
            models.CheckConstraint(
                condition=Q(state="answered", value__isnull=False)
                | (~Q(state="answered") & Q(value__isnull=True)),
                name="value_only_when_answered",
            ),
            models.CheckConstraint(
                condition=~Q(release="withheld") | Q(released_at__isnull=True),
                name="withheld_is_never_released",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.link_id}: {self.state}"


class CorrectionKind(models.TextChoices):
    """What was put right about a response."""

    CORRECTED = "corrected"  # it holds other answers now
    TAKEN_BACK = "taken_back"  # it counts no more; the words are the client's own
    OF_ANOTHER = "of_another"  # it counts no more; the words are not this client's


class Correction(models.Model):
    """One row is what a response held before it was corrected or taken back, who did so, and why.

    `before` holds the answers as they stood, with their scores. A response that was taken back is
    no row any more: its slot is as open or closed as it was before.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="corrections")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="corrections")
    kind = models.CharField(max_length=10, choices=CorrectionKind)
    way_in = models.CharField(max_length=12, choices=WayIn)
    before = SealedJSON(Tier.CLINICAL, Bound(client="client_id", row=("public_id",)))
    why = SealedText(Tier.CLINICAL, Bound(client="client_id", row=("public_id",)))
    at = models.DateTimeField()
    by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    clear: ClassVar = ("public_id", "slot", "client", "kind", "way_in", "at", "by")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.slot_id}"
