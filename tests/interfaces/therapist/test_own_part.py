"""The page of a therapist's own part: what it says, and what it says while nothing is told."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from alongside.clinic.people.models import Person
from alongside.clinic.progress.bridge import main_scale_of
from alongside.clinic.progress.models import LearnedCourse
from alongside.clinic.progress.therapist_effects import Part, keep_parts
from alongside.methods.progress.therapist_effects import (
    TherapistEffect,
    Told,
    TooFewTherapistsToTell,
    TooUncertain,
)
from tests.clinic.progress.test_courses import weekly_check
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> SmallClinic:
    return small_clinic()


def keep(clinic: SmallClinic, **found: Told) -> None:
    """What was learned of each of these therapists."""
    scale = main_scale_of(weekly_check())
    assert scale is not None
    learned = LearnedCourse.objects.create(
        instrument=weekly_check(),
        scale=scale.name,
        learned_at=clinic.now,
        parameters={},
        n_clients=300,
    )
    parts = {getattr(clinic, name).pk: Part(each, 21.0, 19.5) for name, each in found.items()}
    keep_parts(learned, parts)


def page(person: Person) -> HttpResponse:
    browser = Browser()
    browser.force_login(person)
    return browser.get(reverse("own_part"))


def text(person: Person) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page(person).content.decode()).split())


def test_before_anything_is_learned_it_says_when(clinic: SmallClinic) -> None:
    assert "at least 50 people here have answered" in text(clinic.dana)


def test_better_worse_and_neither_are_said_with_their_range(clinic: SmallClinic) -> None:
    keep(
        clinic,
        dana=TherapistEffect(2.4, 0.4, 4.4, 0.74, 36),
        omar=TherapistEffect(-3.0, -5.5, -0.5, 0.8, 41),
    )
    assert "about 2.4 points better than is usual here" in text(clinic.dana)
    assert "Likely between 0.4 and 4.4" in text(clinic.dana)
    assert "About 35 clients of yours" in text(clinic.dana)
    assert "The checks tell 74 in 100 of your part" in text(clinic.dana)
    assert "about 3 points worse than is usual here" in text(clinic.omar)
    assert "Likely between 0.5 and 5.5" in text(clinic.omar)
    for person in (clinic.dana, clinic.omar):
        assert page(person).content.decode().count("range-chart") == 1

    keep(clinic, dana=TherapistEffect(0.4, -1.6, 2.4, 0.74, 36))
    assert "cannot be told from what is usual here" in text(clinic.dana)
    assert "0.4 points, likely between -1.6 and 2.4" in text(clinic.dana)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (TooFewTherapistsToTell(), "told where at least 8 work"),
        (TooUncertain(14, 48), "tell 48 % of a therapist’s part"),
    ],
)
def test_what_is_not_told_says_why_and_shows_no_number(
    clinic: SmallClinic, found: Told, words: str
) -> None:
    keep(clinic, dana=found)
    assert words in text(clinic.dana)
    assert "range-chart" not in page(clinic.dana).content.decode()
    assert "21" not in re.sub(r"\b20\d\d\b", "", text(clinic.dana))


def test_it_is_a_page_of_therapists(clinic: SmallClinic) -> None:
    keep(clinic, dana=TherapistEffect(2.4, 0.4, 4.4, 0.74, 36))
    for other in (clinic.ruth, clinic.ines):
        assert page(other).status_code == 404
    assert "2.4" not in text(clinic.omar)
