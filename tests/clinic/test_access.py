"""Who may: the policy as a table, and the people it is asked about."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from alongside.clinic.access.checks import NotFound, can
from alongside.clinic.access.policy import (
    RULES,
    SMALLEST_TOTAL,
    Deed,
    Record,
    Relation,
    Segment,
    decide,
    who_may,
)
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.audit.actor import Actor
from alongside.clinic.people.actions import end_care
from alongside.clinic.people.models import Care, Role
from tests.factories.clinic import small_clinic

PEOPLE = [relation for relation in Relation if relation not in ("system", "operator")]


def test_without_a_relation_nothing_is_allowed() -> None:
    for segment, deed in itertools.product(Segment, Deed):
        wide_open = Record(
            segment,
            is_released=True,
            is_told_to_supervisor=True,
            is_opened_to_supervision=True,
            is_without_therapist=True,
            n_clients=1000,
        )
        assert not decide((), deed, wide_open).is_allowed


def test_every_rule_is_needed() -> None:
    """Each rule allows something that no other rule does: none stands there for nothing."""
    for rule in RULES:
        record = Record(
            rule.segment,
            is_released=True,
            is_told_to_supervisor=True,
            is_opened_to_supervision=True,
            is_without_therapist=True,
            n_clients=SMALLEST_TOTAL,
        )
        for deed in rule.deeds:
            by = [
                other
                for other in RULES
                if other.relation is rule.relation
                and other.segment is rule.segment
                and deed in other.deeds
                and other.condition(record)
            ]
            assert by == [rule], (rule, deed)


@pytest.mark.parametrize("segment", [s for s in Segment if s not in ("staff", "instruments")])
def test_an_administrator_reaches_no_clinical_data(segment: Segment) -> None:
    record = Record(segment, client_id=1, is_released=True, n_clients=1000)
    for deed in Deed:
        assert not decide((Relation.ADMINISTRATOR,), deed, record).is_allowed


def test_the_bearer_of_a_link_can_put_in_and_read_nothing() -> None:
    allowed = [
        (segment, deed)
        for segment, deed in itertools.product(Segment, Deed)
        if decide((Relation.BEARER,), deed, Record(segment, is_released=True)).is_allowed
    ]
    assert allowed == [(Segment.ANSWERS, Deed.ANSWER)]


def test_who_sees_an_answer_depends_on_its_release() -> None:
    withheld = Record(Segment.ANSWERS)
    released = Record(Segment.ANSWERS, is_released=True)
    assert who_may(Deed.SEE, withheld) == {Relation.SELF}
    assert who_may(Deed.SEE, released) == {Relation.SELF, Relation.ABOUT}


def test_totals_of_few_are_hidden() -> None:
    for n, is_shown in ((None, False), (SMALLEST_TOTAL - 1, False), (SMALLEST_TOTAL, True)):
        record = Record(Segment.TOTALS, n_clients=n)
        assert decide((Relation.SUPERVISOR,), Deed.SEE, record).is_allowed is is_shown


@pytest.mark.django_db
def test_a_therapist_reaches_the_clients_in_their_care_and_nobody_elses() -> None:
    clinic = small_clinic()
    dana = Viewer(clinic.dana, clinic.now)
    assert list(dana.clients) == [clinic.alma]
    with pytest.raises(NotFound):
        dana.client(clinic.bruno.public_id)
    for person in (clinic.ruth, clinic.ines, clinic.alma.person):
        assert not Viewer(person, clinic.now).clients.exists()


@pytest.mark.django_db
def test_when_care_ends_the_door_closes_the_next_day() -> None:
    clinic = small_clinic()
    care = Care.objects.get(client=clinic.alma)
    end_care(
        care=care,
        ends_on=clinic.now.date(),
        by=clinic.as_actor(clinic.ines),
        now=clinic.now,
    )
    assert Viewer(clinic.dana, clinic.now).clients.exists()
    assert not Viewer(clinic.dana, clinic.now + timedelta(days=1)).clients.exists()


@pytest.mark.django_db
def test_a_therapist_in_care_sees_no_ratings_of_a_colleague() -> None:
    """A client may have two therapists; what they say of one is not for the other."""
    clinic = small_clinic()
    Care.objects.create(client=clinic.alma, therapist=clinic.omar, starts_on=clinic.now.date())
    of_dana = Record(Segment.ALLIANCE, client_id=clinic.alma.pk, therapist_id=clinic.dana.pk)
    assert can(clinic.as_actor(clinic.dana), Deed.SEE, of_dana, now=clinic.now)
    assert not can(clinic.as_actor(clinic.omar), Deed.SEE, of_dana, now=clinic.now)


@pytest.mark.django_db
def test_a_supervisor_reaches_only_those_they_supervise() -> None:
    clinic = small_clinic()
    ruth = clinic.as_actor(clinic.ruth)
    assert Role.SUPERVISOR in ruth.roles
    for therapist, client, is_shown in (
        (clinic.dana, clinic.alma, True),
        (clinic.omar, clinic.bruno, False),
    ):
        strain = Record(Segment.STRAIN, client_id=client.pk, therapist_id=therapist.pk)
        assert can(ruth, Deed.SEE, strain, now=clinic.now) is is_shown
        ratings = Record(Segment.ALLIANCE, client_id=client.pk, therapist_id=therapist.pk)
        assert not can(ruth, Deed.SEE, ratings, now=clinic.now)


@pytest.mark.django_db
def test_a_link_opens_its_own_slot_only() -> None:
    clinic = small_clinic()
    one, two = clinic.visit().feedback_slot, clinic.visit().feedback_slot
    bearer = Actor.bearer_of(one.pk)
    for slot, is_allowed in ((one, True), (two, False)):
        record = Record(Segment.ANSWERS, client_id=clinic.alma.pk, slot_id=slot.pk)
        assert can(bearer, Deed.ANSWER, record, now=clinic.now) is is_allowed
