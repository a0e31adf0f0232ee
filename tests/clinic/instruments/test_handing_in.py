"""Answers are kept as they were given, all of them or none, and handed in once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alongside.clinic.access.checks import NotFound
from alongside.clinic.audit.actor import Actor
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.feedback.actions import record_feedback, record_own_rating
from alongside.clinic.instruments.actions import (
    AlreadyHandedIn,
    Given,
    SlotExpired,
    SlotNotOpen,
    save_answers,
)
from alongside.clinic.instruments.models import Answer, Response, Slot, WayIn
from alongside.clinic.visits.actions import cancel_visit, hold_visit
from alongside.clinic.visits.models import VisitState
from alongside.methods.instruments.errors import (
    InvalidAnswer,
    OutOfRange,
    TooLong,
    UnknownItem,
    WrongType,
)
from tests.factories.clinic import SmallClinic, scored, small_clinic

pytestmark = pytest.mark.django_db


def a_slot(clinic: SmallClinic) -> Slot:
    slot = clinic.visit().feedback_slot
    assert slot is not None
    return slot


def save(clinic: SmallClinic, slot: Slot, **answers: object) -> Response:
    return save_answers(
        slot=slot,
        given=[Given(name.replace("_", "-"), raw) for name, raw in answers.items()],
        way_in=WayIn.LINK,
        language="en",
        by=Actor.bearer_of(slot.pk),
        now=clinic.now,
    )


def send(
    clinic: SmallClinic, slot: Slot, *, by: Actor | None = None, **answers: object
) -> Response:
    return record_feedback(
        slot=slot,
        given=[Given(name.replace("_", "-"), raw) for name, raw in answers.items()],
        way_in=WayIn.LINK,
        language="en",
        by=by or Actor.bearer_of(slot.pk),
        now=clinic.now,
    )


def kept(response: Response) -> dict[str, object]:
    return {
        answer.link_id: answer.value if answer.state == "answered" else answer.state
        for answer in response.answers.all()
    }


def test_every_question_gets_a_row_that_says_what_became_of_it() -> None:
    clinic = small_clinic()
    response = send(clinic, a_slot(clinic), A1="7", A2=" 8 ", B1="-3", F1="false", O1="")
    assert kept(response) == {
        "A1": 7,
        "A2": 8,
        "A3": "skipped",
        "A4": "skipped",
        "A5": "skipped",
        "B1": -3,
        "F1": False,
        "F1-text": "not_shown",
        "F1-supervisor": "not_shown",
        "O1": "skipped",
    }


def test_what_a_changed_answer_hides_is_not_kept() -> None:
    """The client says yes, tells what it was, and takes the yes back: the telling goes too."""
    clinic = small_clinic()
    slot = a_slot(clinic)
    save(clinic, slot, F1="true", F1_text="He laughed.", F1_supervisor="true")
    response = send(clinic, slot, F1="false")
    answers = kept(response)
    assert (answers["F1"], answers["F1-text"], answers["F1-supervisor"]) == (
        False,
        "not_shown",
        "not_shown",
    )
    assert not any("laughed" in str(answer.value) for answer in Answer.objects.all())


def test_what_a_yes_shows_is_kept() -> None:
    clinic = small_clinic()
    response = send(clinic, a_slot(clinic), F1="true", F1_text="He laughed.")
    answers = kept(response)
    assert (answers["F1-text"], answers["F1-supervisor"]) == ("He laughed.", "skipped")


def test_drafts_and_the_last_answers_are_handed_in_together() -> None:
    clinic = small_clinic()
    slot = a_slot(clinic)
    save(clinic, slot, A1=3, A2=4)
    save(clinic, slot, A1=5)
    response = send(clinic, slot, A2="", A3=6)
    answers = kept(response)
    assert (answers["A1"], answers["A2"], answers["A3"]) == (5, 4, 6)
    assert Response.objects.count() == 1


def test_a_draft_is_scored_by_nobody_and_starts_nothing() -> None:
    clinic = small_clinic()
    slot = a_slot(clinic)
    response = save(clinic, slot, F1="true", **scored(slot, 0))
    assert (response.submitted_at, response.scores) == (None, {})
    assert set(response.answers.values_list("released_at", flat=True)) == {None}
    assert not clinic.alma.alliances.exists()


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"A1": 11}, OutOfRange),
        ({"A1": -1}, OutOfRange),
        ({"B1": 6}, OutOfRange),
        ({"A1": "7.5"}, WrongType),
        ({"A1": "seven"}, WrongType),
        ({"A1": True}, WrongType),
        ({"F1": "perhaps"}, WrongType),
        ({"O1": "x" * 2001}, TooLong),
        ({"O1": "a\x00b"}, WrongType),
        ({"Z9": 1}, UnknownItem),
        ({"": 1}, UnknownItem),
    ],
)
def test_one_wrong_answer_and_nothing_of_the_call_is_kept(
    wrong: dict[str, object], refusal: type[InvalidAnswer]
) -> None:
    clinic = small_clinic()
    slot = a_slot(clinic)
    save(clinic, slot, A5=9)
    before = AuditEvent.objects.count()
    for deed in (save, send):
        with pytest.raises(refusal):
            deed(clinic, slot, A2=7, **wrong, A3=8)
    assert kept(Response.objects.get()) == {"A5": 9}
    assert AuditEvent.objects.count() == before


def test_a_first_call_that_is_refused_leaves_not_even_a_draft() -> None:
    clinic = small_clinic()
    slot = a_slot(clinic)
    for deed in (save, send):
        with pytest.raises(OutOfRange):
            deed(clinic, slot, A1=7, A2=99)
    assert not Response.objects.exists()


def test_a_second_hand_in_and_a_late_draft_change_nothing() -> None:
    clinic = small_clinic()
    slot = a_slot(clinic)
    first = send(clinic, slot, A1=7)
    before = AuditEvent.objects.count()
    for deed in (send, save):
        with pytest.raises(AlreadyHandedIn):
            deed(clinic, slot, A1=1, A2=1)
    assert kept(Response.objects.get())["A1"] == 7
    assert Response.objects.get() == first
    assert AuditEvent.objects.count() == before


def test_a_form_can_be_answered_from_the_end_of_the_visit_until_it_expires() -> None:
    clinic = small_clinic()
    slot = a_slot(clinic)
    for moment, refusal in (
        (slot.opens_at - timedelta(seconds=1), SlotNotOpen),
        (slot.expires_at, SlotExpired),
    ):
        clinic.now = moment
        for deed in (save, send):
            with pytest.raises(refusal):
                deed(clinic, slot, A1=7)
    clinic.now = slot.opens_at
    save(clinic, slot, A1=7)
    clinic.now = slot.expires_at - timedelta(seconds=1)
    assert kept(send(clinic, slot))["A1"] == 7


def test_a_draft_is_kept_when_the_form_expires() -> None:
    clinic = small_clinic()
    slot = a_slot(clinic)
    save(clinic, slot, A1=7)
    clinic.now = slot.expires_at
    with pytest.raises(SlotExpired):
        send(clinic, slot, A1=8)
    assert kept(Response.objects.get()) == {"A1": 7}


def test_a_form_that_was_open_when_the_page_was_made_may_be_closed_when_it_comes_back() -> None:
    """The visit is called off between the page and the answers; what counts is the slot as it
    stands."""
    clinic = small_clinic()
    visit = clinic.visit()
    stale = Slot.objects.get(pk=visit.feedback_slot_id)
    cancel_visit(visit=visit, by=clinic.as_actor(clinic.dana), now=clinic.now)
    for deed in (save, send):
        fresh = Slot.objects.get(pk=stale.pk)
        fresh.closed_at = None
        with pytest.raises(SlotNotOpen):
            deed(clinic, fresh, A1=7)
    visit.refresh_from_db()
    assert visit.state == VisitState.CANCELLED
    assert not Response.objects.exists()


def test_a_client_does_not_answer_for_the_therapist_nor_the_other_way_round() -> None:
    clinic = small_clinic()
    visit = clinic.visit()
    hold_visit(visit=visit, by=clinic.as_actor(clinic.dana), now=clinic.now)
    alma, dana = clinic.as_actor(clinic.alma.person), clinic.as_actor(clinic.dana)
    theirs = visit.therapist_slot
    for by in (alma, Actor.bearer_of(theirs.pk), Actor.at_kiosk(theirs.pk, clinic.alma.pk)):
        with pytest.raises(NotFound):
            send(clinic, theirs, by=by, A1=10)
        with pytest.raises(NotFound):
            save_answers(
                slot=theirs,
                given=[Given("A1", 10)],
                way_in=WayIn.LINK,
                language="en",
                by=by,
                now=clinic.now,
            )
    with pytest.raises(NotFound):
        send(clinic, visit.feedback_slot, by=dana, A1=10)
    with pytest.raises(NotFound):
        record_own_rating(
            slot=visit.feedback_slot, given=[Given("A1", 1)], by=dana, now=clinic.now, language="en"
        )
    assert not Response.objects.exists()


def test_a_stranger_finds_no_form() -> None:
    clinic = small_clinic()
    slot, other = a_slot(clinic), a_slot(clinic)
    clinic.now = slot.opens_at
    for by in (
        clinic.as_actor(clinic.bruno.person),
        clinic.as_actor(clinic.omar),
        clinic.as_actor(clinic.ruth),
        clinic.as_actor(clinic.ines),
        Actor.bearer_of(other.pk),
        Actor.at_kiosk(other.pk, clinic.alma.pk),
    ):
        with pytest.raises(NotFound):
            send(clinic, slot, by=by, A1=1)
    assert kept(send(clinic, slot, by=clinic.as_actor(clinic.alma.person), A1=9))["A1"] == 9
