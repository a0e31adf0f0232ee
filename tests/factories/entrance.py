"""Ways in for the people of the small clinic, as they have them after their first day."""

from __future__ import annotations

import re

from django.test import Client as Browser
from django.utils import timezone

from alongside.clinic.audit.actor import Actor
from alongside.clinic.credentials.keys import new_app_secret, turn_on_app
from alongside.clinic.credentials.sign_ins import actor_at_the_door
from alongside.clinic.people.models import Person
from tests.factories.clinic import PASSWORD


def code_of(secret: str, *, steps: int = 0) -> str:
    """What an app with this secret shows now, or some half minutes later."""
    import time

    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def by(person: Person) -> Actor:
    return actor_at_the_door(person)


def give_app(person: Person) -> str:
    """The secret of the app that this person now has."""
    secret = new_app_secret()
    turn_on_app(
        person=person, secret=secret, code=code_of(secret), by=by(person), now=timezone.now()
    )
    return secret


def come_in(browser: Browser, person: Person, secret: str, *, steps: int = 0) -> None:
    """In by name, password and the code of the app."""
    name = person.sign_in_name
    answer = browser.post("/sign-in/", {"name": name, "password": PASSWORD})
    assert answer["Location"] == "/sign-in/code/", answer["Location"]
    answer = browser.post("/sign-in/code/", {"code": code_of(secret, steps=steps)})
    assert answer.status_code == 302, re.sub(r"\s+", " ", answer.content.decode())
