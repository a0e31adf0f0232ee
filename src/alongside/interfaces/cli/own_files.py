"""The files that hold records and keys: there, and for the clinic's own user alone.

A file that others could read may have been read. So nothing is put right in silence: whoever runs
the clinic is told which file it is and what to type.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from alongside.interfaces.cli.house import CannotRun

DATABASE: Final = Path("clinic.sqlite3")
KEYRING: Final = Path("keyring.sqlite3")
SECRET: Final = Path("secret")
SIGNING_KEY: Final = Path("audit-signing-key")
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


class FileTooOpen(CannotRun):
    """Others on this machine can read {file}. Think about who may have read it, and let its owner
    alone read it: chmod {mode} {file}"""


class FolderTooOpen(CannotRun):
    """Others on this machine can put files of theirs into {folder}. Let its owner alone do that:
    chmod 700 {folder}"""


class SecretMissing(CannotRun):
    """The secret {file} is not there. Put the one from the safe copy back. Without one, make a new
    one, which signs everybody out and ends every feedback link that was sent:
    (umask 077; head -c 48 /dev/urandom | base64 > {file})"""


class KeyringMissing(CannotRun):
    """The key store {file} is not there, and without it nothing of this clinic can be read. Put it
    back from its last backup: cp BACKUP {file} && chmod 600 {file}"""


def check_own_files(folder: Path, keys: Path) -> None:
    """Nothing, when no file of a clinic can be read by others, and its secret is there.

    A folder without a clinic has nothing to guard.
    Raises: FileTooOpen, FolderTooOpen, SecretMissing.
    """
    for file, mode in own_files(folder, keys):
        if file.stat().st_mode & OTHERS:
            raise FileTooOpen(file=file, mode=mode)
    if keys.is_dir() and keys.stat().st_mode & OTHERS_WRITE:
        raise FolderTooOpen(folder=keys)
    if (folder / DATABASE).is_file() and not (keys / SECRET).is_file():
        raise SecretMissing(file=keys / SECRET)


def check_keys() -> None:
    """Nothing, when the keys to the records of the open clinic are there and open what they should.

    Raises: KeyringMissing, KeyMissing, KeyTooOpen, KeyDamaged, KeyGuessable, KeyringDamaged.
    """
    from django.conf import settings

    from alongside.clinic.people.models import Person
    from alongside.clinic.vault.keyring import the_keyring

    keyring = Path(settings.KEYRING)
    if not keyring.is_file() and _was_migrated("people", "0003_sealed") and Person.objects.exists():
        raise KeyringMissing(file=keyring)
    the_keyring().check()


def check_signing_key() -> None:
    """Nothing, when the key that signed the audit of the open clinic can go on signing it.

    Raises: SigningKeyMissing, SigningKeyTooOpen, SigningKeyDamaged.
    """
    from django.conf import settings

    from alongside.clinic.audit.models import AuditCheckpoint
    from alongside.clinic.audit.signing import read_key

    keys = Path(settings.KEYS_FOLDER)
    is_signed = _was_migrated("audit", "0003_chain") and AuditCheckpoint.objects.exists()
    if is_signed or (keys / SIGNING_KEY).exists():
        read_key(keys)


def _was_migrated(app: str, migration: str) -> bool:
    """Whether the database that is open has come so far; that of an earlier version may not."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return (app, migration) in MigrationRecorder(connection).applied_migrations()


def own_files(folder: Path, keys: Path) -> Iterator[tuple[Path, str]]:
    """Every file that is there and that nobody else may read, with the mode that it should have."""
    for name in (DATABASE, KEYRING):
        yield from ((file, "600") for file in sorted(folder.glob(f"{name}*")) if file.is_file())
    for name in (SECRET, SIGNING_KEY, Path("kek-*")):
        mode = "600" if name == SECRET else "400"
        yield from ((file, mode) for file in sorted(keys.glob(str(name))) if file.is_file())
