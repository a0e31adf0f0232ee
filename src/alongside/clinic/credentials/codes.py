"""Codes that are printed and typed, and tokens that a browser keeps: what of them is stored."""

from __future__ import annotations

import secrets
from enum import StrEnum
from hashlib import sha256
from typing import Final

from django.utils.crypto import salted_hmac

ALPHABET: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH: Final = 28
GROUP: Final = 4


class CodeKind(StrEnum):
    """What a printed code is for; codes of one kind open nothing of the other."""

    INVITATION = "invitation"
    RECOVERY = "recovery"


def new_code() -> str:
    """A code of 138 bits without signs that look alike."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def in_groups(code: str) -> str:
    """The code as it is printed."""
    return "-".join(code[place : place + GROUP] for place in range(0, len(code), GROUP))


def code_hash(kind: CodeKind, code: str) -> str:
    """What is stored of a code. Spaces, dashes and case do not count."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())[:64]
    return salted_hmac(f"alongside.{kind}", plain, algorithm="sha256").hexdigest()


def new_token() -> str:
    """256 random bits for a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a cookie. It is random enough that nobody can search for it."""
    return sha256(token.encode(errors="replace")).hexdigest()
