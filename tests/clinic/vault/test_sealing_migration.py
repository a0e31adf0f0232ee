"""A clinic whose columns were in the clear comes over whole, and can go back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from alongside.clinic.people.models import Client, Person
from alongside.clinic.vault.fields import sealed_columns
from tests.factories.clinic import small_clinic
from tests.factories.rows import values_of

IN_THE_CLEAR = [
    ("people", "0002_privacy_officer"),
    ("outbox", "0001_initial"),
    ("instruments", "0002_versions_never_change"),
    ("visits", "0001_initial"),
    ("alliance", "0002_course_points"),
    ("progress", "0001_initial"),
    ("supervision", "0001_initial"),
]
SEALED = [model for model in apps.get_models() if sealed_columns(model)]


def everything() -> dict[str, list[dict[str, Any]]]:
    """All that is sealed, opened."""
    return {
        model._meta.label: values_of(
            model._base_manager.order_by("pk"), "pk", *(c.name for c in sealed_columns(model))
        )
        for model in SEALED
    }


def migrate(targets: list[tuple[str, str]]) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(targets)


@pytest.mark.django_db(transaction=True)
def test_there_and_back_nothing_is_lost() -> None:
    clinic = small_clinic()
    for number in (8, 8, 10, 10, 2):
        clinic.feedback(clinic.visit(), number, O1="Slower, please.")
    before = everything()
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        migrate(IN_THE_CLEAR)
        with connection.cursor() as cursor:
            cursor.execute("SELECT display_name, code FROM people_client ORDER BY code")
            assert cursor.fetchall() == [("Alma", "C-1"), ("Bruno", "C-2")]
            cursor.execute("SELECT count(*) FROM instruments_answer WHERE value LIKE '%Slower%'")
            assert cursor.fetchone() == (5,)
    finally:
        migrate(latest)
    assert everything() == before
    assert Client.objects.get(code_index="C-1").display_name == "Alma"
    assert Person.objects.get_by_natural_key("Dana").display_name == "Dana"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("PRAGMA database_list")
        file = cursor.fetchone()[2]
    assert b"Slower, please." not in Path(file).read_bytes()
