"""How passwords and PINs are hashed: slow enough to guess, and never all at once.

Argon2id takes memory and time on purpose, so a flood of sign-ins could take the whole machine. Each
process therefore hashes one at a time and lets few wait; everybody else is told to come back. There
are as many processes as cores, so it is one hash a core.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password

from alongside.methods.vocabulary.errors import AlongsideError

AT_ONCE: Final = 1
MAY_WAIT: Final = 1
LONGEST_WAIT: Final = 5.0


class ManyAtTheDoor(AlongsideError):
    """Many people are signing in right now. Wait a few seconds, then try again."""


class Turns:
    """A door through which one goes at a time while few wait."""

    def __init__(self, at_once: int = AT_ONCE, may_wait: int = MAY_WAIT) -> None:
        self._line = threading.BoundedSemaphore(at_once + may_wait)
        self._inside = threading.BoundedSemaphore(at_once)

    def check_room(self) -> None:
        """Nothing, when somebody who comes now may go in or wait.

        Raises: ManyAtTheDoor.
        """
        if not self._line.acquire(blocking=False):
            raise ManyAtTheDoor
        self._line.release()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A turn of one's own.

        Raises: ManyAtTheDoor.
        """
        if not self._line.acquire(blocking=False):
            raise ManyAtTheDoor
        try:
            if not self._inside.acquire(timeout=LONGEST_WAIT):
                raise ManyAtTheDoor
            try:
                yield
            finally:
                self._inside.release()
        finally:
            self._line.release()


TURNS: Final = Turns()


class MeasuredArgon2(Argon2PasswordHasher):
    """Argon2id with 32 MiB and two passes: 50 ms on one core of a small server (measured)."""

    time_cost = 2
    memory_cost = 32_768
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with TURNS.turn():
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        with TURNS.turn():
            return bool(super().verify(password, encoded))


@lru_cache(maxsize=4)
def _nobodys_hash(_hasher: str) -> str:
    return make_password("nobody has this password")


def is_right(secret: str, encoded: str) -> bool:
    """Whether the secret belongs to the hash. Without a hash it takes just as long and is wrong."""
    standing = encoded or _nobodys_hash(settings.PASSWORD_HASHERS[0])
    return check_password(secret, standing) and bool(encoded)
