"""The promise: nothing that a therapist sees is computed from an answer that is not theirs yet.

Withheld at one value, withheld at another, and skipped give the same series, the same summary,
the same strains. What is held until the month's end comes in then, and makes what it would have
made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alongside.clinic.alliance.actions import refresh_due_series, refresh_series
from alongside.clinic.alliance.models import AllianceSeries, Repair
from alongside.clinic.audit.actor import Actor
from alongside.clinic.feedback.actions import record_feedback
from alongside.clinic.instruments.actions import Given
from alongside.clinic.instruments.models import Answer, Purpose, Release, Response, Slot, WayIn
from alongside.clinic.progress.actions import open_weekly_checks, refresh_due_progress
from alongside.clinic.progress.models import ProgressSeries
from alongside.clinic.visits.models import Visit
from tests.factories.clinic import SmallClinic, small_clinic
from tests.factories.rows import values_of

pytestmark = pytest.mark.django_db

SCORED = ("A1", "A2", "A3", "A4", "A5")
WEEKLY = ("W1", "W2", "W3", "W4", "W5", "W6", "W7")
ratings = st.integers(0, 10)
feedback = st.fixed_dictionaries(
    {**dict.fromkeys(SCORED, ratings), "B1": st.integers(-5, 5), "O1": st.text("abc ", max_size=5)}
)
releases = st.lists(st.sampled_from(Release), min_size=7, max_size=7)
kept_small = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def history() -> tuple[SmallClinic, Visit]:
    """Five shared visits at 80, and a sixth that nobody has rated yet."""
    clinic = small_clinic()
    for _ in range(5):
        clinic.feedback(clinic.visit(), 8)
    return clinic, clinic.visit()


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside has not happened afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def send(clinic: SmallClinic, slot: Slot, given_answers: list[Given]) -> Response:
    return record_feedback(
        slot=Slot.objects.get(pk=slot.pk),
        given=given_answers,
        way_in=WayIn.LINK,
        language="en",
        by=Actor.bearer_of(slot.pk),
        now=clinic.now,
    )


def seen_by_the_therapist(clinic: SmallClinic) -> dict[str, Any]:
    """All that is stored for the therapist's pages."""
    series = AllianceSeries.objects.get()
    repairs = Repair.objects.shown_to_therapist(clinic.now + timedelta(days=3650))
    return {
        "points": values_of(series.points.all(), "visit_id", "at", "seen"),
        "belief": series.belief,
        "summary": series.summary,
        "refresh_due_at": series.refresh_due_at,
        "repairs": values_of(repairs, "visit_id", "source", "state", "signal", "closed_at"),
        "progress": values_of(ProgressSeries.objects.all(), "points", "change", "refresh_due_at"),
    }


@kept_small
@given(
    first=feedback,
    second=feedback,
    chosen=releases,
    withheld=st.sets(st.sampled_from((*SCORED, "B1", "O1")), min_size=1),
)
def test_withheld_at_any_value_is_the_same_as_skipped(
    history: tuple[SmallClinic, Visit],
    first: Mapping[str, object],
    second: Mapping[str, object],
    chosen: list[Release],
    withheld: set[str],
) -> None:
    clinic, visit = history
    release_of = dict(zip(first, chosen, strict=True))

    def given_answers(values: Mapping[str, object] | None) -> list[Given]:
        shared = [Given(n, first[n], release_of[n]) for n in first if n not in withheld]
        if values is None:
            return shared
        return shared + [Given(n, values[n], Release.WITHHELD) for n in sorted(withheld)]

    seen = []
    for values in (first, second, None):
        with undone():
            send(clinic, visit.feedback_slot, given_answers(values))
            at_once = seen_by_the_therapist(clinic)
            refresh_due_series(now=clinic.now + timedelta(days=40))
            refresh_series(AllianceSeries.objects.get(), now=clinic.now + timedelta(days=4000))
            seen.append((at_once, seen_by_the_therapist(clinic)))
    assert seen[0] == seen[1] == seen[2]


