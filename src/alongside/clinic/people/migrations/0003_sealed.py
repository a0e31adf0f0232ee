"""Who somebody is, sealed with a key of their own."""

from typing import Any

import alongside.clinic.people.models
from alongside.clinic.vault.fields import BlindIndex, Bound, SealedText
from alongside.clinic.vault.migrating import fill_column, seal_column
from alongside.clinic.vault.tiers import Tier
from django.db import migrations, models

OF_PERSON = Bound(person="id", row=("public_id",))
OF_CLIENT = Bound(client="id", row=("public_id",))


def index(name: str, of: str) -> Any:
    return lambda row: row._meta.get_field(name).index_of(getattr(row, of))


def text(longest: int) -> models.CharField:
    return models.CharField(max_length=longest)


def number() -> models.BigIntegerField:
    return models.BigIntegerField(
        default=alongside.clinic.people.models.new_number,
        editable=False,
        primary_key=True,
        serialize=False,
    )


class Migration(migrations.Migration):
    dependencies = [("people", "0002_privacy_officer")]

    operations = [
        migrations.AlterField("person", "id", number()),
        migrations.AlterField("client", "id", number()),
        migrations.AlterField("person", "sign_in_name", models.CharField(max_length=80)),
        migrations.AlterField("client", "code", models.CharField(max_length=40)),
        *seal_column(
            "people",
            "person",
            "sign_in_name",
            SealedText(Tier.IDENTITY, OF_PERSON),
            before=text(80),
        ),
        *seal_column(
            "people",
            "person",
            "display_name",
            SealedText(Tier.IDENTITY, OF_PERSON),
            before=text(80),
        ),
        *seal_column(
            "people", "person", "password", SealedText(Tier.IDENTITY, OF_PERSON), before=text(128)
        ),
        *fill_column(
            "people",
            "person",
            "sign_in_index",
            BlindIndex("sign_in_name", null=False, unique=True),
            index("sign_in_index", "sign_in_name"),
        ),
        *seal_column(
            "people", "client", "code", SealedText(Tier.IDENTITY, OF_CLIENT), before=text(40)
        ),
        *seal_column(
            "people",
            "client",
            "display_name",
            SealedText(Tier.IDENTITY, OF_CLIENT),
            before=text(80),
        ),
        *seal_column(
            "people",
            "client",
            "phone",
            SealedText(Tier.IDENTITY, OF_CLIENT, blank=True),
            before=text(40),
        ),
        *seal_column(
            "people",
            "client",
            "email",
            SealedText(Tier.IDENTITY, OF_CLIENT, blank=True),
            before=text(254),
        ),
        *seal_column(
            "people",
            "client",
            "own_goal",
            SealedText(Tier.CLINICAL, OF_CLIENT, blank=True),
            before=text(200),
        ),
        *fill_column(
            "people",
            "client",
            "code_index",
            BlindIndex("code", null=False, unique=True),
            index("code_index", "code"),
        ),
    ]
