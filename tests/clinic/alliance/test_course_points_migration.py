"""Courses that were kept as one text come over as rows, whole."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from alongside.clinic.alliance.models import AllianceSeries, CoursePoint
from tests.factories.clinic import small_clinic
from tests.factories.rows import values_of

NEW_IN_SUMMARY = ("style", "gap_total")


def _migrate(name: str) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate([("alliance", name)])
    return MigrationExecutor(connection).loader.project_state([("alliance", name)]).apps


@pytest.mark.django_db(transaction=True)
def test_points_of_a_text_become_rows_and_the_summary_goes_on() -> None:
    clinic = small_clinic()
    for number in (8, 8, 10, 10, 2):
        clinic.feedback(clinic.visit(), number)
    points, whole = points_now(), AllianceSeries.objects.get()
    texts = [
        {
            **point["seen"],
            "visit_id": point["visit_id"],
            "slot_id": 1,
            "at": point["at"].isoformat(),
            "instrument": "https://alongside.example/fhir/Questionnaire/visit-feedback",
        }
        for point in points
    ]
    try:
        before = _migrate("0001_initial").get_model("alliance", "AllianceSeries")
        old = before.objects.get()
        old.points = texts
        old.summary = {k: v for k, v in old.summary.items() if k not in NEW_IN_SUMMARY}
        old.save()
    finally:
        # All of them: those that build on this one were taken back with it.
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    assert points_now() == points
    again = AllianceSeries.objects.get()
    assert (again.belief, again.summary) == (whole.belief, whole.summary)


def points_now() -> list[dict[str, Any]]:
    return values_of(CoursePoint.objects.all(), "visit_id", "at", "instrument_id", "seen")
