"""A client allows something to be shared, reads it back, takes it back, and takes it all along."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from alongside.clinic.consent.models import Consent
from alongside.clinic.consent.segments import RecordSegment
from alongside.clinic.disclosures.models import Disclosure
from tests.factories.clinic import SmallClinic
from tests.factories.sharing import consented, lived_in, released, wish_for
from tests.journeys.browser import NewPage, Stop
from tests.journeys.client.conftest import ReadyFor
from tests.journeys.let_in import let_in

A_LIFE = 11
"""Visits' worth of weeks in `lived_in`, so that it ends about now."""


@pytest.fixture
def clinic(ready_for: ReadyFor) -> SmallClinic:
    clinic = ready_for(A_LIFE)
    lived_in(clinic)
    return clinic


def test_give_a_consent_read_it_back_and_take_it_back(
    page: Page, stop: Stop, clinic: SmallClinic
) -> None:
    let_in(page, clinic.alma.person)
    page.get_by_role("link", name="What is shared about me").click()
    expect(page.get_by_text("You have not allowed anything")).to_be_visible()
    stop(page, "nothing-yet")
    page.get_by_role("link", name="Allow something").click()
    assert page.locator("input:checked").count() == 0
    stop(page, "who")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("Write who it is.")
    stop(page, "who-mistakes", status=422)
    page.get_by_text("A doctor, hospital, pharmacy or health plan").click()
    page.get_by_label("Their name").fill("Lake Hospital")
    page.get_by_label("Where they are").fill("1 Shore Road")
    page.get_by_role("button", name="Go on").click()
    assert page.locator("input:checked").count() == 0
    page.get_by_text("Visits: when they were").click()
    stop(page, "what")
    page.get_by_role("button", name="Go on").click()
    assert page.locator("input:checked").count() == 0
    page.get_by_text("Treating me", exact=True).click()
    expect(page.get_by_label("The last day")).to_be_hidden()
    page.get_by_text("On a day that I choose").click()
    last_day = (clinic.now + timedelta(days=90)).date()
    page.get_by_label("The last day").fill(last_day.isoformat())
    stop(page, "why")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("I can take this consent back")).to_be_visible()
    stop(page, "sign")
    page.get_by_label("Write your name to sign").fill("Alma Ruiz")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("Signed. You can take it back at any time.")).to_be_visible()
    stop(page, "signed")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Get it as a PDF").click()
    assert Path(downloading.value.path()).read_bytes() == Consent.objects.get().document
    page.get_by_role("link", name="Take it back").click()
    expect(page.get_by_text("Nothing has left. So Lake Hospital has nothing")).to_be_visible()
    stop(page, "before-taking-back")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("It is taken back. Nothing more goes out by it.")).to_be_visible()
    stop(page, "taken-back")
    assert Consent.objects.get().state == "revoked"


def test_what_left_stands_there_and_is_told_before_taking_back(
    page: Page, stop: Stop, clinic: SmallClinic
) -> None:
    consented(clinic, RecordSegment.ATTENDANCE, RecordSegment.PLAN)
    released(clinic, wish_for(clinic, RecordSegment.ATTENDANCE, RecordSegment.PLAN), "goal")
    let_in(page, clinic.alma.person)
    page.goto("/me/sharing/")
    expect(page.get_by_role("heading", name="Lake Hospital")).to_have_count(2)
    stop(page, "overview")
    page.get_by_role("link", name="All that left, with every detail").click()
    expect(page.get_by_text("1 Shore Road")).to_be_visible()
    stop(page, "left")
    page.goto("/me/sharing/")
    page.locator(".card a", has_text="Lake Hospital").click()
    page.get_by_role("link", name="Take it back").click()
    expect(page.get_by_text("Your therapist is asked to tell Lake Hospital")).to_be_visible()
    stop(page, "take-back-with-something-out")


