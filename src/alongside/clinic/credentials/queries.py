"""Who may come in by what, and who is in."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import Q

from alongside.clinic.credentials.codes import CodeKind, code_hash, token_hash
from alongside.clinic.credentials.models import (
    Device,
    Invitation,
    RecoveryCode,
    SignIn,
    SignInQuerySet,
)
from alongside.clinic.people.models import Clinic, Person

MOST_PAST: Final = 10


def session_with(key_hash: str) -> SignIn | None:
    """The session with this key, unless it was ended."""
    return SignIn.objects.filter(key_hash=key_hash, ended_at__isnull=True).first()


def invitation_for(code: str, *, now: datetime) -> Invitation | None:
    """The waiting invitation with this code."""
    return (
        Invitation.objects.select_related("person")
        .filter(
            code_hash=code_hash(CodeKind.INVITATION, code),
            used_at__isnull=True,
            ends_at__gt=now,
            person__is_active=True,
        )
        .first()
    )


def recovery_code_for(code: str) -> RecoveryCode | None:
    """The printed code that is good for somebody."""
    return (
        RecoveryCode.objects.select_related("person")
        .filter(code_hash=code_hash(CodeKind.RECOVERY, code), person__is_active=True)
        .first()
    )


def device_of(person: Person, token: str) -> Device | None:
    """The browser with this token, as this person's."""
    return person.devices.filter(token_hash=token_hash(token)).first()


def is_staff(person: Person) -> bool:
    """Whether the person works here."""
    return person.staff_roles.exists()


def passwords_open(person: Person) -> bool:
    """Whether a password is a way in for this person: for staff, and in a demo for everybody."""
    return is_staff(person) or is_demo()


def is_demo() -> bool:
    """Whether this clinic is a demo."""
    return Clinic.objects.filter(is_demo=True).exists()


def sign_ins_of(person: Person, *, now: datetime) -> SignInQuerySet:
    """The person's sign-ins that are not over, the latest first."""
    return person.sign_ins.not_over(now).order_by("-seen_at", "-pk")


def has_news(person: Person, *, besides: SignIn | None) -> bool:
    """Whether somebody came in as this person on a new device, and they were not told yet."""
    news = person.sign_ins.filter(is_new_device=True, owner_told_at__isnull=True)
    return (news.exclude(pk=besides.pk) if besides else news).exists()


def past_sign_ins_of(person: Person, *, now: datetime) -> SignInQuerySet:
    """The person's last sign-ins that are over, the latest first."""
    over = person.sign_ins.filter(Q(ended_at__isnull=False) | Q(ends_at__lte=now))
    return over.order_by("-seen_at", "-pk")[:MOST_PAST]
