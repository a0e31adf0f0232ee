"""A caseload made in bulk is the one that the actions would have made."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from alongside.clinic.alliance.actions import refresh_series
from alongside.clinic.alliance.models import AllianceSeries, CoursePoint, Repair
from alongside.clinic.instruments.models import Answer
from alongside.clinic.visits.models import Visit
from tests.factories.busy_caseload import busy_caseload
from tests.factories.clinic import small_clinic
from tests.factories.rows import values_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 11, 18, 20, tzinfo=UTC)


def everything_kept() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return (
        values_of(AllianceSeries.objects.all(), "pk", "belief", "summary", "refresh_due_at"),
        values_of(CoursePoint.objects.all(), "pk", "visit_id", "at", "seen"),
    )


def test_computing_a_bulk_caseload_anew_changes_nothing() -> None:
    small_clinic()
    busy = busy_caseload(now=NOW, n_clients=20, n_visits=9, seed=5)
    assert Visit.objects.filter(therapist=busy.therapist).count() == 180
    assert Answer.objects.count() == 900
    assert any(s.summary["strains"] for s in AllianceSeries.objects.all())

    before = everything_kept()
    n_repairs = Repair.objects.count()
    for series in AllianceSeries.objects.all():
        refresh_series(series, now=NOW)
    assert Repair.objects.count() == n_repairs
    assert everything_kept() == before
