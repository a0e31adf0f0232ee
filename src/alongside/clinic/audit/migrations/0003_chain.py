"""Each entry holds on to the one before it, from the first on; and checkpoints of the chain."""

from importlib import import_module

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from alongside.clinic.audit.chain import BEFORE_THE_FIRST, COLUMNS, entry_hash
from alongside.clinic.vault.fields import Bound, SealedJSON
from alongside.clinic.vault.migrating import seal_column
from alongside.clinic.vault.tiers import Tier

append_only = import_module("alongside.clinic.audit.migrations.0002_append_only")

CHECKPOINT_REFUSALS = {
    "checkpoint_is_not_changed": "UPDATE",
    "checkpoint_is_not_deleted": "DELETE",
}


def number_what_is_there(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """The entries of before, numbered in their order without a gap."""
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM audit_auditevent ORDER BY seq")
        numbers = [number for (number,) in cursor.fetchall()]
        for seq, number in enumerate(numbers, start=1):
            cursor.execute(
                "UPDATE audit_auditevent SET seq = %s WHERE seq = %s", [seq, number]
            )


def chain_what_is_there(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """The entries of before, chained in their order."""
    columns = ", ".join(COLUMNS)
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_auditevent")
        (n,) = cursor.fetchone()
        prev_hash = BEFORE_THE_FIRST
        for seq in range(1, n + 1):
            cursor.execute(
                "UPDATE audit_auditevent SET prev_hash = %s WHERE seq = %s", [prev_hash, seq]
            )
            cursor.execute(f"SELECT {columns} FROM audit_auditevent WHERE seq = %s", [seq])
            row = cursor.fetchone()
            as_stored = [str(value) if name == "at" else value for name, value in zip(COLUMNS, row)]
            prev_hash = entry_hash(as_stored)
            cursor.execute(
                "UPDATE audit_auditevent SET hash = %s WHERE seq = %s", [prev_hash, seq]
            )


def refuse_changes(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor != "sqlite":
        return
    for name, deed in CHECKPOINT_REFUSALS.items():
        editor.execute(
            f"CREATE TRIGGER {name} BEFORE {deed} ON audit_auditcheckpoint "
            "BEGIN SELECT RAISE(ABORT, 'a checkpoint stands'); END"
        )


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.RunPython(append_only.allow_changes, append_only.refuse_changes),
        migrations.RenameField("auditevent", "id", "seq"),
        migrations.AlterField(
            "auditevent", "seq", models.BigAutoField(primary_key=True, serialize=False)
        ),
        migrations.AddField(
            "auditevent",
            "acting_as",
            models.CharField(default="", max_length=20),
            preserve_default=False,
        ),
        migrations.AddField(
            "auditevent",
            "prev_hash",
            models.BinaryField(default=b"", max_length=32),
            preserve_default=False,
        ),
        migrations.AddField(
            "auditevent",
            "hash",
            models.BinaryField(default=b"", max_length=32),
            preserve_default=False,
        ),
        migrations.RunPython(number_what_is_there, migrations.RunPython.noop),
        *seal_column(
            "audit",
            "auditevent",
            "detail",
            SealedJSON(Tier.CLINICAL, Bound(client="client_id", row=("seq",), is_lasting=True), default=dict),
            before=models.JSONField(default=dict),
        ),
        migrations.RunPython(chain_what_is_there, migrations.RunPython.noop),
        migrations.RunPython(append_only.refuse_changes, append_only.allow_changes),
        migrations.CreateModel(
            name="AuditCheckpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("note", models.TextField()),
            ],
        ),
        migrations.RunPython(refuse_changes, migrations.RunPython.noop),
        migrations.CreateModel(
            name="AuditTree",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.BigIntegerField(default=0)),
                ("frontier", models.BinaryField(default=b"")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="one_audit_tree")
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditWitness",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=300, unique=True)),
                ("size", models.BigIntegerField(default=0)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("problem", models.CharField(blank=True, max_length=200)),
            ],
        ),
    ]
