"""The promise: deleted means deleted, down to the bytes, and the audit still holds (A6, B1).

What this does not cover: packages that left before, and backups until they run out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.audit.checkpoints import sign_when_due
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.audit.signing import make_key, read_key
from alongside.clinic.disclosures import erasure as erasing
from alongside.clinic.disclosures.erasure import erase_client, keep_erased
from alongside.clinic.disclosures.models import Erasure, ErasureRequest
from alongside.clinic.disclosures.portable import tables_about_clients
from alongside.clinic.people.actions import set_roles
from alongside.clinic.people.models import Client, Person, Role
from alongside.clinic.vault.fields import LASTING, Sealed, sealed_columns
from alongside.clinic.vault.keyring import KeyDestroyed, Keyring, the_keyring
from alongside.interfaces.cli import verify_audit
from tests.factories.clinic import SmallClinic, small_clinic
from tests.factories.sharing import (
    ANSWER,
    CHANGE,
    GOAL,
    KEPT_BACK,
    NOTE,
    SAID,
    SECRET_NOTE,
    whole_life,
)
from tests.promises import figures

WORDS = (ANSWER, CHANGE, GOAL, KEPT_BACK, NOTE, SAID, SECRET_NOTE, "A joke about my weight.")
REMEMBERS = {"audit_auditevent", "disclosures_erasure"}
"""Tables that go on naming a client who was forgotten, by number alone."""
BEGINNING = 64
"""Bytes of a sealed value that stand together on the disk; a long one is spread over pages."""

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clinic() -> SmallClinic:
    """A client with a whole life here and another beside her."""
    clinic = small_clinic()
    whole_life(clinic)
    clinic.feedback(clinic.visit(clinic.bruno, clinic.omar), 4, O1="Bruno's own words.")
    set_roles(
        person=clinic.ines,
        roles=[Role.ADMINISTRATOR, Role.PRIVACY_OFFICER],
        by=OPERATOR,
        now=clinic.now,
    )
    return clinic


def erase(clinic: SmallClinic) -> Erasure:
    wish = ErasureRequest.objects.get(client=clinic.alma)
    return erase_client(request=wish, by=clinic.as_actor(clinic.ines), now=clinic.now)


def database() -> Path:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA database_list")
        return Path(cursor.fetchone()[2])


def files() -> Iterator[Path]:
    """The database and the key store, each with its log."""
    for main in (database(), Path(settings.KEYRING)):
        yield from main.parent.glob(f"{main.name}*")


def traces_of(client: Client, person: Person) -> list[bytes]:
    """Everything sealed for the client, and their wrapped keys, as bytes on the disk."""
    owners = {f"client:{client.pk}", f"person:{person.pk}"}
    found = [
        bytes(row.__dict__[column.attname])[:BEGINNING]
        for model in apps.get_models()
        for column in sealed_columns(model)
        for row in model._base_manager.filter(**{f"{column.name}__isnull": False})
        if column.bound.owner_of(row) in owners and isinstance(row.__dict__[column.attname], Sealed)
    ]
    with closing(sqlite3.connect(settings.KEYRING)) as store:
        wrapped = store.execute(
            "SELECT wrapped FROM data_key WHERE owner IN (?, ?, ?)",
            (*owners, f"client:{client.pk}{LASTING}"),
        ).fetchall()
    assert len(wrapped) == 3
    return [*found, *(each for (each,) in wrapped)]


def still_there(traces: list[bytes]) -> list[bytes]:
    contents = [file.read_bytes() for file in files()]
    return [each for each in traces if any(each in content for content in contents)]


def everything_that_opens() -> Iterator[str]:
    """What whoever has all files and all keys can still read."""
    keyring = Keyring(Path(settings.KEYRING), Path(settings.KEYS_FOLDER))
    the_keyring().forget()
    for model in apps.get_models():
        for column in sealed_columns(model):
            for row in model._base_manager.filter(**{f"{column.name}__isnull": False}):
                if not keyring.is_destroyed(column.bound.owner_of(row)):
                    yield str(getattr(row, column.name))


def cells_naming(*values: object) -> set[str]:
    """The tables of the database in which any column holds one of these values."""
    named = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            columns = [
                each.name for each in connection.introspection.get_table_description(cursor, table)
            ]
            for column in columns:
                marks = ", ".join("%s" for _ in values)
                cursor.execute(
                    f'SELECT 1 FROM "{table}" WHERE "{column}" IN ({marks}) LIMIT 1', values
                )
                if cursor.fetchone():
                    named.add(table)
    return named


def gone(clinic: SmallClinic) -> bool:
    return not Client.objects.filter(pk=clinic.alma.pk).exists()


@pytest.mark.promise
def test_nothing_of_a_forgotten_client_is_in_any_file(clinic: SmallClinic) -> None:
    alma, person = clinic.alma, clinic.alma.person
    assert person is not None
    traces = traces_of(alma, person)
    assert len(still_there(traces)) == len(traces) > 60
    assert len([text for text in everything_that_opens() if any(w in text for w in WORDS)]) >= 8
    numbers = (alma.pk, person.pk, alma.public_id, person.public_id)
    assert len(cells_naming(*numbers)) >= 18

    erasure = erase(clinic)

    assert erasure.finished_at == clinic.now
    left = still_there(traces)
    words = [text for text in everything_that_opens() if any(word in text for word in WORDS)]
    figures.record(
        "A6",
        part="erasure",
        found=len(left) + len(words),
        of=len(traces) + len(WORDS),
        what="traces of an erased client found",
        note="every sealed value and wrapped key by its bytes in database, key store and both "
        "logs, and every word by opening all that the keys left still open",
    )
    assert (left, words) == ([], [])
    assert cells_naming(*numbers) == REMEMBERS


def test_bytes_left_in_a_log_are_found(
    clinic: SmallClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: rows and keys deleted, logs not emptied."""
    assert clinic.alma.person is not None
    traces = traces_of(clinic.alma, clinic.alma.person)
    monkeypatch.setattr(erasing, "_empty_log", lambda: False)
    monkeypatch.setattr(Keyring, "empty_log", lambda _: False)
    erasure = erase(clinic)
    assert erasure.finished_at is None
    left = still_there(traces)
    assert len(left) > len(traces) / 2
    assert set(left) & set(traces[-3:]), "a destroyed key stands in the log of the key store"

    monkeypatch.undo()
    assert keep_erased(now=clinic.now) == 1
    assert still_there(traces) == []


