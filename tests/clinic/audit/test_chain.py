"""Every entry of the audit holds on to the one before it, from the first on."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from alongside.clinic.audit.actions import NEW_EVENT, audit
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.audit.chain import BEFORE_THE_FIRST, COLUMNS, entry_hash
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.vault.fields import SealedJSON
from alongside.clinic.vault.keyring import KeyDestroyed, the_keyring
from tests.factories.clinic import small_clinic
from tests.factories.rows import values_of


def stored_rows() -> list[tuple[list[Any], bytes]]:
    """Every entry as its columns are stored, and the hash that stands beside them."""
    connection.ensure_connection()
    names = ", ".join(f"CAST({name} AS BLOB)" for name in (*COLUMNS, "hash"))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM audit_auditevent ORDER BY seq")
        return [(list(columns), kept) for *columns, kept in cursor.fetchall()]


def assert_is_a_chain() -> int:
    """How many entries there are, when each is in its place."""
    before = BEFORE_THE_FIRST
    rows = stored_rows()
    for number, (columns, kept) in enumerate(rows, start=1):
        assert columns[0] == b"%d" % number
        assert columns[-1] == before
        assert kept == entry_hash(columns)
        before = kept
    return len(rows)


@pytest.mark.django_db
def test_the_entries_of_a_clinic_are_a_chain_from_one_on_without_a_gap() -> None:
    clinic = small_clinic()
    clinic.feedback(clinic.visit(), 2, O1="Slower.")
    assert assert_is_a_chain() == AuditEvent.objects.count() > 10


@pytest.mark.django_db(transaction=True)
def test_a_deed_that_is_taken_back_leaves_no_gap() -> None:
    clinic = small_clinic()

    def leave(deed: str) -> None:
        audit(deed, by=OPERATOR, now=clinic.now, subject=clinic.clinic, ñ="á", n=None)

    class Refused(Exception):
        pass

    with transaction.atomic():
        leave("first")
        with pytest.raises(Refused), transaction.atomic():
            leave("taken back")
            raise Refused
        leave("second")
    with pytest.raises(Refused), transaction.atomic():
        leave("taken back as well")
        raise Refused
    with transaction.atomic():
        leave("third")
    assert_is_a_chain()
    deeds = AuditEvent.objects.order_by("seq").values_list("deed", flat=True)
    assert list(deeds)[-3:] == ["first", "second", "third"]


@pytest.mark.django_db
def test_when_the_key_of_a_client_is_destroyed_the_chain_stays_whole() -> None:
    clinic = small_clinic()
    clinic.feedback(clinic.visit(), 2, O1="Slower.")
    hers = AuditEvent.objects.filter(deed="hand_in_answers", client_id=clinic.alma.pk)
    assert hers.get().detail["way_in"] == "link"
    before = stored_rows()
    detail = AuditEvent._meta.get_field("detail")
    assert isinstance(detail, SealedJSON)
    the_keyring().destroy(detail.bound.owner_of(hers.get()), now=clinic.now)
    with pytest.raises(KeyDestroyed):
        _ = hers.get().detail
    assert stored_rows() == before
    assert assert_is_a_chain() == len(before)


def test_the_hash_covers_every_column_but_itself_in_the_order_of_the_table() -> None:
    names = [field.column for field in AuditEvent._meta.local_concrete_fields]
    assert names == [*COLUMNS, "hash"]
    assert [field.column for field in NEW_EVENT._fields] == names


def test_no_two_entries_give_the_same_bytes() -> None:
    same = ["1", "2026-03-02 09:00:00", "ab", "c", None, "", 12, "visit", 3, b"{}", bytes(32)]
    hashes = {entry_hash(same)}
    for place, other in (
        (2, "a"),  # a letter that moves from one field …
        (3, "bc"),  # … into the next
        (4, 0),  # nobody is not number 0
        (5, "None"),
        (6, 123),
        (8, None),
        (9, b"{} "),
        (10, b"\x01" + bytes(31)),
    ):
        hashes.add(entry_hash([*same[:place], other, *same[place + 1 :]]))
    assert len(hashes) == 9
    assert entry_hash([*same[:2], "a", "bc", *same[4:]]) not in hashes


@pytest.mark.django_db(transaction=True)
def test_entries_of_before_are_numbered_and_chained_in_their_order() -> None:
    clinic = small_clinic()
    clinic.feedback(clinic.visit(), 2, O1="Más despacio.")
    names = ("at", "deed", "actor_kind", "client_id", "subject", "subject_id", "detail")
    before = values_of(AuditEvent.objects.order_by("seq"), *names)
    try:
        MigrationExecutor(connection).migrate([("audit", "0002_append_only")])
        with connection.cursor() as cursor:
            # The gaps that deeds leave behind which were taken back.
            cursor.execute("DROP TRIGGER audit_is_not_changed")
            cursor.execute("UPDATE audit_auditevent SET id = id * 3 + 5000")
            cursor.execute("UPDATE audit_auditevent SET id = id - 4996")
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    assert values_of(AuditEvent.objects.order_by("seq"), *names) == before
    assert assert_is_a_chain() == len(before)
    with transaction.atomic():
        audit("after", by=OPERATOR, now=clinic.now, subject=clinic.clinic)
    assert assert_is_a_chain() == len(before) + 1
    with pytest.raises(Exception, match="append-only"):
        AuditEvent.objects.update(deed="nothing")
