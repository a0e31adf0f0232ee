"""The address of a message, sealed with the key of the client whose it is."""

import django.db.models.deletion
from alongside.clinic.vault.fields import Bound, SealedText
from alongside.clinic.vault.migrating import seal_column
from alongside.clinic.vault.tiers import Tier
from django.apps.registry import Apps
from django.db import connection, migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def name_clients(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Every message so far is an invitation to a slot, which knows its client."""
    if "instruments_slot" not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE outbox_message SET client_id = "
            "(SELECT client_id FROM instruments_slot WHERE id = outbox_message.subject_id)"
        )


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial"), ("people", "0003_sealed")]

    operations = [
        migrations.AddField(
            "message",
            "client",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="messages",
                to="people.client",
            ),
        ),
        migrations.RunPython(name_clients, migrations.RunPython.noop),
        *seal_column(
            "outbox",
            "message",
            "address",
            SealedText(Tier.IDENTITY, Bound(client="client_id", row=("dedupe",))),
            before=models.CharField(max_length=200),
        ),
    ]
