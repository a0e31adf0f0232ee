"""Which passwords are too easy: known from leaks, or made of words that everybody here knows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from alongside.clinic.people.models import Clinic

LEAKED: Final = Path(__file__).with_name("leaked_passwords.txt.gz")
"""Passwords of ten signs and more from leaks, among the 49,000 most frequent, that Django's own
20,000 do not have: the word list of @zxcvbn-ts/language-common 4.1.3 (MIT, its
text beside it)."""

WORDS_OF_THE_TRADE: Final = frozenset(
    {
        *("alongside", "notebook", "clinic", "clinical", "counselor", "counsellor", "counseling"),
        *("therapy", "therapist", "treatment", "recovery", "sobriety", "rehab", "session", "visit"),
        *("supervisor", "supervision", "administrator", "admin", "privacy", "officer", "staff"),
        *("client", "patient", "health", "center", "centre", "password"),
        *("passphrase", "welcome", "secret", "login", "signin", "letmein", "change", "temporary"),
        *("cuaderno", "clinica", "terapia", "terapeuta", "tratamiento", "recuperacion", "visita"),
        *("supervisora", "administradora", "administrador", "privacidad", "personal", "cliente"),
        *("paciente", "salud", "centro", "contrasena", "bienvenida", "bienvenido", "secreto"),
    }
)
"""What somebody would try first at this door. The clinic's own names come on top."""

FEWEST_OWN_LETTERS: Final = 5


class NotLeaked:
    """Refuses what was leaked elsewhere, also with digits or signs before or after it."""

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002
        """Nothing, or a ValidationError."""
        plain = password.casefold().strip()
        core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
        if not _known().isdisjoint({plain, core}):
            raise ValidationError("known from leaks", code="password_leaked")


class NotOfThisHouse:
    """Refuses what is made of the clinic's names and the words of the trade."""

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002
        """Nothing, or a ValidationError."""
        letters = "".join(sign for sign in password.casefold() if sign.isalpha())
        own = letters
        for word in sorted(_words(), key=len, reverse=True):
            own = own.replace(word, "")
        if len(own) < min(len(letters), FEWEST_OWN_LETTERS):
            raise ValidationError("made of words of this house", code="password_of_this_house")


def _words() -> Iterable[str]:
    clinic = Clinic.objects.first()
    names = f"{clinic.name} {clinic.outward_name}" if clinic else ""
    return WORDS_OF_THE_TRADE | {word for word in names.casefold().split() if len(word) > 3}


@cache
def _known() -> frozenset[str]:
    leaked = CommonPasswordValidator(password_list_path=LEAKED).passwords
    return frozenset(CommonPasswordValidator().passwords | leaked)
