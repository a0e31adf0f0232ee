"""What is known of an alliance, sealed with the client's key."""

from typing import Any

import django.db.models.deletion
from alongside.clinic.people.models import new_public_id
from alongside.clinic.vault.fields import Bound, SealedJSON, SealedText
from alongside.clinic.vault.migrating import fill_column, name_client, seal_column
from alongside.clinic.vault.tiers import Tier
from django.db import migrations, models

OF_PAIR = Bound(client="client_id", row=("client_id", "therapist_id"))
OF_ROW = Bound(client="client_id", row=("public_id",))
SEEN = ("score", "therapist", "facets", "therapist_facets", "relief", "strain")


def of_client(related_name: str, **options: bool) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE,
        related_name=related_name,
        to="people.client",
        **options,
    )


def take_apart(point: Any) -> None:
    for name in SEEN:
        setattr(point, name, point.seen[name])


class Migration(migrations.Migration):
    dependencies = [
        ("alliance", "0002_course_points"),
        ("visits", "0002_sealed"),
        ("instruments", "0003_sealed"),
    ]

    operations = [
        *seal_column(
            "alliance",
            "allianceseries",
            "belief",
            SealedJSON(Tier.CLINICAL, OF_PAIR, null=True),
            before=models.JSONField(null=True),
        ),
        *seal_column(
            "alliance",
            "allianceseries",
            "summary",
            SealedJSON(Tier.CLINICAL, OF_PAIR, default=dict),
            before=models.JSONField(default=dict),
        ),
        *name_client(
            "alliance",
            "coursepoint",
            of_client("points", db_index=False),
            through="series__client_id",
        ),
        *fill_column(
            "alliance",
            "coursepoint",
            "seen",
            SealedJSON(Tier.CLINICAL, Bound(client="client_id", row=("visit_id",))),
            lambda row: {name: getattr(row, name) for name in SEEN},
            back=take_apart,
        ),
        *(migrations.RemoveField("coursepoint", name) for name in SEEN),
        *name_client("alliance", "repair", of_client("repairs"), through="series__client_id"),
        *seal_column(
            "alliance",
            "repair",
            "signal",
            SealedJSON(Tier.CLINICAL, OF_ROW, default=dict),
            before=models.JSONField(default=dict),
        ),
        *name_client("alliance", "repairstep", of_client("+"), through="repair__client_id"),
        *fill_column(
            "alliance",
            "repairstep",
            "public_id",
            models.CharField(default=new_public_id, editable=False, max_length=12, unique=True),
            lambda _row: new_public_id(),
        ),
        *seal_column(
            "alliance",
            "repairstep",
            "note",
            SealedText(Tier.CLINICAL, OF_ROW, blank=True),
            before=models.TextField(blank=True),
        ),
        *seal_column(
            "alliance",
            "change",
            "what_changes",
            SealedText(Tier.CLINICAL, OF_ROW),
            before=models.TextField(),
        ),
    ]
