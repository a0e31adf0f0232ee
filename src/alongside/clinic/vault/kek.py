"""The key-encryption keys: files that only the clinic's own user can read, never in a database."""

from __future__ import annotations

import os
import re
import secrets
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from pathlib import Path

from alongside.methods.vocabulary.errors import AlongsideError

LENGTH = 32
FEWEST_BYTES = 16  # of 32 drawn by chance, so few different ones come less than once in 10^14 draws
NAME = re.compile(r"kek-(\d+)")


class KeyMissing(AlongsideError):
    """The key {file} is not there, and without it nothing of this clinic can be read. Put it back
    from where it is kept apart from the backups."""


class KeyTooOpen(AlongsideError):
    """Others on this machine can read {file}. Let its owner alone read it: chmod 400 {file}"""


class KeyGuessable(AlongsideError):
    """The key in {file} can be guessed: it was not drawn by chance. Put the one from the safe copy
    back."""


class KeyDamaged(AlongsideError):
    """{file} does not hold a key: 32 bytes in base64. Put the one from the safe copy back."""


def key_numbers(folder: Path) -> list[int]:
    """The numbers of the keys in the folder, the newest last."""
    names = (NAME.fullmatch(file.name) for file in folder.glob("kek-*"))
    return sorted(int(name[1]) for name in names if name)


def read_key(folder: Path, number: int) -> bytes:
    """One key-encryption key.

    Raises: KeyMissing, KeyTooOpen, KeyDamaged, KeyGuessable.
    """
    file = file_of(folder, number)
    try:
        if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise KeyTooOpen(file=file)
        key = urlsafe_b64decode(file.read_bytes().strip())
    except FileNotFoundError:
        raise KeyMissing(file=file) from None
    except NotBase64:
        raise KeyDamaged(file=file) from None
    if len(key) != LENGTH:
        raise KeyDamaged(file=file)
    if len(set(key)) < FEWEST_BYTES:
        raise KeyGuessable(file=file)
    return key


def make_key(folder: Path, number: int) -> bytes:
    """A new key, on the disk before anything is wrapped by it. Never over one that is there."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = secrets.token_bytes(LENGTH)
    file = file_of(folder, number)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as written:
        written.write(urlsafe_b64encode(key))
        written.flush()
        os.fsync(written.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        return read_key(folder, number)
    finally:
        draft.unlink()
    return key


def file_of(folder: Path, number: int) -> Path:
    return folder / f"kek-{number}"
