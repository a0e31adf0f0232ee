"""A client's words carry one date on every page: that of the visit which they are about."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from alongside.clinic.alliance.actions import say_what_changes
from alongside.clinic.feedback.tokens import token_for
from alongside.clinic.instruments.models import WayIn
from alongside.clinic.people.models import Person
from alongside.interfaces.shared.dates import long_date, weekday_date
from tests.factories.clinic import small_clinic

pytestmark = pytest.mark.django_db


def page(person: Person | None, address: str) -> str:
    browser = Browser()
    if person is not None:
        browser.force_login(person)
    return browser.get(address).content.decode()


def test_words_are_dated_by_their_visit_on_the_pages_of_both() -> None:
    clinic = small_clinic(timezone.now() - timedelta(days=16, hours=2))
    visit = clinic.visit()
    clinic.now += timedelta(days=2)  # the answer comes two days later
    response = clinic.feedback(visit, 6, O1="I talked too little.")
    say_what_changes(
        answer=response.answers.get(link_id="O1"),
        what_changes="You begin.",
        by=clinic.as_actor(clinic.dana),
        now=clinic.now,
    )
    ahead = clinic.visit()
    zone, slot = clinic.clinic.zone, ahead.feedback_slot
    assert slot is not None
    theirs = f"after your visit on {weekday_date(visit.starts_at, zone)}"
    of_dana = f"after the visit on {long_date(visit.starts_at, zone)}"
    token = token_for(slot, WayIn.KIOSK)
    for person, address, said in (
        (None, reverse("kiosk_changes", args=[token]), theirs),
        (clinic.alma.person, "/me/", theirs),
        (clinic.dana, reverse("client_record", args=[clinic.alma.public_id]), of_dana),
        (clinic.dana, reverse("before_visit", args=[ahead.public_id]), of_dana),
    ):
        shown = page(person, address)
        assert "I talked too little." in shown
        assert said in shown, address
