"""What a supervisor wrote, sealed with the key of the client whom it is about."""

import django.db.models.deletion
from alongside.clinic.people.models import new_public_id
from alongside.clinic.vault.fields import Bound, SealedText
from alongside.clinic.vault.migrating import fill_column, name_client, seal_column
from alongside.clinic.vault.tiers import Tier
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0001_initial"), ("alliance", "0003_sealed")]

    operations = [
        *name_client(
            "supervision",
            "supervisionnote",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.client"
            ),
            through="repair__client_id",
        ),
        *fill_column(
            "supervision",
            "supervisionnote",
            "public_id",
            models.CharField(default=new_public_id, editable=False, max_length=12, unique=True),
            lambda _row: new_public_id(),
        ),
        *seal_column(
            "supervision",
            "supervisionnote",
            "words",
            SealedText(Tier.CLINICAL, Bound(client="client_id", row=("public_id",))),
            before=models.TextField(),
        ),
    ]
