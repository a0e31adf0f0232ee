"""Rows as tests read and change them: opened, whether a column is sealed or not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model


def change(row: Model, **values: Any) -> None:
    """The row with these values, past every rule of the actions."""
    kept = type(row)._base_manager.get(pk=row.pk)
    for name, value in values.items():
        setattr(kept, name, value)
    kept.save()


def values_of(rows: Iterable[Model], *names: str) -> list[dict[str, Any]]:
    """What stands in these columns of each row."""
    return [{name: getattr(row, name) for name in names} for row in rows]
