"""The page of one client: each question once, and help that steps back when it did its part."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from alongside.clinic.alliance.actions import confirm_repair, note_talked_about
from alongside.clinic.alliance.models import Repair
from alongside.clinic.alliance.repair_states import RepairEvent
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> SmallClinic:
    return small_clinic()


def page(clinic: SmallClinic) -> str:
    """Alma's page as Dana sees it now."""
    browser = Browser()
    browser.force_login(clinic.dana)
    with time_machine.travel(clinic.now, tick=False):
        response = browser.get(reverse("client_record", args=[clinic.alma.public_id]))
    assert response.status_code == 200
    return response.content.decode()


def test_a_question_stands_once_above_all_that_was_written_to_it(clinic: SmallClinic) -> None:
    clinic.feedback(clinic.visit(), 8, O1="Start on time.")
    clinic.feedback(clinic.visit(), 8, O1="Open a window.")
    html = page(clinic)
    (asked,) = re.findall(r'<h3 class="quiet">(.*?)</h3>', html)
    assert html.count(asked) == 1
    assert html.index(asked) < html.index("Open a window.") < html.index("Start on time.")


def test_what_to_try_is_folded_once_the_client_confirmed(clinic: SmallClinic) -> None:
    clinic.feedback(clinic.visit(), {"F1": "true"})
    repair = Repair.objects.get()
    dana, alma = clinic.as_actor(clinic.dana), clinic.as_actor(clinic.alma.person)
    assert '<div class="guidance">' in page(clinic)

    note_talked_about(repair=repair, note="", by=dana, now=clinic.now)
    assert '<div class="guidance">' in page(clinic)

    confirm_repair(repair=repair, event=RepairEvent.CLIENT_CONFIRMS, by=alma, now=clinic.now)
    assert '<details class="guidance disclosure">' in page(clinic)
