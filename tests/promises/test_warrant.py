"""The page on what a warrant would get says of every column how it can be read."""

from __future__ import annotations

import re
import sqlite3

import pytest
from django.db import connection

from alongside.clinic.people.models import Client
from alongside.clinic.vault.keyring import SCHEMA
from alongside.clinic.vault.tiers import Tier, columns, tier_of
from tests.promises import figures
from tools import warrant

pytestmark = pytest.mark.django_db


def cells_of(text: str, table: str) -> tuple[set[str], set[str], set[str]]:
    """The names of columns in the three cells of one table's line."""
    line = next(line for line in text.split("\n") if line.startswith(f"| `{table}` |"))
    readable, encrypted, sealed = line.split(" | ")[-3:]
    return tuple(set(re.findall(r"`(\w+)`", cell)) for cell in (readable, encrypted, sealed))  # type: ignore[return-value]


def test_the_committed_page_is_what_the_schema_says() -> None:
    assert warrant.PAGE.read_text(encoding="utf-8") == warrant.page()


@pytest.mark.promise
def test_every_column_of_the_database_stands_there_once() -> None:
    text, n_columns, missing = warrant.page(), 0, []
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        for table in names:
            described = connection.introspection.get_table_description(cursor, table)
            told = [name for cell in cells_of(text, table) for name in cell]
            missing += [f"{table}.{each.name}" for each in described if each.name not in told]
            assert len(told) == len(described), table
            n_columns += len(described)
    assert len(names) > 45 and missing == []
    figures.record(
        "A6",
        part="what a warrant would get",
        found=n_columns - len(missing),
        of=n_columns,
        what="columns told as readable, encrypted or sealed",
        note="every column of every table, on the page docs/reference/warrant.md",
    )


def test_what_is_told_is_what_the_column_declares() -> None:
    text = warrant.page()
    place = {Tier.CLEAR: 0, Tier.IDENTITY: 1, Tier.CLINICAL: 1, Tier.SEALED: 2}
    for column in columns():
        tier = tier_of(column)
        assert tier is not None
        cells = cells_of(text, column.model._meta.db_table)
        assert [column.column in cell for cell in cells].index(True) == place[tier], column


def test_control_a_column_that_becomes_readable_changes_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = warrant.page()
    monkeypatch.setattr(Client._meta.get_field("own_goal"), "tier", Tier.CLEAR)
    assert warrant.page() != before
    assert "own_goal" in cells_of(warrant.page(), "people_client")[0]


def test_the_key_store_stands_there_too() -> None:
    with sqlite3.connect(":memory:") as store:
        store.executescript(SCHEMA)
        names = [
            row[0] for row in store.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
    assert set(names) == set(warrant.KEY_STORE)
    assert cells_of(warrant.page(), "data_key")[1] == {"wrapped"}
