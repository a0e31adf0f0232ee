"""Which passwords are refused, and that nothing else about them is asked for."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from alongside.clinic.people.models import Clinic, Person
from alongside.clinic.people.passwords import WORDS_OF_THE_TRADE, _known
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> SmallClinic:
    return small_clinic()


def is_refused(password: str, person: Person) -> bool:
    try:
        validate_password(password, person)
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize(
    "password",
    [
        *("nine sign", "", "short"),  # fewer than ten
        *("1q2w3e4r5t", "basketball", "Basketball", "unbelievable"),  # leaked as they are
        *("2024password!!", "dragon19841984", "!!Liverpool99"),  # leaked, with something around
        *("Alongside2026!", "therapist-clinic-1", "terapia terapeuta", "RecoveryCenter99"),
    ],
)
def test_what_many_would_try_first_is_refused(clinic: SmallClinic, password: str) -> None:
    assert is_refused(password, clinic.dana)


def test_the_names_of_the_clinic_and_of_the_person_are_refused(clinic: SmallClinic) -> None:
    Clinic.objects.update(name="Granite Bay House", outward_name="Green Book")
    clinic.dana.display_name = "Danielle Marchetti"
    for password in ("GraniteBay2026", "greenbook-1234", "daniellemarchetti", "Marchetti-D1"):
        assert is_refused(password, clinic.dana), password
    Clinic.objects.update(name="River House", outward_name="")
    assert not is_refused("GraniteBay2026", clinic.dana)


@pytest.mark.parametrize(
    "password",
    [
        *("aqkwoenrmf", "AQKWOENRMF", "7391048265", "!#%&()=?+*", "contraseña de mi abuela"),
        *("съешь же ещё этих", "seven green boats sail", "  a  q  k  w  ", "x7" + "kq9w" * 40),
    ],
)
def test_any_signs_will_do_and_up_to_two_hundred_of_them(
    clinic: SmallClinic, password: str
) -> None:
    assert not is_refused(password, clinic.dana)


def test_a_password_counts_exactly_as_it_was_typed(clinic: SmallClinic) -> None:
    typed = "  Seven green boats, " + "sail " * 20
    clinic.dana.set_password(typed)
    for other in (typed.strip(), typed.lower(), typed[:64], typed[:-1]):
        assert not clinic.dana.check_password(other)
    assert clinic.dana.check_password(typed)


def test_thousands_of_long_passwords_are_known(clinic: SmallClinic) -> None:
    assert sum(len(each) >= 10 for each in _known()) > 2_700
    assert len(_known()) > 20_000
    refused = [f"{word}2026" for word in sorted(_known()) if word.isalpha() and len(word) > 5]
    assert len(refused) > 3_000
    assert all(is_refused(each, clinic.dana) for each in refused[:: len(refused) // 50])
    assert len(WORDS_OF_THE_TRADE) > 40
