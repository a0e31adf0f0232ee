"""A therapist gives something away: by a consent, looked at first; in an emergency; by an order."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.consent.actions import revoke_consent
from alongside.clinic.consent.models import Consent
from alongside.clinic.consent.segments import RecordSegment
from alongside.clinic.disclosures.actions import confirm_demand, note_counsel, record_demand
from alongside.clinic.disclosures.basis import DemandKind
from alongside.clinic.disclosures.models import Disclosure
from alongside.clinic.people.actions import set_roles
from alongside.clinic.people.models import Role
from tests.factories.clinic import SmallClinic, small_clinic
from tests.factories.sharing import (
    GOAL,
    NOTE,
    SAID,
    consented,
    files_in,
    lived_in,
    released,
    wish_for,
)
from tests.journeys.browser import Stop
from tests.journeys.let_in import let_in
from tests.pdf_text import spoken

pytestmark = pytest.mark.django_db(transaction=True)
VISITS, FELT, PLAN = RecordSegment.ATTENDANCE, RecordSegment.ALLIANCE, RecordSegment.PLAN


@pytest.fixture
def clinic() -> SmallClinic:
    """Alma's weeks with Dana, which end about now."""
    clinic = small_clinic(timezone.now().replace(microsecond=0) - timedelta(weeks=11))
    lived_in(clinic)
    return clinic


def to_sharing(page: Page, clinic: SmallClinic) -> None:
    let_in(page, clinic.dana)
    page.goto(reverse("client_record", args=[clinic.alma.public_id]))
    page.get_by_role("link", name="Sharing").click()
    expect(page.get_by_role("heading", name="What Alma lets others get")).to_be_visible()


def test_what_leaves_is_looked_at_first_and_words_need_a_tick_each(
    page: Page, stop: Stop, clinic: SmallClinic
) -> None:
    consented(clinic, VISITS, FELT, PLAN)
    to_sharing(page, clinic)
    stop(page, "sharing")
    page.get_by_role("link", name="Give something").click()
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_role("alert")).to_contain_text("Tick at least one.")
    stop(page, "nothing-ticked", status=422)
    for words in ("Visits: when", "How visits felt", "Goals and plan"):
        page.locator("label.choice", has_text=words).click()
    stop(page, "what", status=422)
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_text("Nothing has left yet.")).to_be_visible()
    assert page.locator("input[name=words]:checked").count() == 0
    stop(page, "before-it-leaves")
    assert not Disclosure.objects.exists()
    page.get_by_text(SAID).click()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Give it: get the package").click()
    content = Path(downloading.value.path()).read_bytes()
    text = spoken(files_in(content)["record.pdf"])
    assert SAID in text and NOTE not in text and GOAL not in text
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Give it: get the package").click()
    assert Path(downloading.value.path()).read_bytes() == content
    assert Disclosure.objects.get().n_paragraphs == 1
    page.goto(reverse("client_sharing", args=[clinic.alma.public_id]))
    expect(page.get_by_role("table")).to_contain_text("Lake Hospital")
    stop(page, "left")


def test_taken_back_on_paper_and_the_recipient_told(
    page: Page, stop: Stop, clinic: SmallClinic
) -> None:
    consented(clinic, VISITS)
    released(clinic, wish_for(clinic, VISITS))
    to_sharing(page, clinic)
    page.get_by_role("button", name="Taken back on paper").click()
    expect(page.get_by_text("Nothing more goes out by it.")).to_be_visible()
    stop(page, "to-be-told")
    page.get_by_role("button", name="I have told them").click()
    expect(page.get_by_text("Kept: they were told.")).to_be_visible()
    assert Consent.objects.get().recipient_told_by == clinic.dana


def test_a_consent_that_cannot_be_true_is_set_aside(
    page: Page, stop: Stop, clinic: SmallClinic
) -> None:
    consented(clinic, VISITS)
    to_sharing(page, clinic)
    page.get_by_role("link", name="It cannot be true").click()
    stop(page, "set-aside")
    page.get_by_label("Why it cannot be true").fill("Somebody else signed it.")
    page.get_by_role("button", name="Set it aside").click()
    expect(page.get_by_text("It is set aside.")).to_be_visible()
    assert Consent.objects.get().state == "set_aside"


def test_revoked_while_it_is_looked_at_it_does_not_leave(page: Page, clinic: SmallClinic) -> None:
    consent = consented(clinic, VISITS)
    to_sharing(page, clinic)
    page.get_by_role("link", name="Give something").click()
    page.locator("label.choice", has_text="Visits: when").click()
    page.get_by_role("button", name="Look at it first").click()
    revoke_consent(consent=consent, by=clinic.as_actor(clinic.alma.person), now=clinic.now)
    page.get_by_role("button", name="Give it: get the package").click()
    expect(page.get_by_text("no consent in force covers it")).to_be_visible()
    assert not Disclosure.objects.exists()


def test_in_an_emergency_it_is_written_down_first(
    page: Page, stop: Stop, clinic: SmallClinic
) -> None:
    to_sharing(page, clinic)
    page.get_by_role("link", name="A medical emergency").click()
    page.locator("label.choice", has_text="Name, record number").click()
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_role("alert")).to_contain_text("Write what the emergency is.")
    stop(page, "emergency-unwritten", status=422)
    page.get_by_label("Who gets it").fill("Dr. Lee")
    page.get_by_label("Where they belong").fill("Lake Hospital")
    page.get_by_label("What the emergency is").fill("Found unconscious.")
    stop(page, "emergency", status=422)
    page.get_by_role("button", name="Look at it first").click()
    stop(page, "emergency-before-it-leaves")
    with page.expect_download():
        page.get_by_role("button", name="Give it: get the package").click()
    row = Disclosure.objects.get()
    assert (row.basis, row.parties["recipient"]) == ("emergency", "Dr. Lee, Lake Hospital")
    assert (row.parties["emergency"], row.parties["discloser"]) == ("Found unconscious.", "Dana")


def test_a_subpoena_has_no_button_and_an_order_has_one(
    page: Page, stop: Stop, clinic: SmallClinic
) -> None:
    for person, role in ((clinic.ines, Role.ADMINISTRATOR), (clinic.ruth, Role.SUPERVISOR)):
        set_roles(person=person, roles=[role, Role.PRIVACY_OFFICER], by=OPERATOR, now=clinic.now)
    ines, ruth = clinic.as_actor(clinic.ines), clinic.as_actor(clinic.ruth)
    for kind, who in ((DemandKind.SUBPOENA, "A lawyer"), (DemandKind.ORDER_CIVIL, "A court")):
        demand = record_demand(
            client=clinic.alma,
            kind=kind,
            who=who,
            says="The visits, to the court alone.",
            segments=frozenset({VISITS}),
            is_sealed=False,
            received_on=clinic.now.date(),
            by=ines,
            now=clinic.now,
        )
        note_counsel(demand=demand, says="I have read it.", by=ines, now=clinic.now)
        confirm_demand(demand=demand, by=ruth, now=clinic.now)
    to_sharing(page, clinic)
    expect(page.get_by_role("link", name="Give what it orders")).to_have_count(1)
    stop(page, "demands")
    page.get_by_role("link", name="Give what it orders").click()
    expect(page.locator("input[name=segments]")).to_have_count(1)
    page.locator("label.choice", has_text="Visits: when").click()
    page.get_by_label("Who gets it").fill("County court")
    stop(page, "order")
    page.get_by_role("button", name="Look at it first").click()
    with page.expect_download():
        page.get_by_role("button", name="Give it: get the package").click()
    assert Disclosure.objects.get().basis == "court_order"
