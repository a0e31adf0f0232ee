"""Every client in care gets one check a week, whatever else is booked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alongside.clinic.instruments.models import Purpose, Slot
from alongside.clinic.progress.actions import open_weekly_checks
from alongside.clinic.visits.actions import book_visit
from tests.factories.clinic import small_clinic

pytestmark = pytest.mark.django_db


def test_a_visit_booked_ahead_does_not_take_the_place_of_next_weeks_check() -> None:
    clinic = small_clinic()
    assert open_weekly_checks(now=clinic.now) == 2
    assert open_weekly_checks(now=clinic.now) == 0

    starts_at = clinic.now + timedelta(days=8)
    book_visit(
        client=clinic.alma,
        therapist=clinic.dana,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=50),
        by=clinic.as_actor(clinic.dana),
        now=clinic.now,
    )
    assert open_weekly_checks(now=clinic.now + timedelta(days=7)) == 2
    checks = Slot.objects.filter(version__instrument__purpose=Purpose.WEEKLY_CHECK)
    assert checks.filter(client=clinic.alma).count() == 2
