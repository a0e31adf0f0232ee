"""New data keys for everyone: nothing becomes unreadable, however often it is cut short."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from alongside.clinic.people.models import Client
from alongside.clinic.vault import renewal
from alongside.clinic.vault.fields import INDEX, owner_of_client
from alongside.clinic.vault.keyring import Keyring, the_keyring
from alongside.clinic.vault.renewal import renew_keys, unfinished
from tests.clinic.vault.test_sealing_migration import everything
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db


def no_pause(_seconds: float) -> None:
    """Nobody else holds a key here."""


@pytest.fixture
def clinic(own_keys: None) -> SmallClinic:
    clinic = small_clinic()
    for number in (8, 8, 2, 2):
        clinic.feedback(clinic.visit(), number, O1="Slower, please.")
    return clinic


class CutShort(Exception):
    """The process is gone."""


def cut_short_after(n: int) -> Callable[..., Any]:
    whole, calls = renewal._seal_anew, [0]

    def seal_anew(*arguments: Any) -> None:
        calls[0] += 1
        if calls[0] > n:
            raise CutShort
        whole(*arguments)

    return seal_anew


def test_everything_opens_as_before_and_the_old_keys_are_gone(clinic: SmallClinic) -> None:
    before, keyring = everything(), the_keyring()
    owner = owner_of_client(clinic.alma.pk)
    old = keyring.newest(owner)
    assert renew_keys(pause=no_pause) > 4
    assert everything() == before
    assert keyring.newest(owner).version == old.version + 1
    assert keyring.several() == [] and unfinished(keyring) == []
    assert keyring.newest(INDEX).version == 1
    assert Client.objects.get(code_index="C-1") == clinic.alma


@pytest.mark.parametrize("n", [0, 1, 7, 40])
def test_cut_short_it_goes_on_where_it_was(
    clinic: SmallClinic, monkeypatch: pytest.MonkeyPatch, n: int
) -> None:
    before, keyring = everything(), the_keyring()
    owner = owner_of_client(clinic.alma.pk)
    version = keyring.newest(owner).version
    with monkeypatch.context() as during:
        during.setattr(renewal, "_seal_anew", cut_short_after(n))
        with pytest.raises(CutShort):
            renew_keys(pause=no_pause)
    keyring.forget()
    assert everything() == before
    renew_keys(pause=no_pause)
    assert everything() == before
    assert keyring.newest(owner).version == version + 1
    assert unfinished(keyring) == []


def test_what_another_process_seals_with_the_old_key_meanwhile_stays_readable(
    clinic: SmallClinic,
) -> None:
    """Between the two passes somebody who still holds the old key in memory writes a row."""
    keyring = the_keyring()
    other = Keyring(keyring.file, keyring.folder)
    owner = owner_of_client(clinic.alma.pk)
    old = other.newest(owner)

    def write_with_the_old_key(_seconds: float) -> None:
        held = keyring._held[owner].keys
        new = held.pop(max(held))
        assert keyring.newest(owner).version == old.version
        alma = Client.objects.get(pk=clinic.alma.pk)
        alma.own_goal = "See my sister."
        alma.save()
        held[new.version] = new

    renew_keys(pause=write_with_the_old_key)
    keyring.forget()
    assert Client.objects.get(pk=clinic.alma.pk).own_goal == "See my sister."
