"""What was saved before stays as it was said, also who may see it."""

from __future__ import annotations

import pytest

from alongside.clinic.audit.actor import Actor
from alongside.clinic.feedback.actions import record_feedback
from alongside.clinic.instruments.actions import Given, save_answers
from alongside.clinic.instruments.models import Release, Response, Slot, WayIn
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db


def save(clinic: SmallClinic, slot: Slot, *given: Given) -> Response:
    return save_answers(
        slot=slot,
        given=given,
        way_in=WayIn.LINK,
        language="en",
        by=Actor.bearer_of(slot.pk),
        now=clinic.now,
    )


def send(clinic: SmallClinic, slot: Slot, *given: Given, declines: bool = False) -> Response:
    return record_feedback(
        slot=slot,
        given=given,
        way_in=WayIn.LINK,
        language="en",
        by=Actor.bearer_of(slot.pk),
        now=clinic.now,
        declines=declines,
    )


def kept(response: Response, link_id: str) -> tuple[str, object, str]:
    answer = response.answers.get(link_id=link_id)
    return answer.state, answer.value, answer.release


def a_slot(clinic: SmallClinic) -> Slot:
    slot = clinic.visit().feedback_slot
    assert slot is not None
    return slot


def test_a_withheld_draft_stays_withheld_when_the_form_is_sent_without_saying_so_again() -> None:
    clinic = small_clinic()
    slot = a_slot(clinic)
    save(clinic, slot, Given("A1", "3", Release.WITHHELD))
    response = send(clinic, slot, Given("A1", None), Given("A2", "8", Release.NOW))
    assert kept(response, "A1") == ("answered", 3, "withheld")
    assert response.answers.get(link_id="A1").released_at is None


def test_a_new_answer_keeps_the_release_that_was_chosen_and_a_release_keeps_the_answer() -> None:
    clinic = small_clinic()
    slot = a_slot(clinic)
    save(clinic, slot, Given("A1", "3", Release.MONTH_END))
    assert kept(save(clinic, slot, Given("A1", "5")), "A1") == ("answered", 5, "month_end")
    response = save(clinic, slot, Given("A1", None, Release.WITHHELD))
    assert kept(response, "A1") == ("answered", 5, "withheld")


def test_who_may_see_it_can_be_said_before_the_answer() -> None:
    clinic = small_clinic()
    slot = a_slot(clinic)
    assert kept(save(clinic, slot, Given("A1", None, Release.WITHHELD)), "A1") == (
        "skipped",
        None,
        "withheld",
    )
    assert kept(send(clinic, slot, Given("A1", "4")), "A1") == ("answered", 4, "withheld")


def test_skipping_the_whole_form_sends_nothing_that_was_saved_before() -> None:
    clinic = small_clinic()
    slot = a_slot(clinic)
    save(clinic, slot, Given("A1", "3"), Given("O1", "A word."))
    response = send(clinic, slot, declines=True)
    assert set(response.answers.values_list("value", flat=True)) == {None}
    assert set(response.answers.exclude(state="not_shown").values_list("state", flat=True)) == {
        "declined"
    }
    assert response.scores == {}
