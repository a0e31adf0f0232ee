"""Twelve ways to change an audit behind its back, by somebody who knows exactly how it is made.

Each changes a copy of the database at a place and tells which entry is the first that is wrong.
Where it is in their power, half of the time they also make every hash fit again.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from alongside.clinic.audit.chain import BEFORE_THE_FIRST, COLUMNS, entry_hash
from alongside.clinic.audit.signing import SigningKey, read_key
from alongside.clinic.audit.tree import Frontier

TABLE = "audit_auditevent"
ALL = ", ".join((*COLUMNS, "hash"))


@dataclass(frozen=True)
class Evidence:
    """The audit of a clinic as it is, as it was at each checkpoint, and what its witness kept."""

    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "audit.sqlite3"

    @property
    def witness(self) -> Path:
        return self.folder / "witness" / "checkpoints"

    @cached_property
    def key(self) -> SigningKey:
        return read_key(self.folder / "keys")

    @cached_property
    def snapshots(self) -> dict[int, Path]:
        """The audit at each checkpoint, by its size."""
        files = self.folder.glob("audit-*.sqlite3")
        return {int(file.stem.removeprefix("audit-")): file for file in files}

    @property
    def sizes(self) -> list[int]:
        return sorted(self.snapshots)

    @property
    def covered(self) -> int:
        """How many entries the last checkpoint covers."""
        return self.sizes[-1]

    @cached_property
    def n_entries(self) -> int:
        with closing(sqlite3.connect(self.database)) as database:
            return int(database.execute(f"SELECT count(*) FROM {TABLE}").fetchone()[0])


@dataclass
class Crime:
    """One change to a copy of the audit; `files` is what the verifier is given.

    `is_chained`: whether every hash is made to fit again. Missing: by chance.
    """

    evidence: Evidence
    scratch: Path
    place: int
    chance: random.Random
    is_chained: bool | None = None

    def __post_init__(self) -> None:
        self.database = Path(shutil.copy(self.evidence.database, self.scratch / "copy.sqlite3"))
        self.files = [self.evidence.witness]

    @contextmanager
    def rows(self, *, first: int) -> Iterator[list[list[Any]]]:
        """Every entry, to be changed; written back, perhaps chained anew from `first` on."""
        is_chained = self.chance.random() < 0.5 if self.is_chained is None else self.is_chained
        with closing(sqlite3.connect(self.database)) as database:
            database.execute("PRAGMA synchronous=OFF")
            refusals = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in refusals.fetchall():
                database.execute(f"DROP TRIGGER {name}")
            rows = [list(row) for row in database.execute(f"SELECT {ALL} FROM {TABLE}")]
            yield rows
            if is_chained:
                chain_anew(rows, first=first)
            database.execute(f"DELETE FROM {TABLE}")
            marks = ", ".join("?" * (len(COLUMNS) + 1))
            database.executemany(f"INSERT INTO {TABLE} ({ALL}) VALUES ({marks})", rows)
            database.commit()

    def sign_anew(self, key: SigningKey) -> Path:
        """A file with checkpoints over the changed audit, of the sizes that the true ones have."""
        with closing(sqlite3.connect(self.database)) as database:
            leaves = [leaf for (leaf,) in database.execute(f"SELECT hash FROM {TABLE}")]
        notes, tree = [], Frontier()
        for leaf in leaves:
            tree.grow(leaf)
            if tree.size in self.evidence.snapshots:
                root = b64encode(tree.root()).decode()
                text = f"{key.name}\n{tree.size}\n{root}\ntime 2026-09-28T09:00:00Z\n"
                notes.append(key.signed(text))
        file = self.scratch / "signed-anew"
        file.write_text("\n\n".join(notes))
        return file


def chain_anew(rows: Sequence[list[Any]], *, first: int) -> None:
    """Number, link and hash every entry from `first` on, so that the chain fits."""
    before = rows[first - 2][-1] if first > 1 else BEFORE_THE_FIRST
    for seq, row in enumerate(rows[first - 1 :], start=first):
        row[0], row[-2] = seq, before
        row[-1] = before = entry_hash(row[:-1])


def _column(name: str) -> int:
    return COLUMNS.index(name)


def edit_field(crime: Crime) -> int:
    """Another deed, another client, another detail."""
    name = crime.chance.choice(
        ("deed", "acting_as", "client_id", "subject", "subject_id", "detail")
    )
    with crime.rows(first=crime.place) as rows:
        kept = rows[crime.place - 1][_column(name)]
        rows[crime.place - 1][_column(name)] = 7 if name.endswith("_id") else f"{kept} "
        if kept == 7:
            rows[crime.place - 1][_column(name)] = None
    return crime.place


def edit_time(crime: Crime) -> int:
    """A deed that was done on another day, or a moment later."""
    with crime.rows(first=crime.place) as rows:
        row = rows[crime.place - 1]
        row[_column("at")] = crime.chance.choice(("2025-01-01 09:00:00", f"{row[1][:19]}.000001"))
    return crime.place


def edit_actor(crime: Crime) -> int:
    """Somebody else did it."""
    with crime.rows(first=crime.place) as rows:
        row = rows[crime.place - 1]
        row[_column("actor_kind")] = (
            "person" if row[_column("actor_kind")] == "system" else "system"
        )
        row[_column("actor_person_id")] = crime.chance.choice((None, 1, 99))
    return crime.place


def delete_middle(crime: Crime) -> int:
    """A few entries that never were; the others may be numbered anew."""
    with crime.rows(first=crime.place) as rows:
        del rows[crime.place - 1 : crime.place - 1 + crime.chance.randint(1, 5)]
    return crime.place


def delete_tail(crime: Crime) -> int:
    """Everything from here on."""
    with crime.rows(first=crime.place) as rows:
        del rows[crime.place - 1 :]
    return crime.place


def delete_head(crime: Crime) -> int:
    """Everything up to here."""
    with crime.rows(first=1) as rows:
        del rows[: crime.place]
    return 1


def insert(crime: Crime) -> int:
    """A deed that nobody did; those behind it move on by one."""
    with crime.rows(first=crime.place) as rows:
        made_up = list(rows[crime.place - 1])
        made_up[_column("deed")] = "nobody_did_this"
        rows.insert(crime.place - 1, made_up)
        for number, row in enumerate(rows, start=1):
            row[0] = number
    return crime.place


def swap_two(crime: Crime) -> int:
    """Two deeds in each other's place."""
    places = range(1, crime.evidence.covered + 1)
    other = crime.chance.choice([place for place in places if place != crime.place])
    first, second = sorted((crime.place, other))
    with crime.rows(first=first) as rows:
        one, two = rows[first - 1], rows[second - 1]
        rows[first - 1], rows[second - 1] = [first, *two[1:]], [second, *one[1:]]
    return first


