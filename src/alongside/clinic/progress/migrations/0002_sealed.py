"""The course of a client on a scale, sealed with their key."""

from alongside.clinic.vault.fields import Bound, SealedJSON
from alongside.clinic.vault.migrating import seal_column
from alongside.clinic.vault.tiers import Tier
from django.db import migrations, models

OF_SCALE = Bound(client="client_id", row=("client_id", "instrument_id", "scale"))


class Migration(migrations.Migration):
    dependencies = [("progress", "0001_initial"), ("instruments", "0003_sealed")]

    operations = [
        *seal_column(
            "progress",
            "progressseries",
            "points",
            SealedJSON(Tier.CLINICAL, OF_SCALE, default=list),
            before=models.JSONField(default=list),
        ),
        *seal_column(
            "progress",
            "progressseries",
            "change",
            SealedJSON(Tier.CLINICAL, OF_SCALE, null=True),
            before=models.JSONField(null=True),
        ),
    ]
