"""Answers and scores, sealed with the key of the client whose they are."""

import django.db.models.deletion
from alongside.clinic.vault.fields import Bound, SealedJSON
from alongside.clinic.vault.migrating import name_client, seal_column
from alongside.clinic.vault.tiers import Tier
from django.db import migrations, models
from django.db.models import Q


def of_client(related_name: str, **options: bool) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE,
        related_name=related_name,
        to="people.client",
        **options,
    )


class Migration(migrations.Migration):
    dependencies = [("instruments", "0002_versions_never_change"), ("people", "0003_sealed")]

    operations = [
        *name_client("instruments", "response", of_client("responses"), through="slot__client_id"),
        *seal_column(
            "instruments",
            "response",
            "scores",
            SealedJSON(Tier.CLINICAL, Bound(client="client_id", row=("slot_id",)), default=dict),
            before=models.JSONField(default=dict),
        ),
        *name_client(
            "instruments",
            "answer",
            of_client("answers", db_index=False),
            through="response__client_id",
        ),
        migrations.RemoveConstraint("answer", "value_only_when_answered"),
        *seal_column(
            "instruments",
            "answer",
            "value",
            SealedJSON(
                Tier.CLINICAL,
                Bound(client="client_id", row=("response_id", "link_id")),
                null=True,
                blank=True,
            ),
            before=models.JSONField(null=True, blank=True),
        ),
        migrations.AddConstraint(
            "answer",
            models.CheckConstraint(
                condition=Q(state="answered", value__isnull=False)
                | (~Q(state="answered") & Q(value__isnull=True)),
                name="value_only_when_answered",
            ),
        ),
    ]
