"""A therapist's week: strain and repair, words and change, paper, a code, a lent device."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from alongside.clinic.alliance.actions import confirm_repair, mark_changes_seen
from alongside.clinic.alliance.models import Change, Repair
from alongside.clinic.alliance.repair_states import RepairEvent, RepairState
from alongside.clinic.feedback.actions import use_kiosk_code
from alongside.clinic.instruments.models import Response, WayIn
from alongside.clinic.people.models import Person
from alongside.clinic.visits.actions import book_visit
from alongside.clinic.visits.models import Visit, VisitState
from tests.factories.clinic import SmallClinic, small_clinic
from tests.journeys.browser import NewPage, Stop
from tests.journeys.let_in import let_in

pytestmark = pytest.mark.django_db(transaction=True)


def eight_weeks_of_feedback() -> SmallClinic:
    """Seven good visits of Alma's, one a week, and a hard one last week."""
    clinic = small_clinic(timezone.now() - timedelta(weeks=8, days=3))
    for week in range(7):
        clinic.feedback(clinic.visit(), 8 - week % 2)
    low = {"A1": 5, "A2": 2, "A3": 4, "A4": 4, "A5": 4}
    clinic.feedback(clinic.visit(), low, O1="You were in a hurry.")
    return clinic


def todays_visit(clinic: SmallClinic, now: datetime) -> Visit:
    """A visit that ended a quarter of an hour ago."""
    clinic.now = now
    return book_visit(
        client=clinic.alma,
        therapist=clinic.dana,
        starts_at=now - timedelta(minutes=65),
        ends_at=now - timedelta(minutes=15),
        by=clinic.as_actor(clinic.dana),
        now=now - timedelta(minutes=70),
    )


def sign_in(page: Page, name: str = "dana") -> None:
    let_in(page, Person.objects.get_by_natural_key(name))
    expect(page).to_have_url("/caseload/")


def tap(page: Page, place: int, number: int) -> None:
    page.locator(f"input[name=q{place}][value='{number}']").check(force=True)


def test_a_strain_is_noticed_talked_about_confirmed_and_repaired(
    new_page: NewPage, stop: Stop
) -> None:
    clinic = eight_weeks_of_feedback()
    page = new_page()
    sign_in(page)
    row = page.get_by_role("listitem").filter(has_text="Lower than usual for Alma.")
    expect(row).to_contain_text("look like this by chance")
    stop(page, "board")

    page.get_by_role("link", name="Alma").click()
    expect(page.get_by_text("What to try")).to_contain_text("Feeling heard")
    stop(page, "client")
    page.get_by_label("What you agreed on").fill("We take a minute before we begin.")
    page.get_by_role("button", name="We talked about it").click()
    expect(page.get_by_text("Noted. Alma is asked if it was so.")).to_be_visible()
    repair = Repair.objects.get()
    assert repair.state == RepairState.TALKED_ABOUT

    confirm_repair(
        repair=repair,
        event=RepairEvent.CLIENT_CONFIRMS,
        by=clinic.as_actor(clinic.alma.person),
        now=timezone.now(),
    )
    visit = todays_visit(clinic, timezone.now())
    page.goto(f"/caseload/visits/{visit.public_id}/before/")
    expect(page.get_by_text("Keep to what you agreed on")).to_be_visible()
    stop(page, "before-the-visit")
    clinic.feedback(visit, 8)
    page.goto(f"/caseload/clients/{clinic.alma.public_id}/")
    page.get_by_text("· Repaired").click()
    expect(page.get_by_text("Ratings came back")).to_be_visible()
    stop(page, "repaired")
    repair.refresh_from_db()
    assert repair.state == RepairState.REPAIRED


@pytest.mark.parametrize("width", [1280], indirect=True)
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_on_paper_the_sheet_is_one_page_without_anything_to_press(
    new_page: NewPage, paper: str
) -> None:
    clinic = eight_weeks_of_feedback()
    visit = todays_visit(clinic, timezone.now())
    page = new_page()
    sign_in(page)
    page.goto(f"/caseload/visits/{visit.public_id}/before/")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper))) == 1
    page.emulate_media(media="print")
    for address in (page.url, f"/caseload/clients/{clinic.alma.public_id}/"):
        page.goto(address)
        expect(page.locator(".print-header")).to_contain_text("Alma")
        shown = page.locator("button:visible, .button:visible, summary:visible, .is-action:visible")
        expect(shown).to_have_count(0)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("width", [360], indirect=True)
