"""Statements compiled once give and keep what the ORM's own queries give and keep."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Model

from alongside.clinic.alliance.models import LearnedPopulation
from alongside.clinic.instruments.models import Answer, Instrument, Release, Response, Slot
from alongside.clinic.people.models import Care, Client
from alongside.clinic.statements import Insert, Parameter, Select, SelectValues, Update
from alongside.clinic.visits.models import Visit, VisitState
from tests.factories.clinic import small_clinic

AT = datetime(2026, 3, 2, 17, 30, 15, 123456, tzinfo=UTC)


def _values(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.django_db
def test_a_select_gives_the_rows_of_its_query() -> None:
    clinic = small_clinic()
    visits = [clinic.visit(), clinic.visit()]
    by_slot = Select(lambda: Visit.objects.filter(feedback_slot=Parameter("slot")))
    for visit in visits:
        assert visit.feedback_slot is not None
        found = by_slot.first(slot=visit.feedback_slot.pk)
        assert found is not None
        assert _values(found) == _values(Visit.objects.get(pk=visit.pk))
        assert not found._state.adding
    assert by_slot.first(slot=0) is None


@pytest.mark.django_db
def test_a_select_keeps_its_own_values_beside_those_that_come() -> None:
    clinic = small_clinic()
    held, booked = clinic.visit(), clinic.visit()
    Visit.objects.filter(pk=held.pk).update(state=VisitState.HELD)
    of_state = Select(
        lambda: Visit.objects.filter(
            state__in=("held", "missed"), client=Parameter("client"), public_id__gt=""
        ).order_by("pk")
    )
    assert booked.client_id == held.client_id
    assert [visit.pk for visit in of_state.all(client=held.client_id)] == [held.pk]
    with pytest.raises(KeyError):
        of_state.all(wrong=1)


@pytest.mark.django_db
def test_a_select_follows_relations_leaves_fields_out_and_adds_some(
    django_assert_num_queries: Any,
) -> None:
    clinic = small_clinic()
    slot = clinic.visit().feedback_slot
    assert slot is not None
    whole = Select(
        lambda: (
            Slot.objects.select_related("version", "client", "response")
            .defer("version__document")
            .annotate(named=F("client__public_id"))
            .filter(link_key=Parameter("key"))
        )
    )
    whole.first(key=slot.link_key)
    with django_assert_num_queries(1):
        found = whole.first(key=slot.link_key)
        assert found is not None
        assert _values(found.client) == _values(slot.client)
        assert found.version.fingerprint == slot.version.fingerprint
        assert getattr(found, "response", None) is None
        assert found.named == slot.client.public_id  # type: ignore[attr-defined]
    with django_assert_num_queries(1):
        assert found.version.document == slot.version.document


@pytest.mark.django_db
def test_values_come_as_tuples_with_days_and_moments_in_their_places() -> None:
    clinic = small_clinic()
    first, second = clinic.visit(), clinic.visit()
    ended = SelectValues(
        lambda: (
            Visit.objects.filter(ends_at__lte=Parameter("now"))
            .order_by("-ends_at")
            .values_list("client_id", "ends_at", "state")
        )
    )
    assert ended.all(now=second.ends_at) == [
        (second.client_id, second.ends_at, "booked"),
        (first.client_id, first.ends_at, "booked"),
    ]
    assert len(ended.all(now=second.ends_at - timedelta(microseconds=1))) == 1
    in_care = Select(lambda: Client.objects.in_care_of(Parameter("therapist"), Parameter("today")))
    care = Care.objects.get(client=clinic.alma)
    begun = care.starts_on
    assert in_care.all(therapist=care.therapist_id, today=begun) == [clinic.alma]
    assert in_care.all(therapist=care.therapist_id, today=begun - timedelta(days=1)) == []
    told = SelectValues(
        lambda: LearnedPopulation.objects.filter(learned_at=Parameter("at")).values_list(
            "parameters"
        )
    )
    Insert(LearnedPopulation).one(learned({"n": [1]}))
    assert told.all(at=AT) == [({"n": [1]},)]


@pytest.mark.django_db(transaction=True)
def test_a_select_answers_several_threads_at_once() -> None:
    clinic = small_clinic()
    visits = [clinic.visit() for _ in range(4)]
    by_key = Select(lambda: Visit.objects.filter(pk=Parameter("visit")))

    def ask(number: int) -> bool:
        try:
            wanted = visits[number % 4]
            found = by_key.first(visit=wanted.pk)
            return found is not None and found.ends_at == wanted.ends_at
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(64)))


@pytest.mark.django_db
def test_an_insert_keeps_what_create_keeps() -> None:
    small_clinic()
    one, other = learned({"ñ": [1.5]}), learned({"ñ": [1.5]})
    Insert(LearnedPopulation).one(one)
    other.save()
    kept = LearnedPopulation.objects.get(pk=one.pk)
    assert {**_values(kept), "id": other.pk} == _values(LearnedPopulation.objects.get(pk=other.pk))
    assert not one._state.adding


def learned(parameters: dict[str, list[float]]) -> LearnedPopulation:
    return LearnedPopulation(
        instrument=Instrument.objects.order_by("pk")[0],
        learned_at=AT,
        parameters=parameters,
        n_series=1,
    )


@pytest.mark.django_db
def test_an_insert_of_what_is_there_takes_the_new_values() -> None:
    clinic = small_clinic()
    slot = clinic.visit().feedback_slot
    response = Response(slot=slot, client=slot.client, started_at=AT, way_in="link", language="en")
    Insert(Response).one(response)
    keep = Insert(Answer, once=("response", "link_id"))

    def answer(link_id: str, value: object, release: Release) -> Answer:
        return Answer(
            response=response,
            client_id=response.client_id,
            link_id=link_id,
            state="answered",
            value=value,
            release=release,
            saved_at=AT,
        )

    keep.many([answer("a", 3, Release.NOW), answer("b", "Ánimo; 'x'", Release.NOW)])
    keep.many([answer("a", 4, Release.WITHHELD)])
    rows = Answer.objects.filter(response=response).order_by("link_id")
    assert [(row.link_id, row.value, row.release) for row in rows] == [
        ("a", 4, "withheld"),
        ("b", "Ánimo; 'x'", "now"),
    ]


@pytest.mark.django_db
def test_an_insert_stands_under_the_rules_of_the_table() -> None:
    clinic = small_clinic()
    slot = clinic.visit().feedback_slot
    new = Insert(Response)
    with pytest.raises(IntegrityError), transaction.atomic():
        new.one(Response(slot=slot, started_at=AT, way_in="paper", language="en"))
    assert not Response.objects.exists()


@pytest.mark.django_db
def test_an_update_writes_its_fields_and_no_others() -> None:
    clinic = small_clinic()
    client = clinic.alma
    client.language, client.display_name = "es", "not kept"
    Update(Client, "language").one(client)
    kept = Client.objects.get(pk=client.pk)
    assert kept.language == "es"
    assert kept.display_name != "not kept"


@pytest.mark.django_db
def test_an_update_of_a_row_that_is_gone_says_so() -> None:
    visit = small_clinic().visit()
    Visit.objects.filter(pk=visit.pk).delete()
    with pytest.raises(Visit.DoesNotExist):
        Update(Visit, "state").one(visit)
