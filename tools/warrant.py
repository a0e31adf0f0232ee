"""Writes what somebody would get who takes the clinic's data, by a warrant or by theft.

    python -m tools.warrant write | check

The tables are those of the live schema with the tier that each column declares. The page is
committed, so that a column that becomes readable is a change that somebody reviews.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import alongside.config  # noqa: F401  # before Django loads SQLite
from alongside.clinic.vault.keyring import SCHEMA
from alongside.clinic.vault.tiers import Tier, columns, tier_of
from tools.kept_page import keep

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "warrant.md"

HEAD = Path(__file__).with_name("warrant_head.md")

LIBRARIES: Mapping[str, str] = {
    "django_content_type": "One row is the name of one kind of row.",
    "auth_permission": "One row is a kind of right of Django's own, which nobody here holds.",
    "auth_group": "Empty: groups of Django's own, which nobody here is in.",
    "auth_group_permissions": "Empty: rights of those groups.",
    "account_emailaddress": "Empty: allauth's accounts are not used.",
    "account_emailconfirmation": "Empty: allauth's accounts are not used.",
    "mfa_authenticator": "One row is one key of one person: its kind, the public half of a "
    "passkey, and the name of its secret, which is encrypted elsewhere.",
}
WITHOUT_MODEL: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "attempts": (
        "One row is a count of wrong tries at a door, for a quarter of an hour; hashes of the door "
        "and of the address.",
        ("cache_key", "value", "expires"),
    ),
    "django_migrations": (
        "One row is one change of the schema and its day.",
        ("id", "app", "name", "applied"),
    ),
}
KEY_STORE: Mapping[str, str] = {
    "data_key": "One row is one version of one key, wrapped; `owner` is a kind and a number.",
    "generation": "How often keys were made or destroyed.",
    "destroyed": "One row is one owner whose key was destroyed, and when.",
}


@dataclass(frozen=True)
class Table:
    """One table: what its rows are about, and its columns by how they can be read."""

    name: str
    about: str
    readable: tuple[str, ...]
    encrypted: tuple[str, ...] = ()
    sealed: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The table as a line of the page."""
        cells = (_list(self.readable), ", ".join(self.encrypted), _list(self.sealed))
        return f"| `{self.name}` | {self.about} | {' | '.join(cells)} |"


def page() -> str:
    """The whole page, as the schema is now."""
    rows = [table.line for table in tables()]
    stores = [table.line for table in key_store()]
    return "\n".join(
        [
            HEAD.read_text(encoding="utf-8"),
            *_head("readable", "encrypted", "sealed"),
            *rows,
            "",
            "## Every table of the key store",
            "",
            *_head("readable", "encrypted", "sealed"),
            *stores,
            "",
        ]
    )


def _head(*columns: str) -> Iterator[str]:
    yield f"| table | what it is about | {' | '.join(columns)} |"
    yield "| --- |" + " --- |" * (len(columns) + 1)


def tables() -> list[Table]:
    """Every table of the database, by its name."""
    by_model = groupby(columns(), key=lambda column: column.model)
    of_models = [_table(model, list(fields)) for model, fields in by_model]
    others = [Table(name, *what) for name, what in WITHOUT_MODEL.items()]
    return sorted([*of_models, *others], key=lambda table: table.name)


def _table(model: Any, fields: Iterable[Any]) -> Table:
    name = model._meta.db_table
    by_tier: dict[Any, list[Any]] = {tier: [] for tier in Tier}
    for field in fields:
        tier = tier_of(field)
        assert tier is not None, f"{name}.{field.column} does not say how secret it is"
        by_tier[tier].append(field)
    return Table(
        name=name,
        about=LIBRARIES.get(name) or _first_sentence(model),
        readable=tuple(field.column for field in by_tier[Tier.CLEAR]),
        encrypted=tuple(_encrypted(f) for f in (*by_tier[Tier.IDENTITY], *by_tier[Tier.CLINICAL])),
        sealed=tuple(field.column for field in by_tier[Tier.SEALED]),
    )


def _first_sentence(model: Any) -> str:
    return " ".join((model.__doc__ or "").strip().split("\n\n")[0].split())


def _encrypted(field: Any) -> str:
    bound = getattr(field, "bound", None)
    if bound is None:
        return f"`{field.column}` (fingerprint)"
    whose = [who for who in ("client", "person") if getattr(bound, who)] or ["house"]
    return f"`{field.column}` ({' or '.join(whose)})"


def key_store() -> list[Table]:
    """Every table of the key store."""
    with sqlite3.connect(":memory:") as store:
        store.executescript(SCHEMA)
        found = store.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return [_store_table(store, name) for (name,) in found.fetchall()]


def _store_table(store: sqlite3.Connection, name: str) -> Table:
    columns = [row[1] for row in store.execute(f"PRAGMA table_info({name})")]
    return Table(
        name=name,
        about=KEY_STORE[name],
        readable=tuple(each for each in columns if each != "wrapped"),
        encrypted=tuple("`wrapped` (key-encryption key)" for each in columns if each == "wrapped"),
    )


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    sys.exit(keep(PAGE, page, sys.argv[1:], command="make warrant"))
