"""Asking to be forgotten, and who decides about it."""

from __future__ import annotations

from datetime import date

import pytest

from alongside.clinic.access.checks import NotFound
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.disclosures.actions import (
    NothingWritten,
    NotWaiting,
    SamePerson,
    close_demand,
    record_demand,
)
from alongside.clinic.disclosures.basis import DemandKind
from alongside.clinic.disclosures.erasure import (
    HeldByDemand,
    ask_for_erasure,
    decline_erasure,
    erase_client,
    record_erasure_wish,
    withdraw_erasure,
)
from alongside.clinic.disclosures.models import ErasureRequest
from alongside.clinic.people.actions import add_person, set_roles
from alongside.clinic.people.models import Client, Person, Role
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> SmallClinic:
    clinic = small_clinic()
    clinic.feedback(clinic.visit(), 5)
    set_roles(
        person=clinic.ruth,
        roles=[Role.SUPERVISOR, Role.PRIVACY_OFFICER],
        by=OPERATOR,
        now=clinic.now,
    )
    return clinic


def asked(clinic: SmallClinic) -> ErasureRequest:
    person = clinic.alma.person
    assert person is not None
    return ask_for_erasure(client=clinic.alma, by=clinic.as_actor(person), now=clinic.now)


def test_asked_for_once_and_can_be_taken_back(clinic: SmallClinic) -> None:
    person = clinic.alma.person
    assert person is not None
    alma = clinic.as_actor(person)
    first = asked(clinic)
    assert asked(clinic) == first
    withdraw_erasure(request=first, by=alma, now=clinic.now)
    with pytest.raises(NotWaiting):
        withdraw_erasure(request=first, by=alma, now=clinic.now)
    asked(clinic)
    assert ErasureRequest.objects.count() == 2
    for other in (clinic.dana, clinic.ines, clinic.bruno.person):
        assert other is not None
        with pytest.raises(NotFound):
            ask_for_erasure(client=clinic.alma, by=clinic.as_actor(other), now=clinic.now)


def test_only_a_privacy_officer_decides(clinic: SmallClinic) -> None:
    wish = asked(clinic)
    for person in (clinic.dana, clinic.omar, clinic.ines, clinic.alma.person, clinic.bruno.person):
        assert person is not None
        by = clinic.as_actor(person)
        with pytest.raises(NotFound):
            erase_client(request=wish, by=by, now=clinic.now)
        with pytest.raises(NotFound):
            decline_erasure(request=wish, answer="No.", by=by, now=clinic.now)
        with pytest.raises(NotFound):
            record_erasure_wish(client=clinic.bruno, by=by, now=clinic.now)
    assert Client.objects.filter(pk=clinic.alma.pk).exists()


def test_a_privacy_officer_who_is_a_client_here_does_not_erase_themselves(
    clinic: SmallClinic,
) -> None:
    wish = asked(clinic)
    assert clinic.alma.person is not None
    set_roles(person=clinic.alma.person, roles=[Role.PRIVACY_OFFICER], by=OPERATOR, now=clinic.now)
    with pytest.raises(NotFound):
        erase_client(request=wish, by=clinic.as_actor(clinic.alma.person), now=clinic.now)


def test_declined_it_says_why_and_can_be_asked_again(clinic: SmallClinic) -> None:
    wish, ruth = asked(clinic), clinic.as_actor(clinic.ruth)
    with pytest.raises(NothingWritten):
        decline_erasure(request=wish, answer=" ", by=ruth, now=clinic.now)
    kept = decline_erasure(request=wish, answer="A law: 6 years.", by=ruth, now=clinic.now)
    assert kept.answer == "A law: 6 years."
    with pytest.raises(NotWaiting):
        erase_client(request=wish, by=ruth, now=clinic.now)
    assert asked(clinic) != wish


def test_an_open_demand_holds_the_record(clinic: SmallClinic) -> None:
    wish, ruth = asked(clinic), clinic.as_actor(clinic.ruth)
    demand = record_demand(
        client=clinic.alma,
        kind=DemandKind.SUBPOENA,
        who="A court",
        says="",
        segments=frozenset(),
        is_sealed=False,
        received_on=date(2026, 3, 2),
        by=ruth,
        now=clinic.now,
    )
    with pytest.raises(HeldByDemand):
        erase_client(request=wish, by=ruth, now=clinic.now)
    assert Client.objects.filter(pk=clinic.alma.pk).exists()
    close_demand(demand=demand, by=ruth, now=clinic.now)
    erase_client(request=wish, by=ruth, now=clinic.now)
    assert not Client.objects.filter(pk=clinic.alma.pk).exists()


def test_a_wish_on_paper_needs_a_second_person(clinic: SmallClinic) -> None:
    ruth = clinic.as_actor(clinic.ruth)
    wish = record_erasure_wish(client=clinic.bruno, by=ruth, now=clinic.now)
    with pytest.raises(SamePerson):
        erase_client(request=wish, by=ruth, now=clinic.now)
    noor = add_person(
        sign_in_name="noor",
        display_name="Noor",
        password=None,
        roles=[Role.PRIVACY_OFFICER],
        by=OPERATOR,
        now=clinic.now,
    )
    erase_client(request=wish, by=clinic.as_actor(noor), now=clinic.now)
    assert not Client.objects.filter(pk=clinic.bruno.pk).exists()


def test_who_works_here_as_well_keeps_their_way_in(clinic: SmallClinic) -> None:
    wish = asked(clinic)
    person = clinic.alma.person
    assert person is not None
    set_roles(person=person, roles=[Role.THERAPIST], by=OPERATOR, now=clinic.now)
    erasure = erase_client(request=wish, by=clinic.as_actor(clinic.ruth), now=clinic.now)
    assert erasure.person_number is None
    kept = Person.objects.get(pk=person.pk)
    assert kept.display_name == person.display_name
    assert not hasattr(kept, "client")
