"""A signal that rests leaves the top of the board, and comes back: on its day, or with the next."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.models import Repair
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.caseload.attention import Reason, Standing
from alongside.clinic.caseload.queries import caseload_of, record_of
from alongside.clinic.people.models import Person
from alongside.clinic.people.queries import day_of
from alongside.clinic.signals.actions import (
    DayOutOfReach,
    say_if_useful,
    set_aside,
    take_up_again,
)
from alongside.clinic.signals.models import SetAside, Signal, SignalKind, Usefulness, Why
from alongside.clinic.signals.queries import set_aside_of, work_of
from tests.clinic.progress.test_progress import HIGH, LOW, check_in
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> SmallClinic:
    return small_clinic()


def reason(clinic: SmallClinic) -> Reason:
    return standing(clinic).reason


def standing(clinic: SmallClinic) -> Standing:
    (found,) = [
        each
        for each in caseload_of(Viewer(clinic.dana, clinic.now))
        if each.client.pk == clinic.alma.pk
    ]
    return found


def strained(clinic: SmallClinic) -> Signal:
    """A strain of Alma's, as the signal that Dana may set aside."""
    for _ in range(6):
        clinic.feedback(clinic.visit(), 8)
    clinic.feedback(clinic.visit(), 3)
    return Signal(SignalKind.STRAIN, Repair.objects.get().public_id)


def let_rest(
    clinic: SmallClinic, signal: Signal, days: int = 7, by: Person | None = None
) -> SetAside:
    return set_aside(
        client=clinic.alma,
        signal=signal,
        until=day_of(clinic.now) + timedelta(days=days),
        why=Why.PLANNED,
        by=clinic.as_actor(by or clinic.dana),
        now=clinic.now,
    )


def test_a_signal_at_rest_needs_nothing_until_its_day(clinic: SmallClinic) -> None:
    signal = strained(clinic)
    assert reason(clinic) is Reason.STRAIN
    let_rest(clinic, signal)
    here = standing(clinic)
    assert (here.reason, here.needs_a_deed) == (Reason.SET_ASIDE, False)
    assert here.resting[signal].why == Why.PLANNED
    clinic.now += timedelta(days=6)
    assert reason(clinic) is Reason.SET_ASIDE
    clinic.now += timedelta(days=1)
    assert reason(clinic) is Reason.STRAIN


def test_what_is_set_aside_hides_nothing_else(clinic: SmallClinic) -> None:
    let_rest(clinic, strained(clinic), days=28)
    clinic.feedback(clinic.visit(), 3, O1="Please let me finish.")
    assert reason(clinic) is Reason.WORDS_WAITING


def test_a_concern_cannot_be_set_aside(clinic: SmallClinic) -> None:
    clinic.feedback(clinic.visit(), {"F1": True, "F1-text": "A joke about my weight."})
    here = standing(clinic)
    assert here.reason is Reason.CONCERN
    assert not here.signals


def test_the_next_occasion_asks_anew_at_once(clinic: SmallClinic) -> None:
    for numbers in (HIGH, HIGH, HIGH, LOW):
        check_in(clinic, numbers)
    (signal,) = standing(clinic).signals
    let_rest(clinic, signal, days=28)
    assert reason(clinic) is Reason.SET_ASIDE
    check_in(clinic, HIGH)
    assert reason(clinic) is Reason.NOTHING
    check_in(clinic, LOW)
    assert reason(clinic) is Reason.WORSE


def test_taken_up_again_it_is_back(clinic: SmallClinic) -> None:
    resting = let_rest(clinic, strained(clinic))
    take_up_again(resting=resting, by=clinic.as_actor(clinic.dana), now=clinic.now)
    assert reason(clinic) is Reason.STRAIN
    take_up_again(resting=resting, by=clinic.as_actor(clinic.dana), now=clinic.now)
    assert AuditEvent.objects.filter(deed="take_up_signal").count() == 1


def test_a_second_rest_takes_the_place_of_the_first(clinic: SmallClinic) -> None:
    signal = strained(clinic)
    let_rest(clinic, signal, days=2)
    let_rest(clinic, signal, days=20)
    (resting,) = SetAside.objects.resting(day_of(clinic.now))
    assert resting.until == day_of(clinic.now) + timedelta(days=20)
    assert SetAside.objects.count() == 2


@pytest.mark.parametrize("days", [-1, 0, 29, 4000])
def test_it_rests_a_day_at_least_and_four_weeks_at_most(clinic: SmallClinic, days: int) -> None:
    with pytest.raises(DayOutOfReach):
        let_rest(clinic, Signal(SignalKind.SILENT), days=days)
    assert not SetAside.objects.exists()


def test_only_the_therapist_of_the_signal_touches_it(clinic: SmallClinic) -> None:
    signal = strained(clinic)
    for stranger in (clinic.omar, clinic.ruth, clinic.ines, clinic.alma.person):
        with pytest.raises(NotFound):
            let_rest(clinic, signal, by=stranger)
    resting = let_rest(clinic, signal)
    with pytest.raises(NotFound):
        take_up_again(resting=resting, by=clinic.as_actor(clinic.omar), now=clinic.now)
    with pytest.raises(NotFound):
        set_aside_of(Viewer(clinic.omar, clinic.now), resting.public_id)
    assert set_aside_of(Viewer(clinic.dana, clinic.now), resting.public_id) == resting


def test_the_last_word_on_usefulness_counts(clinic: SmallClinic) -> None:
    signal = strained(clinic)
    dana = clinic.as_actor(clinic.dana)
    for is_useful in (True, False):
        say_if_useful(
            client=clinic.alma, signal=signal, is_useful=is_useful, by=dana, now=clinic.now
        )
    assert Usefulness.objects.get().is_useful is False
    assert work_of(Viewer(clinic.dana, clinic.now), clinic.alma).was_useful == {signal: False}
    record = record_of(Viewer(clinic.dana, clinic.now), clinic.alma)
    assert record.signal_work.was_useful == {signal: False}
