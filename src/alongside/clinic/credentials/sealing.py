"""Secrets that django-allauth keeps for us, sealed with the key of the person whose they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser

from alongside.clinic.people.models import Clinic, Person

_owner: ContextVar[Person] = ContextVar("owner")


@contextmanager
def secrets_of(person: Person) -> Iterator[None]:
    """Whatever allauth seals and opens inside belongs to this person."""
    token = _owner.set(person)
    try:
        yield
    finally:
        _owner.reset(token)


class SealingAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Seals what allauth would store in the clear."""

    def encrypt(self, text: str) -> str:
        return text

    def decrypt(self, encrypted_text: str) -> str:
        return encrypted_text

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return str(user)

    def get_totp_issuer(self) -> str:
        return Clinic.objects.get().shown_name
