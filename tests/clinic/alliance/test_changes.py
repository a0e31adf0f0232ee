""" "You said, we changed": the therapist answers a client's own words, once."""

from __future__ import annotations

import pytest

from alongside.clinic.access.checks import NotFound
from alongside.clinic.alliance.actions import (
    AlreadyAnswered,
    NothingWritten,
    mark_changes_seen,
    open_to_supervision,
    say_what_changes,
)
from alongside.clinic.alliance.models import AllianceSeries, Change
from alongside.clinic.audit.actor import OPERATOR, SYSTEM, Actor
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.feedback.actions import record_own_rating, save_draft
from alongside.clinic.instruments.actions import Given
from alongside.clinic.instruments.models import Answer, Release, WayIn
from alongside.clinic.people.models import Care
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db


def words(clinic: SmallClinic, release: Release = Release.NOW) -> Answer:
    response = clinic.feedback(clinic.visit(), 8, O1="More time to think.", release=release)
    return response.answers.get(link_id="O1")


def say(clinic: SmallClinic, answer: Answer, by: Actor, what: str = "We start slower.") -> Change:
    return say_what_changes(answer=answer, what_changes=what, by=by, now=clinic.now)


def test_words_that_were_released_are_answered_once() -> None:
    clinic = small_clinic()
    answer, dana = words(clinic), clinic.as_actor(clinic.dana)
    change = say(clinic, answer, dana, "  We start slower. ")
    assert change.what_changes == "We start slower."
    with pytest.raises(AlreadyAnswered):
        say(clinic, answer, dana, "Another thought.")
    assert Change.objects.get().what_changes == "We start slower."
    assert AuditEvent.objects.filter(deed="say_what_changes").count() == 1


def test_an_empty_answer_is_none() -> None:
    clinic = small_clinic()
    with pytest.raises(NothingWritten):
        say(clinic, words(clinic), clinic.as_actor(clinic.dana), " \n ")


def test_nobody_but_the_therapist_of_the_visit_answers() -> None:
    clinic = small_clinic()
    answer = words(clinic)
    Care.objects.create(client=clinic.alma, therapist=clinic.omar, starts_on=clinic.now.date())
    for person in (clinic.omar, clinic.ruth, clinic.ines, clinic.alma.person, clinic.bruno.person):
        with pytest.raises(NotFound):
            say(clinic, answer, clinic.as_actor(person))
    with pytest.raises(NotFound):
        say(clinic, answer, Actor.bearer_of(answer.response.slot_id))


def test_words_that_were_not_released_can_not_be_answered() -> None:
    """Not even that there are words: the refusal is that of something that does not exist."""
    clinic = small_clinic()
    dana = clinic.as_actor(clinic.dana)
    with pytest.raises(NotFound):
        say(clinic, words(clinic, Release.WITHHELD), dana)
    late = words(clinic, Release.MONTH_END)
    with pytest.raises(NotFound):
        say(clinic, late, dana)
    clinic.now = late.released_at
    assert say(clinic, late, dana)


def test_a_number_a_skipped_question_a_draft_and_ones_own_rating_are_no_words() -> None:
    clinic = small_clinic()
    dana = clinic.as_actor(clinic.dana)
    response = clinic.feedback(clinic.visit(), 8)
    for link_id in ("A1", "O1"):
        with pytest.raises(NotFound):
            say(clinic, response.answers.get(link_id=link_id), dana)
    visit = clinic.visit()
    draft = save_draft(
        slot=visit.feedback_slot,
        given=[Given("O1", "Not yet.")],
        way_in=WayIn.LINK,
        language="en",
        by=Actor.bearer_of(visit.feedback_slot_id),
        now=clinic.now,
    )
    own = record_own_rating(
        slot=visit.therapist_slot, given=[Given("A1", 7)], by=dana, now=clinic.now, language="en"
    )
    for answer in (draft.answers.get(), own.answers.get(link_id="A1")):
        with pytest.raises(NotFound):
            say(clinic, answer, dana)
    assert not Change.objects.exists()


def test_a_change_is_seen_by_its_client_and_marked_once() -> None:
    clinic = small_clinic()
    answer = words(clinic)
    say(clinic, answer, clinic.as_actor(clinic.dana))
    slot = answer.response.slot_id
    at_another_kiosk = Actor.at_kiosk(slot, clinic.bruno.pk)
    by_link = Actor.bearer_of(slot)
    for actor in (
        *map(clinic.as_actor, (clinic.dana, clinic.omar, clinic.ruth, clinic.bruno.person)),
        *(at_another_kiosk, by_link, SYSTEM, OPERATOR),
    ):
        with pytest.raises(NotFound):
            mark_changes_seen(client=clinic.alma, by=actor, now=clinic.now)
    at_kiosk = Actor.at_kiosk(slot, clinic.alma.pk)
    assert mark_changes_seen(client=clinic.alma, by=at_kiosk, now=clinic.now) == 1
    alma = clinic.as_actor(clinic.alma.person)
    assert mark_changes_seen(client=clinic.alma, by=alma, now=clinic.now) == 0
    assert Change.objects.get().seen_at == clinic.now
    assert AuditEvent.objects.filter(deed="see_change").count() == 1


def test_ratings_open_to_supervision_by_the_client_or_the_therapist_alone() -> None:
    clinic = small_clinic()
    clinic.feedback(clinic.visit(), 8)
    series = AllianceSeries.objects.get()
    for person in (clinic.omar, clinic.ruth, clinic.ines, clinic.bruno.person):
        with pytest.raises(NotFound):
            open_to_supervision(
                series=series, is_open=True, by=clinic.as_actor(person), now=clinic.now
            )
    for person in (clinic.alma.person, clinic.dana):
        actor = clinic.as_actor(person)
        for is_open in (True, False):
            open_to_supervision(series=series, is_open=is_open, by=actor, now=clinic.now)
            series.refresh_from_db()
            assert (series.opened_to_supervision_at is not None) is is_open
            assert series.opened_to_supervision_by == (person if is_open else None)
