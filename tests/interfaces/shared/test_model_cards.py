"""The cards that say how signs are made: for everybody who is signed in, true at every size."""

from __future__ import annotations

import re
from html import unescape

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from alongside.clinic.audit.actor import SYSTEM
from alongside.clinic.engagement.actions import learn_hazard
from alongside.clinic.people.models import Client, Person
from alongside.clinic.progress.actions import learn_course
from alongside.clinic.progress.model_card import course_cards
from alongside.clinic.progress.models import ProgressSeries
from alongside.lab.hazard_study import MissingTruth
from tests.clinic.progress.test_courses import many_clients, weekly_check
from tests.factories.clinic import SmallClinic, small_clinic
from tests.factories.long_attendance import long_attendance

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> SmallClinic:
    return small_clinic()


def cards(clinic: SmallClinic, person: Person | None = None) -> str:
    browser = Browser()
    if person is not None:
        browser.force_login(person)
    with time_machine.travel(clinic.now, tick=False):
        answer = browser.get(reverse("shared:model_cards"))
    if person is None:
        assert answer.status_code == 302
        return ""
    assert answer.status_code == 200
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", unescape(text))


def test_staff_and_clients_read_the_same_cards_and_strangers_none(clinic: SmallClinic) -> None:
    cards(clinic)
    for person in (clinic.dana, clinic.ruth, clinic.ines, clinic.alma.person):
        assert person is not None
        shown = cards(clinic, person)
        assert "Lower than usual" in shown
        assert "The expected course" in shown


def test_before_anything_is_learned_the_card_says_so(clinic: SmallClinic) -> None:
    shown = cards(clinic, clinic.alma.person)
    assert "A guess from what is known of the questions alone" in shown
    assert "Nobody can tell yet." in shown
    assert "Last learned not yet" in shown
    (card,) = course_cards()
    assert card.held is None


def test_with_enough_clients_it_says_how_often_it_is_wrong(clinic: SmallClinic) -> None:
    many_clients(clinic, 220)
    learn_course(instrument=weekly_check(), by=SYSTEM, now=clinic.now)
    (card,) = course_cards()
    assert card.held is not None
    overall = card.held.overall
    assert 5.0 < overall.percent < 15.0
    assert overall.lowest < overall.percent < overall.highest
    assert (overall.n_checks % 5, overall.n_clients % 5) == (0, 0)
    assert len(card.held.thirds) == 3
    assert card.held.languages == {}
    shown = cards(clinic, clinic.dana)
    assert "The checks of about 220 people here." in shown
    assert "Began with a low score" in shown


@pytest.mark.parametrize(("n_spanish", "is_told"), [(3, False), (30, True)])
def test_groups_are_told_of_only_where_nobody_can_be_known_by_them(
    clinic: SmallClinic, n_spanish: int, is_told: bool
) -> None:
    many_clients(clinic, 60)
    some = ProgressSeries.objects.order_by("pk").values("client_id")[:n_spanish]
    Client.objects.filter(pk__in=list(some.values_list("client_id", flat=True))).update(
        language="es"
    )
    learn_course(instrument=weekly_check(), by=SYSTEM, now=clinic.now)
    (card,) = course_cards()
    assert card.held is not None
    assert (set(card.held.languages) == {"en", "es"}) is is_told
    assert ("People who read Spanish" in cards(clinic, clinic.dana)) is is_told


def test_the_card_of_staying_away_says_what_it_rests_on_and_how_well_it_held(
    clinic: SmallClinic,
) -> None:
    before = cards(clinic, clinic.alma.person)
    assert "Staying away" in before and "Published studies" in before
    assert "Nobody can tell yet for this clinic." in before
    unlike_the_studies = MissingTruth(level_mean=-2.5, level_sd=0.5, by_miss=3.0)
    long_attendance(therapist=clinic.dana, now=clinic.now, n_clients=150, truth=unlike_the_studies)
    learn_hazard(by=SYSTEM, now=clinic.now)
    shown = cards(clinic, clinic.dana)
    assert "About 150 people of this clinic" in shown
    assert "For people whom it had not seen" in shown
    assert "Came true" in shown and "Visits missed in a row" in shown
