"""What was filled in on paper comes in with who typed it and when it was filled in."""

from __future__ import annotations

import pytest

from alongside.clinic.feedback.actions import enter_paper
from alongside.clinic.instruments.actions import Given
from tests.factories.clinic import scored, small_clinic

pytestmark = pytest.mark.django_db


def test_a_paper_form_needs_no_draft_before_it() -> None:
    clinic = small_clinic()
    visit = clinic.visit()
    slot = visit.feedback_slot
    assert slot is not None
    response = enter_paper(
        slot=slot,
        given=[Given(name, raw) for name, raw in scored(slot, 7).items()],
        filled_on=clinic.now.date(),
        entered_by=clinic.dana,
        language="en",
        by=clinic.as_actor(clinic.dana),
        now=clinic.now,
    )
    assert (response.entered_by, response.filled_on) == (clinic.dana, clinic.now.date())
    assert response.scores["alliance"] == 70
