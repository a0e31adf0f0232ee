"""Somebody without a visit for four weeks and without a booking is not lost silently."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alongside.clinic.access.viewer import Viewer
from alongside.clinic.caseload.attention import Reason, Standing
from alongside.clinic.caseload.queries import caseload_of
from alongside.clinic.people.queries import day_of
from alongside.clinic.signals.actions import set_aside
from alongside.clinic.signals.models import Signal, SignalKind, Why
from alongside.clinic.visits.actions import book_visit, hold_visit
from tests.clinic.engagement.reaching import reach_out
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> SmallClinic:
    """Alma came twice, and no visit is booked."""
    clinic = small_clinic()
    for _ in range(2):
        clinic.feedback(clinic.visit(), 8)
    return clinic


def standing(clinic: SmallClinic, days_later: int) -> Standing:
    viewer = Viewer(clinic.dana, clinic.now + timedelta(days=days_later))
    (found,) = [each for each in caseload_of(viewer) if each.client.pk == clinic.alma.pk]
    return found


@pytest.mark.parametrize(
    ("days", "is_away"), [(0, False), (20, False), (35, True), (100, True), (200, False)]
)
def test_after_four_weeks_without_a_visit_somebody_is_asked_to_reach_out(
    clinic: SmallClinic, days: int, is_away: bool
) -> None:
    found = standing(clinic, days)
    assert (found.reason is Reason.AWAY) is is_away
    assert (found.drifting is not None) is is_away


def test_a_booked_visit_with_anybody_is_a_thread_that_holds(clinic: SmallClinic) -> None:
    clinic.now += timedelta(days=40)
    starts_at = clinic.now + timedelta(days=30)
    book_visit(
        client=clinic.alma,
        therapist=clinic.dana,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=50),
        by=clinic.as_actor(clinic.dana),
        now=clinic.now,
    )
    assert standing(clinic, 0).reason is not Reason.AWAY


def test_reaching_out_gives_two_weeks_and_a_visit_ends_it(clinic: SmallClinic) -> None:
    clinic.now += timedelta(days=40)
    reach_out(clinic)
    assert standing(clinic, 0).reason is not Reason.AWAY
    assert standing(clinic, 13).reason is not Reason.AWAY
    assert standing(clinic, 15).reason is Reason.AWAY
    visit = clinic.visit()
    hold_visit(visit=visit, by=clinic.as_actor(clinic.dana), now=clinic.now)
    assert standing(clinic, 0).reason is not Reason.AWAY


def test_an_agreed_pause_can_rest(clinic: SmallClinic) -> None:
    clinic.now += timedelta(days=40)
    found = standing(clinic, 0)
    (signal,) = found.signals
    assert signal.kind is SignalKind.AWAY
    set_aside(
        client=clinic.alma,
        signal=signal,
        until=day_of(clinic.now) + timedelta(days=28),
        why=Why.PLANNED,
        by=clinic.as_actor(clinic.dana),
        now=clinic.now,
    )
    assert standing(clinic, 0).reason is Reason.SET_ASIDE
    assert standing(clinic, 28).reason is Reason.AWAY
    assert Signal(SignalKind.AWAY, "another day") not in found.signals
