"""A value sealed with its owner's key and bound to its place, and opened again.

AES-256-GCM (NIST SP 800-38D) with 96 random bits as nonce. What is sealed is padded
(ISO/IEC 7816-4) to 32 bytes or a multiple, so that short answers have one length.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from struct import Struct
from typing import Final

from cryptography.exceptions import InvalidTag

from alongside.clinic.vault.keyring import DataKey, Keyring
from alongside.methods.vocabulary.errors import AlongsideError

FORMAT: Final = 1
HEAD: Final = Struct(">BI")  # the format, the version of the key
NONCE: Final = 12
BLOCK: Final = 32


class DoesNotOpen(AlongsideError):
    """Something in {table} is not what was put there: something other than Alongside changed or
    moved it. Tell whoever keeps the backups."""


@dataclass(frozen=True)
class Place:
    """Where a sealed value belongs: no other place opens it."""

    table: str
    column: str
    owner: str
    row: tuple[object, ...]

    def bytes_with(self, version: int) -> bytes:
        """The associated data. Each part comes with its length, so that no two places share it."""
        parts = (self.table, self.column, self.owner, version, *self.row)
        return "".join([f"{len(part)}:{part}" for part in map(str, parts)]).encode()


def seal(plain: bytes, key: DataKey, place: Place) -> bytes:
    """The value as it is stored."""
    nonce = os.urandom(NONCE)
    padded = plain + b"\x80" + bytes(-(len(plain) + 1) % BLOCK)
    sealed = key.cipher.encrypt(nonce, padded, place.bytes_with(key.version))
    return HEAD.pack(FORMAT, key.version) + nonce + sealed


def unseal(sealed: bytes, keyring: Keyring, place: Place) -> bytes:
    """The value that was sealed for this place.

    Raises: DoesNotOpen, KeyDestroyed, KeyLost.
    """
    if len(sealed) < HEAD.size + NONCE + BLOCK or sealed[0] != FORMAT:
        raise DoesNotOpen(table=place.table)
    version = version_of(sealed)
    key = keyring.key(place.owner, version)
    nonce, rest = sealed[HEAD.size : HEAD.size + NONCE], sealed[HEAD.size + NONCE :]
    try:
        padded = key.cipher.decrypt(nonce, rest, place.bytes_with(version))
    except InvalidTag:
        raise DoesNotOpen(table=place.table) from None
    return padded[: padded.rindex(b"\x80")]


def version_of(sealed: bytes) -> int:
    """The version of the key that a stored value was sealed with."""
    version: int = HEAD.unpack_from(sealed)[1]
    return version
