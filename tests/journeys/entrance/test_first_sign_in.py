"""Somebody comes in for the first time, with a code that was handed to them, in three screens."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from alongside.clinic.credentials.actions import invite_client, invite_staff
from tests.factories.clinic import PASSWORD, SmallClinic
from tests.journeys.browser import NewPage, Stop, in_both_languages
from tests.journeys.entrance.conftest import PhoneWithLock

pytestmark = pytest.mark.django_db(transaction=True)
PIN = "274951"


def screens(page: Page) -> list[str]:
    """The pages that this browser shows from now on, by their address."""
    shown: list[str] = []

    def note(frame: object) -> None:
        if frame == page.main_frame:
            shown.append(re.sub(r"^https?://[^/]+", "", page.url))

    page.on("framenavigated", note)
    return shown


def code_for_alma(clinic: SmallClinic) -> str:
    return invite_client(client=clinic.alma, by=clinic.as_actor(clinic.dana), now=clinic.now).code


@in_both_languages
def test_a_client_with_a_pin(
    new_page: NewPage, stop: Stop, clinic: SmallClinic, language: str
) -> None:
    # given: a client who holds a code on paper, and a phone that runs no script
    page = new_page(language=language, script=False)
    page.goto("/begin/")
    stop(page, "code")

    # when: they type it, choose a PIN and keep the code for bad days
    seen = screens(page)
    page.locator("[name=code]").fill(code_for_alma(clinic).lower())
    page.locator("main [type=submit]").click()
    stop(page, "choose")
    page.locator("[name=pin]").fill(PIN)
    page.locator("[name=again]").fill(PIN)
    page.locator("main form:has([name=pin]) [type=submit]").click()
    kept = page.locator(".printed-code").inner_text()
    assert re.fullmatch(r"(\w{4}-){6}\w{4}", kept)
    stop(page, "keep")
    page.locator("main [type=submit]").click()

    # then: they are in, after three screens with the first
    expect(page).to_have_url(re.compile("/me/$"))
    assert len(set(seen) - {"/", "/me/"}) + 1 == 3, seen

    # and: next time the PIN is enough
    page.locator(".navigation-out [type=submit]").click()
    expect(page).to_have_url(re.compile("/sign-in/"))
    stop(page, "next-time")
    page.locator("[name=pin]").fill("111222")
    page.locator("main form:has([name=pin]) [type=submit]").click()
    stop(page, "wrong-pin", status=422)
    page.locator("[name=pin]").fill(PIN)
    page.locator("main form:has([name=pin]) [type=submit]").click()
    expect(page).to_have_url(re.compile("/me/$"))


@in_both_languages
def test_a_client_with_a_passkey(
    phone_with_lock: PhoneWithLock, stop: Stop, clinic: SmallClinic, language: str
) -> None:
    # given: a client on a phone that can keep a passkey
    page = phone_with_lock(language=language)
    page.goto("/begin/")
    page.locator("[name=code]").fill(code_for_alma(clinic))
    page.locator("main [type=submit]").click()
    stop(page, "choose")

    # when: they make one
    page.locator("form[data-passkey] [type=submit]").click()
    expect(page.locator(".printed-code")).to_be_visible()
    page.locator("main [type=submit]").click()
    expect(page).to_have_url(re.compile("/me/$"))

    # then: it lets them in again, without a name and without a word typed
    page.locator(".navigation-out [type=submit]").click()
    page.wait_for_url(re.compile("/sign-in/"))
    stop(page, "next-time")
    page.locator("form[data-passkey] [type=submit]").click()
    expect(page).to_have_url(re.compile("/me/$"))


def test_staff_with_a_passkey(
    phone_with_lock: PhoneWithLock, stop: Stop, clinic: SmallClinic
) -> None:
    # given: a therapist with a code from the administrator
    code = invite_staff(person=clinic.dana, by=clinic.as_actor(clinic.ines), now=clinic.now).code
    page = phone_with_lock()
    page.goto(f"/begin/with/{code}/")
    stop(page, "choose")

    # when: she makes a passkey
    page.locator("form[data-passkey] [type=submit]").click()

    # then: she is at her board, and comes back by passkey alone
    expect(page).to_have_url(re.compile("/caseload/$"))
    page.get_by_role("button", name="Sign out").click()
    page.locator("form[data-passkey] [type=submit]").click()
    expect(page).to_have_url(re.compile("/caseload/$"))


def test_staff_with_a_password_set_up_a_key_first(
    phone_with_lock: PhoneWithLock, stop: Stop, clinic: SmallClinic
) -> None:
    # given: a therapist whom the administrator gave a password
    page = phone_with_lock()
    page.goto("/sign-in/")
    page.get_by_label("Sign-in name").fill("dana")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()

    # then: the password leads to the page of keys and nowhere else
    expect(page.get_by_role("heading", name="Your key")).to_be_visible()
    stop(page, "key")
    page.goto("/caseload/")
    expect(page).to_have_url(re.compile("/sign-in/"))

    # when: she makes a passkey there
    page.goto("/key/")
    page.get_by_role("button", name="Make a passkey").click()

    # then: she keeps codes for bad days and is in
    expect(page.locator(".printed-code")).to_have_count(10)
    stop(page, "codes")
    page.get_by_role("button", name="I have kept it").click()
    expect(page).to_have_url(re.compile("/caseload/$"))

    # when: she chooses a password of her own, knowing the one before
    page.goto("/me/sign-ins/")
    page.get_by_role("link", name="Change my password").click()
    stop(page, "own-password")
    page.get_by_label("The password until now").fill(PASSWORD)
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Use this password").click()
    expect(page.get_by_role("alert")).to_contain_text("too easy to guess")
    stop(page, "own-password-refused", status=422)
    page.get_by_label("The password until now").fill(PASSWORD)
    page.get_by_label("New password").fill("seven green boats sail")
    page.get_by_role("button", name="Use this password").click()

    # then: it works, and stands among what changed
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.get_by_role("region", name="What changed lately")).to_contain_text("New password")
    stop(page, "what-changed")
