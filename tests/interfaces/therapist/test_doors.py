"""What is not in a therapist's care is not there: every address, every method, the same page."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from alongside.clinic.alliance.models import Repair
from alongside.interfaces.therapist.urls import urlpatterns
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
NAMES = ({"client_id"}, {"visit_id"}, {"repair_id"})
NAMED = [pattern for pattern in urlpatterns if set(pattern.pattern.converters) in NAMES]
PLAIN = [pattern for pattern in urlpatterns if not pattern.pattern.converters]
"""Addresses with other names in them are tried in tests/promises/test_doors.py."""
SUPERVISORS_TOO = ("emergency",)
NEEDS_MORE = (
    *("answer_words", "visit_state", "open_to_supervision", "cover_record"),
    *("set_aside_signal", "signal_useful", "correct_paper"),
)


@pytest.fixture
def clinic() -> SmallClinic:
    """A clinic in which Omar's client Bruno has a visit, feedback and a strain."""
    clinic = small_clinic()
    for score in (8, 8, 8, 8, 8, 8, 2):
        clinic.feedback(clinic.visit(clinic.bruno, clinic.omar), score, O1="Words.")
    assert Repair.objects.exists()
    return clinic


@pytest.mark.parametrize("pattern", NAMED, ids=lambda pattern: str(pattern.name))
@pytest.mark.parametrize("method", ["get", "post"])
def test_omars_client_is_as_absent_for_dana_as_nobody(
    clinic: SmallClinic, pattern: object, method: str
) -> None:
    name = next(iter(pattern.pattern.converters))
    theirs = {
        "client_id": clinic.bruno.public_id,
        "visit_id": clinic.bruno.visits.order_by("-pk")[0].public_id,
        "repair_id": Repair.objects.get().public_id,
    }[name]
    browser = Browser()
    answers = {}
    with time_machine.travel(clinic.now, tick=False):
        for person in (clinic.dana, clinic.omar):
            browser.force_login(person)
            for public_id in (theirs, "nobody-here0"):
                address = reverse(pattern.name, args=[public_id])
                response = getattr(browser, method)(address)
                body = TOKEN.sub("", response.content.decode()).replace(public_id, "")
                answers[person.display_name, public_id == theirs] = (response.status_code, body)
    assert answers["Dana", True] == answers["Dana", False]
    assert answers["Dana", True][0] in (404, 405)
    if answers["Dana", True][0] == 404:
        allowed = answers["Omar", True][0]
        assert allowed in (200, 302, 404, 422)
        assert (pattern.name in NEEDS_MORE) == (allowed == 404), "Omar reaches what Dana does not"


@pytest.mark.parametrize("pattern", [*NAMED, *PLAIN], ids=lambda pattern: str(pattern.name))
def test_only_a_therapist_gets_in(clinic: SmallClinic, pattern: object) -> None:
    ids = ["nobody-here0"] if pattern.pattern.converters else []
    address = reverse(pattern.name, args=ids)
    browser = Browser()
    for method in (browser.get, browser.post):
        stranger = method(address)
        assert stranger.status_code in (302, 405)
        if stranger.status_code == 302:
            assert stranger["Location"].startswith(reverse("sign_in"))
    supervisor = () if pattern.name in SUPERVISORS_TOO else (clinic.ruth,)
    for person in (*supervisor, clinic.ines, clinic.alma.person):
        browser.force_login(person)
        assert browser.get(address).status_code in (404, 405)
        assert browser.post(address).status_code in (404, 405)
