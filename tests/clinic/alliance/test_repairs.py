"""A strain or a concern is noticed once, talked about, confirmed, and followed to its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from alongside.clinic.access.checks import NotFound
from alongside.clinic.alliance import actions
from alongside.clinic.alliance.actions import (
    confirm_repair,
    note_talked_about,
    refresh_due_series,
    refresh_series,
    relearn_old_populations,
    relearn_population,
    send_unrepaired_to_supervision,
    tell_supervisor,
)
from alongside.clinic.alliance.bridge import course_of
from alongside.clinic.alliance.models import AllianceSeries, CoursePoint, LearnedPopulation, Repair
from alongside.clinic.alliance.noticing import is_due_for_supervision
from alongside.clinic.alliance.repair_states import NotNow, RepairEvent, RepairState
from alongside.clinic.audit.actor import OPERATOR, SYSTEM
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.feedback.actions import record_own_rating
from alongside.clinic.instruments.actions import Given
from alongside.clinic.instruments.models import Instrument, Purpose, Release
from alongside.clinic.people.models import Care
from alongside.clinic.visits.actions import hold_visit, miss_visit
from alongside.clinic.visits.models import Visit, VisitState
from alongside.methods.alliance.population import COLD_START
from tests.factories.clinic import SmallClinic, scored, small_clinic
from tests.factories.rows import change, values_of

pytestmark = pytest.mark.django_db


def strained(clinic: SmallClinic) -> Repair:
    """A strain after six good visits."""
    for _ in range(6):
        clinic.feedback(clinic.visit(), 8)
    clinic.feedback(clinic.visit(), 3)
    return Repair.objects.get()


def concern(
    clinic: SmallClinic, *, release: Release = Release.NOW, tells: bool | None = None
) -> Repair:
    """A respect flag beside good ratings."""
    visit = clinic.visit()
    answers: dict[str, object] = {**scored(visit.feedback_slot, 8), "F1": True}
    if tells is not None:
        answers["F1-supervisor"] = tells
    clinic.feedback(visit, answers, release=release)
    return Repair.objects.get(visit=visit)


def held_without_feedback(clinic: SmallClinic) -> Visit:
    """A visit that took place and whose feedback closed unanswered."""
    visit = clinic.visit()
    hold_visit(visit=visit, by=clinic.as_actor(clinic.dana), now=clinic.now)
    clinic.now = visit.feedback_slot.expires_at + timedelta(minutes=1)
    return visit


def rate(clinic: SmallClinic, visit: Visit, number: int) -> None:
    slot = visit.therapist_slot
    record_own_rating(
        slot=slot,
        given=[Given(name, raw) for name, raw in scored(slot, number).items()],
        by=clinic.as_actor(clinic.dana),
        now=clinic.now,
        language="en",
    )


def test_a_strain_that_goes_on_is_one_repair_and_not_two() -> None:
    clinic = small_clinic()
    repair = strained(clinic)
    clinic.feedback(clinic.visit(), 2)
    refresh_series(repair.series, now=clinic.now)
    assert Repair.objects.get() == repair


def test_a_strain_that_the_client_says_is_over_does_not_come_back_by_computing_anew() -> None:
    clinic = small_clinic()
    repair = strained(clinic)
    alma = clinic.as_actor(clinic.alma.person)
    confirm_repair(repair=repair, event=RepairEvent.CLIENT_FEELS_BETTER, by=alma, now=clinic.now)
    refresh_series(repair.series, now=clinic.now)
    assert Repair.objects.get().state == RepairState.REPAIRED
    assert Repair.objects.get().closed_at == clinic.now


def test_ratings_that_come_back_close_the_strain_and_a_later_one_is_a_new_one() -> None:
    clinic = small_clinic()
    first = strained(clinic)
    clinic.feedback(clinic.visit(), 8)
    first.refresh_from_db()
    assert (first.state, first.closed_at) == (RepairState.REPAIRED, clinic.now)
    for _ in range(3):
        clinic.feedback(clinic.visit(), 8)
    clinic.feedback(clinic.visit(), 2)
    assert Repair.objects.open().count() == 1
    assert Repair.objects.count() == 2


@pytest.mark.parametrize(("last", "n_noticed"), [(7, 1), (3, 2)])
def test_a_window_that_still_holds_a_strain_gives_no_second_one_and_a_new_drop_does(
    last: int, n_noticed: int
) -> None:
    clinic = small_clinic()
    repair = strained(clinic)
    alma = clinic.as_actor(clinic.alma.person)
    confirm_repair(repair=repair, event=RepairEvent.CLIENT_FEELS_BETTER, by=alma, now=clinic.now)
    clinic.feedback(clinic.visit(), 7)
    clinic.feedback(clinic.visit(), last)
    *_, between, now = course_of(repair.series).points
    assert between.is_strain
    assert now.is_strain
    assert between.signal is not None
    assert between.signal.window == 2, "by the visit before it alone"
    assert now.signal is not None
    assert now.signal.window == 3, "the strain lies two visits back"
    assert Repair.objects.count() == n_noticed


def test_what_the_client_says_of_one_therapist_is_no_strain_with_another() -> None:
    clinic = small_clinic()
    Care.objects.create(client=clinic.alma, therapist=clinic.omar, starts_on=clinic.now.date())
    repair = strained(clinic)
    for _ in range(3):
        clinic.feedback(clinic.visit(therapist=clinic.omar), 9)
    repair.refresh_from_db()
    assert repair.is_open
    assert [series.therapist for series in AllianceSeries.objects.order_by("pk")] == [
        clinic.dana,
        clinic.omar,
    ]


def test_only_the_therapist_notes_and_only_the_client_confirms() -> None:
    clinic = small_clinic()
    repair = strained(clinic)
    dana, alma = clinic.as_actor(clinic.dana), clinic.as_actor(clinic.alma.person)
    others = [clinic.omar, clinic.ruth, clinic.ines, clinic.bruno.person]
    for stranger in [alma, *map(clinic.as_actor, [p for p in others if p != clinic.ruth])]:
        if stranger == alma:
            continue
        with pytest.raises(NotFound):
            note_talked_about(repair=repair, note="", by=stranger, now=clinic.now)
    note_talked_about(repair=repair, note=" We talked. ", by=dana, now=clinic.now)
    for stranger in [dana, SYSTEM, OPERATOR, *map(clinic.as_actor, others)]:
        for event in (RepairEvent.CLIENT_CONFIRMS, RepairEvent.CLIENT_DENIES):
            with pytest.raises(NotFound):
                confirm_repair(repair=repair, event=event, by=stranger, now=clinic.now)
    with pytest.raises(NotFound):
        confirm_repair(repair=repair, event=RepairEvent.RATINGS_CAME_BACK, by=alma, now=clinic.now)
    repair = confirm_repair(
        repair=repair, event=RepairEvent.CLIENT_DENIES, note="Not really.", by=alma, now=clinic.now
    )
    assert repair.state == RepairState.NOT_CONFIRMED
    assert [(step.event, step.by, step.note) for step in repair.steps.all()] == [
        (RepairEvent.NOTICED, None, ""),
        (RepairEvent.TALKED_ABOUT, clinic.dana, "We talked."),
        (RepairEvent.CLIENT_DENIES, clinic.alma.person, "Not really."),
    ]


def test_a_client_can_not_confirm_twice() -> None:
    clinic = small_clinic()
    repair = strained(clinic)
    dana, alma = clinic.as_actor(clinic.dana), clinic.as_actor(clinic.alma.person)
    note_talked_about(repair=repair, note="", by=dana, now=clinic.now)
    stale = Repair.objects.get()
    confirm_repair(repair=repair, event=RepairEvent.CLIENT_CONFIRMS, by=alma, now=clinic.now)
    with pytest.raises(NotNow):
        confirm_repair(repair=stale, event=RepairEvent.CLIENT_CONFIRMS, by=alma, now=clinic.now)


def test_after_three_visits_without_repair_a_strain_goes_to_supervision_once() -> None:
    clinic = small_clinic()
    repair = strained(clinic)
    for n in range(1, 5):
        held_without_feedback(clinic)
        assert send_unrepaired_to_supervision(now=clinic.now) == (1 if n == 3 else 0)
    repair.refresh_from_db()
    assert repair.state == RepairState.NOTICED
    assert repair.supervision_since is not None
    assert list(Repair.objects.for_supervision()) == [repair]
    assert AuditEvent.objects.filter(deed="repair_sent_to_supervision").count() == 1


def test_feedback_that_may_still_come_and_visits_that_were_missed_do_not_count() -> None:
    clinic = small_clinic()
    strained(clinic)
    held_without_feedback(clinic)
    held_without_feedback(clinic)
    missed = clinic.visit()
    miss_visit(visit=missed, by=clinic.as_actor(clinic.dana), now=clinic.now)
    third = clinic.visit()
    hold_visit(visit=third, by=clinic.as_actor(clinic.dana), now=clinic.now)
    assert send_unrepaired_to_supervision(now=clinic.now) == 0
    assert send_unrepaired_to_supervision(now=third.feedback_slot.expires_at) == 1


def test_low_ratings_that_keep_coming_take_the_strain_to_supervision_at_once() -> None:
    clinic = small_clinic()
    repair = strained(clinic)
    for _ in range(3):
        clinic.feedback(clinic.visit(), 3)
    repair.refresh_from_db()
    assert repair.supervision_since == clinic.now


def test_a_repair_closed_while_the_clock_turns_stays_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clinic = small_clinic()
    repair = strained(clinic)
    for _ in range(3):
        held_without_feedback(clinic)
    alma = clinic.as_actor(clinic.alma.person)

    def is_due_and_then_repaired(series: AllianceSeries, seen: Repair, **more: object) -> bool:
        is_due = is_due_for_supervision(series, seen, now=clinic.now)
        confirm_repair(repair=seen, event=RepairEvent.CLIENT_FEELS_BETTER, by=alma, now=clinic.now)
        return is_due

    monkeypatch.setattr(actions, "is_due_for_supervision", is_due_and_then_repaired)
    assert send_unrepaired_to_supervision(now=clinic.now) == 0
    repair.refresh_from_db()
    assert (repair.state, repair.closed_at) == (RepairState.REPAIRED, clinic.now)


def test_a_released_concern_shows_to_the_therapist_and_to_no_supervisor() -> None:
    clinic = small_clinic()
    repair = concern(clinic)
    assert list(Repair.objects.shown_to_therapist(clinic.now)) == [repair]
    assert not Repair.objects.for_supervision().exists()


def test_a_concern_held_until_the_months_end_shows_then() -> None:
    clinic = small_clinic()
    repair = concern(clinic, release=Release.MONTH_END)
    assert not Repair.objects.shown_to_therapist(clinic.now).exists()
    with pytest.raises(NotFound):
        note_talked_about(repair=repair, note="", by=clinic.as_actor(clinic.dana), now=clinic.now)
    flag = repair.visit.feedback_slot.response.answers.get(link_id="F1")
    assert list(Repair.objects.shown_to_therapist(flag.released_at)) == [repair]
    note_talked_about(repair=repair, note="", by=clinic.as_actor(clinic.dana), now=flag.released_at)


def test_a_withheld_concern_never_shows_to_the_therapist() -> None:
    clinic = small_clinic()
    repair = concern(clinic, release=Release.WITHHELD)
    later = clinic.now + timedelta(days=4000)
    assert not Repair.objects.shown_to_therapist(later).exists()
    with pytest.raises(NotFound):
        note_talked_about(repair=repair, note="", by=clinic.as_actor(clinic.dana), now=later)


@pytest.mark.parametrize("release", list(Release))
def test_a_concern_goes_to_the_supervisor_when_the_client_says_so_and_only_then(
    release: Release,
) -> None:
    clinic = small_clinic()
    told, untold = (concern(clinic, release=release, tells=tells) for tells in (True, False))
    assert list(Repair.objects.for_supervision()) == [told]
    for _ in range(4):
        held_without_feedback(clinic)
        send_unrepaired_to_supervision(now=clinic.now)
    assert list(Repair.objects.for_supervision()) == [told]
    assert not untold.steps.filter(event=RepairEvent.SENT_TO_SUPERVISION).exists()
    for stranger in (clinic.dana, clinic.ruth, clinic.bruno.person):
        with pytest.raises(NotFound):
            tell_supervisor(repair=untold, by=clinic.as_actor(stranger), now=clinic.now)
    tell_supervisor(repair=untold, by=clinic.as_actor(clinic.alma.person), now=clinic.now)
    assert untold in Repair.objects.for_supervision()


def test_no_flag_is_no_concern() -> None:
    clinic = small_clinic()
    clinic.feedback(clinic.visit(), 8, F1=False)
    clinic.feedback(clinic.visit(), 8)
    assert not Repair.objects.exists()


def test_whoever_says_how_a_visit_was_says_that_it_took_place() -> None:
    clinic = small_clinic()
    by_client, by_therapist = clinic.visit(), clinic.visit()
    clinic.now = by_therapist.ends_at + timedelta(minutes=5)
    rate(clinic, by_therapist, 7)
    clinic.now = by_client.ends_at + timedelta(hours=1)
    clinic.feedback(by_client, 8)
    assert set(Visit.objects.values_list("state", flat=True)) == {VisitState.HELD}
    assert AuditEvent.objects.filter(deed="visit_held").count() == 2


def test_a_rating_by_the_therapist_notices_what_the_months_end_brought_to_light() -> None:
    """The clock may have stopped; whatever computes the series anew must notice its strains."""
    clinic = small_clinic()
    for _ in range(6):
        clinic.feedback(clinic.visit(), 8)
    low = clinic.visit()
    clinic.feedback(low, 2, release=Release.MONTH_END)
    assert not Repair.objects.exists()
    clinic.now = AllianceSeries.objects.get().refresh_due_at + timedelta(hours=1)
    rate(clinic, clinic.visit(), 7)
    assert Repair.objects.get().visit == low
    assert refresh_due_series(now=clinic.now) == 0


def test_learning_of_all_clients_anew_judges_every_course_again() -> None:
    clinic = small_clinic()
    strained(clinic)
    series, points = AllianceSeries.objects.get(), points_of_all()
    other = replace(COLD_START, m0=COLD_START.m0 - 5.0).to_dict()
    AllianceSeries.objects.update(belief=None, population=other)
    for point in CoursePoint.objects.all():
        change(point, seen={**point.seen, "strain": None})
    Repair.objects.all().delete()
    instrument = Instrument.objects.get(purpose=Purpose.VISIT_FEEDBACK)
    relearn_population(instrument=instrument, by=SYSTEM, now=clinic.now)
    again = AllianceSeries.objects.get()
    assert again.belief == series.belief
    assert points_of_all() == points
    assert Repair.objects.get().visit_id == points[-1]["visit_id"]
    assert LearnedPopulation.objects.get().n_series == 0


def points_of_all() -> list[dict[str, Any]]:
    return values_of(CoursePoint.objects.all(), "visit_id", "at", "seen")


def beliefs() -> list[dict[str, Any]]:
    return values_of(AllianceSeries.objects.order_by("pk"), "belief", "population")


def test_learning_that_was_cut_short_goes_on_where_it_stopped() -> None:
    clinic = small_clinic()
    strained(clinic)
    clinic.feedback(clinic.visit(clinic.bruno, clinic.omar), 7)
    other = replace(COLD_START, m0=COLD_START.m0 - 5.0).to_dict()
    assert relearn_old_populations(now=clinic.now) > 0
    whole = beliefs()
    AllianceSeries.objects.filter(client=clinic.alma).update(belief=None, population=other)
    assert relearn_old_populations(now=clinic.now) == 0
    assert beliefs() == whole


def test_one_series_with_a_fault_does_not_hold_up_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clinic = small_clinic()
    clinic.feedback(clinic.visit(), 8, release=Release.MONTH_END)
    clinic.feedback(clinic.visit(clinic.bruno, clinic.omar), 8, release=Release.MONTH_END)
    faulty, sound = AllianceSeries.objects.order_by("pk")
    AllianceSeries.objects.filter(pk=faulty.pk).update(population={"unknown": 1})
    later = clinic.now + timedelta(days=62)
    assert refresh_due_series(now=later) == 1
    assert f"series {faulty.pk} cannot be refreshed" in caplog.text
    assert AllianceSeries.objects.get(pk=sound.pk).summary["n"] == 1
    assert AllianceSeries.objects.get(pk=faulty.pk).refresh_due_at is not None
