"""The newest checkpoint leaves by e-mail, once a day at most, and says nothing about anybody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import Settings

from alongside.clinic.audit.checkpoints import last_checkpoint, sign_when_due
from alongside.clinic.feedback.clock import turn
from alongside.clinic.feedback.receipts import RECEIPT, queue_receipt
from alongside.clinic.outbox.models import Message
from alongside.clinic.outbox.senders import Letter
from tests.clinic.audit.conftest import keys as keys  # noqa: PLC0414  # a fixture
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]

OFFICER = "privacy@clinic.example"


class Post:
    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, letter: Letter, *, now: object) -> None:
        self.letters.append(letter)


@pytest.fixture
def clinic(settings: Settings) -> SmallClinic:
    settings.WITNESS_EMAIL = OFFICER
    return small_clinic()


def receipts_of_a_turn(clinic: SmallClinic) -> list[Letter]:
    post = Post()
    turn(sender=post, worker="test", now=clinic.now)
    return [letter for letter in post.letters if letter.address == OFFICER]


def test_the_letter_of_a_day_holds_the_newest_checkpoint(clinic: SmallClinic) -> None:
    assert receipts_of_a_turn(clinic) == [], "nothing is signed yet"
    sign_when_due(now=clinic.now)
    (letter,) = receipts_of_a_turn(clinic)
    last = last_checkpoint()
    assert last is not None
    assert letter.body.endswith(f"\n\n{last.note}")
    assert letter.subject == "Please keep this message"
    assert "River House" not in letter.body

    clinic.visit()
    clinic.now += timedelta(minutes=5)
    sign_when_due(now=clinic.now)
    later = last_checkpoint()
    assert later is not None
    assert later.size > last.size
    (letter,) = receipts_of_a_turn(clinic)
    assert letter.body.endswith(later.note)
    clinic.now += timedelta(minutes=5)
    assert receipts_of_a_turn(clinic) == [], "one a day"


def test_without_an_address_and_on_a_day_without_deeds_nothing_leaves(
    clinic: SmallClinic, settings: Settings
) -> None:
    sign_when_due(now=clinic.now)
    assert queue_receipt(now=clinic.now + timedelta(days=1)) == 0
    settings.WITNESS_EMAIL = ""
    assert queue_receipt(now=clinic.now) == 0
    assert not Message.objects.filter(kind=RECEIPT).exists()


def test_the_letter_speaks_the_language_of_the_clinic(clinic: SmallClinic) -> None:
    clinic.clinic.language = "es"
    clinic.clinic.save()
    sign_when_due(now=clinic.now)
    (letter,) = receipts_of_a_turn(clinic)
    assert letter.subject == "Por favor, guarda este mensaje"
