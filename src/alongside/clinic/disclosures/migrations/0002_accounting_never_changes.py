"""The accounting is added to and never changed: the database refuses.

Sealed columns are left out, since their ciphertext changes when a key does.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def refuse_changes(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor != "sqlite":
        return
    editor.execute(
        "CREATE TRIGGER disclosure_is_not_changed BEFORE UPDATE OF public_id, client_id, at, basis, "
        "purpose, recipient_kind, segments, redisclosure, legal_texts, consents, formats, "
        "n_paragraphs, language, manifest_sha256, request_key, by_id, demand_id "
        "ON disclosures_disclosure "
        "BEGIN SELECT RAISE(ABORT, 'the accounting never changes'); END"
    )


def allow_changes(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TRIGGER IF EXISTS disclosure_is_not_changed")


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0001_initial")]
    operations = [migrations.RunPython(refuse_changes, allow_changes)]
