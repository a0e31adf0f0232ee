"""A therapist's own part: learned with the course, told to them alone, and never of few."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.policy import Record, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.audit.actor import OPERATOR, SYSTEM
from alongside.clinic.people.actions import add_person, end_care, take_into_care
from alongside.clinic.people.models import Care, Person, Role
from alongside.clinic.progress.actions import learn_course
from alongside.clinic.progress.models import LearnedEffect
from alongside.clinic.progress.therapist_effects import OwnEffect, OwnPart, own_parts
from alongside.methods.progress.therapist_effects import (
    TooFewClientsToTell,
    TooFewTherapistsToTell,
)
from tests.clinic.progress.test_courses import many_clients, weekly_check
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db

PARTS = (8.0, 4.0, 0.0, -4.0, -8.0, 6.0, -6.0, 0.0)


@pytest.fixture
def clinic() -> SmallClinic:
    return small_clinic()


def colleagues(clinic: SmallClinic, n: int) -> list[Person]:
    """So many therapists, Dana first."""
    more = [
        add_person(
            sign_in_name=f"t{number}",
            display_name=f"T{number}",
            password=None,
            roles=[Role.THERAPIST],
            by=OPERATOR,
            now=clinic.now,
        )
        for number in range(n - 2)
    ]
    return [clinic.dana, clinic.omar, *more]


def learned(clinic: SmallClinic, therapists: Sequence[Person], n_clients: int) -> None:
    many_clients(clinic, n_clients, therapists=therapists, parts=PARTS[: len(therapists)])
    learn_course(instrument=weekly_check(), by=SYSTEM, now=clinic.now)


def told(clinic: SmallClinic, person: Person) -> OwnPart:
    (part,) = own_parts(Viewer(person, clinic.now))
    return part


def test_each_is_told_their_own_part_with_its_range(clinic: SmallClinic) -> None:
    therapists = colleagues(clinic, 8)
    learned(clinic, therapists, 160)
    for person, true in zip(therapists, PARTS, strict=True):
        found = told(clinic, person).found
        assert isinstance(found, OwnEffect)
        assert found.low < true < found.high
        assert found.n_clients == 20
    assert abs(told(clinic, clinic.dana).intake - told(clinic, clinic.dana).intake_of_all) < 10


def test_among_seven_therapists_nothing_is_told(clinic: SmallClinic) -> None:
    learned(clinic, colleagues(clinic, 8)[1:], 140)
    assert told(clinic, clinic.omar).found == TooFewTherapistsToTell()
    assert own_parts(Viewer(clinic.dana, clinic.now)) == ()


def test_of_nine_clients_nothing_is_told(clinic: SmallClinic) -> None:
    learned(clinic, colleagues(clinic, 8), 72)
    assert told(clinic, clinic.dana).found == TooFewClientsToTell(9)


def test_nobody_else_finds_it(clinic: SmallClinic) -> None:
    learned(clinic, colleagues(clinic, 8), 160)
    record = Record(Segment.OWN_PART, person_id=clinic.dana.pk)
    Viewer(clinic.dana, clinic.now).see(record)
    for other in (clinic.omar, clinic.ruth, clinic.ines):
        with pytest.raises(NotFound):
            Viewer(other, clinic.now).see(record)
    assert own_parts(Viewer(clinic.ruth, clinic.now)) == ()


def test_what_was_learned_last_takes_the_place_of_what_was_known(clinic: SmallClinic) -> None:
    learned(clinic, colleagues(clinic, 8), 160)
    clinic.now += timedelta(days=31)
    learn_course(instrument=weekly_check(), by=SYSTEM, now=clinic.now)
    assert LearnedEffect.objects.count() == 8
    assert told(clinic, clinic.dana).learned_at == clinic.now


def test_it_is_kept_sealed_to_the_therapist(clinic: SmallClinic) -> None:
    learned(clinic, colleagues(clinic, 8), 160)
    row = LearnedEffect.objects.get(therapist=clinic.dana)
    found = told(clinic, clinic.dana).found
    assert isinstance(found, OwnEffect)
    assert row.told["found"]["effect"] == found.points
    raw = LearnedEffect.objects.values_list("told", flat=True).get(pk=row.pk)
    assert isinstance(raw, bytes)
    assert b"effect" not in raw


def test_who_cared_while_the_checks_were_answered_counts_and_not_who_took_over(
    clinic: SmallClinic,
) -> None:
    therapists = colleagues(clinic, 8)
    many_clients(clinic, 160, therapists=therapists, parts=PARTS)
    yesterday = clinic.now.date() - timedelta(days=1)
    for care in Care.objects.filter(therapist=clinic.dana):
        if care.client.code.startswith("X-"):
            end_care(care=care, ends_on=yesterday, by=OPERATOR, now=clinic.now)
            take_into_care(
                client=care.client,
                therapist=clinic.omar,
                starts_on=yesterday + timedelta(days=1),
                by=OPERATOR,
                now=clinic.now,
            )
    learn_course(instrument=weekly_check(), by=SYSTEM, now=clinic.now)
    for person, n_clients in ((clinic.dana, 20), (clinic.omar, 20)):
        found = told(clinic, person).found
        assert isinstance(found, OwnEffect)
        assert found.n_clients == n_clients
