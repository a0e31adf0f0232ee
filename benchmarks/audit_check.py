"""How long a check of a million entries takes, beside the hashing of the same bytes alone."""

from __future__ import annotations

import os
import sqlite3
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from alongside.clinic.audit.chain import BEFORE_THE_FIRST, COLUMNS, FORMAT, LEAF, entry_hash
from alongside.clinic.audit.signing import make_key, read_key
from alongside.clinic.audit.tree import NODE, Frontier
from alongside.interfaces.cli import verify_audit
from benchmarks.figures import Result, Table, against, repeated

N_ENTRIES = 1_000_000
ENTRIES_A_CHECKPOINT = 1_000
TARGET_SECONDS = 10.0
DETAIL = b'{"way_in": "link", "n_answered": 7, "role": "alliance"}'
HEADS = ("what", "seconds", "entries a second")


def measure(folder: Path, *, rounds: int, n: int = N_ENTRIES) -> Result:
    """The whole check, and SHA-256 over the same bytes in the same order."""
    folder.mkdir(parents=True, exist_ok=True)
    make_key(folder)
    key = verify_audit.read_key(read_key(folder).public_text)
    database, witness, longest = _written(folder, n)
    checks, hashes = [], []
    for _ in range(rounds):
        hashes.append(_seconds_of_hashing(n, longest))
        began = time.perf_counter()
        report = verify_audit.verify(database, [witness], key)
        checks.append(time.perf_counter() - began)
        if report.n_entries != n or report.n_uncovered:
            raise RuntimeError(f"{report.n_entries} of {n} entries were checked")
    check, alone = repeated(checks), repeated(hashes)
    return Result(
        title="Check of the audit",
        conditions=(
            f"{rounds} rounds; {n:,} entries of {longest} bytes, a checkpoint for each "
            f"{ENTRIES_A_CHECKPOINT:,}, all signatures checked; one process, the file in the "
            "system's cache.",
            "SHA-256 alone: one leaf and one node for each entry, from bytes in memory, by the "
            "same library. It is what no check can do without.",
        ),
        tables=(
            Table(
                HEADS,
                (
                    ("the whole check", check.told(), f"{n / check.median:,.0f}"),
                    ("SHA-256 alone", alone.told(), f"{n / alone.median:,.0f}"),
                ),
            ),
        ),
        verdicts=(
            against(f"Check of {n:,} entries", check.median, TARGET_SECONDS, "s"),
            f"{check.median / alone.median:.1f} times as long as SHA-256 alone.",
        ),
    )


def _entries(n: int) -> Iterator[list[object]]:
    before = BEFORE_THE_FIRST
    for seq in range(1, n + 1):
        row: list[object] = [
            *(seq, f"2026-03-02 09:00:00.{seq % 10**6:06}", "hand_in_answers", "bearer", None),
            *("bearer", 4_611_686_018_427_387_904 + seq % 5_000, "response", seq, DETAIL, before),
        ]
        before = entry_hash(row)
        yield [*row, before]


def _written(folder: Path, n: int) -> tuple[Path, Path, int]:
    """A database with so many entries, what a witness kept, and how many bytes an entry has."""
    database, witness = folder / "audit.sqlite3", folder / "checkpoints"
    key, tree, longest = read_key(folder), Frontier(), 0
    with closing(sqlite3.connect(database)) as connection, witness.open("w") as notes:
        columns = ("seq INTEGER PRIMARY KEY", *COLUMNS[1:], "hash")
        connection.execute(f"CREATE TABLE {verify_audit.TABLE} ({', '.join(columns)})")
        statement = f"INSERT INTO {verify_audit.TABLE} VALUES ({', '.join('?' * len(columns))})"
        for row in _entries(n):
            connection.execute(statement, row)
            leaf = row[-1]
            assert isinstance(leaf, bytes)
            tree.grow(leaf)
            if tree.size % ENTRIES_A_CHECKPOINT == 0 or tree.size == n:
                root = b64encode(tree.root()).decode()
                text = f"{key.name}\n{tree.size}\n{root}\ntime 2026-03-02T09:00:00Z\n"
                notes.write(f"\n\n{key.signed(text)}")
                longest = len(FORMAT) + 4 * len(COLUMNS) + sum(len(str(each)) for each in row[:-2])
        connection.commit()
    return database, witness, longest


def _seconds_of_hashing(n: int, length: int) -> float:
    leaf, node = LEAF + os.urandom(length + 32), NODE + os.urandom(64)
    began = time.perf_counter()
    for _ in range(n):
        sha256(leaf).digest()
        sha256(node).digest()
    return time.perf_counter() - began
