"""Sealed columns: ciphertext in the table, words on the row, and no way around the row."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import connection, transaction

from alongside.clinic.instruments.models import Answer, Response
from alongside.clinic.people.models import Client, Person
from alongside.clinic.vault.envelope import DoesNotOpen
from alongside.clinic.vault.fields import NotSealed, Sealed, sealed_columns
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> SmallClinic:
    return small_clinic()


def stored(table: str, column: str) -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL")
        return [bytes(value) for (value,) in cursor.fetchall()]


def test_the_table_holds_nothing_that_can_be_read(clinic: SmallClinic) -> None:
    clinic.feedback(clinic.visit(), 8, O1="My words.")
    assert Client.objects.get(pk=clinic.alma.pk).display_name == "Alma"
    assert not any(b"Alma" in value for value in stored("people_client", "display_name"))
    assert not any(b"My words." in value for value in stored("instruments_answer", "value"))


def test_answers_of_one_kind_have_one_length(clinic: SmallClinic) -> None:
    for score in (0, 3, 10):
        clinic.feedback(clinic.visit(), score)
    assert len({len(value) for value in stored("instruments_answer", "value")}) == 1


def test_nothing_is_opened_before_it_is_looked_at(
    clinic: SmallClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    column: Any = Client._meta.get_field("display_name")
    whole = type(column).open

    def counted(self: Any, sealed: Sealed, instance: Any) -> Any:
        opened.append(self.name)
        return whole(self, sealed, instance)

    monkeypatch.setattr(type(column), "open", counted)
    alma = Client.objects.get(pk=clinic.alma.pk)
    assert opened == []
    assert [alma.display_name, alma.display_name] == ["Alma", "Alma"]
    assert opened == ["display_name"]


def test_what_nobody_opened_is_written_back_as_it_was(clinic: SmallClinic) -> None:
    before = stored("people_client", "display_name")
    alma = Client.objects.get(pk=clinic.alma.pk)
    alma.language = "es"
    alma.save()
    assert stored("people_client", "display_name") == before
    alma.display_name = "Alma B."
    alma.save()
    assert stored("people_client", "display_name") != before
    assert Client.objects.get(pk=alma.pk).display_name == "Alma B."


def test_a_column_left_out_is_fetched_when_it_is_looked_at(clinic: SmallClinic) -> None:
    alma = Client.objects.defer("display_name").get(pk=clinic.alma.pk)
    assert alma.display_name == "Alma"
    alma.refresh_from_db()
    assert alma.code == "C-1"


@pytest.mark.parametrize(
    "asked",
    [
        lambda: Client.objects.filter(display_name="Alma"),
        lambda: Client.objects.filter(display_name__icontains="Alm"),
        lambda: Client.objects.exclude(code__in=["C-1"]),
        lambda: Person.objects.get(sign_in_name="dana"),
        lambda: Answer.objects.filter(value__icontains="x"),
    ],
)
def test_nothing_can_be_looked_up_in_what_is_sealed(asked: Any) -> None:
    with pytest.raises(FieldError, match="sealed"):
        asked()


def test_nothing_can_be_written_past_the_row(clinic: SmallClinic) -> None:
    with pytest.raises(NotSealed), transaction.atomic():
        Client.objects.update(display_name="Everybody")
    assert Client.objects.get(pk=clinic.alma.pk).display_name == "Alma"


def test_a_name_is_found_by_all_of_it_and_by_nothing_less(clinic: SmallClinic) -> None:
    assert Client.objects.get(code_index="C-1") == clinic.alma
    assert set(Client.objects.filter(code_index__in=["C-1", "C-2"])) == {clinic.alma, clinic.bruno}
    for near in ("c-1", "C-", "C-11", "", " C-1"):
        assert not Client.objects.filter(code_index=near).exists()
    index = stored("people_client", "code_index")
    assert {len(each) for each in index} == {16}
    assert not set(index) & set(stored("people_person", "sign_in_index"))


def test_one_name_in_two_columns_has_two_indices(clinic: SmallClinic) -> None:
    code: Any = Client._meta.get_field("code_index")
    name: Any = Person._meta.get_field("sign_in_index")
    assert code.index_of("dana") != name.index_of("dana")


def test_an_index_follows_its_name(clinic: SmallClinic) -> None:
    alma = Client.objects.get(code_index="C-1")
    alma.code = "C-7"
    alma.save()
    assert Client.objects.get(code_index="C-7") == alma
    assert not Client.objects.filter(code_index="C-1").exists()


def test_a_flipped_bit_is_noticed(clinic: SmallClinic) -> None:
    response = clinic.feedback(clinic.visit(), 8)
    column: Any = Response._meta.get_field("scores")
    (whole,) = stored("instruments_response", "scores")
    assert column.open(Sealed(whole), response) == response.scores
    for place in range(len(whole)):
        changed = Sealed(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(Exception) as refused:
            column.open(changed, response)
        # A version that there never was asks for a key that is not there.
        assert type(refused.value).__name__ in ("DoesNotOpen", "KeyLost")
    for cut in (0, 1, 20, len(whole) - 1):
        with pytest.raises(DoesNotOpen):
            column.open(Sealed(whole[:cut]), response)


def test_every_row_with_a_clients_words_names_the_client() -> None:
    from django.apps import apps

    sealed = [model for model in apps.get_models() if sealed_columns(model)]
    assert len(sealed) > 8
    for model in sealed:
        for column in sealed_columns(model):
            if model not in (Client, Person) and column.bound.person is None:
                assert column.bound.client == "client_id", column