def replay_snapshot(crime: Crime) -> int:
    """The file as it was at an earlier checkpoint."""
    earlier = [size for size in crime.evidence.sizes if size < crime.evidence.covered]
    size = min(earlier, key=lambda each: abs(each - crime.place))
    shutil.copy(crime.evidence.snapshots[size], crime.database)
    return size + 1


def _rewrite(crime: Crime) -> int:
    """Another history from here on, whole in itself."""
    with crime.rows(first=crime.place) as rows:
        for row in rows[crime.place - 1 :]:
            row[_column("deed")] = "nothing_to_see"
        chain_anew(rows, first=crime.place)
    return crime.place


def rewrite_without_key(crime: Crime) -> int:
    """The whole history anew, signed by a key of one's own under the name of the true one."""
    first = _rewrite(crime)
    own = SigningKey(crime.evidence.key.name, Ed25519PrivateKey.generate())
    if crime.chance.random() < 0.5:  # they reach one of the witnesses as well
        crime.files.append(crime.sign_anew(own))
    return first


def rewrite_with_stolen_key(crime: Crime) -> int:
    """The whole history anew, signed by the true key; the witness keeps what it has."""
    first = _rewrite(crime)
    if crime.chance.random() < 0.5:
        crime.files.append(crime.sign_anew(crime.evidence.key))
    return first


def fork(crime: Crime) -> int:
    """Two histories, both signed by the true key, each shown to a witness of its own."""
    first = _rewrite(crime)
    crime.files.append(crime.sign_anew(crime.evidence.key))
    if crime.chance.random() < 0.5:
        shutil.copy(crime.evidence.database, crime.database)
    crime.chance.shuffle(crime.files)
    return first


OPERATORS: tuple[Callable[[Crime], int], ...] = (
    edit_field,
    edit_time,
    edit_actor,
    delete_middle,
    delete_tail,
    delete_head,
    insert,
    swap_two,
    replay_snapshot,
    rewrite_without_key,
    rewrite_with_stolen_key,
    fork,
)
