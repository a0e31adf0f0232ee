"""The command line as a shell sees it: a process, its words and its number."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PASSWORD = "a long walk by the river"
SOURCES = Path(__file__).resolve().parents[3] / "src"

# What a second run may write differently: random names, and the moment of the run itself.
PASSING_COLUMNS = frozenset(
    {
        "public_id",
        "link_key",
        "saved_at",
        "at",
        "noticed_at",
        "therapist_sees_from",
        "supervision_since",
        "closed_at",
        "imported_at",
        "learned_at",
        "password",
        "prev_hash",
        "hash",
    }
)
PASSING_TABLES = ("django_", "sqlite_", "attempts")


@dataclass(frozen=True)
class Said:
    """What a command said and the number that it ended with."""

    code: int
    out: str
    err: str

    @property
    def facts(self) -> Any:
        return json.loads(self.out)


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ALONGSIDE_")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return {**kept, "PYTHONPATH": str(SOURCES), "ALONGSIDE_PASSWORD": PASSWORD, **more}


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "alongside.interfaces.cli.main", *map(str, arguments)]


def alongside(*arguments: object, more: Mapping[str, str] | None = None) -> Said:
    """The command, run to its end in a process of its own."""
    ended = subprocess.run(
        command(*arguments),
        env=environment(**(more or {})),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return Said(ended.returncode, ended.stdout, ended.stderr)


def new_clinic(folder: Path, zone: str = "UTC") -> Path:
    """An empty clinic in a folder."""
    said = alongside(
        *("init", "--data", folder, "--name", "River House"),
        *("--administrator", "ines", "--time-zone", zone),
    )
    assert said.code == 0, said.err
    return folder


def rows_of(folder: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(f"file:{folder / 'clinic.sqlite3'}?mode=ro", uri=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def digest_of(folder: Path) -> dict[str, tuple[int, str]]:
    """For each table of a clinic its number of rows and a digest of all that lasts in them."""
    tables = [
        name for (name,) in rows_of(folder, "select name from sqlite_master where type='table'")
    ]
    digests = {}
    for table in sorted(tables):
        if table.startswith(PASSING_TABLES):
            continue
        columns = [row[1] for row in rows_of(folder, f'pragma table_info("{table}")')]
        lasting = ", ".join(f'"{name}"' for name in columns if name not in PASSING_COLUMNS)
        rows = rows_of(folder, f'select {lasting} from "{table}" order by 1')
        digests[table] = len(rows), hashlib.sha256(repr(rows).encode()).hexdigest()
    return digests
