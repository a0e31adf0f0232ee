"""Prints what a clinic's folder holds, with every sealed column opened: a program for tests.

Numbers of persons and clients are drawn at random, so each is told by its name.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

PEOPLE = ("people.person", "people.client")


def tables(passing: frozenset[str]) -> dict[str, list[dict[str, Any]]]:
    """The rows of each table of the clinic, in an order that is the same in every clinic."""
    from django.apps import apps

    people = {
        label: {row.pk: str(row) for row in apps.get_model(label).objects.all()} for label in PEOPLE
    }
    named = {name for names in people.values() for name in names.values()}
    found = {}
    for model in apps.get_models():
        if not model.__module__.startswith("alongside."):
            continue
        columns = [each for each in model._meta.local_concrete_fields if each.name not in passing]
        kept = [each for each in columns if type(each).__name__ != "BlindIndex"]
        rows = [
            {each.name: told(row, each, people) for each in kept} for row in model.objects.all()
        ]
        found[model._meta.db_table] = sorted(rows, key=repr)
    assert named or not found["people_client"]
    return found


def told(row: Any, column: Any, people: dict[str, dict[int, str]]) -> Any:
    """What stands in a column, and the name instead of the number of a person or client."""
    value = getattr(row, column.attname)
    of = column.related_model or (type(row) if column.primary_key else None)
    if of is not None and of._meta.label_lower in people:
        return people[of._meta.label_lower].get(value)
    if column.attname in ("actor_person_id", "client_id", "subject_id"):
        names = {**people["people.person"], **people["people.client"]}
        return names.get(value, value)
    return value


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "alongside.config.settings"
    import django

    django.setup()
    json.dump(tables(frozenset(sys.argv[1:])), sys.stdout, default=str)
