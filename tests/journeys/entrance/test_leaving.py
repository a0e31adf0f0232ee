"""Somebody comes in: one touch, and nothing of it is on the screen, nor after Back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from alongside.clinic.feedback.tokens import token_for
from alongside.clinic.instruments.models import WayIn
from tests.factories.clinic import SmallClinic, small_clinic
from tests.journeys.browser import NewPage, Stop, on_a_phone
from tests.journeys.entrance.conftest import come_in_by_pin

pytestmark = [pytest.mark.django_db(transaction=True), on_a_phone]
BLANK_WITHIN = 100  # milliseconds
GONE_WITHIN = 1_000


@pytest.fixture
def clinic(transactional_db: None) -> SmallClinic:
    """A clinic whose latest visit ended five minutes ago."""
    clinic = small_clinic(timezone.now() - timedelta(days=7, minutes=60))
    clinic.feedback(clinic.visit(), 8, O1="Slower.")
    return clinic


def nothing_is_left(page: Page, *words: str) -> None:
    """No word of what was open stands on the screen."""
    shown = page.locator("body").inner_text()
    assert not [word for word in words if word in shown], shown


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("path", ["/me/", "/me/answers/", "/me/graph/", "/me/who-sees/"])
def test_back_does_not_bring_it_back(
    new_page: NewPage, clinic: SmallClinic, path: str, script: bool
) -> None:
    # given: a client on a page of theirs
    page = new_page(script=script)
    come_in_by_pin(page, clinic)
    page.goto(path)
    expect(page.locator("h1")).to_be_visible()
    heading = page.locator("h1").inner_text()

    # when: they leave by the first thing that the keyboard reaches
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "way-out"
    page.keyboard.press("Enter")

    # then: there is a month on the screen
    page.wait_for_url(re.compile("/calendar/"), timeout=GONE_WITHIN)
    nothing_is_left(page, heading, "Dana", "Alma")

    # and: Back, as often as one likes, and Forward show a lock and no word of it
    for _ in range(3):
        page.go_back()
        nothing_is_left(page, heading, "Dana", "Slower.")
        assert "/me/" not in page.url or page.locator("h1").inner_text() != heading
    page.goto(path)
    expect(page).to_have_url(re.compile("/unlock/"))
    nothing_is_left(page, "Dana", "Slower.")


def test_it_is_blank_at_once(new_page: NewPage, stop: Stop, clinic: SmallClinic) -> None:
    page = new_page()
    come_in_by_pin(page, clinic)
    page.goto("/me/")
    page.route("**/leave/", lambda route: None)  # a network that answers nothing
    blank = page.evaluate(
        """() => new Promise((done) => {
            const start = performance.now();
            document.querySelector('.way-out').click();
            requestAnimationFrame(() => done(
                document.documentElement.hidden ? performance.now() - start : 1e9
            ));
        })"""
    )
    assert blank < BLANK_WITHIN
    page.unroute("**/leave/")


def test_three_times_shift_is_the_same(new_page: NewPage, stop: Stop, clinic: SmallClinic) -> None:
    page = new_page()
    come_in_by_pin(page, clinic)
    page.goto("/me/")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(re.compile("/calendar/"))
    stop(page, "calendar")


def test_a_page_that_came_by_a_link_closes_too(
    new_page: NewPage, stop: Stop, clinic: SmallClinic
) -> None:
    # given: a form that came by a link, with nobody signed in
    slot = clinic.visit().feedback_slot
    assert slot is not None
    type(slot).objects.filter(pk=slot.pk).update(
        opens_at=timezone.now() - timedelta(minutes=1),
        expires_at=timezone.now() + timedelta(days=1),
    )
    page = new_page()
    page.goto(f"/f/{token_for(slot, WayIn.LINK)}/")
    heading = page.locator("h1").inner_text()

    # when: they leave and somebody taps Back
    page.locator(".way-out").click()
    page.wait_for_url(re.compile("/calendar/"))
    page.go_back()

    # then: it is closed, and opens again on purpose
    nothing_is_left(page, heading, "Dana")
    page.goto(f"/f/{token_for(slot, WayIn.LINK)}/")
    expect(page.get_by_role("heading", name="Closed")).to_be_visible()
    stop(page, "closed")
    page.get_by_role("button", name="Open again").click()
    expect(page.locator("h1")).to_have_text(heading)


def test_on_somebody_elses_device_nothing_is_left_behind(
    new_page: NewPage, clinic: SmallClinic
) -> None:
    """Neither cookie nor store nor cache of the browser knows anything after the way out."""
    from alongside.clinic.credentials.actions import make_recovery_code
    from tests.factories.entrance import by

    assert clinic.alma.person is not None
    kept = make_recovery_code(
        person=clinic.alma.person, by=by(clinic.alma.person), now=clinic.now
    ).code
    page = new_page()
    page.goto("/comeback/")
    page.locator("[name=code]").fill(kept)
    page.get_by_label("This is not my device").check()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="I have kept it").click()
    expect(page).to_have_url(re.compile("/me/$"))

    page.locator(".way-out").click()
    page.wait_for_url(re.compile("/calendar/"))
    names = {cookie["name"] for cookie in page.context.cookies()}
    assert not {"session", "device", "csrf", "language"} & names, names
    stored = page.evaluate(
        "async () => [localStorage.length, sessionStorage.length, (await caches.keys()).length,"
        " (await indexedDB.databases()).length]"
    )
    assert stored == [0, 0, 0, 0]
    page.goto("/me/")
    expect(page).to_have_url(re.compile("/sign-in/"))
