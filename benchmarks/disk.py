"""What the disk allows: SQLite with the clinic's own settings and nothing above it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

try:
    import pysqlite3 as sqlite3
except ImportError:
    import sqlite3

DURABLE = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA journal_size_limit=27103364",
    "PRAGMA cache_size=-20000",
    "PRAGMA temp_store=MEMORY",
)
VISITS_AT_ONCE = 100


def _opened(path: Path) -> Any:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in DURABLE:
        connection.execute(pragma).fetchall()
    return connection


def commits_a_second(folder: Path, *, seconds: float = 1.0) -> float:
    """Transactions a second of one writer, each with one row of 300 bytes, each on the disk."""
    connection = _opened(folder / "commits.sqlite3")
    connection.execute("CREATE TABLE IF NOT EXISTS row (id INTEGER PRIMARY KEY, content BLOB)")
    # A log that still grows makes the file system commit too; that of a clinic has its length.
    connection.execute("INSERT INTO row (content) VALUES (zeroblob(6000000))")
    connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
    row, n = os.urandom(300), 0
    began = time.perf_counter()
    while (spent := time.perf_counter() - began) < seconds:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO row (content) VALUES (?)", (row,))
        connection.execute("COMMIT")
        n += 1
    connection.close()
    return n / spent


def rows_in(database: Path, table: str) -> int:
    """How many rows a table has."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    n: int = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
    connection.close()
    return n


def seconds_to_write_again(database: Path, folder: Path, *, n_visits: int) -> float:
    """How long plain SQL takes to write every row of a clinic into an empty one with its indexes.

    As many durable transactions as the import makes of `n_visits` rows.
    """
    source = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    schema = source.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        " AND name NOT LIKE 'sqlite_%' ORDER BY type = 'table' DESC"
    ).fetchall()
    tables = {
        name: source.execute(f'SELECT * FROM "{name}"').fetchall()
        for kind, name, _sql in schema
        if kind == "table"
    }
    source.close()
    copy = _opened(folder / "again.sqlite3")
    for _kind, _name, sql in schema:
        copy.execute(sql)
    n_chunks = -(-n_visits // VISITS_AT_ONCE)
    began = time.perf_counter()
    for chunk in range(n_chunks):
        copy.execute("BEGIN IMMEDIATE")
        for name, rows in tables.items():
            for row in _share(rows, chunk, n_chunks):
                copy.execute(f'INSERT INTO "{name}" VALUES ({",".join("?" * len(row))})', row)
        copy.execute("COMMIT")
    seconds = time.perf_counter() - began
    copy.close()
    return seconds


def _share(rows: list[Any], chunk: int, n_chunks: int) -> Iterator[Any]:
    yield from rows[len(rows) * chunk // n_chunks : len(rows) * (chunk + 1) // n_chunks]
