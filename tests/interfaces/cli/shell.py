"""The command line as a shell sees it: a process, its words and its number."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
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
    for ours in ("DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"):
        kept.pop(ours, None)
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
    """An empty clinic in a folder: a copy of one that was made by the command."""
    shutil.copytree(_empty_clinic(zone), folder, dirs_exist_ok=True)
    return folder


@cache
def _empty_clinic(zone: str) -> Path:
    folder = Path(_KEPT.name) / zone.replace("/", "-")
    said = alongside(
        *("init", "--data", folder, "--name", "River House"),
        *("--administrator", "ines", "--time-zone", zone),
    )
    assert said.code == 0, said.err
    return folder


_KEPT = tempfile.TemporaryDirectory(prefix="empty-clinics-")


def rows_of(folder: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(f"file:{folder / 'clinic.sqlite3'}?mode=ro", uri=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def bytes_of(folder: Path) -> dict[str, str]:
    """A digest of each table as it is stored, all but the audit: nothing was written meanwhile."""
    tables = rows_of(folder, "select name from sqlite_master where type = 'table' order by name")
    return {
        name: hashlib.sha256(repr(rows_of(folder, f'select * from "{name}"')).encode()).hexdigest()
        for (name,) in tables
        if not name.startswith("audit_")
    }


def opened(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """For each table of a clinic all that lasts in it, with what is sealed opened."""
    ended = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("opened.py")), *sorted(PASSING_COLUMNS)],
        env=environment(ALONGSIDE_DATA=str(folder)),
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    tables: dict[str, list[dict[str, Any]]] = json.loads(ended.stdout)
    return tables


def digest_of(folder: Path) -> dict[str, tuple[int, str]]:
    """For each table of a clinic its number of rows and a digest of all that lasts in them."""
    return digests(opened(folder))


def digests(tables: Mapping[str, list[dict[str, Any]]]) -> dict[str, tuple[int, str]]:
    """For each of these tables its number of rows and a digest of them."""
    return {
        table: (len(rows), hashlib.sha256(repr(rows).encode()).hexdigest())
        for table, rows in tables.items()
    }


def sign_in_names(folder: Path) -> set[str]:
    """Who can sign in to a clinic, by the name that they type."""
    return {row["sign_in_name"] for row in opened(folder)["people_person"]}
