"""What must hold before several processes share one clinic."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.db import connection

PROCESSES = "processes"
SAFE_SQLITE = (3, 51, 3)
OVERRIDE = "ALONGSIDE_ALLOW_OLD_SQLITE"


@register(PROCESSES)
def check_sqlite(**_: Any) -> Sequence[CheckMessage]:
    """An error when the SQLite in use can corrupt a write-ahead log that processes share.

    Source: sqlite.org, "WAL-reset bug", fixed in 3.51.3. See docs/decisions/0003.
    """
    if connection.vendor != "sqlite" or os.environ.get(OVERRIDE) == "1":
        return []
    from sqlite3 import sqlite_version, sqlite_version_info

    if sqlite_version_info >= SAFE_SQLITE:
        return []
    return [
        Error(
            f"SQLite {sqlite_version} can damage the database when more than one process uses it.",
            hint=(
                "Install pysqlite3 0.6.1 or newer, or a Python with SQLite 3.51.3 or newer. If "
                f"your system's SQLite carries the fix under an older number, set {OVERRIDE}=1."
            ),
            id="alongside.E001",
        )
    ]
