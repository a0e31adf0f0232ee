"""A therapist puts right what they typed in from paper, on the page of the visit."""

from __future__ import annotations

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from alongside.clinic.alliance.models import Repair
from alongside.clinic.alliance.repair_states import RepairState
from alongside.clinic.instruments.models import Correction, Response
from alongside.clinic.people.models import Person
from alongside.clinic.visits.models import Visit
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db
ANSWERS = {f"q{n}": "8" for n in range(1, 6)}


@pytest.fixture
def clinic() -> SmallClinic:
    return small_clinic()


@pytest.fixture
def visit(clinic: SmallClinic) -> Visit:
    """Paper that says 3 after six visits of 8."""
    for _ in range(6):
        clinic.feedback(clinic.visit(), 8)
    visit = clinic.visit()
    clinic.paper(visit, 3)
    return visit


def asked(
    clinic: SmallClinic,
    visit: Visit,
    sent: dict[str, str] | None = None,
    *,
    person: Person | None = None,
    name: str = "correct_paper",
) -> HttpResponse:
    browser = Browser()
    browser.force_login(person or clinic.dana)
    address = reverse(name, args=[visit.public_id])
    with time_machine.travel(clinic.now, tick=False):
        return browser.get(address) if sent is None else browser.post(address, sent)


def test_the_page_shows_what_was_typed_in(clinic: SmallClinic, visit: Visit) -> None:
    page = asked(clinic, visit).content.decode()
    assert page.count("checked") == 5
    after = asked(clinic, visit, name="after_visit").content.decode()
    assert reverse("correct_paper", args=[visit.public_id]) in after


def test_what_is_corrected_takes_its_place_and_the_strain_goes(
    clinic: SmallClinic, visit: Visit
) -> None:
    said = asked(clinic, visit, {**ANSWERS, "why": "The 8 looked like a 3."})
    assert said.status_code == 302
    assert Response.objects.get(slot=visit.feedback_slot).scores["alliance"] == 80
    assert Repair.objects.get().state == RepairState.WITHDRAWN
    assert Correction.objects.get().why == "The 8 looked like a 3."
    browser = Browser()
    browser.force_login(clinic.dana)
    with time_machine.travel(clinic.now, tick=False):
        page = browser.get(reverse("client_record", args=[clinic.alma.public_id])).content.decode()
    assert "· Withdrawn</summary>" in page
    assert "· Repaired</summary>" not in page


def test_it_can_be_taken_back(clinic: SmallClinic, visit: Visit) -> None:
    assert asked(clinic, visit, {"take_back": "yes", "why": "Bruno's."}).status_code == 302
    assert not Response.objects.filter(slot=visit.feedback_slot).exists()
    assert asked(clinic, visit).status_code == 404


def test_without_a_reason_nothing_happens(clinic: SmallClinic, visit: Visit) -> None:
    for sent in ({**ANSWERS, "why": " "}, {"take_back": "yes"}):
        refused = asked(clinic, visit, sent)
        assert refused.status_code == 422
        assert "Say in a few words what was wrong." in refused.content.decode()
    assert not Correction.objects.exists()


def test_what_the_client_gave_themselves_has_no_such_page(clinic: SmallClinic) -> None:
    visit = clinic.visit()
    clinic.feedback(visit, 3)
    assert asked(clinic, visit).status_code == 404
    after = asked(clinic, visit, name="after_visit").content.decode()
    assert reverse("correct_paper", args=[visit.public_id]) not in after


def test_nobody_else_finds_it(clinic: SmallClinic, visit: Visit) -> None:
    for person in (clinic.omar, clinic.ruth, clinic.ines):
        assert asked(clinic, visit, person=person).status_code in (403, 404)
