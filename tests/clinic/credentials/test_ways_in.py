"""Invitations, PINs and printed codes: good once, for one, and for a while."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection

from alongside.clinic.access.checks import NotFound
from alongside.clinic.credentials.actions import (
    InvitationOver,
    PinTooEasy,
    forget_device,
    invite_client,
    invite_staff,
    make_recovery_code,
    set_pin,
    shut_out,
    try_pin,
    use_invitation,
    use_recovery_code,
)
from alongside.clinic.credentials.codes import in_groups, new_code, new_token
from alongside.clinic.credentials.limits import MOST_WRONG_PINS
from alongside.clinic.credentials.models import Device, Invitation, RecoveryCode
from alongside.clinic.credentials.queries import invitation_for, recovery_code_for
from alongside.clinic.people.models import Client, Person
from tests.factories.clinic import SmallClinic, small_clinic
from tests.factories.entrance import by

pytestmark = pytest.mark.django_db
PIN = "274951"


@pytest.fixture
def clinic() -> SmallClinic:
    return small_clinic()


def person_of(client: Client) -> Person:
    assert client.person is not None
    return client.person


def device(clinic: SmallClinic, token: str, pin: str = PIN) -> Device:
    alma = person_of(clinic.alma)
    return set_pin(person=alma, token=token, pin=pin, words="", by=by(alma), now=clinic.now)


def test_a_code_lets_its_client_in_once_within_a_week(clinic: SmallClinic) -> None:
    dana = clinic.as_actor(clinic.dana)
    code = invite_client(client=clinic.alma, by=dana, now=clinic.now).code
    typed = f" {in_groups(code).lower()} "
    invitation = invitation_for(typed, now=clinic.now)
    assert invitation is not None and invitation.person == clinic.alma.person

    assert invitation_for(code, now=clinic.now + timedelta(days=7)) is None
    assert use_invitation(invitation=invitation, now=clinic.now) == clinic.alma.person
    assert invitation_for(code, now=clinic.now) is None
    with pytest.raises(InvitationOver):
        use_invitation(invitation=invitation, now=clinic.now)


def test_a_new_code_takes_the_place_of_the_old(clinic: SmallClinic) -> None:
    ines = clinic.as_actor(clinic.ines)
    old = invite_staff(person=clinic.dana, by=ines, now=clinic.now).code
    new = invite_staff(person=clinic.dana, by=ines, now=clinic.now).code
    assert invitation_for(old, now=clinic.now) is None
    assert invitation_for(new, now=clinic.now) is not None


def test_only_those_who_look_after_somebody_invite_them(clinic: SmallClinic) -> None:
    for actor in (clinic.omar, clinic.ruth, clinic.ines, person_of(clinic.bruno)):
        with pytest.raises(NotFound):
            invite_client(client=clinic.alma, by=clinic.as_actor(actor), now=clinic.now)
    for actor in (clinic.dana, clinic.ruth, person_of(clinic.alma)):
        with pytest.raises(NotFound):
            invite_staff(person=clinic.omar, by=clinic.as_actor(actor), now=clinic.now)


def test_a_client_who_never_signed_in_becomes_somebody_who_can(clinic: SmallClinic) -> None:
    Client.objects.filter(pk=clinic.alma.pk).update(person=None)
    clinic.alma.refresh_from_db()
    dana = clinic.as_actor(clinic.dana)
    invite_client(client=clinic.alma, by=dana, now=clinic.now)
    assert person_of(clinic.alma).display_name == "Alma"
    assert not person_of(clinic.alma).has_usable_password()


@pytest.mark.parametrize(
    "pin", ["12345", "1234567", "111111", "123456", "987654", "112112", "12a456"]
)
def test_an_easy_pin_is_refused(clinic: SmallClinic, pin: str) -> None:
    with pytest.raises(PinTooEasy):
        device(clinic, new_token(), pin)


def test_a_pin_opens_on_its_own_device_alone(clinic: SmallClinic) -> None:
    here, elsewhere = new_token(), new_token()
    device(clinic, here)
    opened = try_pin(token=here, pin=PIN)
    assert opened is not None and opened.person == clinic.alma.person
    assert try_pin(token=elsewhere, pin=PIN) is None
    assert try_pin(token=here, pin="274952") is None


def test_whoever_copies_the_database_cannot_try_pins(clinic: SmallClinic) -> None:
    """What the row holds opens nothing: the PIN is hashed with a token that only the phone has."""
    from django.contrib.auth.hashers import check_password

    token = new_token()
    row = device(clinic, token)
    assert check_password(f"{PIN} {token}", row.pin_hash)
    assert not any(check_password(f"{PIN} {known}", row.pin_hash) for known in ("", row.token_hash))
    assert token not in str(Device.objects.values())


def test_ten_wrong_pins_lock_a_device_until_the_printed_code_or_staff_helps(
    clinic: SmallClinic,
) -> None:
    token, alma = new_token(), person_of(clinic.alma)
    device(clinic, token)
    code = make_recovery_code(person=alma, by=by(alma), now=clinic.now).code
    for _ in range(MOST_WRONG_PINS - 1):
        assert try_pin(token=token, pin="000000") is None
    assert try_pin(token=token, pin=PIN) is not None, "a right one before the tenth forgets them"
    for _ in range(MOST_WRONG_PINS):
        assert try_pin(token=token, pin="000000") is None
    assert try_pin(token=token, pin=PIN) is None, "not even the right one"

    recovery = recovery_code_for(code)
    assert recovery is not None
    assert use_recovery_code(recovery=recovery, now=clinic.now) == alma
    with pytest.raises(InvitationOver):
        use_recovery_code(recovery=recovery, now=clinic.now)
    device(clinic, token, "528391")
    assert try_pin(token=token, pin="528391") is not None


def test_a_wrong_pin_costs_the_same_statements_on_any_device(clinic: SmallClinic) -> None:
    from django.test.utils import CaptureQueriesContext

    known, locked = new_token(), new_token()
    for token in (known, locked):
        device(clinic, token)
    for _ in range(MOST_WRONG_PINS + 1):
        try_pin(token=locked, pin="000000")
    try_pin(token=new_token(), pin="000000")  # the row that stands in for unknown devices

    def statements(token: str) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            try_pin(token=token, pin="000000")
        return [re.sub(r" WHERE .*|_x\d+", "", each["sql"]) for each in captured]

    assert statements(known) == statements(new_token()) == statements(locked)


def test_whoever_is_kept_out_has_nothing_left_to_come_in_by(clinic: SmallClinic) -> None:
    ines = clinic.as_actor(clinic.ines)
    omar, token = clinic.omar, new_token()
    code = invite_staff(person=omar, by=ines, now=clinic.now).code
    set_pin(person=omar, token=token, pin=PIN, words="", by=by(omar), now=clinic.now)
    printed = make_recovery_code(person=omar, by=by(omar), now=clinic.now).code

    shut_out(person=omar, by=ines, now=clinic.now)

    assert try_pin(token=token, pin=PIN) is None
    assert invitation_for(code, now=clinic.now) is None
    assert recovery_code_for(printed) is None
    kept = (omar.devices, omar.invitations, omar.sign_ins.filter(ended_at=None))
    assert not any(rows.exists() for rows in kept)


def test_a_forgotten_device_opens_nothing(clinic: SmallClinic) -> None:
    token, alma = new_token(), person_of(clinic.alma)
    row = device(clinic, token)
    with pytest.raises(NotFound):
        forget_device(device=row, by=by(person_of(clinic.bruno)), now=clinic.now)
    forget_device(device=row, by=by(alma), now=clinic.now)
    assert try_pin(token=token, pin=PIN) is None


def test_codes_hold_as_many_bits_as_they_say(clinic: SmallClinic) -> None:
    codes = [new_code() for _ in range(2_000)]
    assert len({sign for code in codes for sign in code}) == 31
    assert 31 ** len(codes[0]) > 2**128
    assert not {"0", "1", "I", "L", "O"} & set("".join(codes))


def test_nothing_that_lets_in_is_stored_as_it_is(clinic: SmallClinic) -> None:
    alma = person_of(clinic.alma)
    code = invite_client(client=clinic.alma, by=clinic.as_actor(clinic.dana), now=clinic.now).code
    printed = make_recovery_code(person=alma, by=by(alma), now=clinic.now).code
    stored = str([*Invitation.objects.values(), *RecoveryCode.objects.values()])
    assert code not in stored and printed not in stored
