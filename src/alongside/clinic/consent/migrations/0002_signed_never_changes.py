"""What was signed stays as it was signed: the database refuses to change it.

Sealed columns are left out, since their ciphertext changes when a key does.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def refuse_changes(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor != "sqlite":
        return
    editor.execute(
        "CREATE TRIGGER signed_consent_is_not_changed BEFORE UPDATE OF client_id, language, "
        "segments, purposes, until, last_day, statements, document_sha256, signed_at, "
        "signed_by_id ON consent_consent WHEN OLD.state <> 'draft' "
        "BEGIN SELECT RAISE(ABORT, 'a signed consent never changes'); END"
    )


def allow_changes(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TRIGGER IF EXISTS signed_consent_is_not_changed")


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_initial")]
    operations = [migrations.RunPython(refuse_changes, allow_changes)]
