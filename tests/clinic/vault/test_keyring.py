"""The key store: one key an owner, wrapped by a key from elsewhere, gone when it is destroyed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alongside.clinic.vault.kek import (
    KeyDamaged,
    KeyMissing,
    KeyTooOpen,
    file_of,
    key_numbers,
    make_key,
    read_key,
)
from alongside.clinic.vault.keyring import KeyDestroyed, KeyLost, Keyring, KeyringDamaged

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "keyring.sqlite3", tmp_path / "keys"


@pytest.fixture
def keyring(place: tuple[Path, Path]) -> Iterator[Keyring]:
    yield Keyring(*place)


def test_an_owner_has_one_key_that_every_process_finds(
    keyring: Keyring, place: tuple[Path, Path]
) -> None:
    first = keyring.newest("client:1")
    assert keyring.newest("client:1").secret == first.secret
    assert Keyring(*place).newest("client:1").secret == first.secret
    assert keyring.newest("client:2").secret != first.secret
    assert (first.version, len(first.secret)) == (1, 32)


def test_the_store_holds_no_key_that_opens_anything(
    keyring: Keyring, place: tuple[Path, Path]
) -> None:
    secret = keyring.newest("client:1").secret
    kek = read_key(place[1], 1)
    keyring.empty_log()
    stored = place[0].read_bytes()
    assert secret not in stored and kek not in stored
    assert b"client:1" in stored  # the search would have found it
    assert place[0].stat().st_mode & 0o077 == 0
    assert file_of(place[1], 1).stat().st_mode & 0o777 == 0o400


def test_a_key_from_elsewhere_that_is_gone_is_not_made_anew(
    keyring: Keyring, place: tuple[Path, Path]
) -> None:
    keyring.newest("client:1")
    file_of(place[1], 1).unlink()
    again = Keyring(*place)
    for asked in (again.check, lambda: again.newest("client:1"), lambda: again.newest("client:2")):
        with pytest.raises(KeyMissing, match="kek-1"):
            asked()
    assert key_numbers(place[1]) == []


def test_a_key_that_others_can_read_is_refused_with_the_cure(
    keyring: Keyring, place: tuple[Path, Path]
) -> None:
    keyring.newest("client:1")
    file_of(place[1], 1).chmod(0o440)
    with pytest.raises(KeyTooOpen, match="chmod 400"):
        Keyring(*place).check()


@pytest.mark.parametrize("content", [b"", b"short", b"!" * 44, b"A" * 43, b"\xff\xfe"])
def test_a_damaged_key_says_so(keyring: Keyring, place: tuple[Path, Path], content: bytes) -> None:
    keyring.newest("client:1")
    file = file_of(place[1], 1)
    file.chmod(0o600)
    file.write_bytes(content)
    with pytest.raises(KeyDamaged):
        Keyring(*place).check()


def test_keys_of_another_clinic_do_not_open_the_store(
    keyring: Keyring, place: tuple[Path, Path], tmp_path: Path
) -> None:
    keyring.newest("client:1")
    make_key(tmp_path / "other", 1)
    with pytest.raises(KeyringDamaged):
        Keyring(place[0], tmp_path / "other").check()


def test_a_wrapped_key_does_not_open_for_another_owner(
    keyring: Keyring, place: tuple[Path, Path]
) -> None:
    keyring.newest("client:1")
    keyring.newest("client:2")
    with closing(sqlite3.connect(place[0])) as store, store:
        store.execute(
            "UPDATE data_key SET wrapped = (SELECT wrapped FROM data_key WHERE owner = 'client:2') "
            "WHERE owner = 'client:1'"
        )
    with pytest.raises(KeyringDamaged):
        Keyring(*place).newest("client:1")


def test_a_destroyed_owner_never_has_a_key_again(
    keyring: Keyring, place: tuple[Path, Path]
) -> None:
    keyring.newest("client:1")
    keyring.destroy("client:1", now=NOW)
    for each in (keyring, Keyring(*place)):
        with pytest.raises(KeyDestroyed):
            each.newest("client:1")
        with pytest.raises(KeyDestroyed):
            each.key("client:1", 1)
        with pytest.raises(KeyDestroyed):
            each.renew("client:1")
    assert set(keyring.destroyed()) == {"client:1"}


def test_a_destroyed_key_is_in_no_byte_of_the_store(
    keyring: Keyring, place: tuple[Path, Path]
) -> None:
    for number in range(50):
        keyring.newest(f"client:{number}")
    with closing(sqlite3.connect(place[0])) as store:
        (wrapped,) = store.execute(
            "SELECT wrapped FROM data_key WHERE owner = 'client:7'"
        ).fetchone()
    assert wrapped in everything(place[0])
    keyring.destroy("client:7", now=NOW)
    assert keyring.empty_log()
    assert wrapped not in everything(place[0])


def everything(store: Path) -> bytes:
    return b"".join(file.read_bytes() for file in store.parent.glob(f"{store.name}*"))


def test_a_store_older_than_the_database_says_so(keyring: Keyring) -> None:
    with pytest.raises(KeyLost, match="client:9"):
        keyring.key("client:9", 1)


def test_a_new_version_seals_and_the_old_still_opens_until_it_is_retired(
    keyring: Keyring, place: tuple[Path, Path]
) -> None:
    old = keyring.newest("client:1")
    new = keyring.renew("client:1")
    assert (new.version, keyring.newest("client:1").version) == (2, 2)
    assert Keyring(*place).key("client:1", 1).secret == old.secret != new.secret
    keyring.retire("client:1", before=2)
    with pytest.raises(KeyLost):
        Keyring(*place).key("client:1", 1)


def test_a_change_of_the_key_from_elsewhere_goes_on_where_it_was_stopped(
    place: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alongside.clinic.vault.keyring.REWRAPPED_AT_ONCE", 7)
    keyring = Keyring(*place)
    secrets = {f"client:{n}": keyring.newest(f"client:{n}").secret for n in range(30)}
    make_key(place[1], 2)
    assert keyring.rewrap_some(2) == 7  # and now the process is gone
    after = Keyring(*place)
    assert {owner: after.newest(owner).secret for owner in secrets} == secrets
    assert after.newest("client:30").version == 1  # new ones are wrapped by the new key already
    while after.rewrap_some(2):
        pass
    file_of(place[1], 1).unlink()
    last = Keyring(*place)
    assert {owner: last.newest(owner).secret for owner in secrets} == secrets
    assert last.n_wrapped_by_older(2) == 0
