"""Every page at the door, in each of its states, as those see it who come in and go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine
from django.utils import timezone

from alongside.clinic.credentials.actions import invite_client, invite_staff
from alongside.clinic.credentials.models import SignIn
from alongside.clinic.people.models import Person
from tests.factories.clinic import PASSWORD, SmallClinic
from tests.factories.entrance import code_of

PIN = "274951"


def walk_the_door(walk: Any, clinic: SmallClinic) -> None:
    """First a client, then somebody who works here."""
    _a_client(walk, clinic)
    _staff(walk, clinic)
    walk.get(walk.browser(), "/calendar/", "passer-by")
    walk.get(walk.browser(), "/sign-in/wait/", "anyone")


def _a_client(walk: Any, clinic: SmallClinic) -> None:
    browser, now = walk.browser(), timezone.now()
    code = invite_client(client=clinic.bruno, by=clinic.as_actor(clinic.omar), now=now).code
    person = clinic.bruno.person
    assert isinstance(person, Person)
    person.language = walk.language
    person.save()

    walk.get(browser, "/begin/", "anyone")
    walk.post(browser, "/begin/", {"code": ""}, "anyone")
    walk.post(browser, "/begin/", {"code": "wrong"}, "anyone")
    walk.get(browser, "/begin/with/wrong/", "anyone")
    walk.get(browser, f"/begin/with/{code}/", "anyone")
    walk.post(browser, "/begin/choose/pin/", {"pin": "123456", "again": "123456"}, "anyone")
    walk.post(browser, "/begin/choose/pin/", {"pin": PIN, "again": "1"}, "anyone")
    walk.post(browser, "/begin/choose/passkey/", {"credential": "{}"}, "anyone")
    walk.post(browser, "/begin/choose/pin/", {"pin": PIN, "again": PIN}, "client")
    kept = browser.session["to_keep"]["codes"][0]
    walk.post(browser, "/keep/", {}, "client")

    SignIn.objects.filter(person=person).update(proved_at=None)
    walk.get(browser, "/me/sign-ins/pin/", "client")  # is it you?
    walk.post(browser, "/unlock/", {"pin": "000000"}, "client")
    walk.post(browser, "/unlock/", {"pin": PIN, "next": "/me/sign-ins/pin/"}, "client")
    walk.post(browser, "/me/sign-ins/pin/", {"pin": "111111", "again": "111111"}, "client")
    with time_machine.travel(now + timedelta(minutes=6)):
        walk.get(browser, "/me/", "client")  # locked
        waits = browser.post("/me/repairs/x/", {"answer": "yes"})["Location"]
        waits = waits.partition("next=")[2]
        walk.post(browser, "/unlock/", {"pin": PIN, "next": waits}, "client")
    walk.get(browser, "/kept/nothing/", "client")

    browser.post("/sign-out/")
    browser.cookies["language"] = walk.language
    walk.get(browser, "/sign-in/", "anyone")
    walk.post(browser, "/sign-in/pin/", {"pin": "000000"}, "anyone")
    walk.post(browser, "/sign-in/passkey/", {"credential": "{}"}, "anyone")
    walk.get(browser, "/comeback/", "anyone")
    walk.post(browser, "/comeback/", {"code": "wrong"}, "anyone")
    walk.post(browser, "/comeback/", {"code": kept}, "anyone")


def _staff(walk: Any, clinic: SmallClinic) -> None:
    browser, omar = walk.browser(), clinic.omar
    omar.language = walk.language
    omar.save()
    signed = {"name": "omar", "password": PASSWORD}
    walk.post(browser, "/sign-in/", signed, "therapist")
    walk.post(browser, "/key/", {"code": "000000"}, "therapist")
    walk.post(browser, "/key/passkey/", {"credential": "{}"}, "therapist")
    secret = browser.session["app_secret"]
    walk.post(browser, "/key/", {"code": code_of(secret)}, "therapist")
    walk.get(browser, "/me/sign-ins/", "therapist")
    walk.get(browser, "/me/sign-ins/password/", "therapist")
    wrong = {"current": "wrong", "password": "short"}
    walk.post(browser, "/me/sign-ins/password/", wrong, "therapist")
    walk.post(browser, "/sign-in/", signed, "therapist")
    walk.post(browser, "/sign-in/code/", {"code": "000000"}, "therapist")
    ines = clinic.as_actor(clinic.ines)
    code = invite_staff(person=omar, by=ines, now=timezone.now()).code
    walk.post(browser, "/begin/", {"code": code}, "therapist")
    walk.post(browser, "/begin/choose/password/", {"password": "short"}, "therapist")
