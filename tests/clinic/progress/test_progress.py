"""How a client is doing, from the checks that they let their therapist see."""

from __future__ import annotations

import random
from dataclasses import asdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alongside.clinic.alliance.models import AllianceSeries
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.feedback.actions import record_feedback
from alongside.clinic.feedback.clock import turn
from alongside.clinic.instruments.actions import Given
from alongside.clinic.instruments.models import Purpose, Release, Slot, WayIn
from alongside.clinic.outbox.senders import Letter
from alongside.clinic.people.models import Client
from alongside.clinic.progress.actions import (
    bring_up_to_date,
    open_weekly_checks,
    rebuild_progress,
    refresh_due_progress,
)
from alongside.clinic.progress.models import ProgressSeries
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db

ITEMS = ("W1", "W2", "W3", "W4", "W5", "W6", "W7")
LOW = (2, 7, 8, 2, 2, 2, 8)
HIGH = (9, 0, 1, 9, 9, 9, 1)


def check_in(
    clinic: SmallClinic,
    numbers: tuple[int | None, ...],
    release: Release = Release.NOW,
    client: Client | None = None,
    slot: Slot | None = None,
) -> Slot:
    """This week's check, answered; a week goes by."""
    client = client or clinic.alma
    if slot is None:
        open_weekly_checks(now=clinic.now)
        slot = Slot.objects.open_at(clinic.now).get(
            client=client, version__instrument__purpose=Purpose.WEEKLY_CHECK
        )
    record_feedback(
        slot=slot,
        given=[Given(name, number, release) for name, number in zip(ITEMS, numbers, strict=True)],
        way_in=WayIn.SIGNED_IN,
        language="en",
        by=clinic.as_actor(client.person),
        now=clinic.now,
    )
    clinic.now += timedelta(days=7)
    return slot


def scores() -> list[float]:
    return [round(point["score"], 1) for point in ProgressSeries.objects.get().points]


def test_one_check_is_a_point_and_no_change() -> None:
    clinic = small_clinic()
    check_in(clinic, LOW)
    series = ProgressSeries.objects.get()
    assert (len(series.points), series.change) == (1, None)
    assert series.points[0]["on"] == "2026-03-02"


def test_a_rise_beyond_chance_and_over_the_cut_off_is_a_reliable_change_by_both_methods() -> None:
    """Worked by hand: 17.1 to 91.4 with a clinical SD of 18 and a reliability of .80.

    The standard error of a difference is 18 sqrt(2 (1 - .80)) = 11.38, and 1.96 times that is
    22.3, so a rise of 74.3 is 6.5 standard errors.
    """
    clinic = small_clinic()
    check_in(clinic, LOW)
    check_in(clinic, HIGH)
    assert scores() == [17.1, 91.4]
    change = ProgressSeries.objects.get().change
    assert change is not None
    assert (change["category"], change["sensitivity"]) == ("recovered", "recovered")
    assert change["methods_agree"] is True
    assert change["index"] == pytest.approx(6.53, abs=0.01)


def test_a_fall_beyond_chance_is_told_and_a_small_difference_is_none() -> None:
    clinic = small_clinic()
    middle = (6, 2, 4, 6, 6, 6, 4)
    check_in(clinic, middle)
    check_in(clinic, (6, 2, 4, 6, 6, 5, 4))
    assert ProgressSeries.objects.get().change["category"] == "unchanged"
    check_in(clinic, LOW)
    assert ProgressSeries.objects.get().change["category"] in ("deteriorated", "harmed")


def test_a_check_with_too_few_answers_is_no_point() -> None:
    clinic = small_clinic()
    check_in(clinic, (6, None, None, None, 6, 6, 4))
    assert scores() == []


def test_withheld_answers_never_come_into_the_course() -> None:
    clinic = small_clinic()
    check_in(clinic, HIGH, Release.WITHHELD)
    assert scores() == []
    assert refresh_due_progress(now=clinic.now + timedelta(days=400)) == 0
    assert scores() == []


