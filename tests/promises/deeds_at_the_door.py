"""What is done about ways in, for the table of deeds: one scene each, in which it can be done."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import time_machine

from alongside.clinic.credentials import actions as credentials
from alongside.clinic.credentials import keys, sign_ins
from alongside.clinic.credentials.codes import new_token
from alongside.clinic.credentials.queries import invitation_for, recovery_code_for
from alongside.clinic.people.models import Person
from tests.factories.clinic import PASSWORD
from tests.factories.entrance import by, code_of, give_app
from tests.factories.soft_key import SoftKey

Deed = tuple[str, Callable[[Any], object], Callable[[Any], object]]
SITE = keys.Site("notes.example", "https://notes.example", "Notebook")
PIN = "274951"


def _alma(s: Any) -> Person:
    person = s.clinic.alma.person
    assert isinstance(person, Person)
    return person


def _own(s: Any) -> dict[str, Any]:
    return {"person": _alma(s), "by": by(_alma(s)), "now": s.now}


def _invited(s: Any) -> None:
    code = credentials.invite_client(client=s.clinic.alma, by=s.dana, now=s.now).code
    s.door = SimpleNamespace(invitation=invitation_for(code, now=s.now))


def _printed(s: Any) -> None:
    code = credentials.make_recovery_code(**_own(s)).code
    s.door = SimpleNamespace(recovery=recovery_code_for(code))


def _pin(s: Any) -> None:
    device = credentials.set_pin(token=new_token(), pin=PIN, words="", **_own(s))
    s.door = SimpleNamespace(device=device)


def _signed_in(s: Any) -> None:
    sign_in = sign_ins.begin_sign_in(
        person=_alma(s), key_hash="x", content={}, manner=sign_ins.Manner(), now=s.now
    )
    s.door = SimpleNamespace(sign_in=sign_in)


def _passkey_asked(s: Any) -> None:
    options, challenge = keys.ask_for_passkey(_alma(s), SITE)
    s.door = SimpleNamespace(challenge=challenge, answer=SoftKey(SITE.origin).made(options))


def _app_shown(s: Any) -> None:
    s.door = SimpleNamespace(secret=keys.new_app_secret())


def _two_keys(s: Any) -> None:
    _pin(s)
    with time_machine.travel(s.now):
        give_app(_alma(s))


def _turn_on_app(s: Any) -> None:
    keys.turn_on_app(secret=s.door.secret, code=code_of(s.door.secret), **_own(s))


def _nothing(_: Any) -> None:
    return None


DEEDS: dict[str, Deed] = {
    "credentials.invite_client": (
        "invite",
        lambda s: credentials.invite_client(client=s.clinic.alma, by=s.dana, now=s.now),
        _nothing,
    ),
    "credentials.invite_staff": (
        "invite",
        lambda s: credentials.invite_staff(person=s.clinic.dana, by=s.ines, now=s.now),
        _nothing,
    ),
    "credentials.use_invitation": (
        "use_invitation",
        lambda s: credentials.use_invitation(invitation=s.door.invitation, now=s.now),
        _invited,
    ),
    "credentials.choose_password": (
        "set_password",
        lambda s: credentials.choose_password(password="seven green boats", **_own(s)),
        _nothing,
    ),
    "credentials.give_password": (
        "set_password",
        lambda s: credentials.give_password(
            person=s.clinic.omar, password=PASSWORD, by=s.ines, now=s.now
        ),
        _nothing,
    ),
    "credentials.set_pin": (
        "set_pin",
        lambda s: credentials.set_pin(token=new_token(), pin=PIN, words="", **_own(s)),
        _nothing,
    ),
    "credentials.make_recovery_code": (
        "make_recovery_code",
        lambda s: credentials.make_recovery_code(**_own(s)),
        _nothing,
    ),
    "credentials.use_recovery_code": (
        "use_recovery_code",
        lambda s: credentials.use_recovery_code(recovery=s.door.recovery, now=s.now),
        _printed,
    ),
    "credentials.forget_device": (
        "forget_device",
        lambda s: credentials.forget_device(device=s.door.device, by=by(_alma(s)), now=s.now),
        _pin,
    ),
    "credentials.shut_out": (
        "keep_out",
        lambda s: credentials.shut_out(person=s.clinic.omar, by=s.ines, now=s.now),
        _nothing,
    ),
    "sign_ins.begin_sign_in": ("sign_in", _signed_in, _nothing),
    "sign_ins.end_sign_in": (
        "end_sign_ins",
        lambda s: sign_ins.end_sign_in(sign_in=s.door.sign_in, by=by(_alma(s)), now=s.now),
        _signed_in,
    ),
    "sign_ins.end_sign_ins": (
        "end_sign_ins",
        lambda s: sign_ins.end_sign_ins(**_own(s)),
        _signed_in,
    ),
    "keys.add_passkey": (
        "add_passkey",
        lambda s: keys.add_passkey(
            site=SITE, challenge=s.door.challenge, answer=s.door.answer, name="", **_own(s)
        ),
        _passkey_asked,
    ),
    "keys.turn_on_app": ("turn_on_app", _turn_on_app, _app_shown),
    "keys.make_codes": ("make_codes", lambda s: keys.make_codes(**_own(s)), _nothing),
    "keys.remove_key": (
        "remove_key",
        lambda s: keys.remove_key(number=keys.keys_of(_alma(s)).get().pk, **_own(s)),
        _two_keys,
    ),
}
NO_DEED = {
    "credentials.check_pin": "asks nothing and changes nothing",
    "credentials.try_pin": "the row of the device counts; who comes in by it leaves sign_in",
    "credentials.know_device": "belongs to begin_sign_in",
    "sign_ins.check_may_change": "only asks",
}
"""What is no deed, or part of one that is in the table, with the reason."""
