"""Something felt wrong: the client decides who hears of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from alongside.clinic.alliance.models import Repair
from alongside.clinic.feedback.tokens import token_for
from alongside.clinic.instruments.models import WayIn
from tests.factories.clinic import SmallClinic, small_clinic
from tests.journeys.browser import NewPage, Stop
from tests.journeys.let_in import let_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clinic() -> SmallClinic:
    """A clinic whose first visit ended two hours ago."""
    return small_clinic(timezone.now() - timedelta(days=7, hours=3))


def give_feedback(page: Page, clinic: SmallClinic, *, tells: bool, withheld: bool) -> Repair:
    """By the link: five eights, and something that felt wrong."""
    visit = clinic.visit()
    slot = visit.feedback_slot
    assert slot is not None
    page.goto(reverse("feedback", args=[token_for(slot, WayIn.LINK)]))
    for place in range(1, 6):
        page.locator(f"input[name='q{place}'][value='8']").check(force=True)
    page.locator("input[name='q7']").first.check(force=True)
    page.locator("[name='q8']").fill("I was laughed at.")
    page.locator("input[name='q9']").nth(0 if tells else 1).check(force=True)
    if withheld:
        for field in page.locator("input[type=radio][value=withheld]").all():
            field.evaluate("it => { it.closest('details')?.setAttribute('open', '') }")
            field.check(force=True)
    page.locator("main .form-end").get_by_role("button", name="Send").click()
    page.wait_for_url("**/thanks/")
    return Repair.objects.get(visit=visit)


def test_a_concern_reaches_the_supervisor_when_the_client_says_so(
    new_page: NewPage, stop: Stop, clinic: SmallClinic
) -> None:
    # given: a client who says in the form that a supervisor be told
    told = give_feedback(new_page(), clinic, tells=True, withheld=False)
    assert told.is_told_to_supervisor

    # when: the supervisor opens the board
    ruth = new_page()
    let_in(ruth, clinic.ruth)
    expect(ruth.get_by_text("Open now: 1 concern.")).to_be_visible()
    stop(ruth, "board")
    ruth.get_by_role("link", name="A client of Dana").click()
    expect(ruth.get_by_text("I was laughed at.")).to_be_visible()
    expect(ruth.locator("main")).not_to_contain_text("Alma")
    stop(ruth, "concern")

    # then: she answers, after a first try without words
    ruth.get_by_role("button", name="Keep the answer").click()
    expect(ruth.get_by_role("alert")).to_contain_text("Please write a few words first.")
    stop(ruth, "nothing-written", status=422)
    ruth.get_by_label("Your answer to the client").fill("Thank you. I am here on Tuesdays.")
    ruth.get_by_role("button", name="Keep the answer").click()
    expect(ruth.get_by_text("The client has not read it yet.")).to_be_visible()
    stop(ruth, "answered")


def test_a_concern_reaches_nobody_whom_the_client_did_not_tell(
    new_page: NewPage, stop: Stop, clinic: SmallClinic, width: int
) -> None:
    # given: a client who tells neither the supervisor nor the therapist
    kept = give_feedback(new_page(), clinic, tells=False, withheld=True)

    # then: the supervisor's board is calm, and the page of the concern is not there
    ruth = new_page()
    let_in(ruth, clinic.ruth)
    expect(ruth.get_by_text("Nothing is open now.")).to_be_visible()
    stop(ruth, "nothing-open")
    ruth.goto(reverse("supervision_waiting", args=[kept.public_id]))
    stop(ruth, "not-found", status=404)

    # and: once the client tells a supervisor, it is there; the therapist still sees nothing of it
    clinic.now -= timedelta(days=7) - timedelta(hours=1)
    told = give_feedback(new_page(), clinic, tells=True, withheld=True)
    ruth.goto(reverse("supervision"))
    expect(ruth.get_by_text("Open now: 1 concern.")).to_be_visible()
    ruth.goto(reverse("supervision_waiting", args=[told.public_id]))
    expect(ruth.get_by_text("No words are shown")).to_be_visible()
    ruth.get_by_label("What you did, or agreed to do").fill("I will ask at the desk.")
    ruth.get_by_role("button", name="Keep the note").click()
    expect(ruth.get_by_text("Your note is kept.")).to_be_visible()

    dana = new_page()
    let_in(dana, clinic.dana)
    for path in (
        reverse("caseload"),
        reverse("client_record", args=[clinic.alma.public_id]),
        reverse("before_visit", args=[told.visit.public_id]),
        reverse("after_visit", args=[told.visit.public_id]),
    ):
        dana.goto(path)
        page = dana.content()
        for trace in ("laughed", "felt wrong", "ask at the desk", told.public_id, kept.public_id):
            assert trace not in page, f"{trace} on {path}"


def test_ratings_stay_shut_until_the_therapist_opens_them(new_page: NewPage, stop: Stop) -> None:
    # given: three visits with feedback
    clinic = small_clinic(timezone.now() - timedelta(days=22))
    for score in (8, 7, 8):
        clinic.feedback(clinic.visit(), score)
    ruth = new_page()
    let_in(ruth, clinic.ruth)
    graph = reverse("supervision_opened", args=[clinic.dana.public_id, clinic.alma.public_id])
    ruth.goto(graph)
    stop(ruth, "shut", status=404)

    dana = new_page()
    let_in(dana, clinic.dana)
    dana.goto(reverse("client_record", args=[clinic.alma.public_id]))
    form = dana.locator(
        f"form[action='{reverse('open_to_supervision', args=[clinic.alma.public_id])}']"
    )
    form.evaluate("it => { it.closest('details')?.setAttribute('open', '') }")
    form.get_by_role("button").click()
    dana.wait_for_load_state()

    ruth.goto(reverse("supervision"))
    ruth.get_by_role("link", name="Ratings opened to you").click()
    expect(ruth.get_by_text("Dana opened these ratings to you")).to_be_visible()
    stop(ruth, "opened")
