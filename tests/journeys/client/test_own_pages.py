"""The client's own pages: at the kiosk, at home, and help in two taps."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from alongside.clinic.alliance.actions import note_talked_about, say_what_changes
from alongside.clinic.alliance.models import Repair
from alongside.clinic.alliance.repair_states import RepairState
from alongside.clinic.feedback.actions import issue_kiosk_code
from alongside.clinic.instruments.models import Response
from tests.journeys.browser import Stop
from tests.journeys.client.conftest import ReadyFor, slot_of
from tests.journeys.client.test_feedback import box
from tests.journeys.let_in import let_in


def test_at_the_kiosk_what_changed_comes_first(page: Page, stop: Stop, ready_for: ReadyFor) -> None:
    clinic = ready_for(2)
    said = clinic.feedback(clinic.visit(), 6, O1="I talked too little.")
    dana = clinic.as_actor(clinic.dana)
    answer = said.answers.get(link_id="O1")
    say_what_changes(answer=answer, what_changes="You begin.", by=dana, now=clinic.now)
    slot = slot_of(clinic.visit())
    code = issue_kiosk_code(slot=slot, issued_by=clinic.dana, by=dana, now=clinic.now)
    page.goto("/kiosk/")
    stop(page, "code")
    page.get_by_label("Your code").fill(f"{code[:3].lower()} {code[3:]}")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("I talked too little.")).to_be_visible()
    expect(page.get_by_text("You begin.")).to_be_visible()
    stop(page, "you-said-we-changed")
    page.get_by_role("link", name="Go on").click()
    for question in range(1, 6):
        box(page, question, "9")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    stop(page, "kiosk-thanks")
    page.wait_for_url("**/kiosk/", timeout=15_000)
    assert Response.objects.get(slot=slot).scores == {"alliance": 90.0}


def test_home_asks_about_the_talk_and_shows_the_way_on(
    page: Page, stop: Stop, ready_for: ReadyFor
) -> None:
    clinic = ready_for(7)
    for _ in range(6):
        clinic.feedback(clinic.visit(), 8)
    low = clinic.feedback(clinic.visit(), 3, O1="I talked too little.", F1=True)
    dana = clinic.as_actor(clinic.dana)
    strain = Repair.objects.get(source="strain")
    note_talked_about(repair=strain, note="", by=dana, now=clinic.now)
    answer = low.answers.get(link_id="O1")
    say_what_changes(answer=answer, what_changes="You begin.", by=dana, now=clinic.now)
    let_in(page, clinic.alma.person)
    expect(page.get_by_text("I talked too little.")).to_be_visible()
    stop(page, "home")
    page.get_by_role("button", name="Yes", exact=True).click()
    expect(page.get_by_text("Thank you for telling us.")).to_be_visible()
    page.get_by_role("button", name="Tell a supervisor").click()
    expect(page.get_by_text("A supervisor can see it now.")).to_be_visible()
    stop(page, "home-after")
    page.get_by_role("link", name="My graph").click()
    stop(page, "graph")
    page.get_by_role("link", name="Home").first.click()
    page.get_by_role("link", name="Who can see what I say").click()
    stop(page, "who-sees")
    page.get_by_role("button", name="Let a supervisor see them").click()
    expect(page.get_by_text("Whoever supervises Dana can see your scores now.")).to_be_visible()
    expect(page.get_by_text("You opened them on")).to_be_visible()
    stop(page, "who-sees-open")
    page.get_by_role("button", name="Close them again").click()
    expect(page.get_by_text("Closed. No supervisor can see them.")).to_be_visible()
    page.get_by_role("link", name="Home").first.click()
    page.get_by_role("link", name="My answers").click()
    page.locator(".card a").first.click()
    stop(page, "past-answer")
    strain.refresh_from_db()
    assert strain.state == RepairState.CONFIRMED
    assert Repair.objects.get(source="concern").is_told_to_supervisor


def test_help_is_two_taps_away_and_needs_no_script(
    no_script_page: Page, stop: Stop, ready_for: ReadyFor
) -> None:
    clinic, page = ready_for(1), no_script_page
    page.goto("/sign-in/")
    page.get_by_role("link", name="Help now").first.click()
    expect(page.locator("a[href='tel:988']")).to_be_visible()
    stop(page, "help")
    page.get_by_role("link", name="Español").click()
    stop(page, "help-in-spanish")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1
    let_in(page, clinic.alma.person)
    page.get_by_role("link", name="Help now").first.click()
    expect(page.locator("a[href='tel:112']")).to_be_visible()
