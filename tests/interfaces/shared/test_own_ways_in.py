"""Own ways in: a password changed by whoever knows the old one, and changes told to their owner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client as Browser

from alongside.clinic.credentials.actions import give_password, invite_staff, set_pin
from alongside.clinic.credentials.changes import changes_of
from alongside.clinic.credentials.codes import new_token, token_hash
from alongside.clinic.credentials.keys import keys_of
from alongside.clinic.credentials.limits import REMEMBERED
from alongside.clinic.credentials.models import SignIn
from alongside.clinic.credentials.sign_ins import forget_old_sign_ins
from alongside.clinic.people.models import Person
from tests.factories.clinic import PASSWORD, SmallClinic, small_clinic
from tests.factories.entrance import by, code_of, come_in, give_app

pytestmark = pytest.mark.django_db

OWN = "/me/sign-ins/password/"
NEW = "seven green boats sail"
TOLD = "How you sign in was changed since you were last here."
PIN = "274951"
HOUR = timedelta(hours=1)


class House:
    def __init__(self, clinic: SmallClinic, moment: time_machine.Coordinates) -> None:
        self.clinic, self.moment = clinic, moment
        self.secret = give_app(clinic.dana)

    def wait(self, time: timedelta) -> None:
        self.clinic.now += time
        self.moment.move_to(self.clinic.now)

    def dana(self) -> Browser:
        """Her browser, on which she came in by password and app just now."""
        self.wait(timedelta(minutes=2))  # a code of the app is good once
        browser = Browser()
        come_in(browser, self.clinic.dana, self.secret)
        return browser


@pytest.fixture
def house(db: None) -> Iterator[House]:
    clinic = small_clinic()
    with time_machine.travel(clinic.now, tick=False) as moment:
        yield House(clinic, moment)


def password_works(person: Person, password: str) -> bool:
    person.refresh_from_db()
    return person.check_password(password)


def test_a_password_is_changed_by_whoever_knows_the_one_before(house: House) -> None:
    here, elsewhere = house.dana(), house.dana()
    before = here.cookies["session"].value
    answer = here.post(OWN, {"current": PASSWORD, "password": NEW})
    assert answer["Location"] == "/me/sign-ins/"
    assert password_works(house.clinic.dana, NEW)
    assert here.get("/caseload/").status_code == 200
    assert here.cookies["session"].value != before, "the session goes on under a new key"
    assert elsewhere.get("/caseload/").status_code == 302, "every other one is over"
    assert SignIn.objects.filter(person=house.clinic.dana, ended_at__isnull=True).count() == 1


@pytest.mark.parametrize(
    ("current", "password"),
    [("", NEW), ("wrong", NEW), (PASSWORD.upper(), NEW), (PASSWORD, "short"), (PASSWORD, "")],
)
def test_what_is_wrong_changes_nothing(house: House, current: str, password: str) -> None:
    answer = house.dana().post(OWN, {"current": current, "password": password})
    assert answer.status_code == 422
    assert password_works(house.clinic.dana, PASSWORD)


def test_one_who_guesses_the_current_password_is_stopped(house: House) -> None:
    here = house.dana()
    for n in range(10):
        assert here.post(OWN, {"current": f"wrong {n}", "password": NEW}).status_code == 422
    assert here.post(OWN, {"current": PASSWORD, "password": NEW}).status_code == 422
    assert password_works(house.clinic.dana, PASSWORD)


def test_it_asks_again_who_one_is_after_a_while(house: House) -> None:
    here = house.dana()
    SignIn.objects.update(proved_at=None)
    assert here.get(OWN)["Location"].startswith("/unlock/")
    sign_in = SignIn.objects.get(person=house.clinic.dana)
    for path in ("/me/sign-ins/others/", f"/me/sign-ins/{sign_in.public_id}/", "/key/"):
        assert here.post(path)["Location"].startswith("/unlock/"), path
    key = keys_of(house.clinic.dana).get()
    assert here.post(f"/me/sign-ins/keys/{key.pk}/")["Location"].startswith("/unlock/")


def test_nobody_has_this_page_who_has_no_password_to_come_in_by(house: House) -> None:
    alma, browser = house.clinic.alma.person, Browser()
    assert alma is not None
    browser.force_login(alma)
    assert browser.get(OWN).status_code == 404
    house.clinic.omar.set_unusable_password()
    house.clinic.omar.save()
    browser.force_login(house.clinic.omar)
    assert browser.get(OWN).status_code == 404


def test_a_password_field_hides_and_lets_managers_and_paste_help(house: House) -> None:
    here, stranger = house.dana(), Browser()
    for page in (here.get(OWN), stranger.get("/sign-in/")):
        inputs = [each.partition(">")[0] for each in page.content.decode().split("<input")[1:]]
        fields = [tag for tag in inputs if re.search('name="(password|current)"', tag)]
        assert fields
        for tag in fields:
            assert 'type="password"' in tag
            assert 'autocomplete="current-password"' in tag or 'autocomplete="new-password"' in tag
            assert "onpaste" not in tag


def test_a_password_that_somebody_else_changed_is_told_at_the_next_sign_in(house: House) -> None:
    house.dana()
    house.wait(HOUR)
    ines = house.clinic.as_actor(house.clinic.ines)
    give_password(person=house.clinic.dana, password=PASSWORD, by=ines, now=house.clinic.now)
    here = house.dana()
    assert TOLD in here.get("/caseload/").content.decode()
    assert TOLD not in here.get("/caseload/").content.decode(), "told once"
    assert "New password" in here.get("/me/sign-ins/").content.decode()
    assert TOLD not in house.dana().get("/caseload/").content.decode(), "nothing changed since"


def test_a_key_that_was_added_elsewhere_is_told_where_the_page_had_locked(house: House) -> None:
    alma, token = house.clinic.alma.person, new_token()
    assert alma is not None
    set_pin(person=alma, token=token, pin=PIN, words="", by=by(alma), now=house.clinic.now)
    phone = Browser()
    phone.cookies[settings.DEVICE_COOKIE_NAME] = token
    phone.post("/sign-in/pin/", {"pin": PIN})
    house.wait(HOUR)
    set_pin(person=alma, token=new_token(), pin=PIN, words="", by=by(alma), now=house.clinic.now)
    house.wait(HOUR)
    phone.post("/unlock/", {"pin": PIN})
    assert TOLD in phone.get("/me/").content.decode()


def test_changes_are_forgotten_with_old_sign_ins(house: House) -> None:
    assert [each.what for each in changes_of(house.clinic.dana)] == ["app"]
    assert code_of(house.secret)
    forget_old_sign_ins(now=house.clinic.now + REMEMBERED)
    assert not changes_of(house.clinic.dana)


def test_a_forgotten_password_is_made_anew_and_the_app_is_still_asked_for(house: House) -> None:
    ines, now = house.clinic.as_actor(house.clinic.ines), house.clinic.now
    code = invite_staff(person=house.clinic.dana, by=ines, now=now).code
    browser = Browser()
    browser.post("/begin/", {"code": code})
    assert browser.post("/begin/choose/password/", {"password": NEW})["Location"] == "/key/"
    assert browser.get("/key/")["Location"] == "/sign-in/code/"
    for path in ("/key/", "/key/passkey/", "/key/passkey/ask/"):
        assert browser.post(path)["Location"] == "/sign-in/code/", "no other key is added half in"
    assert browser.get("/caseload/").status_code == 302
    assert not SignIn.objects.filter(person=house.clinic.dana).exists()
    house.wait(timedelta(minutes=2))
    browser.post("/sign-in/code/", {"code": code_of(house.secret)})
    assert browser.get("/caseload/").status_code == 200


def test_after_a_change_every_other_device_can_be_signed_out(house: House) -> None:
    here, elsewhere = house.dana(), house.dana()
    answer = here.post("/me/sign-ins/codes/")
    assert answer["Location"] == "/keep/"
    assert here.post("/keep/")["Location"] == "/me/sign-ins/"
    assert 'action="/me/sign-ins/others/"' in here.get("/me/sign-ins/").content.decode()
    here.post("/me/sign-ins/others/")
    assert elsewhere.get("/caseload/").status_code == 302
    assert here.get("/caseload/").status_code == 200


def test_the_way_out_stands_on_the_first_page_of_everybody(house: House) -> None:
    alma = house.clinic.alma.person
    pages = {
        "/caseload/": house.clinic.dana,
        "/supervision/": house.clinic.ruth,
        "/administration/staff/": house.clinic.ines,
        "/me/": alma,
        "/me/sign-ins/": alma,
        "/me/sharing/": alma,
    }
    for path, person in pages.items():
        browser = Browser()
        assert person is not None
        browser.force_login(person)
        assert 'action="/sign-out/"' in browser.get(path).content.decode(), path
    assert 'action="/sign-out/"' not in Browser().get("/sign-in/").content.decode()


def test_a_session_is_known_by_a_long_random_key_of_which_a_hash_is_kept(house: House) -> None:
    keys = {house.dana().cookies["session"].value for _ in range(3)}
    assert len(keys) == 3
    for key in keys:
        assert len(key) == 32 and 36**32 > 2**128 and key.isalnum()
    kept = set(SignIn.objects.values_list("key_hash", flat=True))
    assert kept.isdisjoint(keys) and {token_hash(key) for key in keys} <= kept
    stolen = Browser()
    stolen.cookies["session"] = kept.pop()
    assert stolen.get("/caseload/").status_code == 302
