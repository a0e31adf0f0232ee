"""The people of one clinic and how they belong together."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext

from alongside.clinic.statements import Given
from alongside.clinic.vault.fields import BlindIndex, Bound, SealedJSON, SealedText
from alongside.clinic.vault.tiers import Tier


def new_public_id() -> str:
    """A name for a row that may stand in an address: 72 random bits, says nothing."""
    return secrets.token_urlsafe(9)


def new_number() -> int:
    """A number for a row that is sealed to its own key: known before the row is stored."""
    return secrets.randbits(62)


def check_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(f"There is no time zone called {name}.")


class Language(models.TextChoices):
    ENGLISH = "en", "English"
    SPANISH = "es", "Español"


class Role(models.TextChoices):
    THERAPIST = "therapist"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    PRIVACY_OFFICER = "privacy_officer"


class Clinic(models.Model):
    """The one row that says which clinic this is."""

    name = models.CharField(max_length=80)
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    time_zone = models.CharField(max_length=60, default="UTC", validators=[check_time_zone])
    feedback_open_hours = models.PositiveSmallIntegerField(default=72)
    is_demo = models.BooleanField(default=False)
    phone = models.CharField(max_length=40, blank=True)
    outward_name = models.CharField(max_length=30, blank=True)

    clear: ClassVar = (
        *("name", "language", "time_zone", "feedback_open_hours", "is_demo", "phone"),
        "outward_name",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_clinic"),
            models.CheckConstraint(
                condition=Q(feedback_open_hours__gte=1), name="feedback_opens_for_a_while"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        """What tabs, icons and keys on a phone say: the site's choice, else a plain word."""
        return self.outward_name or gettext("Notebook")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class PersonManager(BaseUserManager["Person"]):
    def create_person(
        self, *, sign_in_name: str, display_name: str, password: str | None = None, **fields: Any
    ) -> Person:
        """A new person; without a password they cannot sign in."""
        person = self.model(
            sign_in_name=sign_in_name.strip().casefold(), display_name=display_name, **fields
        )
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(sign_in_index=(username or "").strip().casefold())


OF_PERSON = Bound(person="id", row=("public_id",))


class Person(AbstractBaseUser):
    """One row is one person who may sign in: staff or client.

    The hash of a password is sealed as well, so that nobody can try passwords on a stolen copy.
    """

    id = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    sign_in_name = SealedText(Tier.IDENTITY, OF_PERSON)
    sign_in_index = BlindIndex("sign_in_name", unique=True, null=False)
    display_name = SealedText(Tier.IDENTITY, OF_PERSON)
    password = SealedText(Tier.IDENTITY, OF_PERSON)
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    is_active = models.BooleanField(default=True)

    objects: ClassVar[PersonManager] = PersonManager()
    clear: ClassVar = ("public_id", "language", "is_active", "last_login")

    USERNAME_FIELD = "sign_in_index"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    def __str__(self) -> str:
        return self.display_name


class StaffRole(models.Model):
    """One row gives one person one role."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="staff_roles")
    role = models.CharField(max_length=20, choices=Role)

    clear: ClassVar = ("person", "role")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "role"], name="role_once")]

    def __str__(self) -> str:
        return f"{self.person} as {self.role}"


class ClientQuerySet(models.QuerySet["Client"]):
    def in_care_of(self, therapist_id: Given[int], day: Given[date]) -> Self:
        """The clients in care with a therapist from whom they do not keep their record."""
        care = Care.objects.on(day).filter(therapist=therapist_id)
        in_care = self.filter(pk__in=care.values("client_id"))
        return in_care.exclude(kept_from__person=therapist_id)

    def numbered(self, code: str) -> Self:
        """The client with this record number, also one that a second record of theirs had."""
        former = FormerRecord.objects.filter(code_index=code)
        return self.filter(Q(code_index=code) | Q(pk__in=former.values("client_id")))


OF_CLIENT = Bound(client="id", row=("public_id",))


class Client(models.Model):
    """One row is one person in treatment here, whether or not they sign in."""

    id = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    person = models.OneToOneField(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="client"
    )
    code = SealedText(Tier.IDENTITY, OF_CLIENT)
    code_index = BlindIndex("code", unique=True, null=False)
    display_name = SealedText(Tier.IDENTITY, OF_CLIENT)
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    phone = SealedText(Tier.IDENTITY, OF_CLIENT, blank=True)
    email = SealedText(Tier.IDENTITY, OF_CLIENT, blank=True)
    own_goal = SealedText(Tier.CLINICAL, OF_CLIENT, blank=True)

    objects = ClientQuerySet.as_manager()
    clear: ClassVar = ("public_id", "person", "language")

    def __str__(self) -> str:
        return self.display_name


class FormerRecord(models.Model):
    """One row is a second record of a client that became part of this one.

    `number` is what the audit and the key store call it; `said` holds what it said of the client.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="former_records")
    number = models.BigIntegerField(null=True, blank=True, unique=True)
    code = SealedText(Tier.IDENTITY, Bound(client="client_id", row=("public_id",)))
    code_index = BlindIndex("code", unique=True, null=False)
    said = SealedJSON(Tier.IDENTITY, Bound(client="client_id", row=("public_id",)), default=dict)
    merged_at = models.DateTimeField()

    clear: ClassVar = ("public_id", "client", "number", "merged_at")

    def __str__(self) -> str:
        return f"once {self.code}"


class SpanQuerySet(models.QuerySet[Any]):
    """Rows that hold from a day until a day, or until further notice."""

    def on(self, day: Given[date]) -> Self:
        return self.from_day(day).filter(starts_on__lte=day)

    def from_day(self, day: Given[date]) -> Self:
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))


class Care(models.Model):
    """One row says that a client is in the care of a therapist for a span of days."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="care")
    therapist = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="caseload")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = SpanQuerySet.as_manager()
    clear: ClassVar = ("client", "therapist", "starts_on", "ends_on")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="care_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["client", "therapist"],
                condition=Q(ends_on__isnull=True),
                name="one_open_care_per_pair",
            ),
        ]
        indexes = [models.Index(fields=["therapist", "client"], name="care_of_therapist")]

    def __str__(self) -> str:
        return f"{self.client} with {self.therapist} since {self.starts_on}"


class Supervision(models.Model):
    """One row says that a supervisor looks after a therapist for a span of days."""

    supervisor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="supervises")
    therapist = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="supervised")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = SpanQuerySet.as_manager()
    clear: ClassVar = ("supervisor", "therapist", "starts_on", "ends_on")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="supervision_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(supervisor=F("therapist")), name="nobody_supervises_themselves"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supervisor} supervises {self.therapist}"