def test_one_consent_for_all_care_is_offered_with_its_price_and_never_chosen_before(
    page: Page, stop: Stop, clinic: SmallClinic
) -> None:
    let_in(page, clinic.alma.person)
    page.goto("/me/allow/")
    page.get_by_role("link", name="See what you would give up").click()
    expect(page.get_by_text("most of the special protection is gone")).to_be_visible()
    stop(page, "price")
    page.get_by_role("button", name="Go on with one for all").click()
    assert page.locator("input:checked").count() == 0
    page.get_by_text("Visits: when they were").click()
    page.get_by_role("button", name="Go on").click()
    assert page.locator("input:checked").count() == 0
    page.get_by_text("Never by itself, only when I take it back").click()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("What was passed on may lose the protection")).to_be_visible()
    expect(page.get_by_text("I do not have to sign this.")).to_be_visible()
    stop(page, "sign-all-care")
    page.get_by_label("Write your name to sign").fill("Alma Ruiz")
    page.get_by_role("button", name="Sign", exact=True).click()
    consent = Consent.objects.get()
    assert (consent.state, consent.purposes) == ("signed", ["tpo"])


def test_a_record_is_taken_along(page: Page, stop: Stop, clinic: SmallClinic) -> None:
    let_in(page, clinic.alma.person)
    page.goto("/me/sharing/")
    page.get_by_role("link", name="A copy of my record").click()
    stop(page, "copy")
    begun = {"Get it to read": b"%PDF", "Get the tables": b"PK", "Get the file": b"{"}
    for button, start in begun.items():
        with page.expect_download() as downloading:
            page.get_by_role("button", name=button).click()
        content = Path(downloading.value.path()).read_bytes()
        assert content.startswith(start)
        assert "alma" not in downloading.value.suggested_filename.lower()
    assert json.loads(content)["rows"]["people.client"][0]["display_name"] == "Alma"
    assert Disclosure.objects.filter(basis="own_copy").count() == 3
    page.reload()
    expect(page.get_by_role("heading", name="Copies made before")).to_be_visible()
    stop(page, "copies-made")


def test_ask_for_a_limit_and_to_be_forgotten(page: Page, stop: Stop, clinic: SmallClinic) -> None:
    let_in(page, clinic.alma.person)
    page.goto("/me/sharing/")
    page.get_by_role("link", name="Ask that something is not shared").click()
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_role("alert")).to_contain_text("Say what should not be shared")
    stop(page, "limit-without-anything", status=422)
    page.get_by_text("How visits felt").first.click()
    page.get_by_label("With whom?").fill("Lake Hospital")
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_text("not to Lake Hospital").first).to_be_visible()
    stop(page, "limit-asked")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("You took it back")).to_be_visible()
    page.goto("/me/sharing/forget-me/")
    stop(page, "forget-me")
    page.get_by_role("button", name="Ask to be forgotten").click()
    expect(page.get_by_text("We have your wish. You can take it back here.")).to_be_visible()
    stop(page, "asked-to-be-forgotten")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Nothing is deleted.")).to_be_visible()


def test_without_script_and_in_spanish(new_page: NewPage, stop: Stop, clinic: SmallClinic) -> None:
    page = new_page(language="es", script=False)
    let_in(page, clinic.alma.person)
    page.context.add_cookies([{"name": "language", "value": "es", "url": page.url}])
    page.goto("/me/allow/")
    stop(page, "who")
    page.locator("input[name=kind][value=other]").check()
    page.fill("[name=name]", "Pat Reyes")
    page.locator("main [type=submit]").last.click()
    page.locator("input[value=attendance]").check()
    stop(page, "what")
    page.locator("main [type=submit]").click()
    page.locator("input[name=purpose][value=own_request]").check()
    page.locator("input[name=until][value=date]").check()
    page.fill("[name=last_day]", (clinic.now + timedelta(days=30)).date().isoformat())
    stop(page, "why")
    page.locator("main [type=submit]").click()
    stop(page, "sign")
    page.fill("[name=signature]", "Alma Ruiz")
    page.locator("main [type=submit]").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    stop(page, "signed")
    assert Consent.objects.get().language == "es"
    with page.expect_download() as downloading:
        page.goto("/me/sharing/copy/")
        page.locator("button[value=tables]").click()
    with zipfile.ZipFile(io.BytesIO(Path(downloading.value.path()).read_bytes())) as zipped:
        assert "visits.csv" in zipped.namelist()
