"""Secrets that django-allauth would keep in the clear: kept in the vault, their name in its row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser

from alongside.clinic.credentials.models import KeySecret
from alongside.clinic.people.models import Person
from alongside.clinic.people.queries import the_clinic

_owner: ContextVar[Person] = ContextVar("owner")


@contextmanager
def secrets_of(person: Person) -> Iterator[None]:
    """Whatever allauth puts away inside is this person's."""
    token = _owner.set(person)
    try:
        yield
    finally:
        _owner.reset(token)


class SealingAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Puts a secret into the vault and gives allauth its name.

    So it is sealed with the key of its owner, is sealed anew with the rest and goes with them.
    """

    def encrypt(self, text: str) -> str:
        return KeySecret.objects.create(person=_owner.get(), secret=text).public_id

    def decrypt(self, encrypted_text: str) -> str:
        return KeySecret.objects.get(public_id=encrypted_text).secret

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return str(user)

    def get_totp_issuer(self) -> str:
        return the_clinic().shown_name
