"""The promise: whoever takes the files of a clinic reads nothing of anybody in them (A6).

What this does not cover: the memory of a running server, and whoever also takes the keys folder.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction

from alongside.clinic.alliance.actions import say_what_changes
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.instruments.models import Answer
from alongside.clinic.people.models import Clinic
from alongside.clinic.vault.envelope import DoesNotOpen
from alongside.clinic.vault.fields import Sealed, SealedField, SealedText, sealed_columns
from alongside.clinic.vault.keyring import KeyLost
from tests.factories.clinic import SmallClinic, small_clinic
from tests.factories.rows import change
from tests.promises import figures

N_CANARIES = 200
N_SWAPS = figures.size(sample=1_000, full=10_000)
CANARY = "canary-{}-in-the-vault"


@pytest.fixture
def clinic() -> SmallClinic:
    """Two clients with something in every sealed column that a clinic has."""
    clinic = small_clinic()
    for client, therapist in ((clinic.alma, clinic.dana), (clinic.bruno, clinic.omar)):
        for number in (8, 8, 8, 8, 8, 8, 2, 2, 2):
            clinic.feedback(clinic.visit(client, therapist), number, O1="Slower.")
    answer = Answer.objects.filter(link_id="O1", client=clinic.alma).first()
    assert answer is not None
    say_what_changes(
        answer=answer, what_changes="Slower.", by=clinic.as_actor(clinic.dana), now=clinic.now
    )
    return clinic


def sealed_values() -> Iterator[tuple[models.Model, SealedField[Any]]]:
    for model in apps.get_models():
        for column in sealed_columns(model):
            for row in model._base_manager.filter(**{f"{column.name}__isnull": False}):
                yield row, column


def files_of_the_clinic() -> Iterator[Path]:
    """Everything on the disk: the database and its log, the key store and its log, and the rest."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA database_list")
        database = Path(cursor.fetchone()[2])
    yield from database.parent.glob(f"{database.name}*")
    yield from (file for file in Path(settings.DATA_FOLDER).rglob("*") if file.is_file())


def found(canaries: list[str]) -> list[tuple[str, str]]:
    contents = {file.name: file.read_bytes() for file in files_of_the_clinic()}
    assert any(name.endswith("-wal") and content for name, content in contents.items())
    return [
        (canary, name)
        for canary in canaries
        for name, content in contents.items()
        for form in (canary.encode(), canary.encode("utf-16-le"), canary.encode().hex().encode())
        if form in content
    ]


@pytest.mark.promise
@pytest.mark.django_db(transaction=True)
def test_no_canary_is_found_in_any_file(clinic: SmallClinic) -> None:
    canaries: list[str] = []
    places = list(sealed_values())
    random.Random(7).shuffle(places)
    seen: set[str] = set()
    for row, column in places:
        label = f"{row._meta.label}.{column.name}"
        if len(canaries) >= N_CANARIES and label in seen:
            continue
        seen.add(label)
        canary = CANARY.format(os.urandom(6).hex())
        if column.bound.is_lasting:
            with transaction.atomic():  # a row of the audit is never written again
                audit("said", by=OPERATOR, now=clinic.now, subject=clinic.clinic, words=canary)
        else:
            value = canary if isinstance(column, SealedText) else {"said": canary, "n": [1]}
            change(row, **{column.name: value})
        canaries.append(canary)
    assert len(canaries) >= N_CANARIES
    assert len(seen) > 15
    hits = found(canaries)
    figures.record(
        "A6",
        part="canaries",
        found=len(hits),
        of=len(canaries),
        what="canaries in sealed columns found in the clinic's files",
        note="database, its log, key store, its log, everything else in the folder; as UTF-8, "
        "UTF-16 and hexadecimal",
    )
    assert hits == []


@pytest.mark.django_db(transaction=True)
def test_a_canary_in_the_clear_is_found(clinic: SmallClinic) -> None:
    Clinic.objects.update(phone=CANARY.format("clear"))
    assert {canary for canary, _ in found([CANARY.format("clear"), CANARY.format("none")])} == {
        CANARY.format("clear")
    }


@pytest.mark.promise
@pytest.mark.django_db
def test_no_ciphertext_opens_in_another_place(clinic: SmallClinic) -> None:
    places = list(sealed_values())
    chance = random.Random(11)
    refused = 0
    for _ in range(N_SWAPS):
        (here, column), (there, other) = chance.sample(places, 2)
        moved = here.__dict__[column.attname]
        assert isinstance(moved, Sealed)
        with pytest.raises((DoesNotOpen, KeyLost)):
            other.open(moved, there)
        refused += 1
    assert refused == N_SWAPS
    figures.record(
        "A6",
        part="swaps",
        found=refused,
        of=N_SWAPS,
        what="ciphertexts moved to another row, column or client refused",
    )
    for row, column in chance.sample(places, 50):
        column.open(row.__dict__[column.attname], row)


@pytest.mark.django_db
def test_a_swap_between_clients_is_refused_also_when_the_row_is_moved_whole(
    clinic: SmallClinic,
) -> None:
    mine, theirs = (
        Answer.objects.filter(link_id="O1", client=client).order_by("pk")[0]
        for client in (clinic.alma, clinic.bruno)
    )
    Answer.objects.filter(pk=mine.pk).update(client=clinic.bruno)
    moved = Answer.objects.get(pk=mine.pk)
    with pytest.raises(DoesNotOpen):
        moved.value  # noqa: B018  # looking at it opens it
    assert theirs.value == "Slower."