def test_the_others_keep_everything(clinic: SmallClinic) -> None:
    tables = [apps.get_model(label) for label in tables_about_clients()]
    with_client = [
        table for table in tables if any(each.name == "client" for each in table._meta.fields)
    ]

    def of_bruno() -> dict[str, int]:
        return {
            table._meta.label: table._base_manager.filter(client=clinic.bruno).count()
            for table in with_client
        }

    before = of_bruno()
    assert sum(before.values()) > 10
    erase(clinic)
    assert of_bruno() == before
    assert any("Bruno's own words." in text for text in everything_that_opens())


def test_the_audit_holds_and_says_that_it_was_done(clinic: SmallClinic, tmp_path: Path) -> None:
    keys = Path(settings.KEYS_FOLDER)
    keys.mkdir(exist_ok=True)
    make_key(keys)
    assert sign_when_due(now=clinic.now) is not None
    about_alma = AuditEvent.objects.filter(client_id=clinic.alma.pk).count()
    assert about_alma > 40

    erase(clinic)

    public = verify_audit.read_key(read_key(keys).public_text)
    report = verify_audit.verify(database(), [], public)
    assert report.n_entries == AuditEvent.objects.count()
    assert AuditEvent.objects.filter(client_id=clinic.alma.pk).count() == about_alma
    last = AuditEvent.objects.latest("seq")
    assert (last.deed, last.subject_id, last.client_id) == ("erase_client", clinic.alma.pk, None)
    assert last.detail == {}
    with pytest.raises(KeyDestroyed):
        _ = AuditEvent.objects.filter(client_id=clinic.alma.pk).latest("seq").detail


CUTS = (
    "destroy the first key",
    "destroy the last key",
    "empty the key store's log",
    "empty the log",
)


@pytest.mark.parametrize("cut", CUTS)
def test_cut_short_it_is_finished_by_the_clock(
    clinic: SmallClinic, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    assert clinic.alma.person is not None
    traces = traces_of(clinic.alma, clinic.alma.person)
    destroy, n_destroyed = Keyring.destroy, 0

    def dies(*_: object, **__: object) -> Any:
        raise SystemExit(cut)

    def destroys(self: Keyring, owner: str, **at: Any) -> None:
        nonlocal n_destroyed
        n_destroyed += 1
        if n_destroyed == (1 if cut == CUTS[0] else 3):
            dies()
        destroy(self, owner, **at)

    if cut in CUTS[:2]:
        monkeypatch.setattr(Keyring, "destroy", destroys)
    elif cut == CUTS[2]:
        monkeypatch.setattr(Keyring, "empty_log", dies)
    else:
        monkeypatch.setattr(erasing, "_empty_log", dies)
    with pytest.raises(SystemExit):
        erase(clinic)
    assert gone(clinic)
    assert Erasure.objects.get().finished_at is None

    monkeypatch.undo()
    assert keep_erased(now=clinic.now) == 1
    assert keep_erased(now=clinic.now) == 0
    assert still_there(traces) == []


def test_who_was_forgotten_stays_forgotten_when_an_older_database_comes_back(
    clinic: SmallClinic,
) -> None:
    assert clinic.alma.person is not None
    traces = traces_of(clinic.alma, clinic.alma.person)
    backup = copied(database())
    erase(clinic)
    put_back(database(), backup)
    assert not gone(clinic)
    assert keep_erased(now=clinic.now) == 1
    assert gone(clinic)
    assert still_there(traces) == []


def test_who_was_forgotten_stays_forgotten_when_an_older_key_store_comes_back(
    clinic: SmallClinic,
) -> None:
    owner = f"client:{clinic.alma.pk}"
    backup = copied(Path(settings.KEYRING))
    erase(clinic)
    put_back(Path(settings.KEYRING), backup)
    assert not the_keyring().is_destroyed(owner)
    assert keep_erased(now=clinic.now) == 1
    assert the_keyring().is_destroyed(owner)


def copied(file: Path) -> Path:
    copy = file.with_suffix(".copy")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def put_back(file: Path, backup: Path) -> None:
    """The backup in the place of the file, under the open connection."""
    with closing(sqlite3.connect(backup)) as source, closing(sqlite3.connect(file)) as target:
        source.backup(target)
    backup.unlink()
    the_keyring().forget()
