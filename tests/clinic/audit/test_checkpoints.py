"""Entries are signed soon after they are made, and what is signed is what is there."""

from __future__ import annotations

import stat
import threading
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from alongside.clinic.audit import checkpoints
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.audit.checkpoints import EVERY, MOST_WAITING, sign_when_due
from alongside.clinic.audit.models import AuditCheckpoint, AuditEvent, AuditTree
from alongside.clinic.audit.queries import state_of_audit
from alongside.clinic.audit.signing import (
    FILE,
    SigningKeyDamaged,
    SigningKeyMissing,
    SigningKeyTooOpen,
    make_key,
    read_key,
)
from alongside.clinic.audit.tree import Frontier
from alongside.clinic.people.models import Clinic

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]


def leave_entries(n: int, now: datetime = NOW) -> None:
    with transaction.atomic():
        for number in range(n):
            audit("knock", by=OPERATOR, now=now, subject=Clinic(pk=1), number=number)


def root_of_all() -> str:
    tree = Frontier()
    for leaf in AuditEvent.objects.order_by("seq").values_list("hash", flat=True):
        tree.grow(bytes(leaf))
    return b64encode(tree.root()).decode()


def test_a_checkpoint_says_how_many_entries_there_are_what_they_are_and_when(keys: Path) -> None:
    assert sign_when_due(now=NOW) is None, "there is nothing to sign"
    leave_entries(3)
    made = sign_when_due(now=NOW)
    assert made is not None
    origin, size, root, time, blank, signature = made.note.rstrip("\n").split("\n")
    assert origin == read_key(keys).name
    assert (size, made.size) == ("3", 3)
    assert root == root_of_all()
    assert (time, made.at) == ("time 2026-03-02T09:00:00Z", NOW)
    assert blank == ""
    assert signature.startswith(f"— {origin} ")


def test_a_checkpoint_is_due_when_entries_are_new_and_time_has_passed_or_they_are_many() -> None:
    leave_entries(1)
    assert sign_when_due(now=NOW)
    assert sign_when_due(now=NOW + timedelta(days=1)) is None, "nothing is new"
    leave_entries(1)
    assert sign_when_due(now=NOW + EVERY - A_SECOND) is None
    assert sign_when_due(now=NOW + EVERY)
    leave_entries(MOST_WAITING - 1)
    assert sign_when_due(now=NOW + EVERY + A_SECOND) is None
    leave_entries(1)
    assert sign_when_due(now=NOW + EVERY + A_SECOND)
    assert [each.size for each in AuditCheckpoint.objects.order_by("size")] == [1, 2, 1002]


def test_a_clock_that_was_set_back_does_not_end_the_signing() -> None:
    leave_entries(1)
    assert sign_when_due(now=NOW)
    leave_entries(1)
    assert sign_when_due(now=NOW - timedelta(days=1))


def test_what_was_kept_of_the_tree_is_gone_on_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "MOST_AT_ONCE", 7)
    for day in range(4):
        leave_entries(10 + day)
        made = sign_when_due(now=NOW + day * EVERY)
        assert made is not None
        assert made.note.split("\n")[2] == root_of_all()
    assert AuditTree.objects.get().size == AuditEvent.objects.count() == 46


def test_a_checkpoint_costs_no_more_when_the_audit_is_long(
    django_assert_max_num_queries: object,
) -> None:
    leave_entries(500)
    sign_when_due(now=NOW)
    leave_entries(5)
    seen: list[int] = []
    whole = Frontier.grow

    def counted(tree: Frontier, leaf: bytes) -> None:
        seen.append(tree.size)
        whole(tree, leaf)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Frontier, "grow", counted)
        assert sign_when_due(now=NOW + EVERY)
    assert seen == [500, 501, 502, 503, 504]


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_sign_one_history() -> None:
    leave_entries(20)
    ready = threading.Barrier(4)

    def sign() -> None:
        ready.wait()
        try:
            sign_when_due(now=NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=sign) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert AuditCheckpoint.objects.get().note.split("\n")[2] == root_of_all()


def test_a_checkpoint_can_be_neither_changed_nor_deleted() -> None:
    leave_entries(1)
    sign_when_due(now=NOW)
    for rewrite in (
        lambda: AuditCheckpoint.objects.update(note="other"),
        lambda: AuditCheckpoint.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="a checkpoint stands"), transaction.atomic():
            rewrite()


def test_the_state_tells_since_when_entries_wait() -> None:
    long_ago = NOW - timedelta(days=400)
    assert state_of_audit((), now=NOW).is_signed_in_time
    leave_entries(2)
    sign_when_due(now=NOW)
    leave_entries(1, now=long_ago)
    state = state_of_audit((), now=NOW + A_SECOND)
    assert (state.n_entries, state.n_signed, state.signed_at) == (3, 2, NOW)
    assert state.unsigned_since == NOW, "it was imported just now, and did not wait since then"
    assert state.is_signed_in_time
    assert not state_of_audit((), now=NOW + timedelta(minutes=3)).is_signed_in_time


def test_a_key_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    make_key(tmp_path)
    kept = (tmp_path / FILE).read_text()
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o400
    make_key(tmp_path)
    assert (tmp_path / FILE).read_text() == kept
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == [FILE]
    (tmp_path / FILE).chmod(0o440)
    with pytest.raises(SigningKeyTooOpen):
        read_key(tmp_path)
    (tmp_path / FILE).chmod(0o600)
    for damaged in ("", "nonsense", kept[:-9], kept.replace("records", "recorda"), f"x{kept}"):
        (tmp_path / FILE).write_text(damaged)
        with pytest.raises(SigningKeyDamaged):
            read_key(tmp_path)
    (tmp_path / FILE).unlink()
    with pytest.raises(SigningKeyMissing, match=str(tmp_path)):
        read_key(tmp_path)