def test_you_said_we_changed(new_page: NewPage, stop: Stop, script: bool) -> None:
    clinic = eight_weeks_of_feedback()
    hasty = new_page(script=script)
    sign_in(hasty)
    hasty.goto(f"/caseload/clients/{clinic.alma.public_id}/")
    words = hasty.locator(".words").filter(has_text="You were in a hurry.")
    words.get_by_label("What will change").fill("   ")
    words.get_by_role("button", name="Tell Alma").click()
    stop(hasty, "nothing-written", status=422)

    page = new_page(script=script)
    sign_in(page)
    page.goto(f"/caseload/clients/{clinic.alma.public_id}/")
    page.locator(".words").get_by_label("What will change").fill("We end five minutes later.")
    page.get_by_role("button", name="Tell Alma").click()
    expect(page.get_by_text("Alma has not seen this yet.")).to_be_visible()
    assert Change.objects.get().what_changes == "We end five minutes later."
    mark_changes_seen(
        client=clinic.alma, by=clinic.as_actor(clinic.alma.person), now=timezone.now()
    )
    page.reload()
    expect(page.get_by_text("Alma saw this on")).to_be_visible()
    stop(page, "seen")


def test_after_the_visit_rating_code_and_paper(new_page: NewPage, stop: Stop) -> None:
    clinic = eight_weeks_of_feedback()
    visit = todays_visit(clinic, timezone.now())
    page = new_page()
    sign_in(page)
    page.goto(f"/caseload/visits/{visit.public_id}/after/")
    stop(page, "after-the-visit")
    page.get_by_role("button", name="Did not come").click()
    expect(page.get_by_text("Alma did not come.", exact=True)).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="It took place").click()
    visit.refresh_from_db()
    assert visit.state == VisitState.HELD
    for place in range(1, 6):
        tap(page, place, 7)
    page.get_by_role("button", name="Keep my rating").click()
    expect(page.get_by_text("Your rating is in.").first).to_be_visible()

    page.get_by_role("button", name="Code for the clinic’s tablet").click()
    stop(page, "code")
    code = page.locator(".kiosk-code [aria-hidden]").inner_text()
    assert use_kiosk_code(code=code, now=timezone.now()) == visit.feedback_slot
    page.get_by_role("link", name="Done").click()

    page.get_by_role("link", name="Type in from paper").click()
    stop(page, "paper")
    for place in range(1, 6):
        tap(page, place, 9)
    page.get_by_role("button", name="Keep these answers").click()
    expect(page.get_by_text("The answers from the paper are in.")).to_be_visible()
    response = Response.objects.get(slot=visit.feedback_slot)
    assert (response.way_in, response.entered_by) == (WayIn.PAPER, clinic.dana)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("width", [360], indirect=True)
def test_a_client_is_found_by_name_and_come_back_to(
    new_page: NewPage, stop: Stop, script: bool
) -> None:
    small_clinic(timezone.now() - timedelta(days=7))
    page = new_page(script=script)
    sign_in(page)
    page.get_by_label("Find a client").fill("alm")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("1 client found for “alm”.")
    expect(page.get_by_label("Find a client")).to_have_value("alm")
    expect(page).to_have_url("/caseload/?search")
    stop(page, "found")
    page.get_by_role("link", name="Alma").click()
    page.go_back()
    expect(page.get_by_role("status")).to_be_visible()
    page.get_by_role("link", name="Show everyone").click()
    expect(page.get_by_role("status")).to_have_count(0)
    expect(page.get_by_label("Find a client")).to_have_value("")


@pytest.mark.parametrize("width", [360], indirect=True)
def test_a_lent_device_leads_nowhere_back(new_page: NewPage) -> None:
    clinic = eight_weeks_of_feedback()
    visit = todays_visit(clinic, timezone.now())
    page = new_page()
    sign_in(page)
    sheet = f"/caseload/visits/{visit.public_id}/after/"
    page.goto(sheet)
    page.get_by_role("button", name="Hand over this device").click()
    page.wait_for_url("**/f/h*/")
    assert "session" not in {cookie["name"] for cookie in page.context.cookies()}
    page.go_back()
    expect(page.get_by_text("After the visit with Alma")).to_have_count(0)
    for address in (sheet, "/caseload/", f"/caseload/clients/{clinic.alma.public_id}/"):
        page.goto(address)
        assert page.url.split("?")[0].endswith("/sign-in/")


@pytest.mark.parametrize("width", [1280], indirect=True)
def test_the_pages_speak_spanish(new_page: NewPage, stop: Stop) -> None:
    clinic = eight_weeks_of_feedback()
    visit = todays_visit(clinic, timezone.now())
    page = new_page(language="es")
    sign_in(page)
    expect(page.locator("html")).to_have_attribute("lang", "es")
    stop(page, "board")
    for name, address in (
        ("client", f"/caseload/clients/{clinic.alma.public_id}/"),
        ("before", f"/caseload/visits/{visit.public_id}/before/"),
        ("after", f"/caseload/visits/{visit.public_id}/after/"),
    ):
        page.goto(address)
        stop(page, name)
