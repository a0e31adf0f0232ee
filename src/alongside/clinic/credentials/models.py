"""What lets people in, and who is in. No code, token, key or PIN is stored as it is."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q

from alongside.clinic.credentials.limits import FRESH_FOR
from alongside.clinic.people.models import Person, new_public_id
from alongside.clinic.vault.fields import Bound, SealedJSON, SealedText
from alongside.clinic.vault.tiers import Tier

OF_PERSON = Bound(person="person_id", row=("public_id",))


class Means(models.TextChoices):
    """By what somebody came in."""

    PASSKEY = "passkey"
    PIN = "pin"
    PASSWORD = "password"  # noqa: S105  # a means, not a secret
    APP = "app"
    RECOVERY = "recovery"
    INVITATION = "invitation"


class ChangedMeans(models.TextChoices):
    """What of a person's ways in was changed."""

    PASSWORD = "password"  # noqa: S105  # a kind, not a secret
    PASSKEY = "passkey"
    APP = "app"
    CODES = "codes"
    PIN = "pin"
    KEY_GONE = "key_gone"
    DEVICE_GONE = "device_gone"
    INVITED = "invited"
    RECOVERED = "recovered"


class Standing(StrEnum):
    """What a sign-in is good for at a moment."""

    OPEN = "open"
    LOCKED = "locked"
    OVER = "over"


class Invitation(models.Model):
    """One row is one code that lets one person set up their way in, once.

    Waiting, then used, taken back or over.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="invitations")
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    clear: ClassVar = ("person", "code_hash", "made_at", "ends_at", "used_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(used_at__isnull=True), name="one_invitation_at_once"
            )
        ]

    def __str__(self) -> str:
        return f"invitation until {self.ends_at:%Y-%m-%d}"


class RecoveryCode(models.Model):
    """One row is the printed code with which one client gets back in."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="recovery_code")
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    clear: ClassVar = ("person", "code_hash", "made_at")

    def __str__(self) -> str:
        return f"recovery code of {self.made_at:%Y-%m-%d}"


class Device(models.Model):
    """One row is one browser that one person comes back with; with a PIN it lets them in.

    The browser keeps a random token and the row its hash. The PIN is hashed together with the
    token, so that whoever copies the database cannot try PINs. The row without a person stands in
    for every browser that is not known: a wrong PIN costs the same work there.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.CASCADE, related_name="devices"
    )
    token_hash = models.CharField(max_length=64)
    pin_hash = models.CharField(max_length=128, blank=True)
    n_wrong = models.PositiveIntegerField(default=0)
    words = SealedText(Tier.IDENTITY, OF_PERSON, blank=True, default="")
    made_at = models.DateTimeField()

    clear: ClassVar = ("public_id", "person", "token_hash", "pin_hash", "n_wrong", "made_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token_hash", "person"], name="device_once"),
            models.UniqueConstraint(
                fields=["token_hash"], condition=Q(person__isnull=True), name="one_unknown_device"
            ),
        ]

    def __str__(self) -> str:
        return f"device of {self.made_at:%Y-%m-%d}"


class SignInQuerySet(models.QuerySet["SignIn"]):
    def not_over(self, now: datetime) -> SignInQuerySet:
        return self.filter(ended_at__isnull=True, ends_at__gt=now, person__isnull=False)


class SignIn(models.Model):
    """One row is one session: a person in a browser, or without a person somebody at the door.

    Open, then locked and open again, then over.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    key_hash = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.CASCADE, related_name="sign_ins"
    )
    device = models.ForeignKey(
        Device, null=True, blank=True, on_delete=models.SET_NULL, related_name="sign_ins"
    )
    content = SealedJSON(Tier.IDENTITY, OF_PERSON)
    device_words = SealedText(Tier.IDENTITY, OF_PERSON, blank=True, default="")
    means = models.CharField(max_length=12, choices=Means, blank=True)
    is_shared_device = models.BooleanField(default=False)
    is_new_device = models.BooleanField(default=False)
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    idle_limit = models.DurationField()
    proved_at = models.DateTimeField(null=True, blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    owner_told_at = models.DateTimeField(null=True, blank=True)

    objects = SignInQuerySet.as_manager()
    clear: ClassVar = (
        *("public_id", "key_hash", "person", "device", "means", "is_shared_device"),
        *("is_new_device", "begun_at", "seen_at", "ends_at", "idle_limit", "proved_at"),
        *("locked_at", "ended_at", "owner_told_at"),
    )

    class Meta:
        indexes = [models.Index(fields=["ends_at"], name="sign_in_ends")]

    def __str__(self) -> str:
        return f"sign-in of {self.begun_at:%Y-%m-%d %H:%M}"

    def standing(self, now: datetime) -> Standing:
        """What it is good for now."""
        if self.ended_at is not None or now >= self.ends_at:
            return Standing.OVER
        if self.locked_at is not None or now - self.seen_at >= self.idle_limit:
            return Standing.LOCKED
        return Standing.OPEN

    def is_fresh(self, now: datetime) -> bool:
        """Whether the person has shown lately that it is they."""
        return self.proved_at is not None and now - self.proved_at < FRESH_FOR


class KeptForm(models.Model):
    """One row is what a person typed and could not send because their page had locked.

    It waits for half an hour.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="kept_forms")
    content = SealedJSON(Tier.CLINICAL, OF_PERSON)
    kept_at = models.DateTimeField()

    clear: ClassVar = ("public_id", "person", "kept_at")

    def __str__(self) -> str:
        return f"kept at {self.kept_at:%H:%M}"


class KeySecret(models.Model):
    """One row is one secret of a key that django-allauth keeps: its own row holds the name of this.

    The secret of an app, the seed of printed codes, what a device calls itself.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="key_secrets")
    secret = SealedText(Tier.IDENTITY, OF_PERSON)

    clear: ClassVar = ("public_id", "person")

    def __str__(self) -> str:
        return self.public_id


class MeansChange(models.Model):
    """One row says that something was changed by which one person comes in; they are told of it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="means_changes")
    what = models.CharField(max_length=12, choices=ChangedMeans)
    at = models.DateTimeField()

    clear: ClassVar = ("person", "what", "at")

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="means_change_at")]

    def __str__(self) -> str:
        return f"{self.what} at {self.at:%Y-%m-%d %H:%M}"
