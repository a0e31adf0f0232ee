"""Visits are booked, held, missed and cancelled, and their feedback opens and closes with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alongside.clinic.access.checks import NotFound
from alongside.clinic.instruments.models import Slot
from alongside.clinic.outbox.models import Message, MessageState
from alongside.clinic.people.models import Care
from alongside.clinic.visits.actions import (
    FeedbackIsIn,
    NotStartedYet,
    OddLength,
    TimeTaken,
    VisitInThePast,
    VisitTooFar,
    book_visit,
    cancel_visit,
    hold_visit,
    miss_visit,
    rebook_visit,
)
from alongside.clinic.visits.models import Visit, VisitState
from alongside.clinic.visits.times import NoSuchTime, TimeTwice, moment_of
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db


def book(clinic: SmallClinic, starts_in: timedelta, minutes: int = 50) -> Visit:
    starts_at = clinic.now + starts_in
    return book_visit(
        client=clinic.alma,
        therapist=clinic.dana,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        by=clinic.as_actor(clinic.dana),
        now=clinic.now,
    )


def test_feedback_opens_when_the_visit_ends_and_closes_after_three_days() -> None:
    clinic = small_clinic()
    visit = book(clinic, timedelta(days=1))
    slot = visit.feedback_slot
    for moment, is_open in (
        (visit.ends_at - timedelta(seconds=1), False),
        (visit.ends_at, True),
        (visit.ends_at + timedelta(hours=72, seconds=-1), True),
        (visit.ends_at + timedelta(hours=72), False),
    ):
        assert Slot.objects.open_at(moment).filter(pk=slot.pk).exists() is is_open
        assert slot.is_open_at(moment) is is_open


def test_a_visit_that_ends_early_opens_its_feedback_and_sends_its_link_at_once() -> None:
    clinic = small_clinic()
    visit = book(clinic, timedelta(days=1))
    early = visit.starts_at + timedelta(minutes=20)
    visit = hold_visit(visit=visit, by=clinic.as_actor(clinic.dana), now=early)
    assert visit.feedback_slot.is_open_at(early)
    message = Message.objects.get(subject_id=visit.feedback_slot.pk)
    assert (message.state, message.due_at) == (MessageState.WAITING, early)


@pytest.mark.parametrize("call_off", [miss_visit, cancel_visit])
def test_what_did_not_happen_is_not_asked_about_and_can_be_taken_back(call_off) -> None:
    clinic = small_clinic()
    visit = book(clinic, timedelta(days=1))
    dana, after = clinic.as_actor(clinic.dana), visit.ends_at + timedelta(hours=1)
    visit = call_off(visit=visit, by=dana, now=after)
    assert not Slot.objects.open_at(after).exists()
    assert Message.objects.get().state == MessageState.CANCELLED
    visit = rebook_visit(visit=visit, by=dana, now=after)
    assert visit.state == VisitState.BOOKED
    assert Slot.objects.open_at(after).count() == 2
    assert Message.objects.get().state == MessageState.WAITING


def test_a_visit_with_feedback_did_take_place() -> None:
    clinic = small_clinic()
    visit = clinic.visit()
    clinic.feedback(visit, 8)
    with pytest.raises(FeedbackIsIn):
        miss_visit(visit=visit, by=clinic.as_actor(clinic.dana), now=clinic.now)
    visit.refresh_from_db()
    assert visit.state == VisitState.HELD


def test_nobody_says_how_a_visit_went_before_it_starts() -> None:
    clinic = small_clinic()
    visit = book(clinic, timedelta(days=1))
    for deed in (hold_visit, miss_visit):
        with pytest.raises(NotStartedYet):
            deed(visit=visit, by=clinic.as_actor(clinic.dana), now=clinic.now)


def test_odd_bookings_are_refused_and_leave_nothing() -> None:
    clinic = small_clinic()
    book(clinic, timedelta(days=1))
    for starts_in, minutes, refusal in (
        (timedelta(days=1, minutes=30), 50, TimeTaken),
        (timedelta(days=2), 0, OddLength),
        (timedelta(days=2), -30, OddLength),
        (timedelta(days=2), 24 * 60, OddLength),
        (timedelta(days=400), 50, VisitTooFar),
        (timedelta(days=-30), 50, VisitInThePast),
    ):
        with pytest.raises(refusal):
            book(clinic, starts_in, minutes)
    assert Visit.objects.count() == 1
    assert Slot.objects.count() == 2


def test_visits_may_touch_but_not_overlap() -> None:
    clinic = small_clinic()
    book(clinic, timedelta(days=1))
    book(clinic, timedelta(days=1, minutes=50))
    assert Visit.objects.count() == 2


def test_a_therapist_can_not_book_for_a_client_of_another() -> None:
    clinic = small_clinic()
    with pytest.raises(NotFound):
        book_visit(
            client=clinic.bruno,
            therapist=clinic.dana,
            starts_at=clinic.now + timedelta(days=1),
            ends_at=clinic.now + timedelta(days=1, minutes=50),
            by=clinic.as_actor(clinic.dana),
            now=clinic.now,
        )


@pytest.mark.parametrize(
    ("zone", "missing", "twice"),
    [
        ("America/New_York", datetime(2026, 3, 8, 2, 30), datetime(2026, 11, 1, 1, 30)),
        ("Europe/Madrid", datetime(2026, 3, 29, 2, 30), datetime(2026, 10, 25, 2, 30)),
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 2, 15), datetime(2026, 4, 5, 1, 45)),
    ],
)
def test_times_that_do_not_exist_or_come_twice_are_asked_about(
    zone: str, missing: datetime, twice: datetime
) -> None:
    with pytest.raises(NoSuchTime, match=f"{missing:%H:%M}"):
        moment_of(missing, ZoneInfo(zone))
    with pytest.raises(TimeTwice, match=f"{twice:%H:%M}"):
        moment_of(twice, ZoneInfo(zone))
    plain = datetime(2026, 6, 1, 9, 0)
    assert moment_of(plain, ZoneInfo(zone)).astimezone(UTC).tzinfo is UTC


def test_a_visit_called_missed_by_mistake_and_then_held_sends_its_invitation_after_all() -> None:
    clinic = small_clinic()
    visit = book(clinic, timedelta(days=1))
    dana, after = clinic.as_actor(clinic.dana), visit.ends_at + timedelta(hours=1)
    visit = miss_visit(visit=visit, by=dana, now=after)
    visit = hold_visit(visit=visit, by=dana, now=after)
    assert Slot.objects.open_at(after).count() == 2
    message = Message.objects.get()
    assert (message.state, message.due_at) == (MessageState.WAITING, after)


def test_an_invitation_that_has_left_does_not_leave_again_when_the_visit_is_called_held() -> None:
    clinic = small_clinic()
    visit = book(clinic, timedelta(days=1))
    after = visit.ends_at + timedelta(hours=1)
    Message.objects.update(state=MessageState.SENT, finished_at=visit.ends_at)
    hold_visit(visit=visit, by=clinic.as_actor(clinic.dana), now=after)
    assert Message.objects.get().state == MessageState.SENT


def test_a_visit_is_not_booked_again_over_another_of_the_same_client() -> None:
    clinic = small_clinic()
    Care.objects.create(client=clinic.alma, therapist=clinic.omar, starts_on=clinic.now.date())
    visit = book(clinic, timedelta(days=1))
    dana = clinic.as_actor(clinic.dana)
    visit = cancel_visit(visit=visit, by=dana, now=clinic.now)
    book_visit(
        client=clinic.alma,
        therapist=clinic.omar,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        by=clinic.as_actor(clinic.omar),
        now=clinic.now,
    )
    with pytest.raises(TimeTaken):
        rebook_visit(visit=visit, by=dana, now=clinic.now)
    visit.refresh_from_db()
    assert visit.state == VisitState.CANCELLED
