"""The number that an imported visit had elsewhere, sealed."""

from alongside.clinic.vault.fields import BlindIndex, Bound, SealedText
from alongside.clinic.vault.migrating import fill_column, seal_column
from alongside.clinic.vault.tiers import Tier
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0001_initial"),
        ("people", "0003_sealed"),
        ("instruments", "0003_sealed"),
    ]

    operations = [
        migrations.RemoveConstraint("visit", "imported_once"),
        *seal_column(
            "visits",
            "visit",
            "imported_id",
            SealedText(Tier.IDENTITY, Bound(client="client_id", row=("public_id",)), blank=True),
            before=models.CharField(max_length=80, blank=True),
        ),
        *fill_column(
            "visits",
            "visit",
            "imported_index",
            BlindIndex("imported_id", unique=True),
            lambda row: row._meta.get_field("imported_index").index_of(row.imported_id),
        ),
    ]
