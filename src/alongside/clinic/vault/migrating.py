"""Migrations that seal columns which were in the clear, and rows that learn whose they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Field, Model, OuterRef, Subquery
from django.db.models.fields import NOT_PROVIDED

from alongside.clinic.vault.fields import Sealed, SealedField

ROWS_AT_ONCE = 500


def seal_column(
    app: str, model: str, name: str, field: SealedField[Any], *, before: Field[Any, Any]
) -> list[Operation]:
    """What turns a column in the clear, as it was `before`, into a sealed one, and back again.

    Constraints that speak of the column have to be taken away first.
    """
    sealing = f"{name}_sealing"

    def seal_rows(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
        for row in _rows(apps, app, model):
            value = getattr(row, name)
            if value is not None:
                setattr(row, sealing, _sealed_for(row, name, sealing, value))
                row.save(update_fields=[sealing])

    def unseal_rows(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
        for row in _rows(apps, app, model):
            column: Any = row._meta.get_field(sealing)
            sealed = row.__dict__[sealing]
            if sealed is not None:
                setattr(row, name, _in_place_of(column, name).open(sealed, row))
                row.save(update_fields=[name])

    emptied = before.clone()
    emptied.null = True
    steps = (
        # On the way back the column in the clear stands empty until every row is opened.
        migrations.AlterField(model, name, emptied),
        migrations.AddField(model, sealing, _like(field, null=True)),
        migrations.RunPython(seal_rows, unseal_rows),
        migrations.RemoveField(model, name),
        migrations.RenameField(model, sealing, name),
        # Until every row is sealed, an empty column is allowed; a default is sealed row by row.
        migrations.AlterField(model, name, _like(field, null=field.null)),
        migrations.AlterField(model, name, field),
    )
    return [RowByRow(model, migrations.AlterField(model, name, field), steps)]


def fill_column(
    app: str,
    model: str,
    name: str,
    field: Field[Any, Any],
    value_of: Callable[[Any], Any],
    *,
    back: Callable[[Any], None] | None = None,
) -> list[Operation]:
    """What adds a column whose value is found out from each row; `back` takes it apart again."""

    def fill_rows(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
        for row in _rows(apps, app, model):
            setattr(row, name, value_of(row))
            row.save(update_fields=[name])

    def empty_rows(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
        if back is None:
            return
        for row in _rows(apps, app, model):
            back(row)
            row.save()

    return _added(model, name, field, fill_rows, empty_rows)


def name_client(app: str, model: str, field: Field[Any, Any], *, through: str) -> list[Operation]:
    """What lets each row name the client whom another row, found `through` it, names already."""

    def name_clients(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
        rows = apps.get_model(app, model)._base_manager
        owner = rows.filter(pk=OuterRef("pk")).values(through)[:1]
        rows.update(client_id=Subquery(owner))

    return _added(model, "client", field, name_clients, migrations.RunPython.noop)


def _added(model: str, name: str, field: Field[Any, Any], fill: Any, empty: Any) -> list[Operation]:
    loose: Any = field.clone()
    loose.null, loose._unique, loose.default = True, False, NOT_PROVIDED
    steps = (
        migrations.AddField(model, name, loose),
        migrations.RunPython(fill, empty),
        migrations.AlterField(model, name, field),
    )
    return [RowByRow(model, migrations.AddField(model, name, field), steps)]


class RowByRow(Operation):
    """A change that takes several steps where there are rows, and one where there are none.

    Both ways end in the same columns. A new clinic has no rows, and is not kept waiting for steps
    that change nothing.
    """

    def __init__(self, model: str, whole: Operation, steps: Sequence[Operation]) -> None:
        self.model, self.whole, self.steps = model, whole, steps

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        self.whole.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if self._is_empty(app_label, from_state):
            self.whole.database_forwards(app_label, schema_editor, from_state, to_state)
            return
        for step, before, after in self._passed_through(app_label, from_state):
            step.database_forwards(app_label, schema_editor, before, after)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if self._is_empty(app_label, from_state):
            self.whole.database_backwards(app_label, schema_editor, from_state, to_state)
            return
        for step, before, after in reversed(list(self._passed_through(app_label, to_state))):
            step.database_backwards(app_label, schema_editor, after, before)

    def describe(self) -> str:
        return self.whole.describe()

    def _is_empty(self, app_label: str, state: ProjectState) -> bool:
        return not state.apps.get_model(app_label, self.model)._base_manager.exists()

    def _passed_through(
        self, app_label: str, state: ProjectState
    ) -> Iterator[tuple[Operation, ProjectState, ProjectState]]:
        for step in self.steps:
            before, state = state, state.clone()
            step.state_forwards(app_label, state)
            yield step, before, state


def _rows(apps: Apps, app: str, model: str) -> Iterator[Any]:
    """Every row, some at a time, so that a large clinic fits into memory."""
    kept = apps.get_model(app, model)._base_manager.order_by("pk")
    some = list(kept[:ROWS_AT_ONCE])
    while some:
        yield from some
        some = list(kept.filter(pk__gt=some[-1].pk)[:ROWS_AT_ONCE])


def _like(field: SealedField[Any], *, null: bool) -> SealedField[Any]:
    """The column as the database knows it: without what only the model knows."""
    twin = field.clone()
    twin.null, twin.blank, twin.default = null, False, NOT_PROVIDED
    return twin


def _sealed_for(row: Model, name: str, sealing: str, value: Any) -> Sealed:
    column: Any = row._meta.get_field(sealing)
    return _in_place_of(column, name).seal(value, row)


def _in_place_of(column: SealedField[Any], name: str) -> SealedField[Any]:
    """The column under its final name: what is sealed is bound to it."""
    final = column.clone()
    final.set_attributes_from_name(name)
    final.model = column.model
    return final
