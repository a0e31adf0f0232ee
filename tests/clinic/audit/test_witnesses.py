"""A witness gets every checkpoint, late perhaps; one that is away holds up nothing."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from alongside.clinic.audit import witnesses
from alongside.clinic.audit.checkpoints import EVERY, sign_when_due
from alongside.clinic.audit.models import AuditCheckpoint, AuditWitness
from alongside.clinic.audit.queries import state_of_audit
from alongside.clinic.audit.signing import read_key
from alongside.clinic.audit.witnesses import FILE, deliver_to
from alongside.interfaces.cli import verify_audit
from tests.clinic.audit.test_checkpoints import NOW, leave_entries

pytestmark = pytest.mark.django_db


def sign(n: int) -> None:
    """So many checkpoints more."""
    for _ in range(n):
        leave_entries(2)
        assert sign_when_due(now=NOW + EVERY * AuditCheckpoint.objects.count())


def sizes_in(file: Path, keys: Path) -> list[int | None]:
    key = verify_audit.read_key(read_key(keys).public_text)
    return [note.size if note else None for note in verify_audit.notes_in(file, key)]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "witness"
    folder.mkdir()
    return folder


def test_the_file_of_a_witness_grows_and_what_stands_in_it_stays(keys: Path, place: Path) -> None:
    assert deliver_to(place, now=NOW) == 0
    assert not (place / FILE).exists()
    sign(2)
    assert deliver_to(place, now=NOW) == 2
    before = (place / FILE).read_bytes()
    sign(1)
    assert deliver_to(place, now=NOW) == 1
    assert deliver_to(place, now=NOW) == 0
    assert (place / FILE).read_bytes().startswith(before)
    assert sizes_in(place / FILE, keys) == [2, 4, 6]


def test_a_witness_that_is_away_gets_everything_once_it_is_back(keys: Path, place: Path) -> None:
    sign(1)
    deliver_to(place, now=NOW)
    away = place.rename(place.with_name("away"))
    sign(2)
    late = NOW + timedelta(minutes=5)
    assert deliver_to(place, now=late) == 0
    (seen,) = state_of_audit([place], now=late).late_witnesses
    assert (seen.n_lacking, seen.problem) == (2, os.strerror(2))
    assert seen.lacks_since == NOW + EVERY
    away.rename(place)
    assert deliver_to(place, now=late) == 2
    assert state_of_audit([place], now=late).late_witnesses == ()
    assert AuditWitness.objects.get().problem == ""
    assert sizes_in(place / FILE, keys) == [2, 4, 6]


@pytest.mark.usefixtures("keys")
def test_a_disk_that_is_not_mounted_any_more_is_not_taken_for_a_new_witness(place: Path) -> None:
    sign(1)
    deliver_to(place, now=NOW)
    (place / FILE).unlink()  # the empty folder under a mount looks like this
    sign(1)
    assert deliver_to(place, now=NOW) == 0
    assert list(place.iterdir()) == []


def test_one_witness_that_is_away_does_not_keep_it_from_another(keys: Path, place: Path) -> None:
    sign(1)
    assert deliver_to(place.with_name("nowhere"), now=NOW) == 0
    assert deliver_to(place, now=NOW) == 1
    assert sizes_in(place / FILE, keys) == [2]


def test_a_note_that_was_cut_short_spoils_no_other(keys: Path, place: Path) -> None:
    sign(1)
    deliver_to(place, now=NOW)
    whole = (place / FILE).read_bytes()
    for kept in range(0, len(whole) + 1, 7):
        # The machine died in the middle of the second note, and the database did not learn of it.
        (place / FILE).write_bytes(whole + whole[:kept])
        AuditWitness.objects.update(size=0)
        assert deliver_to(place, now=NOW) == 1
        found = sizes_in(place / FILE, keys)
        assert (found[0], found[-1]) == (2, 2)
        assert set(found) <= {2, None}


@pytest.mark.usefixtures("keys")
def test_a_disk_that_is_full_in_the_middle_of_a_note_is_a_problem_like_any_other(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(1)

    def full(_handle: int, _words: bytes) -> int:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(witnesses.os, "write", full)
        assert deliver_to(place, now=NOW) == 0
    assert AuditWitness.objects.get().problem == os.strerror(28)
    assert deliver_to(place, now=NOW) == 1
