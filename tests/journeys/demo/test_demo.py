"""One episode of care in the demo, as the people in it live it: in a real browser, by the pages.

Nothing here reaches into the database: whatever a journey needs, somebody does first.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import NewPage, Stop, at_a_desk, on_a_phone
from tests.journeys.demo.people import (
    FAR_BELOW,
    SUPERVISOR,
    WHAT,
    WORDS,
    WRONG,
    Client,
    Record,
    Therapist,
    letter_to,
    send,
    sign_in,
    tap,
    tap_all,
)
from tests.journeys.demo.serving import Demo

InSteadyCare = Callable[..., tuple[Therapist, Record]]
AtHome = Callable[..., Client]
EIGHT = 8
REPAIRS = "section[aria-labelledby=repairs] .repair"
HOURS_BEFORE = timedelta(hours=4)

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.timeout(300)]


@on_a_phone
def test_feedback_by_link_takes_eight_taps(
    page: Page, stop: Stop, in_steady_care: InSteadyCare
) -> None:
    # Given a visit that has just taken place
    therapist, client = in_steady_care("kofi", "june", "dana")
    therapist.held_visit(client)

    # When the client opens the link that reached their phone
    letter = letter_to(page, client)
    expect(letter).not_to_contain_text(client.name)
    stop(page, "outbox")
    letter.get_by_role("link").click()
    expect(page.locator(".who-reads")).to_contain_text("sees this")
    stop(page, "before-the-first-tap")

    # Then eight taps say how it was
    n_taps = tap_all(page)
    expect(page.locator("[data-save-status]")).to_have_text("Saved")
    send(page)
    assert n_taps + 1 <= EIGHT
    stop(page, "thanks")

    # And the therapist knows that it came
    therapist.page.goto(client.path)
    expect(therapist.page.locator("section[aria-labelledby=visits] tbody tr").first).to_be_visible()


@at_a_desk
def test_a_strain_is_noticed_talked_about_confirmed_and_repaired(
    stop: Stop, in_steady_care: InSteadyCare, client_of: AtHome
) -> None:
    # Given a client whose last visit was far below what is usual for them
    therapist, client = in_steady_care("june", "kofi", "omar", rested=True)
    therapist.held_visit(client, since=HOURS_BEFORE)
    at_home = client_of(client.sign_in_name)
    at_home.give_feedback(FAR_BELOW)

    # When the therapist opens the board, it says so, and how rare that is
    therapist.page.goto("/caseload/")
    row = therapist.row_of(client)
    expect(row).to_contain_text(f"Lower than usual for {client.name}.")
    expect(row).to_contain_text("visits look like this by chance. Rests on")
    stop(therapist.page, "board")
    row.get_by_role("link").click()
    expect(therapist.page.locator(REPAIRS).get_by_text("What to try").first).to_be_visible()
    stop(therapist.page, "strain-noticed")

    # And they talk about it
    therapist.page.get_by_label("What you agreed on").fill("We begin with what you came for.")
    therapist.page.get_by_role("button", name="We talked about it").click()
    expect(therapist.page.get_by_text(f"Noted. {client.name} is asked")).to_be_visible()

    # Then the client is asked, and says so too
    at_home.page.goto("/me/")
    expect(at_home.page.get_by_text("how things are between you. Did you?")).to_be_visible()
    stop(at_home.page, "client-is-asked")
    at_home.page.get_by_role("button", name="Yes", exact=True).click()
    expect(at_home.page.get_by_text("Thank you for telling us.")).to_be_visible()
    therapist.page.goto(client.path)
    expect(therapist.page.locator(REPAIRS).first).to_contain_text("says so too")

    # And when the next visit is as usual, it is repaired
    therapist.held_visit(client)
    at_home.give_feedback()
    therapist.page.goto(client.path)
    therapist.page.get_by_text("· Repaired").first.click()
    expect(therapist.page.get_by_text("Ratings came back").first).to_be_visible()
    stop(therapist.page, "repaired")


@at_a_desk
def test_you_said_we_changed(stop: Stop, in_steady_care: InSteadyCare, client_of: AtHome) -> None:
    # Given a client who wrote what could be better
    therapist, client = in_steady_care("omar", "dana", "kofi")
    therapist.held_visit(client)
    at_home = client_of(client.sign_in_name)
    at_home.give_feedback(words="The room is cold in the morning.")

    # When the therapist says what will change
    therapist.page.goto(client.path)
    stop(therapist.page, "words-wait")
    change = "The heating starts an hour earlier, and there is a blanket."
    therapist.answer_words(client, words="The room is cold", change=change)
    unread = therapist.page.get_by_text(f"{client.name} has not seen this yet.")
    expect(unread).to_have_count(1)

    # Then the client reads it first thing at home
    at_home.page.goto("/me/")
    first = at_home.page.locator("main section").first
    expect(first).to_contain_text("You said, we changed")
    expect(first).to_contain_text("The room is cold in the morning.")
    expect(first).to_contain_text(change)
    stop(at_home.page, "what-changed")

    # And the therapist sees that it was read
    therapist.page.reload()
    expect(unread).to_have_count(0)


@on_a_phone
def test_the_tablet_shows_what_changed_before_it_asks(
    page: Page, stop: Stop, in_steady_care: InSteadyCare, client_of: AtHome
) -> None:
    # Given a client with a change that they have not seen, after another visit
    therapist, client = in_steady_care("kofi", "june", "dana", rested=True)
    therapist.held_visit(client, since=HOURS_BEFORE)
    client_of(client.sign_in_name).give_feedback(words="Please call me by my second name.")
    therapist.answer_words(
        client, words="second name", change="I will, and so will the front desk."
    )
    visit = therapist.held_visit(client)

    # When the therapist reads out a code, and the client types it in, in small letters
    therapist.page.goto(visit.after)
    stop(therapist.page, "after-the-visit")
    therapist.page.get_by_role("button", name="Code for the clinic’s tablet").click()
    expect(therapist.page.locator(".kiosk-code")).to_be_visible()
    stop(therapist.page, "code")
    code = therapist.page.locator(".kiosk-code [aria-hidden]").inner_text()
    page.goto("/kiosk/")
    stop(page, "kiosk")
    page.get_by_label("Your code").fill(code.lower())
    page.get_by_role("button", name="Start").click()

    # Then what changed comes first, and then the questions
    expect(page.get_by_role("heading", level=1)).to_have_text("You said, we changed")
    expect(page.locator("main")).to_contain_text("I will, and so will the front desk.")
    stop(page, "what-changed-first")
    page.get_by_role("link", name="Go on to the questions").click()
    tap_all(page)
    send(page)
    stop(page, "nothing-stays-here")

    # And the code is spent
    page.goto("/kiosk/")
    page.get_by_label("Your code").fill(code)
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".error-summary")).to_be_visible()


@at_a_desk
def test_a_paper_form_is_typed_in_with_its_day_and_by_whom(
    stop: Stop, in_steady_care: InSteadyCare, client_of: AtHome
) -> None:
    # Given a visit after which the client wrote on paper
    therapist, client = in_steady_care("dana", "omar", "kofi")
    visit = therapist.held_visit(client)

    # When the therapist types in what stands on it, leaving blank what is blank
    therapist.page.get_by_role("link", name="Type in from paper").click()
    expect(therapist.page.get_by_label("Day on which it was filled in")).to_be_visible()
    stop(therapist.page, "paper")
    for field in ("q1", "q2", "q4", "q5"):
        tap(therapist.page, field, 9)
    therapist.page.locator(f"[name={WORDS}]").fill("The blue pen is empty.")
    therapist.page.get_by_role("button", name="Keep these answers").click()

    # Then it is in, and the client can read it at home with the name of who typed it
    expect(therapist.page.get_by_text("The answers from the paper are in.")).to_be_visible()
    therapist.page.goto(visit.after)
    expect(therapist.page.get_by_text("Feedback is in.")).to_be_visible()
    at_home = client_of(client.sign_in_name)
    at_home.page.goto("/me/answers/")
    at_home.page.locator("main .card a").first.click()
    expect(at_home.page.locator("main")).to_contain_text("The blue pen is empty.")
    stop(at_home.page, "own-answers")


@at_a_desk
def test_a_concern_reaches_the_supervisor_because_the_client_says_so(
    new_page: NewPage,
    stop: Stop,
    demo: Demo,
    in_steady_care: InSteadyCare,
    client_of: AtHome,
) -> None:
    # Given a visit at which something felt wrong
    therapist, client = in_steady_care("omar", "dana")
    therapist.held_visit(client)
    therapist.page.goto("/caseload/")
    reason = therapist.row_of(client).locator(".caseload-reason").inner_text()
    ruth = new_page()
    sign_in(ruth, "ruth", demo.password)
    known = concerns_on(ruth)

    # When the client says so, keeps it from the therapist, and asks that a supervisor be told
    at_home = client_of(client.sign_in_name)
    page = at_home.page
    at_home.start_form()
    tap_all(page, wrong=True)
    page.locator(f"[name={WHAT}]").fill("He laughed about where I sleep.")
    tap(page, SUPERVISOR, "true")
    for field in (WRONG, WHAT):
        drawer = page.locator(".question").filter(has=page.locator(f"[name={field}]"))
        drawer.locator("summary").click()
        drawer.get_by_text("Not my therapist").click()
    expect(page.locator("[data-save-status]")).to_have_text("Saved")
    stop(page, "a-concern")
    send(page)

    # Then the supervisor finds it
    ruth.goto("/supervision/")
    (concern,) = concerns_on(ruth) - known
    stop(ruth, "supervision")
    ruth.locator(f"a[href='{concern}']").click()
    expect(ruth.get_by_role("heading", level=1)).to_have_text("A concern from a client")
    expect(ruth.locator("main")).not_to_contain_text(client.name)
    expect(ruth.locator("main")).not_to_contain_text("where I sleep")
    stop(ruth, "supervisor-reads")

    # And the therapist finds nothing of it, on no page
    therapist.page.goto("/caseload/")
    expect(therapist.row_of(client).locator(".caseload-reason")).to_have_text(reason)
    therapist.page.goto(client.path)
    for words in ("felt wrong", "where I sleep"):
        expect(therapist.page.locator("main")).not_to_contain_text(words)
    stop(therapist.page, "therapist-sees-nothing")

    # And the client sees who knows
    page.goto("/me/")
    expect(page.locator("main")).to_contain_text("Does not see it. You chose that.")
    stop(page, "who-knows")


def concerns_on(board: Page) -> set[str | None]:
    """The addresses of all concerns on a supervisor's board."""
    cards = board.locator(".card").filter(has_text="that a supervisor be told")
    return {link.get_attribute("href") for link in cards.get_by_role("link").all()}