@kept_small
@given(values=feedback, chosen=releases)
def test_at_the_months_end_what_was_held_back_makes_what_it_would_have_made(
    history: tuple[SmallClinic, Visit], values: Mapping[str, object], chosen: list[Release]
) -> None:
    clinic, visit = history
    chosen_for = dict(zip(values, chosen, strict=True))
    courses = []
    for month_end in (Release.MONTH_END, Release.NOW):
        with undone():
            release_of = {
                name: month_end if release is Release.MONTH_END else release
                for name, release in chosen_for.items()
            }
            response = send(
                clinic,
                visit.feedback_slot,
                [Given(name, raw, release_of[name]) for name, raw in values.items()],
            )
            later = response.answers.filter(released_at__gt=clinic.now).exists()
            due = AllianceSeries.objects.get().refresh_due_at
            assert (due is not None) is later
            if due is not None:
                before = seen_by_the_therapist(clinic)
                assert refresh_due_series(now=due - timedelta(seconds=1)) == 0
                assert seen_by_the_therapist(clinic) == before
                assert refresh_due_series(now=due) == 1
            found = seen_by_the_therapist(clinic)
            assert found["refresh_due_at"] is None
            courses.append({name: found[name] for name in ("points", "belief", "summary")})
    assert courses[0] == courses[1]


@kept_small
@given(
    first=st.lists(st.integers(0, 7), min_size=7, max_size=7),
    second=st.lists(st.integers(0, 7), min_size=7, max_size=7),
    withheld=st.sets(st.sampled_from(WEEKLY), min_size=1),
    held=st.sets(st.sampled_from(WEEKLY)),
)
def test_the_same_holds_for_the_weekly_check(
    history: tuple[SmallClinic, Visit],
    first: list[int],
    second: list[int],
    withheld: set[str],
    held: set[str],
) -> None:
    clinic, _ = history
    open_weekly_checks(now=clinic.now)
    slot = Slot.objects.open_at(clinic.now).get(
        client=clinic.alma, version__instrument__purpose=Purpose.WEEKLY_CHECK
    )
    shared = [
        Given(name, number, Release.MONTH_END if name in held else Release.NOW)
        for name, number in zip(WEEKLY, first, strict=True)
        if name not in withheld
    ]
    seen = []
    for numbers in (first, second, None):
        kept_back = [
            Given(name, number, Release.WITHHELD)
            for name, number in zip(WEEKLY, numbers or (), strict=bool(numbers))
            if name in withheld
        ]
        with undone():
            send(clinic, slot, shared + kept_back)
            at_once = seen_by_the_therapist(clinic)
            refresh_due_progress(now=clinic.now + timedelta(days=40))
            seen.append((at_once, seen_by_the_therapist(clinic)))
    assert seen[0] == seen[1] == seen[2]


def test_these_tests_can_fail(history: tuple[SmallClinic, Visit]) -> None:
    """The control: an answer that is shared does change what the therapist sees."""
    clinic, visit = history
    seen = []
    for number in (8, 2):
        with undone():
            send(clinic, visit.feedback_slot, [Given(name, number) for name in SCORED])
            seen.append(seen_by_the_therapist(clinic))
    assert seen[0]["points"] != seen[1]["points"]
    assert not seen[0]["repairs"]
    assert seen[1]["repairs"]


def test_the_database_itself_refuses_to_release_what_is_withheld(
    history: tuple[SmallClinic, Visit],
) -> None:
    from django.db import IntegrityError

    clinic, visit = history
    clinic.feedback(visit, 8, release=Release.WITHHELD)
    withheld = Answer.objects.filter(release=Release.WITHHELD)
    assert withheld.exists()
    with pytest.raises(IntegrityError, match="withheld_is_never_released"), transaction.atomic():
        withheld.update(released_at=clinic.now)
    assert not Answer.objects.released_by(clinic.now + timedelta(days=4000)).filter(
        release=Release.WITHHELD
    )
