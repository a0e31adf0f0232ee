"""What to try: something for every facet of our own instrument, and for any other one."""

from __future__ import annotations

import pytest

from alongside.clinic.alliance.bridge import course_of
from alongside.clinic.alliance.models import AllianceSeries, Repair
from alongside.clinic.alliance.queries import facet_that_fell_most
from alongside.clinic.instruments.actions import version_for
from alongside.clinic.instruments.bridge import scoring_of
from alongside.clinic.instruments.models import Purpose
from alongside.interfaces.therapist.guidance import BY_FACET, CONCERN, GENERAL, guidance_for
from tests.factories.clinic import small_clinic


@pytest.mark.django_db
def test_every_facet_of_our_own_feedback_has_guidance() -> None:
    small_clinic()
    assert set(scoring_of(version_for(Purpose.VISIT_FEEDBACK)).facets) == set(BY_FACET)


def test_each_says_what_it_may_mean_what_to_ask_and_what_to_leave() -> None:
    for guidance in (*BY_FACET.values(), GENERAL, CONCERN):
        assert str(guidance.may_mean) and str(guidance.leave)
        assert 1 <= len(guidance.ask) <= 3


def test_a_concern_has_its_own_and_an_unknown_facet_the_general_one() -> None:
    assert guidance_for(is_concern=True, facet="heard") is CONCERN
    assert guidance_for(is_concern=False, facet="pace") is GENERAL
    assert guidance_for(is_concern=False, facet="heard") is BY_FACET["heard"]


@pytest.mark.django_db
def test_it_goes_by_the_facet_farthest_below_its_own_past() -> None:
    clinic = small_clinic()
    for _ in range(6):
        clinic.feedback(clinic.visit(), {"A1": 6, "A2": 9, "A3": 9, "A4": 9, "A5": 9})
    low = {"A1": 3, "A2": 5, "A3": 2, "A4": 4, "A5": 4}
    clinic.feedback(clinic.visit(), low)
    course = course_of(AllianceSeries.objects.get())
    assert facet_that_fell_most(course, Repair.objects.get().visit_id) == "direction"
    assert facet_that_fell_most(course, course.points[0].visit_id) == ""
