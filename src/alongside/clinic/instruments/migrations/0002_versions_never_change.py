"""What was asked stays as it was: a version's texts are never changed under its answers."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def refuse_changes(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor != "sqlite":
        return
    editor.execute(
        "CREATE TRIGGER version_is_not_changed BEFORE UPDATE OF document, scoring, version, "
        "fingerprint ON instruments_instrumentversion "
        "BEGIN SELECT RAISE(ABORT, 'a version never changes'); END"
    )


def allow_changes(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TRIGGER IF EXISTS version_is_not_changed")


class Migration(migrations.Migration):
    dependencies = [("instruments", "0001_initial")]
    operations = [migrations.RunPython(refuse_changes, allow_changes)]
