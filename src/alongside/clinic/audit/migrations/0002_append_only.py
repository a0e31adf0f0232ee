"""Rows of the audit are added and never changed: the database itself refuses."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REFUSALS = {
    "audit_is_not_changed": "UPDATE",
    "audit_is_not_deleted": "DELETE",
}


def refuse_changes(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor != "sqlite":
        return
    for name, deed in REFUSALS.items():
        editor.execute(
            f"CREATE TRIGGER {name} BEFORE {deed} ON audit_auditevent "
            "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
        )


def allow_changes(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor != "sqlite":
        return
    for name in REFUSALS:
        editor.execute(f"DROP TRIGGER IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(refuse_changes, allow_changes)]
