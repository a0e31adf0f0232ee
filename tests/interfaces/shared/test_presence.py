"""Who is here: pages lock by themselves, give back what was typed, and ask again before secrets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.conf import settings
from django.test import Client as Browser
from django.test import override_settings
from django.urls import reverse

from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.credentials.actions import set_pin
from alongside.clinic.credentials.codes import new_token
from alongside.clinic.credentials.models import SignIn
from alongside.clinic.people.actions import set_roles
from alongside.clinic.people.models import Clinic, Person, Role
from tests.factories.clinic import PASSWORD, SmallClinic, small_clinic
from tests.factories.entrance import by, code_of, give_app

pytestmark = pytest.mark.django_db
PIN = "274951"
MINUTE = timedelta(minutes=1)


class House:
    """The small clinic, whose clock stands until a test moves it."""

    def __init__(self, clinic: SmallClinic, moment: time_machine.Coordinates) -> None:
        self.clinic, self.moment = clinic, moment

    def wait(self, time: timedelta) -> None:
        self.clinic.now += time
        self.moment.move_to(self.clinic.now)

    @property
    def alma(self) -> Person:
        assert self.clinic.alma.person is not None
        return self.clinic.alma.person

    def phone_of_alma(self) -> Browser:
        """Her phone, on which she came in by PIN."""
        token = new_token()
        set_pin(
            person=self.alma, token=token, pin=PIN, words="", by=by(self.alma), now=self.clinic.now
        )
        browser = Browser()
        browser.cookies[settings.DEVICE_COOKIE_NAME] = token
        assert browser.post("/sign-in/pin/", {"pin": PIN})["Location"] == "/"
        return browser


@pytest.fixture
def house(db: None) -> Iterator[House]:
    clinic = small_clinic()
    with time_machine.travel(clinic.now, tick=False) as moment:
        yield House(clinic, moment)


def is_open(browser: Browser) -> bool:
    return browser.get("/me/").status_code == 200


def test_a_page_locks_after_five_minutes_and_opens_by_pin_where_it_was(house: House) -> None:
    phone = house.phone_of_alma()
    for _ in range(3):
        house.wait(4 * MINUTE)
        assert is_open(phone), "whoever reads on stays in"
    house.wait(5 * MINUTE)
    away = phone.get("/me/answers/?page=2")
    assert away["Location"] == "/unlock/?next=/me/answers/%3Fpage%3D2"
    locked = phone.cookies["session"].value

    sent = {"pin": PIN, "next": "/me/answers/?page=2"}
    assert phone.post("/unlock/", {**sent, "pin": "000000"}).status_code == 422
    assert not is_open(phone)
    assert phone.post("/unlock/", sent)["Location"] == "/me/answers/?page=2"
    assert is_open(phone)
    assert phone.cookies["session"].value != locked, "the key is a new one"


def test_staff_lock_after_ten_minutes_and_are_out_after_twelve_hours(house: House) -> None:
    browser = Browser()
    browser.force_login(house.clinic.dana)
    secret = give_app(house.clinic.dana)
    house.wait(9 * MINUTE)
    assert browser.get("/caseload/").status_code == 200
    house.wait(10 * MINUTE)
    assert browser.get("/caseload/")["Location"].startswith("/unlock/")
    opened = browser.post("/unlock/", {"code": code_of(secret), "next": "/caseload/"})
    assert opened["Location"] == "/caseload/"
    for _ in range(12 * 8):
        house.wait(8 * MINUTE)
        browser.get("/caseload/")
    assert browser.get("/caseload/")["Location"].startswith("/sign-in/")


def test_nothing_in_a_request_keeps_a_page_open(house: House) -> None:
    """As an OpenEMR parameter did (CVE-2026-25476): whatever a request says, only deeds count."""
    phone = house.phone_of_alma()
    tries = {
        "skip_timeout_reset": "1",
        "keep_alive": "1",
        "is_in_background": "0",
        "idle_limit": "999999",
        "seen_at": "2099-01-01",
        "counts_as_deed": "1",
    }
    headers = {
        "X-Keep-Alive": "1",
        "X-Requested-With": "XMLHttpRequest",
        "Connection": "keep-alive",
    }
    for _ in range(6):
        house.wait(MINUTE)
        phone.post("/kept/", {"address": "/me/", **tries}, query_params=tries, headers=headers)
    assert not is_open(phone), "a page that asks by itself shows nobody's presence"
    answer = phone.get("/me/", tries, headers=headers)
    assert answer["Location"].startswith("/unlock/"), "nor does anything open what has locked"
    for name, value in tries.items():
        phone.cookies[name] = value
    assert phone.post("/me/repairs/x/?keep_alive=1", tries)["Location"].startswith("/unlock/")


def test_a_save_keeps_a_page_open_only_when_it_brings_something_new(house: House) -> None:
    visit = house.clinic.visit()
    house.moment.move_to(house.clinic.now)
    assert visit.feedback_slot is not None
    save = f"/me/forms/{visit.feedback_slot.public_id}/save"
    phone = house.phone_of_alma()
    for tap in range(1, 7):
        house.wait(MINUTE)
        assert phone.post(save, {"q1": str(tap)}).status_code == 200
    assert is_open(phone), "whoever taps is there"
    for _ in range(5):
        house.wait(MINUTE)
        phone.post(save, {"q1": "6"})
    assert not is_open(phone), "the same again, sent by the page alone, is nobody"


def test_a_page_that_would_count_as_a_deed_does_keep_it_open(house: House) -> None:
    """The negative control of the test above."""
    phone = house.phone_of_alma()
    for _ in range(6):
        house.wait(MINUTE)
        phone.get("/me/")
    assert is_open(phone)


def test_what_is_sent_to_a_locked_page_waits_and_is_sent_with_one_tap(house: House) -> None:
    browser = Browser()
    browser.force_login(house.clinic.dana)
    secret = give_app(house.clinic.dana)
    house.wait(10 * MINUTE)
    address = reverse("book_visit", args=[house.clinic.alma.public_id])
    away = browser.post(address, {"day": "2026-03-09", "time": "10:00", "minutes": "50"})
    waits = parse_qs(urlsplit(away["Location"]).query)["next"][0]
    assert waits.startswith("/kept/")

    browser.post("/unlock/", {"code": code_of(secret), "next": waits})
    page = browser.get(waits).content.decode()
    for kept in (f'action="{address}"', 'value="2026-03-09"', 'value="10:00"'):
        assert kept in page
    house.wait(30 * MINUTE)
    browser.post("/unlock/", {"code": code_of(secret), "next": "/"})
    assert browser.get(waits).status_code == 404, "it waited half an hour"


def test_what_waits_for_one_is_not_there_for_another(house: House) -> None:
    phone = house.phone_of_alma()
    house.wait(5 * MINUTE)
    away = phone.post("/me/repairs/x/", {"words": "Of Alma alone."})
    waits = parse_qs(urlsplit(away["Location"]).query)["next"][0]
    other = Browser()
    assert house.clinic.bruno.person is not None
    other.force_login(house.clinic.bruno.person)
    page = other.get(waits)
    assert page.status_code == 404 and "Of Alma" not in page.content.decode()


def test_saving_in_the_background_says_that_the_page_is_locked(house: House) -> None:
    phone = house.phone_of_alma()
    house.wait(5 * MINUTE)
    answer = phone.post("/me/forms/x/save", {"q1": "5"}, headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json()["is_locked"] is True


def test_a_page_for_ones_own_eyes_asks_again(house: House) -> None:
    phone = house.phone_of_alma()
    assert phone.get("/me/who-sees/").status_code == 200
    for _ in range(5):
        house.wait(2 * MINUTE)
        is_open(phone)
    assert phone.get("/me/who-sees/")["Location"] == "/unlock/?next=/me/who-sees/"
    assert is_open(phone), "other pages stay open"
    page = phone.get("/unlock/?next=/me/who-sees/")
    assert "Is it you?" in page.content.decode()
    assert (
        phone.post("/unlock/", {"pin": PIN, "next": "/me/who-sees/"})["Location"] == "/me/who-sees/"
    )
    assert phone.get("/me/who-sees/").status_code == 200


def test_the_proof_of_another_opens_nothing(house: House) -> None:
    browser = Browser()
    browser.force_login(house.clinic.dana)
    secret = give_app(house.clinic.omar)
    house.wait(10 * MINUTE)
    assert browser.post("/unlock/", {"code": code_of(secret)}).status_code == 422
    assert browser.post("/unlock/", {"password": PASSWORD}).status_code == 422, "no password either"
    assert browser.post("/unlock/", {}).status_code == 422
    assert browser.get("/caseload/").status_code == 302


def test_on_a_device_of_somebody_else_nothing_stays(house: House) -> None:
    Clinic.objects.update(is_demo=True)
    browser = Browser()
    sent = {"name": "alma", "password": PASSWORD, "not_mine": "on"}
    answer = browser.post("/sign-in/", sent)
    assert settings.DEVICE_COOKIE_NAME not in answer.cookies
    session = answer.cookies["session"]
    assert (session["max-age"], session["expires"]) == ("", ""), "it goes with the browser"
    left = browser.get("/leave/")
    assert left["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert browser.get("/me/")["Location"].startswith("/sign-in/")
    assert SignIn.objects.get().ended_at is not None


def test_on_ones_own_device_the_cookie_lasts_as_long_as_the_sign_in(house: House) -> None:
    phone = house.phone_of_alma()
    assert phone.cookies["session"]["max-age"] == 30 * 24 * 60 * 60
    assert phone.cookies["session"]["httponly"] and phone.cookies["session"]["samesite"] == "Lax"
    assert phone.cookies[settings.DEVICE_COOKIE_NAME]["httponly"]


def test_a_new_device_is_told_to_its_owner_until_they_look(house: House) -> None:
    phone = house.phone_of_alma()
    elsewhere = Browser(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/130.0"})
    Clinic.objects.update(is_demo=True)
    elsewhere.post("/sign-in/", {"name": "alma", "password": PASSWORD})
    own = "Somebody signed in as you on a new device: Firefox on Windows"
    assert own not in elsewhere.get("/me/sign-ins/").content.decode()
    house.wait(5 * MINUTE)
    opened = phone.post("/unlock/", {"pin": PIN, "next": "/me/"}, follow=True)
    assert "Somebody signed in as you on a new device." in opened.content.decode()
    assert own in phone.get("/me/sign-ins/").content.decode()
    assert own not in phone.get("/me/sign-ins/").content.decode(), "told once they looked"

    row = SignIn.objects.get(is_new_device=True)
    assert phone.post(reverse("end_own_sign_in", args=[row.public_id])).status_code == 302
    assert elsewhere.get("/me/").status_code == 302


def test_a_stolen_database_gives_no_session(house: House) -> None:
    phone = house.phone_of_alma()
    row = SignIn.objects.get()
    thief = Browser()
    for guess in (row.key_hash, row.public_id, str(row.pk)):
        thief.cookies["session"] = guess
        assert not is_open(thief)
    raw = str(SignIn.objects.values())
    assert phone.cookies["session"].value not in raw
    assert str(house.alma.pk) not in str(bytes(SignIn.objects.values_list("content", flat=True)[0]))


def test_a_kept_out_person_is_out_at_the_next_request(house: House) -> None:
    browser, ines = Browser(), Browser()
    browser.force_login(house.clinic.dana)
    ines.force_login(house.clinic.ines)
    assert browser.get("/caseload/").status_code == 200
    ines.post(reverse("staff_keep_out", args=[house.clinic.dana.public_id]))
    assert browser.get("/caseload/")["Location"].startswith("/sign-in/")
    ines.post(reverse("staff_let_in", args=[house.clinic.dana.public_id]))
    assert browser.get("/caseload/")["Location"].startswith("/sign-in/"), (
        "nothing comes back to life"
    )


def test_an_administrator_signs_somebody_out_everywhere(house: House) -> None:
    browser, ines = Browser(), Browser()
    browser.force_login(house.clinic.dana)
    ines.force_login(house.clinic.ines)
    ines.post(reverse("staff_sign_out", args=[house.clinic.dana.public_id]))
    assert browser.get("/caseload/").status_code == 302


@pytest.mark.parametrize("route", ["staff_keep_out", "staff_sign_out"])
def test_an_administrator_who_ends_their_own_sign_in_stands_before_the_door(
    house: House, route: str
) -> None:
    set_roles(
        person=house.clinic.ruth,
        roles=[Role.ADMINISTRATOR],
        by=OPERATOR,
        now=house.clinic.now,
    )
    browser = Browser()
    browser.force_login(house.clinic.ines)
    answer = browser.post(reverse(route, args=[house.clinic.ines.public_id]))
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/")
    assert browser.get(reverse("staff"))["Location"].startswith("/sign-in/")


def test_only_a_named_proxy_says_where_a_request_came_from(house: House) -> None:
    from alongside.interfaces.shared.entrance.sign_in import WRONG_PASSWORDS

    def seen(**meta: str) -> str:
        request = Browser().get("/sign-in/", **meta).wsgi_request
        assert WRONG_PASSWORDS.may_try(request)
        return str(request.META["REMOTE_ADDR"])

    claimed = {"HTTP_X_FORWARDED_FOR": "203.0.113.7, 198.51.100.4"}
    assert seen(REMOTE_ADDR="127.0.0.1", **claimed) == "127.0.0.1", "no proxy was named"
    with override_settings(TRUSTED_PROXIES=("127.0.0.1", "10.0.0.0/8")):
        assert seen(REMOTE_ADDR="127.0.0.1", **claimed) == "198.51.100.4"
        assert seen(REMOTE_ADDR="192.0.2.9", **claimed) == "192.0.2.9"
        through_two = {"HTTP_X_FORWARDED_FOR": "203.0.113.7, 10.1.2.3"}
        assert seen(REMOTE_ADDR="127.0.0.1", **through_two) == "203.0.113.7"
        assert seen(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="nonsense") == "127.0.0.1"
        assert seen(REMOTE_ADDR="127.0.0.1") == "127.0.0.1"


def test_a_form_left_by_its_link_opens_again_only_on_purpose(house: House) -> None:
    from alongside.clinic.feedback.tokens import token_for
    from alongside.clinic.instruments.models import WayIn

    visit = house.clinic.visit()
    house.moment.move_to(house.clinic.now)
    assert visit.feedback_slot is not None
    link = f"/f/{token_for(visit.feedback_slot, WayIn.LINK)}/"
    browser = Browser()
    assert "A few questions" in browser.get(link).content.decode()
    assert browser.get("/leave/")["Location"] == "/calendar/"
    closed = browser.get(link).content.decode()
    assert "Closed" in closed and "A few questions" not in closed and "visit" not in closed
    assert browser.post("/back/", {"next": link})["Location"] == link
    assert "A few questions" in browser.get(link).content.decode()


def test_the_calendar_says_nothing(house: House) -> None:
    page = Browser().get("/calendar/").content.decode()
    assert "March 2026" in page and "<script" not in page
    for word in ("Notebook", "River House", 'href="/me', "Sign"):
        assert word not in page
