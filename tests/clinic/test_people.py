"""Who is in whose care, and who manages whom."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.people.actions import (
    AlreadyInCare,
    LastAdministrator,
    NameTaken,
    PasswordTooWeak,
    add_person,
    end_care,
    set_active,
    set_roles,
    take_into_care,
)
from alongside.clinic.people.models import Care, Person, Role
from tests.factories.clinic import PASSWORD, SmallClinic, small_clinic

pytestmark = pytest.mark.django_db


def take(clinic: SmallClinic, days: int) -> Care:
    return take_into_care(
        client=clinic.bruno,
        therapist=clinic.dana,
        starts_on=clinic.now.date() + timedelta(days=days),
        by=OPERATOR,
        now=clinic.now,
    )


def test_care_of_one_pair_never_overlaps_also_when_it_begins_before_one_that_is_to_come() -> None:
    clinic = small_clinic()
    care = take(clinic, 10)
    for days in (0, 10, 20):
        with pytest.raises(AlreadyInCare):
            take(clinic, days)
    end_care(care=care, ends_on=care.starts_on + timedelta(days=5), by=OPERATOR, now=clinic.now)
    with pytest.raises(AlreadyInCare):
        take(clinic, 15)
    assert take(clinic, 16)
    assert Care.objects.filter(client=clinic.bruno, therapist=clinic.dana).count() == 2


def test_a_name_is_taken_whatever_its_case_and_a_weak_password_leaves_nobody() -> None:
    clinic = small_clinic()
    before = Person.objects.count()
    for name, password, refusal in (
        (" DANA ", PASSWORD, NameTaken),
        ("mara", "password123", PasswordTooWeak),
        ("mara", "short", PasswordTooWeak),
    ):
        with pytest.raises(refusal):
            add_person(
                sign_in_name=name, display_name="M", password=password, by=OPERATOR, now=clinic.now
            )
    assert Person.objects.count() == before


def test_somebody_always_manages_staff() -> None:
    clinic = small_clinic()
    with pytest.raises(LastAdministrator):
        set_roles(person=clinic.ines, roles=[Role.THERAPIST], by=OPERATOR, now=clinic.now)
    with pytest.raises(LastAdministrator):
        set_active(person=clinic.ines, is_active=False, by=OPERATOR, now=clinic.now)
    set_roles(
        person=clinic.omar, roles=[Role.THERAPIST, Role.ADMINISTRATOR], by=OPERATOR, now=clinic.now
    )
    set_active(person=clinic.ines, is_active=False, by=OPERATOR, now=clinic.now)
    with pytest.raises(LastAdministrator):
        set_roles(person=clinic.omar, roles=[], by=OPERATOR, now=clinic.now)
