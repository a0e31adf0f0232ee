"""The data keys, one for each owner, in a store of their own: `keyring.sqlite3`.

An owner is a client, a person who signs in, or the house itself. A key is made at the owner's first
word and destroyed when the owner is erased; a destroyed owner never gets another, also not after an
older backup of the clinic's database was put back.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from alongside.clinic.vault.kek import KeyMissing, file_of, key_numbers, make_key, read_key
from alongside.methods.vocabulary.errors import AlongsideError

KEPT_IN_MEMORY = 60.0
"""Seconds after which a process asks the store again: so long may a destroyed key live on in it."""
MOST_IN_MEMORY = 50_000
NONCE = 12
REWRAPPED_AT_ONCE = 500

SCHEMA = """
CREATE TABLE IF NOT EXISTS data_key (
    owner TEXT NOT NULL,
    version INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    kek INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    PRIMARY KEY (owner, version)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS wrapped_by ON data_key (kek, owner);
CREATE TABLE IF NOT EXISTS generation (
    number INTEGER PRIMARY KEY
);
INSERT INTO generation SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM generation);
CREATE TABLE IF NOT EXISTS destroyed (
    owner TEXT PRIMARY KEY,
    at TEXT NOT NULL
) WITHOUT ROWID;
"""


class KeyDestroyed(AlongsideError):
    """This record was erased, and its key with it. Nobody can read it any more."""


class KeyLost(AlongsideError):
    """The key store has no key for {owner}. It is older than the database beside it. Put the key
    store of the same day back."""


class KeyringDamaged(AlongsideError):
    """The key store {file} does not go with the key {kek}: one of them is damaged or from another
    clinic. Put both back from the safe copy."""


@dataclass(frozen=True)
class DataKey:
    """One version of an owner's key."""

    version: int
    secret: bytes = field(repr=False)
    cipher: AESGCM = field(repr=False)


@dataclass(frozen=True)
class _Held:
    """The keys of one owner as a process knows them for a while. The newest comes last."""

    keys: dict[int, DataKey]
    read_at: float