@at_a_desk
def test_keyboard_alone(page: Page, stop: Stop, demo: Demo, in_steady_care: InSteadyCare) -> None:
    # Given a client who uses no pointer, after a visit
    therapist, client = in_steady_care("kofi", "june", "dana")
    therapist.held_visit(client)

    # When they sign in, find the form and answer every question
    page.goto("/sign-in/")
    tab_to(page, "name")
    page.keyboard.type(client.sign_in_name)
    tab_to(page, "password")
    page.keyboard.type(demo.password)
    page.keyboard.press("Enter")
    expect(page).to_have_url("/me/")
    stop(page, "home")
    tab_to(page, "Start", "How was your visit?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("How was your visit?")
    for place_on_page in range(1, 8):
        tab_to(page, f"q{place_on_page}")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
    expect(page.locator("[data-progress-words]")).to_have_text("7 of 7")
    stop(page, "answered")
    tab_to(page, "Send")
    page.keyboard.press("Enter")

    # Then it is sent, and the way home is a key away
    expect(page.locator(".end-page h1")).to_have_text("Thank you")
    tab_to(page, "Go to your start page")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/me/")


def tab_to(page: Page, *wanted: str) -> None:
    """Presses Tab until the focus is, in sight, on a control of this name or with these words."""
    for _ in range(60):
        page.keyboard.press("Tab")
        name, words, is_seen = page.evaluate(
            """() => {
                const at = document.activeElement;
                const box = (at.closest('label') || at).getBoundingClientRect();
                const seen = box.width > 0 && box.bottom > 0 && box.top < innerHeight;
                return [at.name || '', at.textContent, seen];
            }"""
        )
        if [name] == list(wanted) or all(each in words for each in wanted):
            assert is_seen, f"the focus on {wanted} is out of sight"
            return
    pytest.fail(f"the keyboard never reaches {wanted}")


@on_a_phone
def test_no_script(no_script_page: Page, stop: Stop, in_steady_care: InSteadyCare) -> None:
    # Given a client and a therapist whose browsers run no script
    therapist, client = in_steady_care("dana", "omar", "kofi", script=False)
    therapist.held_visit(client)

    # When the client says by link that something felt wrong, and lets the therapist see it
    letter_to(no_script_page, client).get_by_role("link").click()
    tap_all(no_script_page, wrong=True)
    no_script_page.locator(f"[name={WHAT}]").fill("You were late and did not say why.")
    tap(no_script_page, SUPERVISOR, "false")
    stop(no_script_page, "feedback")
    send(no_script_page)

    # Then the therapist reads it and notes that it was talked about
    therapist.page.goto("/caseload/")
    expect(therapist.row_of(client)).to_contain_text("told you that something felt wrong")
    therapist.row_of(client).get_by_role("link").click()
    expect(therapist.page.locator("main")).to_contain_text("You were late and did not say why.")
    stop(therapist.page, "concern")
    concern = therapist.page.locator(".repair").filter(has_text="Something felt wrong")
    concern.get_by_label("What you agreed on").fill("I say so when I am late, and why.")
    concern.get_by_role("button", name="We talked about it").click()
    expect(therapist.page.get_by_text(f"Noted. {client.name} is asked")).to_be_visible()
    expect(concern).to_contain_text("I say so when I am late, and why.")
    expect(concern.get_by_role("button", name="We talked about it")).to_have_count(0)
