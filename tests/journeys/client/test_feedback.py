"""After a visit, a client says how it was: by link, on any phone, in any way they can."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from alongside.clinic.instruments.models import Response
from tests.journeys.browser import NewPage, Stop
from tests.journeys.client.conftest import ReadyFor, link_to, slot_of

EIGHT = 8


def box(page: Page, question: int, value: str) -> None:
    """One tap on one box."""
    page.locator(f"label:has(> input[name=q{question}][value='{value}'])").click()


def test_eight_taps_from_the_link_to_thank_you(page: Page, stop: Stop, ready_for: ReadyFor) -> None:
    slot = slot_of(ready_for(1).visit())
    page.goto(link_to(slot))
    expect(page.locator(".who-reads")).to_contain_text("Dana, your therapist, sees this")
    stop(page, "before-the-first-tap")
    n_taps = 0
    for question, value in enumerate(("8", "9", "7", "8", "10", "-2", "false"), start=1):
        box(page, question, value)
        n_taps += 1
    expect(page.locator("[data-save-status]")).to_have_text("Saved")
    expect(page.locator("[data-progress-words]")).to_have_text("7 of 7")
    page.get_by_role("button", name="Send").click()
    n_taps += 1
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    stop(page, "thanks")
    assert n_taps <= EIGHT
    assert Response.objects.get(slot=slot).scores == {"alliance": 84.0}
    page.goto(link_to(slot))
    stop(page, "used-link", status=410)


def test_a_respect_flag_asks_more_only_then_and_each_answer_says_who_may_see_it(
    page: Page, stop: Stop, ready_for: ReadyFor
) -> None:
    slot = slot_of(ready_for(1).visit())
    page.goto(link_to(slot))
    expect(page.locator("[name=q8]")).to_be_hidden()
    box(page, 7, "true")
    page.fill("[name=q8]", "A joke about my weight.")
    box(page, 9, "false")
    drawer = page.locator(".question", has=page.locator("[name=q8]")).locator("details")
    drawer.locator("summary").click()
    drawer.get_by_text("Not my therapist").click()
    expect(page.locator("[data-save-status]")).to_have_text("Saved")
    stop(page, "a-concern")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    kept = Response.objects.get(slot=slot).answers.get(link_id="F1-text")
    assert (kept.value, kept.release) == ("A joke about my weight.", "withheld")


def test_without_script_and_sent_from_two_pages(
    new_page: NewPage, stop: Stop, ready_for: ReadyFor
) -> None:
    slot = slot_of(ready_for(1).visit())
    pages = [new_page(script=False) for _ in range(2)]
    for page in pages:
        page.goto(link_to(slot))
    stop(pages[0], "form-without-script")
    for page, first in zip(pages, ("8", "0"), strict=True):
        for question, value in enumerate((first, "9", "7", "8", "10", "-2", "false"), start=1):
            box(page, question, value)
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert Response.objects.get(slot=slot).scores == {"alliance": 84.0}


def test_with_the_keyboard_alone(page: Page, ready_for: ReadyFor) -> None:
    slot = slot_of(ready_for(1).visit())
    page.goto(link_to(slot))
    for question in range(1, 8):
        page.locator(f"[name=q{question}]").first.focus() if question == 1 else tab_to(
            page, f"q{question}"
        )
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
    tab_to(page, "Send")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    values = {each.link_id: each.value for each in Response.objects.get(slot=slot).answers.all()}
    assert [values[f"A{n}"] for n in range(1, 6)] == [1] * 5
    assert (values["B1"], values["F1"]) == (-4, False)


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until the focus is on a control of this name or with these words."""
    for _ in range(40):
        page.keyboard.press("Tab")
        reached = page.evaluate(
            "[document.activeElement.name, document.activeElement.textContent.trim()]"
        )
        if name in reached:
            return
    pytest.fail(f"the keyboard never reaches {name}")


def test_in_spanish_also_in_the_middle(new_page: NewPage, stop: Stop, ready_for: ReadyFor) -> None:
    page, slot = new_page(language="en"), slot_of(ready_for(1).visit())
    page.goto(link_to(slot))
    box(page, 1, "8")
    page.fill("[name=q10]", "Más despacio.")
    expect(page.locator("[data-save-status]")).to_have_text("Saved")
    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("[name=q1][value='8']")).to_be_checked()
    expect(page.locator("[name=q10]")).to_have_value("Más despacio.")
    stop(page, "spanish")
    page.get_by_role("button", name="Enviar", exact=True).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gracias")
    assert Response.objects.get(slot=slot).language == "es"


def test_going_on_later_shows_what_is_left_and_nothing_that_was_said(
    new_page: NewPage, stop: Stop, ready_for: ReadyFor
) -> None:
    slot = slot_of(ready_for(1).visit())
    first = new_page()
    first.goto(link_to(slot))
    box(first, 1, "3")
    box(first, 2, "4")
    first.fill("[name=q10]", "Ask how I sleep.")
    expect(first.locator("[data-save-status]")).to_have_text("Saved")
    first.close()
    page = new_page()
    page.goto(link_to(slot))
    expect(page.get_by_text("3 answers are saved")).to_be_visible()
    expect(page.locator("[data-progress-words]")).to_have_text("2 of 7")
    assert "Ask how I sleep." not in page.content()
    assert page.locator("input:checked:not([name$=release])").count() == 0
    stop(page, "going-on")


def test_what_cannot_be_saved_says_so_and_stays_on_the_page(
    page: Page, ready_for: ReadyFor
) -> None:
    slot = slot_of(ready_for(1).visit())
    page.goto(link_to(slot))
    down = re.compile(r"/save$")

    def fail(route: Route) -> None:
        route.abort()

    page.route(down, fail)
    page.fill("[name=q10]", "Please write this down.")
    expect(page.locator("[data-save-status]")).to_contain_text("Not saved yet")
    expect(page.locator("[name=q10]")).to_have_value("Please write this down.")
    page.unroute(down)
    expect(page.locator("[data-save-status]")).to_have_text("Saved", timeout=15_000)
    assert Response.objects.get(slot=slot).answers.get().value == "Please write this down."


def test_a_link_that_was_cut_off_and_one_that_is_too_old(
    new_page: NewPage, stop: Stop, ready_for: ReadyFor
) -> None:
    clinic = ready_for(1)
    slot = slot_of(clinic.visit())
    page = new_page()
    page.goto(link_to(slot)[:-5] + "/")
    stop(page, "cut-off-link", status=404)
    slot.expires_at = clinic.now
    slot.save()
    page = new_page()
    page.goto(link_to(slot))
    stop(page, "old-link", status=410)
