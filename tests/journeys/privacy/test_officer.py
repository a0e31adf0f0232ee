"""A privacy officer decides what clients ask, and writes down what others demand."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.consent.form import SharingPurpose
from alongside.clinic.consent.segments import RecordSegment
from alongside.clinic.disclosures.actions import ask_for_restriction
from alongside.clinic.disclosures.demands import why_shut
from alongside.clinic.disclosures.erasure import ask_for_erasure
from alongside.clinic.disclosures.models import ErasureRequest, LegalDemand, RestrictionRequest
from alongside.clinic.people.actions import add_person
from alongside.clinic.people.models import Client, Person, Role
from tests.factories.clinic import PASSWORD, SmallClinic, small_clinic
from tests.factories.sharing import consented, lived_in, released, wish_for
from tests.journeys.browser import NewPage, Stop
from tests.journeys.let_in import let_in

pytestmark = pytest.mark.django_db(transaction=True)
PAYING = frozenset({SharingPurpose.PAYMENT, SharingPurpose.OPERATIONS})


@pytest.fixture
def clinic() -> SmallClinic:
    """Alma shared something, asked for two limits and to be forgotten; two officers work here."""
    clinic = small_clinic(timezone.now().replace(microsecond=0) - timedelta(weeks=11))
    lived_in(clinic)
    consented(clinic, RecordSegment.ATTENDANCE)
    released(clinic, wish_for(clinic, RecordSegment.ATTENDANCE))
    alma = clinic.as_actor(clinic.alma.person)  # type: ignore[arg-type]
    for purposes, is_paid in ((frozenset[SharingPurpose](), False), (PAYING, True)):
        ask_for_restriction(
            client=clinic.alma,
            segments=frozenset({RecordSegment.ALLIANCE}),
            purposes=purposes,
            recipient="",
            reason="They gossip.",
            is_paid_by_client=is_paid,
            by=alma,
            now=clinic.now,
        )
    ask_for_erasure(client=clinic.alma, by=alma, now=clinic.now)
    for name in ("Priya", "Quentin"):
        add_person(
            sign_in_name=name.lower(),
            display_name=name,
            password=PASSWORD,
            roles=[Role.PRIVACY_OFFICER],
            by=OPERATOR,
            now=clinic.now,
        )
    return clinic


def sign_in(page: Page, name: str) -> None:
    let_in(page, Person.objects.get_by_natural_key(name))
    page.goto(reverse("privacy"))
    page.get_by_role("link", name="Sharing and demands").click()
    expect(page.get_by_role("heading", level=1, name="Sharing and demands")).to_be_visible()


def test_wishes_are_decided(page: Page, stop: Stop, clinic: SmallClinic) -> None:
    sign_in(page, "priya")
    table = page.get_by_role("table")
    expect(table).to_contain_text("Treatment")
    expect(table).not_to_contain_text("Lake Hospital")
    expect(table).not_to_contain_text("Alma")
    stop(page, "privacy")
    wishes = page.locator("section", has=page.locator("#wishes"))
    wishes.locator(".card", has_not_text="You have to agree").locator("a").click()
    page.get_by_text("Do not agree", exact=True).click()
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("alert")).to_contain_text("Write down what was said.")
    stop(page, "no-reason", status=422)
    page.get_by_label("Your answer to the client").fill("Your doctor needs it to treat you.")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("Decided. The client sees it on their page.")).to_be_visible()
    page.locator(".card", has_text="You have to agree").locator("a").click()
    stop(page, "must-agree")
    page.get_by_text("Do not agree", exact=True).click()
    page.get_by_label("Your answer to the client").fill("No.")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("alert")).to_contain_text("has to be agreed to")
    page.get_by_text("Agree: it holds from now on").click()
    page.get_by_role("button", name="Decide").click()
    assert set(RestrictionRequest.objects.values_list("state", flat=True)) == {"declined", "agreed"}


def test_a_client_is_forgotten(new_page: NewPage, stop: Stop, clinic: SmallClinic) -> None:
    alma, page = new_page(), new_page()
    assert clinic.alma.person is not None
    let_in(alma, clinic.alma.person)
    sign_in(page, "priya")
    page.locator("section", has=page.locator("#erasures")).get_by_role("link", name="Alma").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Alma asks to be forgotten")
    page.get_by_text("Delete everything now").click()
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("alert")).to_contain_text("Look first, then tick this box.")
    stop(page, "forget-not-looked", status=422)

    # Not now: the client reads why, and asks again
    page.get_by_text("Not now: a law or a court").click()
    page.get_by_label("If not now").fill("A law of this state: six years.")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("Nobody asks to be forgotten")).to_be_visible()
    alma.goto(reverse("forget_me"))
    expect(alma.get_by_text("A law of this state: six years.")).to_be_visible()
    stop(alma, "forget-declined")
    alma.get_by_role("button", name="Ask to be forgotten").click()

    # Now: the record is gone, and so is the way in
    page.reload()
    page.locator("section", has=page.locator("#erasures")).get_by_role("link", name="Alma").click()
    page.get_by_text("Delete everything now").click()
    page.locator("#id_has_looked").check()
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("Everything is deleted.")).to_be_visible()
    expect(page.get_by_role("table", name="Records that were deleted")).to_contain_text(
        "Gone, with its key"
    )
    stop(page, "forgotten")
    assert not Client.objects.filter(pk=clinic.alma.pk).exists()
    alma.goto(reverse("forget_me"))
    expect(alma).to_have_url(re.compile(reverse("sign_in")))


def test_a_wish_on_paper_is_carried_out_by_a_second_person(
    new_page: NewPage, stop: Stop, clinic: SmallClinic
) -> None:
    page, other = new_page(language="es"), new_page()
    let_in(page, Person.objects.get_by_natural_key("priya"))
    page.goto(reverse("add_wish"))
    page.locator("main button[type=submit]").click()
    stop(page, "wish-empty", status=422)
    page.locator("#id_code").fill("C-2")
    page.locator("main button[type=submit]").click()
    wish = ErasureRequest.objects.get(client=clinic.bruno)
    page.goto(reverse("forget", args=[wish.public_id]))
    stop(page, "wish-on-paper")
    for each in (page, other):
        if each is other:
            let_in(other, Person.objects.get_by_natural_key("quentin"))
            other.goto(reverse("forget", args=[wish.public_id]))
        each.locator("input[value=erase]").check()
        each.locator("#id_has_looked").check()
        each.locator("main button[type=submit]").click()
        assert Client.objects.filter(pk=clinic.bruno.pk).exists() == (each is page)


def test_a_demand_is_written_down_and_opens_only_as_an_order_with_two_readers(
    new_page: NewPage, stop: Stop, clinic: SmallClinic
) -> None:
    page, other = new_page(), new_page()
    sign_in(page, "priya")
    page.get_by_role("link", name="Write a demand down").click()
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_role("alert")).to_contain_text("Write the number.")
    stop(page, "demand-empty", status=422)
    page.get_by_label("The client’s number").fill("C-1")
    page.get_by_text("A court order under 42 CFR 2.64").click()
    page.get_by_label("Who demands it").fill("County court, 12/26")
    page.locator("label.choice", has_text="Visits: when").click()
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("Written down. By itself it opens nothing.")).to_be_visible()
    stop(page, "demand")
    page.get_by_label("What counsel says").fill("It is an order, and it is narrow.")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("button", name="I have read it")).to_have_count(0)
    demand = LegalDemand.objects.get()
    assert why_shut(demand) != ()
    sign_in(other, "quentin")
    other.goto(reverse("demand", args=[demand.public_id]))
    other.get_by_role("button", name="I have read it: it is so").click()
    expect(other.get_by_text("Opens what it names")).to_be_visible()
    stop(other, "demand-open")
    demand.refresh_from_db()
    assert why_shut(demand) == ()
    page.reload()
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_text("It opens nothing any more.")).to_be_visible()