def test_checks_held_until_the_months_end_come_in_then_and_once() -> None:
    clinic = small_clinic()
    check_in(clinic, LOW)
    check_in(clinic, HIGH, Release.MONTH_END)
    assert scores() == [17.1]
    series = ProgressSeries.objects.get()
    assert series.refresh_due_at is not None
    before = series.refresh_due_at - timedelta(seconds=1)
    assert refresh_due_progress(now=before) == 0
    assert refresh_due_progress(now=series.refresh_due_at) == 1
    assert scores() == [17.1, 91.4]
    assert refresh_due_progress(now=series.refresh_due_at) == 0
    assert AuditEvent.objects.filter(deed="refresh_progress").count() == 1


def test_a_page_that_is_opened_brings_in_what_a_stopped_clock_left() -> None:
    clinic = small_clinic()
    clinic.feedback(clinic.visit(), 8, release=Release.MONTH_END)
    check_in(clinic, HIGH, Release.MONTH_END)
    later = clinic.now + timedelta(days=60)
    nobody = Client.objects.filter(pk=clinic.bruno.pk)
    assert bring_up_to_date(clients=nobody, now=later) == 0
    assert bring_up_to_date(clients=Client.objects.filter(pk=clinic.alma.pk), now=later) == 2
    assert scores() == [91.4]
    assert AllianceSeries.objects.get().summary["scores"] == [80.0]


@pytest.mark.parametrize("seed", range(3))
def test_computed_anew_is_the_same_as_computed_as_it_came(seed: int) -> None:
    clinic = small_clinic()
    chance = random.Random(seed)
    for _ in range(6):
        numbers = tuple(chance.choice((None, 0, 3, 7)) for _ in ITEMS)
        check_in(clinic, numbers, chance.choice(list(Release)))
    refresh_due_progress(now=clinic.now)
    kept = ProgressSeries.objects.get()
    anew = ProgressSeries.objects.get()
    rebuild_progress(anew, now=clinic.now)
    assert (kept.points, kept.change, kept.refresh_due_at) == (
        anew.points,
        anew.change,
        anew.refresh_due_at,
    )


def test_each_client_has_a_course_of_their_own() -> None:
    clinic = small_clinic()
    check_in(clinic, LOW)
    check_in(clinic, HIGH, client=clinic.bruno)
    courses = ProgressSeries.objects.select_related("client")
    n_points = {series.client.code: len(series.points) for series in courses}
    assert n_points == {"C-1": 1, "C-2": 1}


class Nowhere:
    def send(self, letter: Letter, *, now: object) -> None:
        """Takes any letter."""


def test_a_turn_of_the_clock_does_all_that_is_due_and_the_next_has_nothing_left() -> None:
    clinic = small_clinic()
    check_in(clinic, LOW, Release.MONTH_END)
    clinic.feedback(clinic.visit(), 8, release=Release.MONTH_END)
    clinic.visit()
    clinic.now = clinic.now.replace(day=1) + timedelta(days=32)
    first = turn(sender=Nowhere(), worker="one", now=clinic.now)
    assert (
        first.n_alliances_refreshed,
        first.n_progress_refreshed,
        first.n_checks_opened,
    ) == (1, 1, 2)
    done = turn(sender=Nowhere(), worker="two", now=clinic.now)
    assert set(asdict(done).values()) == {0}


def test_one_months_end_does_not_make_the_next_be_forgotten() -> None:
    """A clock that stood still over the first of April still has the first of May before it."""
    clinic = small_clinic()
    check_in(clinic, LOW, Release.MONTH_END)
    clinic.feedback(clinic.visit(), 8, release=Release.MONTH_END)
    clinic.now = clinic.now.replace(month=4, day=7)
    check_in(clinic, HIGH, Release.MONTH_END)
    clinic.feedback(clinic.visit(), 6, release=Release.MONTH_END)
    clients = Client.objects.all()
    assert bring_up_to_date(clients=clients, now=clinic.now) == 2
    assert scores() == [17.1]
    assert AllianceSeries.objects.get().summary["scores"] == [80.0]
    may = datetime(2026, 5, 1, tzinfo=ZoneInfo("Europe/Madrid"))
    assert bring_up_to_date(clients=clients, now=may - timedelta(seconds=1)) == 0
    assert bring_up_to_date(clients=clients, now=may) == 2
    assert scores() == [17.1, 91.4]
    assert AllianceSeries.objects.get().summary["scores"] == [80.0, 60.0]
