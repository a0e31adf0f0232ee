"""A therapist sees that they typed a paper in wrongly, and puts it right."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from alongside.clinic.alliance.models import Repair
from tests.factories.clinic import small_clinic
from tests.journeys.browser import NewPage, Stop
from tests.journeys.let_in import let_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_paper_that_was_typed_in_wrongly(new_page: NewPage, stop: Stop) -> None:
    clinic = small_clinic(timezone.now().replace(microsecond=0) - timedelta(weeks=8))
    for _ in range(6):
        clinic.feedback(clinic.visit(), 8)
    visit = clinic.visit()
    clinic.paper(visit, 3)
    assert Repair.objects.get().is_open
    page = new_page()
    let_in(page, clinic.dana)
    page.goto(reverse("after_visit", args=[visit.public_id]))
    stop(page, "after-with-paper")
    page.get_by_role("link", name="Correct what was typed in").click()
    expect(page.locator("input:checked")).to_have_count(5)
    stop(page, "correct")
    for number in range(1, 6):
        page.locator(f"#id_q{number}-8").check()
    page.get_by_label("What was wrong?").fill("The 8 looked like a 3.")
    page.get_by_role("button", name="Keep the corrected answers").click()
    expect(page.get_by_text("The corrected answers are in.")).to_be_visible()
    stop(page, "corrected")
    assert not Repair.objects.get().is_open
