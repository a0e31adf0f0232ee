"""How one entry of the audit holds on to the one before it.

An entry is turned into bytes in exactly one way, and its hash is that of an RFC 6962 leaf over
them. The bytes name the hash of the entry before, so that the hashes are a chain, and they are the
leaves of the tree that checkpoints sign. docs/reference/audit-format.md tells a stranger how.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from hashlib import sha256

COLUMNS = (
    *("seq", "at", "deed", "actor_kind", "actor_person_id", "acting_as", "client_id"),
    *("subject", "subject_id", "detail", "prev_hash"),
)
"""What an entry is made of, in this order."""

BEFORE_THE_FIRST = bytes(32)
LEAF = b"\x00"
FORMAT = b"alongside-audit-1\n"
_LENGTHS = struct.Struct(f">{len(COLUMNS)}I")


def entry_hash(columns: Sequence[object]) -> bytes:
    """The hash of an entry, from what stands in its columns.

    Over the stored bytes, not their meaning: a sealed detail that nobody can open any more still
    gives the same hash.
    """
    fields = [_stored_bytes(column) for column in columns]
    lengths = _LENGTHS.pack(*map(len, fields))
    return sha256(b"".join((LEAF, FORMAT, lengths, *fields))).digest()


def _stored_bytes(column: object) -> bytes | memoryview:
    if column is None:
        return b""
    return column if isinstance(column, bytes | memoryview) else str(column).encode()