class Keyring:
    """The key store in `file`, opened by the key-encryption keys in `folder`."""

    def __init__(self, file: Path, folder: Path) -> None:
        self.file, self.folder = file, folder
        self._held: dict[str, _Held] = {}
        self._keks: dict[int, AESGCM] = {}
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._process = 0

    def newest(self, owner: str) -> DataKey:
        """The key that the owner's next word is sealed with, made if they have none yet.

        Raises: KeyDestroyed, KeyMissing, KeyTooOpen, KeyDamaged, KeyringDamaged.
        """
        keys = self._keys_of(owner) or self._add(owner, 1)
        return keys[max(keys)]

    def key(self, owner: str, version: int) -> DataKey:
        """The key that something of the owner was sealed with.

        Raises: KeyDestroyed, KeyLost, and as `newest`.
        """
        found = self._keys_of(owner).get(version) or self._read(owner).get(version)
        if found is None:
            raise KeyDestroyed if self.is_destroyed(owner) else KeyLost(owner=owner)
        return found

    def renew(self, owner: str) -> DataKey:
        """A new version of the owner's key. The earlier ones stay until nothing needs them.

        Raises: as `newest`.
        """
        keys = self._keys_of(owner) or self._read(owner)
        fresh = self._add(owner, max(keys, default=0) + 1)
        return fresh[max(fresh)]

    def retire(self, owner: str, *, before: int) -> None:
        """The versions before this one gone: nothing is sealed with them any more."""
        with self._writing() as store:
            store.execute("DELETE FROM data_key WHERE owner = ? AND version < ?", (owner, before))
        self._held.pop(owner, None)

    def behind(self) -> list[str]:
        """The owners who have no key of the newest generation yet."""
        with self._store() as store:
            rows = store.execute(
                "SELECT owner FROM data_key GROUP BY owner "
                "HAVING max(generation) < (SELECT max(number) FROM generation) ORDER BY owner"
            )
            return [owner for (owner,) in rows]

    def several(self) -> list[str]:
        """The owners with more than one version: something of theirs may need an earlier one."""
        with self._store() as store:
            rows = store.execute("SELECT owner FROM data_key GROUP BY owner HAVING count(*) > 1")
            return [owner for (owner,) in rows]

    def begin_generation(self) -> None:
        """From now on everyone is behind who has only the keys that there are."""
        with self._writing() as store:
            store.execute("INSERT INTO generation SELECT max(number) + 1 FROM generation")

    def destroy(self, owner: str, *, now: datetime) -> None:
        """The owner's keys gone for good, from the store and from its log."""
        with self._writing() as store:
            store.execute("DELETE FROM data_key WHERE owner = ?", (owner,))
            store.execute("INSERT OR IGNORE INTO destroyed VALUES (?, ?)", (owner, now.isoformat()))
        self._held.pop(owner, None)

    def is_destroyed(self, owner: str) -> bool:
        with self._store() as store:
            found = store.execute("SELECT 1 FROM destroyed WHERE owner = ?", (owner,)).fetchone()
        return found is not None

    def destroyed(self) -> dict[str, datetime]:
        """Every owner whose keys were destroyed, and when."""
        with self._store() as store:
            rows = store.execute("SELECT owner, at FROM destroyed").fetchall()
        return {owner: datetime.fromisoformat(at) for owner, at in rows}

    def empty_log(self) -> bool:
        """Whether the store's log could be emptied; a reader in another process may hold it."""
        with self._store() as store:
            (is_busy, _pages, _moved) = store.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not is_busy

    def owners(self) -> list[str]:
        """Everyone who has a key."""
        with self._store() as store:
            return [owner for (owner,) in store.execute("SELECT DISTINCT owner FROM data_key")]

    def newest_kek(self) -> int:
        """The number of the key-encryption key that new keys are wrapped by.

        The first is made with the first data key. One that has gone missing is not made anew.
        Raises: KeyMissing.
        """
        numbers = key_numbers(self.folder)
        if numbers:
            return numbers[-1]
        with self._store() as store:
            (used,) = store.execute("SELECT max(kek) FROM data_key").fetchone()
        if used is not None:
            raise KeyMissing(file=file_of(self.folder, used))
        make_key(self.folder, 1)
        return 1

    def n_wrapped_by_older(self, kek: int) -> int:
        """How many keys a change to this key-encryption key still has before it."""
        with self._store() as store:
            (n,) = store.execute("SELECT count(*) FROM data_key WHERE kek <> ?", (kek,)).fetchone()
        return int(n)

    def rewrap_some(self, kek: int) -> int:
        """How many more keys are now wrapped by this key-encryption key: none when all are.

        Each call stands for itself, so a change that was killed goes on where it was.
        Raises: KeyMissing, KeyTooOpen, KeyDamaged, KeyringDamaged.
        """
        with self._writing() as store:
            rows = store.execute(
                "SELECT owner, version, wrapped, kek FROM data_key WHERE kek <> ? LIMIT ?",
                (kek, REWRAPPED_AT_ONCE),
            ).fetchall()
            for owner, version, wrapped, older in rows:
                secret = self._unwrap(wrapped, older, owner, version)
                store.execute(
                    "UPDATE data_key SET wrapped = ?, kek = ? WHERE owner = ? AND version = ?",
                    (self._wrap(secret, kek, owner, version), kek, owner, version),
                )
        return len(rows)

    def check(self) -> None:
        """Nothing, when the newest key-encryption key opens what it wrapped.

        Raises: KeyMissing, KeyTooOpen, KeyDamaged, KeyringDamaged.
        """
        with self._store() as store:
            rows = store.execute(
                "SELECT owner, version, wrapped, kek FROM data_key GROUP BY kek"
            ).fetchall()
        for owner, version, wrapped, kek in rows:
            self._unwrap(wrapped, kek, owner, version)

    def forget(self) -> None:
        """Nothing held in memory any more."""
        self._held.clear()
        self._keks.clear()

    def _keys_of(self, owner: str) -> dict[int, DataKey]:
        held = self._held.get(owner)
        if held is not None and monotonic() - held.read_at < KEPT_IN_MEMORY:
            return held.keys
        return self._read(owner)

    def _read(self, owner: str) -> dict[int, DataKey]:
        with self._store() as store:
            rows = store.execute(
                "SELECT version, wrapped, kek FROM data_key WHERE owner = ? ORDER BY version",
                (owner,),
            ).fetchall()
        keys = {}
        for version, wrapped, kek in rows:
            secret = self._unwrap(wrapped, kek, owner, version)
            keys[version] = DataKey(version, secret, AESGCM(secret))
        if len(self._held) > MOST_IN_MEMORY:
            self._held.clear()
        if keys:
            self._held[owner] = _Held(keys, monotonic())
        else:
            self._held.pop(owner, None)
        return keys

    def _add(self, owner: str, version: int) -> dict[int, DataKey]:
        """The owner's keys with this version among them; another process may have been first."""
        kek = self.newest_kek()
        secret = secrets.token_bytes(32)
        with self._writing() as store:
            if store.execute("SELECT 1 FROM destroyed WHERE owner = ?", (owner,)).fetchone():
                raise KeyDestroyed
            store.execute(
                "INSERT OR IGNORE INTO data_key SELECT ?, ?, ?, ?, max(number) FROM generation",
                (owner, version, self._wrap(secret, kek, owner, version), kek),
            )
        return self._read(owner)

    def _kek(self, number: int) -> AESGCM:
        if number not in self._keks:
            self._keks[number] = AESGCM(read_key(self.folder, number))
        return self._keks[number]

    def _wrap(self, secret: bytes, kek: int, owner: str, version: int) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + self._kek(kek).encrypt(nonce, secret, f"{kek}|{version}|{owner}".encode())

    def _unwrap(self, wrapped: bytes, kek: int, owner: str, version: int) -> bytes:
        bound = f"{kek}|{version}|{owner}".encode()
        try:
            return self._kek(kek).decrypt(wrapped[:NONCE], wrapped[NONCE:], bound)
        except InvalidTag:
            raise KeyringDamaged(file=self.file, kek=file_of(self.folder, kek)) from None

    @contextmanager
    def _store(self) -> Iterator[sqlite3.Connection]:
        """The open store, to one thread at a time. A process that was forked opens its own."""
        with self._lock:
            if self._connection is None or self._process != os.getpid():
                self._connection, self._process = _opened(self.file), os.getpid()
            yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._store() as store:
            store.execute("BEGIN IMMEDIATE")
            try:
                yield store
            except BaseException:
                store.execute("ROLLBACK")
                raise
            store.execute("COMMIT")


def _opened(file: Path) -> sqlite3.Connection:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    is_new = not file.exists()
    store = sqlite3.connect(file, timeout=20, isolation_level=None, check_same_thread=False)
    store.executescript(
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;" + SCHEMA
    )
    if is_new:
        file.chmod(0o600)
    return store


_OPEN: dict[tuple[str | Path, str | Path], Keyring] = {}


def the_keyring() -> Keyring:
    """The key store of this clinic."""
    place = (settings.KEYRING, settings.KEYS_FOLDER)
    found = _OPEN.get(place)
    if found is None:
        found = _OPEN[place] = Keyring(*map(Path, place))
    return found
