"""A page that nobody watches locks; its owner opens it and finds what they typed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from alongside.clinic.credentials.models import SignIn
from alongside.clinic.instruments.models import Slot
from alongside.clinic.people.models import Person
from alongside.clinic.visits.models import Visit
from tests.factories.clinic import SmallClinic, small_clinic
from tests.journeys.browser import NewPage, Stop, in_both_languages
from tests.journeys.entrance.conftest import come_in_by_pin

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "I would like to go more slowly."


@pytest.fixture
def visited(transactional_db: None) -> SmallClinic:
    """A clinic whose latest visit ended five minutes ago."""
    clinic = small_clinic(timezone.now() - timedelta(days=7, minutes=60))
    clinic.visit()
    return clinic


def slot_of(clinic: SmallClinic) -> Slot:
    """The form of her latest visit."""
    slot = Visit.objects.filter(client=clinic.alma).latest("pk").feedback_slot
    assert slot is not None
    return slot


def the_form(page: Page, clinic: SmallClinic) -> None:
    """Her feedback form, with a text field open."""
    page.goto(f"/me/forms/{slot_of(clinic).public_id}/")


def lock_from_afar() -> None:
    """As if she had put the phone away for a while."""
    SignIn.objects.update(seen_at=timezone.now() - timedelta(minutes=6))


def test_a_minute_out_of_sight_locks_and_nothing_typed_is_lost(
    new_page: NewPage, visited: SmallClinic
) -> None:
    # given: a client who typed, and a network that is slow to save
    page = new_page()
    pin = come_in_by_pin(page, visited)
    page.clock.install()
    the_form(page, visited)
    page.route("**/save", lambda route: route.abort())
    page.locator("textarea").last.fill(WORDS)

    # when: the phone lies with another page in front for a minute
    page.evaluate(
        """() => {
            Object.defineProperty(document, 'visibilityState', {get: () => 'hidden'});
            document.dispatchEvent(new Event('visibilitychange'));
        }"""
    )
    with page.expect_navigation(url=re.compile("/unlock/")):
        page.clock.fast_forward(61_000)

    # then: nothing of the page is left but the way to unlock it
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    assert WORDS not in page.content()

    # and: after the PIN the same page is back with what was typed
    page.unroute("**/save")
    page.get_by_label("Your PIN").fill(pin)
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page).to_have_url(re.compile("/me/forms/"))
    expect(page.locator("textarea").last).to_have_value(WORDS)


def test_without_script_what_was_sent_is_kept_and_sent_with_one_tap(
    new_page: NewPage, stop: Stop, visited: SmallClinic
) -> None:
    # given: a client on a phone without script, with a form that was open too long
    page = new_page(script=False)
    pin = come_in_by_pin(page, visited)
    the_form(page, visited)
    for name in ("q1", "q2"):
        page.locator(f"label:has(> input[name={name}][value='9'])").click()
    lock_from_afar()

    # when: they send it
    page.locator(".form-end [type=submit]").first.click()
    stop(page, "locked")
    page.locator("[name=pin]").fill(pin)
    page.locator("main form:has([name=pin]) [type=submit]").click()

    # then: it is there and leaves with one tap
    expect(page.get_by_role("heading", name="You are back")).to_be_visible()
    stop(page, "kept")
    page.locator("main [type=submit]").click()
    expect(page.get_by_role("heading", name=re.compile("Thank you"))).to_be_visible()
    assert slot_of(visited).response.answers.count() >= 2


def test_saving_on_a_locked_page_leads_to_the_lock(new_page: NewPage, visited: SmallClinic) -> None:
    page = new_page()
    come_in_by_pin(page, visited)
    the_form(page, visited)
    lock_from_afar()
    page.locator("label:has(> input[name=q1][value='9'])").click()
    expect(page).to_have_url(re.compile("/unlock/"))


@in_both_languages
def test_the_list_of_devices(
    new_page: NewPage, stop: Stop, visited: SmallClinic, language: str
) -> None:
    # given: a client who is signed in on two devices
    person = visited.alma.person
    assert isinstance(person, Person)
    person.language = language
    person.save()
    page, other = new_page(language=language), new_page(language=language)
    come_in_by_pin(page, visited)
    come_in_by_pin(other, visited)
    page.goto("/me/sign-ins/")
    stop(page, "devices")

    # when: they end the other one
    page.locator("form[action='/me/sign-ins/others/'] button").click()
    expect(page.get_by_role("status")).to_be_visible()

    # then: it is out, and this one is not
    other.goto("/me/")
    expect(other).to_have_url(re.compile("/sign-in/"))
    page.goto("/me/")
    expect(page).to_have_url(re.compile("/me/$"))
