"""However answers come in, they land in one record, and no way in reads anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from alongside.clinic.access.checks import NotFound, can
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.alliance.models import AllianceSeries
from alongside.clinic.audit.actor import OPERATOR, Actor
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.feedback.actions import (
    CODE_LASTS,
    OLDEST_PAPER,
    CodeNotGood,
    PaperDateOdd,
    enter_paper,
    hand_over_device,
    issue_kiosk_code,
    record_feedback,
    use_kiosk_code,
)
from alongside.clinic.feedback.models import KioskCode
from alongside.clinic.instruments.actions import (
    AlreadyHandedIn,
    Given,
    SlotExpired,
    SlotNotOpen,
)
from alongside.clinic.instruments.models import Response, Slot, WayIn
from alongside.clinic.people.actions import end_care
from alongside.clinic.people.models import Care, Clinic, Person
from alongside.clinic.visits.actions import book_visit, cancel_visit
from tests.factories.clinic import SmallClinic, scored, small_clinic

pytestmark = pytest.mark.django_db


def answers(slot: Slot, number: int) -> list[Given]:
    return [Given(name, raw) for name, raw in scored(slot, number).items()]


def send(clinic: SmallClinic, slot: Slot, way_in: WayIn, by: Actor) -> Response:
    return record_feedback(
        slot=slot, given=answers(slot, 8), way_in=way_in, language="en", by=by, now=clinic.now
    )


def code_for(clinic: SmallClinic, slot: Slot, person: Person | None = None) -> str:
    person = person or clinic.dana
    return issue_kiosk_code(slot=slot, issued_by=person, by=clinic.as_actor(person), now=clinic.now)


def type_in(clinic: SmallClinic, slot: Slot, filled_on: date, person: Person) -> Response:
    return enter_paper(
        slot=slot,
        given=answers(slot, 8),
        filled_on=filled_on,
        entered_by=person,
        language="en",
        by=clinic.as_actor(person),
        now=clinic.now,
    )


def test_five_ways_in_make_the_same_record() -> None:
    clinic = small_clinic()
    ways: dict[WayIn, Callable[[Slot], Response]] = {
        WayIn.LINK: lambda slot: send(clinic, slot, WayIn.LINK, Actor.bearer_of(slot.pk)),
        WayIn.KIOSK: lambda slot: send(
            clinic, slot, WayIn.KIOSK, Actor.at_kiosk(slot.pk, clinic.alma.pk)
        ),
        WayIn.SIGNED_IN: lambda slot: send(
            clinic, slot, WayIn.SIGNED_IN, clinic.as_actor(clinic.alma.person)
        ),
        WayIn.HANDED_OVER: lambda slot: send(
            clinic, slot, WayIn.HANDED_OVER, Actor.bearer_of(slot.pk)
        ),
        WayIn.PAPER: lambda slot: type_in(clinic, slot, clinic.now.date(), clinic.dana),
    }
    records = []
    for way_in, deed in ways.items():
        response = deed(clinic.visit().feedback_slot)
        assert response.way_in == way_in
        records.append(
            (response.scores, [(a.link_id, a.state, a.value) for a in response.answers.all()])
        )
    assert all(record == records[0] for record in records)
    assert AllianceSeries.objects.get().summary["scores"] == [80.0] * 5


@pytest.mark.parametrize("at_kiosk", [False, True])
def test_who_comes_in_by_link_or_code_can_read_no_record(at_kiosk: bool) -> None:
    clinic = small_clinic()
    slot = clinic.visit().feedback_slot
    actor = Actor.at_kiosk(slot.pk, clinic.alma.pk) if at_kiosk else Actor.bearer_of(slot.pk)
    readable = {
        segment
        for segment in Segment
        for client in (clinic.alma, clinic.bruno)
        if can(
            actor,
            Deed.SEE,
            Record(
                segment,
                client_id=client.pk,
                therapist_id=clinic.dana.pk,
                slot_id=slot.pk,
                is_released=True,
                n_clients=1000,
            ),
            now=clinic.now,
        )
    }
    assert readable == ({Segment.CHANGES} if at_kiosk else set())


def test_a_code_opens_its_form_once() -> None:
    clinic = small_clinic()
    slot = clinic.visit().feedback_slot
    code = code_for(clinic, slot)
    assert use_kiosk_code(code=f" {code.lower()} ", now=clinic.now) == slot
    with pytest.raises(CodeNotGood):
        use_kiosk_code(code=code, now=clinic.now)


def test_a_code_lasts_half_an_hour_and_not_longer_than_its_form() -> None:
    clinic = small_clinic()
    slot = clinic.visit().feedback_slot
    code = code_for(clinic, slot)
    with pytest.raises(CodeNotGood):
        use_kiosk_code(code=code, now=clinic.now + CODE_LASTS)
    clinic.now = slot.expires_at - timedelta(minutes=5)
    code = code_for(clinic, slot)
    with pytest.raises(CodeNotGood):
        use_kiosk_code(code=code, now=slot.expires_at)
    assert use_kiosk_code(code=code, now=slot.expires_at - timedelta(seconds=1)) == slot


def test_a_new_code_takes_the_place_of_the_one_before() -> None:
    clinic = small_clinic()
    Clinic.objects.update(feedback_open_hours=24 * 30)
    slot, other = clinic.visit().feedback_slot, clinic.visit().feedback_slot
    elsewhere = code_for(clinic, other)
    first, second = code_for(clinic, slot), code_for(clinic, slot)
    with pytest.raises(CodeNotGood):
        use_kiosk_code(code=first, now=clinic.now)
    assert use_kiosk_code(code=second, now=clinic.now) == slot
    assert use_kiosk_code(code=elsewhere, now=clinic.now) == other


def test_a_code_is_kept_as_a_hash_and_typed_nonsense_opens_nothing() -> None:
    clinic = small_clinic()
    code = code_for(clinic, clinic.visit().feedback_slot)
    assert code not in str(KioskCode.objects.values())
    assert code not in str(AuditEvent.objects.values())
    for typed in ("", " ", "------", "000000", code[:-1], code + "A", "é" * 6, "\x00" * 6):
        with pytest.raises(CodeNotGood):
            use_kiosk_code(code=typed, now=clinic.now)


def test_no_code_and_no_lent_device_for_a_form_that_is_not_open() -> None:
    clinic = small_clinic()
    dana = clinic.as_actor(clinic.dana)
    Clinic.objects.update(feedback_open_hours=24 * 30)
    answered, called_off = clinic.visit(), clinic.visit()
    code = code_for(clinic, answered.feedback_slot)
    clinic.feedback(answered, 8)
    cancel_visit(visit=called_off, by=dana, now=clinic.now)
    starts_at = clinic.now + timedelta(days=1)
    ahead = book_visit(
        client=clinic.alma,
        therapist=clinic.dana,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=50),
        by=dana,
        now=clinic.now,
    )
    for visit in (answered, called_off, ahead):
        with pytest.raises(SlotNotOpen):
            code_for(clinic, visit.feedback_slot)
        with pytest.raises(SlotNotOpen):
            hand_over_device(slot=visit.feedback_slot, by=dana, now=clinic.now)
    with pytest.raises(CodeNotGood):
        use_kiosk_code(code=code, now=clinic.now)


def test_only_the_therapist_of_the_visit_gives_codes_and_lends_a_device() -> None:
    clinic = small_clinic()
    visit = clinic.visit()
    for person in (clinic.omar, clinic.ruth, clinic.ines, clinic.alma.person):
        with pytest.raises(NotFound):
            code_for(clinic, visit.feedback_slot, person)
        with pytest.raises(NotFound):
            hand_over_device(slot=visit.feedback_slot, by=clinic.as_actor(person), now=clinic.now)
        with pytest.raises(NotFound):
            type_in(clinic, visit.feedback_slot, clinic.now.date(), person)
    with pytest.raises(NotFound):
        code_for(clinic, visit.therapist_slot)
    hand_over_device(slot=visit.feedback_slot, by=clinic.as_actor(clinic.dana), now=clinic.now)
    assert AuditEvent.objects.filter(deed="hand_over_device").count() == 1
    care = Care.objects.get(client=clinic.alma)
    end_care(care=care, ends_on=clinic.now.date(), by=OPERATOR, now=clinic.now)
    clinic.now += timedelta(days=1)
    with pytest.raises(NotFound):
        code_for(clinic, visit.feedback_slot)


def test_paper_carries_the_day_it_was_filled_in_and_who_typed_it() -> None:
    clinic = small_clinic()
    visit = clinic.visit()
    day = visit.ends_at.date()
    clinic.now = visit.feedback_slot.expires_at + timedelta(days=10)
    with pytest.raises(SlotExpired):
        send(clinic, visit.feedback_slot, WayIn.LINK, Actor.bearer_of(visit.feedback_slot_id))
    response = type_in(clinic, visit.feedback_slot, day, clinic.dana)
    assert (response.filled_on, response.entered_by) == (day, clinic.dana)
    assert response.submitted_at == clinic.now


def test_paper_is_not_dated_before_its_visit_in_the_future_or_long_ago() -> None:
    clinic = small_clinic()
    visit = clinic.visit()
    day, today = visit.ends_at.date(), clinic.now.date()
    for odd in (day - timedelta(days=1), today + timedelta(days=1)):
        with pytest.raises(PaperDateOdd):
            type_in(clinic, visit.feedback_slot, odd, clinic.dana)
    clinic.now += OLDEST_PAPER + timedelta(days=2)
    with pytest.raises(PaperDateOdd):
        type_in(clinic, visit.feedback_slot, day, clinic.dana)
    assert not Response.objects.exists()
    assert type_in(clinic, visit.feedback_slot, clinic.now.date() - OLDEST_PAPER, clinic.dana)


def test_paper_does_not_write_over_what_the_client_sent() -> None:
    clinic = small_clinic()
    visit = clinic.visit()
    clinic.feedback(visit, 3)
    with pytest.raises(AlreadyHandedIn):
        type_in(clinic, visit.feedback_slot, clinic.now.date(), clinic.dana)
    assert Response.objects.get().scores["alliance"] == 30


def test_paper_is_not_typed_in_under_the_name_of_somebody_else() -> None:
    clinic = small_clinic()
    visit = clinic.visit()
    with pytest.raises(NotFound):
        enter_paper(
            slot=visit.feedback_slot,
            given=[],
            filled_on=clinic.now.date(),
            entered_by=clinic.omar,
            language="en",
            by=clinic.as_actor(clinic.dana),
            now=clinic.now,
        )
