"""Who is in whose care, and who manages whom."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

import pytest

from alongside import interfaces
from alongside.clinic.access.actions import assign_supervisor
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.people import actions
from alongside.clinic.people.actions import (
    AlreadyInCare,
    CareEndsTooEarly,
    ClientTwice,
    CodeTaken,
    LastAdministrator,
    NameTaken,
    OwnSupervisor,
    PasswordTooWeak,
    add_client,
    add_person,
    end_care,
    end_supervision,
    set_active,
    set_roles,
    take_into_care,
)
from alongside.clinic.people.models import Care, Client, Person, Role, Supervision
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
    with pytest.raises(AlreadyInCare):
        end_care(care=care, ends_on=care.starts_on + timedelta(days=6), by=OPERATOR, now=clinic.now)


def test_care_ends_on_its_first_day_at_the_earliest() -> None:
    clinic = small_clinic()
    care = Care.objects.get(client=clinic.alma)
    n_rows = AuditEvent.objects.count()
    with pytest.raises(CareEndsTooEarly, match="began on 2026-03-02 cannot end on 2026-03-01"):
        end_care(care=care, ends_on=care.starts_on - timedelta(days=1), by=OPERATOR, now=clinic.now)
    assert care.ends_on is None
    assert AuditEvent.objects.count() == n_rows
    end_care(care=care, ends_on=care.starts_on, by=OPERATOR, now=clinic.now)
    assert Care.objects.get(pk=care.pk).ends_on == care.starts_on


def test_nobody_supervises_themselves() -> None:
    clinic = small_clinic()
    set_roles(
        person=clinic.ruth, roles=[Role.THERAPIST, Role.SUPERVISOR], by=OPERATOR, now=clinic.now
    )
    with pytest.raises(OwnSupervisor, match="Choose another person"):
        assign_supervisor(
            supervisor=clinic.ruth,
            therapist=Person.objects.get(pk=clinic.ruth.pk),
            starts_on=clinic.now.date(),
            by=clinic.as_actor(clinic.ines),
            now=clinic.now,
        )
    assert not Supervision.objects.filter(therapist=clinic.ruth).exists()


def test_a_supervision_that_would_end_before_it_began_never_was() -> None:
    clinic = small_clinic()
    supervision = Supervision.objects.get()
    end_supervision(
        supervision=supervision,
        ends_on=supervision.starts_on - timedelta(days=1),
        by=OPERATOR,
        now=clinic.now,
    )
    assert not Supervision.objects.exists()


def test_a_role_named_twice_is_held_once() -> None:
    clinic = small_clinic()
    twice = [Role.THERAPIST, Role.THERAPIST]
    mara = add_person(
        sign_in_name="mara",
        display_name="Mara",
        password=None,
        roles=twice,
        by=OPERATOR,
        now=clinic.now,
    )
    set_roles(person=clinic.ruth, roles=twice, by=OPERATOR, now=clinic.now)
    for person in (mara, clinic.ruth):
        assert [held.role for held in person.staff_roles.all()] == [Role.THERAPIST]


def test_a_person_and_a_number_have_one_record_as_a_client() -> None:
    clinic = small_clinic()
    n_before = Client.objects.count()
    with pytest.raises(ClientTwice, match="the number C-1"):
        add_client(
            code="C-9",
            display_name="Alma",
            person=clinic.alma.person,
            by=OPERATOR,
            now=clinic.now,
        )
    with pytest.raises(CodeTaken):
        add_client(code="C-1", display_name="Cruz", by=OPERATOR, now=clinic.now)
    assert Client.objects.count() == n_before


def test_no_page_changes_people_past_the_policy() -> None:
    """A page may know these refusals; the deeds themselves it reaches through `access.actions`."""
    deeds = {name for name in vars(actions) if name.islower() and not name.startswith("_")}
    folder = Path(*interfaces.__path__)
    for path in folder.rglob("*.py"):
        if "cli" in path.relative_to(folder).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "alongside.clinic.people":
                assert "actions" not in {each.name for each in node.names}, path
            if isinstance(node, ast.ImportFrom) and node.module == actions.__name__:
                assert not deeds & {each.name for each in node.names}, path


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
