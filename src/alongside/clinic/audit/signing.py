"""The key that signs checkpoints, in the forms of C2SP's signed notes.

The private key is a file that only the clinic's own user can read; the public one is a line of
text to keep outside. Both carry the name of the log, which says nothing about the clinic.
"""

from __future__ import annotations

import os
import secrets
import stat
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from alongside.methods.vocabulary.errors import AlongsideError

FILE = "audit-signing-key"
ED25519 = b"\x01"
PRIVATE = "PRIVATE+KEY"


class SigningKeyMissing(AlongsideError):
    """The key {file} is not there, so the audit is not signed. Put it back from where it is kept
    apart from the backups."""


class SigningKeyTooOpen(AlongsideError):
    """Others on this machine can read {file}. Let its owner alone read it: chmod 400 {file}"""


class SigningKeyDamaged(AlongsideError):
    """{file} does not hold a key that signs the audit. Put the one from the safe copy back."""


@dataclass(frozen=True)
class SigningKey:
    """A key with the name of the log that it signs."""

    name: str
    private: Ed25519PrivateKey

    @property
    def public_text(self) -> str:
        """What a verifier needs: name, key id and public key."""
        return f"{self.name}+{self._id.hex()}+{_text_of(ED25519 + self._public)}"

    @property
    def private_text(self) -> str:
        seed = self.private.private_bytes_raw()
        return f"{PRIVATE}+{self.name}+{self._id.hex()}+{_text_of(ED25519 + seed)}"

    def signed(self, text: str) -> str:
        """The text, which ends with its line, as a signed note."""
        signature = _text_of(self._id + self.private.sign(text.encode()))
        return f"{text}\n— {self.name} {signature}\n"

    @property
    def _public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @property
    def _id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + ED25519 + self._public).digest()[:4]


def read_key(folder: Path) -> SigningKey:
    """The key of this clinic.

    Raises: SigningKeyMissing, SigningKeyTooOpen, SigningKeyDamaged.
    """
    file = folder / FILE
    try:
        if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SigningKeyTooOpen(file=file)
        prefix, name, _id, kept = file.read_text().removeprefix(PRIVATE).split("+", 3)
        key = SigningKey(name, Ed25519PrivateKey.from_private_bytes(b64decode(kept)[1:]))
    except FileNotFoundError:
        raise SigningKeyMissing(file=file) from None
    except ValueError:
        raise SigningKeyDamaged(file=file) from None
    if prefix or key.private_text != file.read_text().strip():
        raise SigningKeyDamaged(file=file)
    return key


def make_key(folder: Path) -> None:
    """A new key in the folder, unless there is one."""
    file = folder / FILE
    if file.exists():
        return
    key = SigningKey(f"records-{secrets.token_hex(8)}", Ed25519PrivateKey.generate())
    draft = file.with_name(f".{FILE}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w") as written:
        written.write(f"{key.private_text}\n")
        written.flush()
        os.fsync(written.fileno())
    try:
        os.link(draft, file)  # never over a key that another process has just made
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _text_of(raw: bytes) -> str:
    return b64encode(raw).decode()
