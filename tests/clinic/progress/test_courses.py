"""The expected course in the clinic: assumed at first, then learned, and held against each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest

from alongside.clinic.audit.actor import OPERATOR, SYSTEM
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.instruments.models import Instrument, Purpose
from alongside.clinic.people.actions import add_client, take_into_care
from alongside.clinic.people.models import Person
from alongside.clinic.progress.actions import learn_course, rebuild_progress, relearn_old_courses
from alongside.clinic.progress.bridge import main_scale_of
from alongside.clinic.progress.courses import own_course_of
from alongside.clinic.progress.models import LearnedCourse, ProgressSeries
from tests.clinic.progress.test_progress import HIGH, LOW, check_in
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> SmallClinic:
    return small_clinic()


def weekly_check() -> Instrument:
    return Instrument.objects.get(purpose=Purpose.WEEKLY_CHECK)


def many_clients(
    clinic: SmallClinic,
    n: int,
    n_checks: int = 6,
    *,
    therapists: Sequence[Person] = (),
    parts: Sequence[float] = (0.0,),
) -> None:
    """Clients who get better by about nine points over their weeks, some faster.

    parts: by how many points those of each therapist in turn do better than that.
    """
    therapists = therapists or (clinic.dana, clinic.omar)
    rng = np.random.default_rng(4)
    scale = main_scale_of(weekly_check())
    assert scale is not None
    began = clinic.now.date() - timedelta(weeks=n_checks)
    for place in range(n):
        client = add_client(
            code=f"X-{place}", display_name=f"X {place}", by=OPERATOR, now=clinic.now
        )
        take_into_care(
            client=client,
            therapist=therapists[place % len(therapists)],
            starts_on=began,
            by=OPERATOR,
            now=clinic.now,
        )
        intake, level, slope = rng.normal(45.0, 12.0), rng.normal(0.0, 4.0), rng.normal(5.0, 2.0)
        level += parts[place % len(parts)]
        scores = [
            intake + (level + slope * np.log(week) + rng.normal(0.0, 3.0) if week > 1 else 0.0)
            for week in range(1, n_checks + 1)
        ]
        ProgressSeries.objects.create(
            client=client,
            instrument=weekly_check(),
            scale=scale.name,
            points=[
                {
                    "slot": 10_000 * place + week,
                    "on": (began + timedelta(weeks=week)).isoformat(),
                    "score": round(float(score), 1),
                }
                for week, score in enumerate(scores)
            ],
        )


def test_weeks_are_counted_from_the_first_check() -> None:
    points = [
        {"on": "2026-03-02", "score": 50.0},
        {"on": "2026-03-05", "score": 51.0},  # the same week as the first: not counted
        {"on": "2026-03-16", "score": 55.0},
        {"on": "2026-03-17", "score": 56.0},  # the last of its week counts
        {"on": "2026-03-30", "score": 60.0},
    ]
    own = own_course_of(points)
    assert own is not None
    assert own.intake == 50.0
    assert [(each.week, each.score) for each in own.later] == [(3, 56.0), (5, 60.0)]
    assert own_course_of([]) is None


def test_before_anything_is_learned_only_clear_worsening_is_off_course(
    clinic: SmallClinic,
) -> None:
    for numbers in (HIGH, HIGH, HIGH, LOW):
        check_in(clinic, numbers)
    series = ProgressSeries.objects.get()
    assert series.judged_by is None
    assert series.standing is not None
    assert series.standing["standing"] == "off_course"
    assert series.standing["week"] == 4
    check_in(clinic, HIGH)
    series.refresh_from_db()
    assert series.standing["standing"] == "on_course"


def test_too_few_clients_leave_what_was_assumed(clinic: SmallClinic) -> None:
    many_clients(clinic, 8)
    learned = learn_course(instrument=weekly_check(), by=SYSTEM, now=clinic.now)
    assert learned is not None
    assert learned.facts is None
    assert learned.parameters["trend"] == 0.0
    assert AuditEvent.objects.filter(deed="learn_course").count() == 1


def test_what_clients_teach_is_what_is_expected_of_the_next(clinic: SmallClinic) -> None:
    for numbers in (HIGH, HIGH, HIGH, HIGH):
        check_in(clinic, numbers)
    many_clients(clinic, 70)
    before = ProgressSeries.objects.get(client=clinic.alma)
    learned = learn_course(instrument=weekly_check(), by=SYSTEM, now=clinic.now)
    assert learned is not None
    assert learned.facts is not None
    assert learned.facts["n_clients"] >= 70
    assert learned.facts["effects"]["time"] + 45.0 * learned.facts["effects"]["intake:time"] > 2.0
    after = ProgressSeries.objects.get(client=clinic.alma)
    assert after.judged_by == learned
    assert before.standing is not None
    assert after.standing is not None
    assert after.standing["expected"] > before.standing["expected"]
    assert not ProgressSeries.objects.exclude(judged_by=learned).exists()


def test_the_clock_learns_once_a_month_and_finishes_what_was_cut_short(
    clinic: SmallClinic,
) -> None:
    many_clients(clinic, 5)
    assert relearn_old_courses(now=clinic.now) == 1
    assert relearn_old_courses(now=clinic.now + timedelta(days=1)) == 0
    ProgressSeries.objects.update(judged_by=None)
    assert relearn_old_courses(now=clinic.now + timedelta(days=2)) == 0
    assert not ProgressSeries.objects.filter(judged_by=None).exists()
    assert relearn_old_courses(now=clinic.now + timedelta(days=31)) == 1
    assert LearnedCourse.objects.count() == 2


def test_a_series_computed_anew_stands_where_it_stood(clinic: SmallClinic) -> None:
    for numbers in (HIGH, LOW, HIGH, LOW):
        check_in(clinic, numbers)
    series = ProgressSeries.objects.get()
    before = series.standing
    rebuild_progress(series, now=clinic.now)
    assert ProgressSeries.objects.get().standing == before
