"""At the clinic's own device: a code, what changed, the questions, and nothing left behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client as Browser

from alongside.clinic.alliance.actions import say_what_changes
from alongside.clinic.alliance.models import Change
from alongside.clinic.feedback.actions import issue_kiosk_code
from alongside.clinic.instruments.models import Response, WayIn
from alongside.interfaces.client.views.kiosk import WRONG_CODES
from tests.factories.clinic import SmallClinic
from tests.interfaces.client.test_answering import TAPS, address, slot_of, text


@pytest.fixture(autouse=True)
def forgotten_tries(db: None) -> None:
    cache.clear()


def code_for(clinic: SmallClinic) -> str:
    visit = clinic.visit()
    assert visit.feedback_slot is not None
    by = clinic.as_actor(clinic.dana)
    return issue_kiosk_code(slot=visit.feedback_slot, issued_by=clinic.dana, by=by, now=clinic.now)


def test_a_code_typed_any_way_opens_the_form_once(fresh: SmallClinic) -> None:
    code, browser = code_for(fresh), Browser()
    typed = f" {code[:3].lower()}-{code[3:].lower()} "
    opened = browser.post("/kiosk/", {"code": typed}, follow=True)
    assert opened.status_code == 200 and "How was your visit?" in text(opened)
    assert "Alma" not in text(opened)
    assert opened.headers["Refresh"].endswith("url=/kiosk/")
    again = Browser().post("/kiosk/", {"code": code})
    assert again.status_code == 422 and "does not open a form" in text(again)


def test_what_changed_comes_first_and_once(ready_for: Callable[[int], SmallClinic]) -> None:
    clinic = ready_for(2)
    response = clinic.feedback(clinic.visit(), 6, O1="I talked too little.")
    answer = response.answers.get(link_id="O1")
    by = clinic.as_actor(clinic.dana)
    say_what_changes(answer=answer, what_changes="You begin.", by=by, now=clinic.now)
    browser = Browser()
    first = browser.post("/kiosk/", {"code": code_for(clinic)}, follow=True)
    assert "I talked too little." in text(first) and "You begin." in text(first)
    assert Change.objects.get().seen_at is not None
    again = browser.get(first.redirect_chain[0][0], follow=True)
    assert "I talked too little." not in text(again)
    assert "How was your visit?" in text(again)


def test_after_sending_the_device_goes_back_to_the_code_with_nothing_left(
    fresh: SmallClinic,
) -> None:
    code, browser = code_for(fresh), Browser()
    opened = browser.post("/kiosk/", {"code": code}, follow=True)
    form = opened.redirect_chain[-1][0]
    browser.post(form, {"language": "es"})
    done = browser.post(form, TAPS, follow=True)
    assert done.headers["Refresh"] == "8; url=/kiosk/"
    assert "storage" in done.headers["Clear-Site-Data"]
    assert browser.cookies["language"].value == ""
    assert Response.objects.get().way_in == WayIn.KIOSK


def test_the_tablet_says_whose_it_is(fresh: SmallClinic) -> None:
    assert fresh.clinic.name == "River House"
    assert "<h1>Welcome to River House</h1>" in Browser().get("/kiosk/").content.decode()


def test_a_link_shows_nothing_that_only_the_kiosk_may(fresh: SmallClinic) -> None:
    slot = slot_of(fresh)
    link = address(slot).removeprefix("/f/")
    assert Browser().get(f"/kiosk/{link}").status_code == 302


def test_codes_cannot_be_guessed_from_one_address_nor_from_many(fresh: SmallClinic) -> None:
    code = code_for(fresh)
    for _ in range(WRONG_CODES.most_from_one_address):
        assert Browser().post("/kiosk/", {"code": "AAAAAA"}).status_code == 422
    assert Browser().post("/kiosk/", {"code": code}).status_code == 429
    elsewhere = {"REMOTE_ADDR": "203.0.113.7"}
    assert Browser().post("/kiosk/", {"code": code}, **elsewhere).status_code == 302
    for n in range(WRONG_CODES.most_in_all - WRONG_CODES.most_from_one_address):
        Browser().post("/kiosk/", {"code": "AAAAAA"}, REMOTE_ADDR=f"198.51.100.{n}")
    third = {"REMOTE_ADDR": "203.0.113.8"}
    assert Browser().post("/kiosk/", {"code": code}, **third).status_code == 429
