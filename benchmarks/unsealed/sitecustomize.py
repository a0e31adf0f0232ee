"""Takes the vault out of every Python that starts with this folder on its path: the peer.

Values are stored as they are encoded, in the same columns; what finds them is the text itself.
Everything else, the audit and its chain among it, is as it is.
"""

from __future__ import annotations

from typing import Any

from alongside.clinic.vault.fields import BlindIndex, Sealed, SealedField


def seal(field: SealedField[Any], value: Any, _row: object) -> Sealed:
    """The value in the clear."""
    return Sealed(field.encoded(value))


def open_(field: SealedField[Any], stored: Sealed, _row: object) -> Any:
    """The value that was stored in the clear."""
    return field.decoded(stored)


def index_of(_index: BlindIndex, text: str) -> bytes | None:
    """The text itself."""
    return text.encode() or None


for owner, name, without in (
    (SealedField, "seal", seal),
    (SealedField, "open", open_),
    (BlindIndex, "index_of", index_of),
):
    setattr(owner, name, without)
