"""A supervisor's wish in prompts a week becomes what a strain has to be, for the whole clinic."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.models import KeptFrom
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.actions import follow_yardsticks
from alongside.clinic.alliance.bridge import threshold_now, yardstick_in
from alongside.clinic.alliance.budget import (
    NoVisitsToCount,
    prompts_now,
    renew_old_budget,
    set_alarm_budget,
    visits_a_week,
)
from alongside.clinic.alliance.models import AlarmBudget, AllianceSeries, CoursePoint, Repair
from alongside.clinic.alliance.yardstick import Yardstick
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.people.actions import add_client, take_into_care
from alongside.methods.alliance import conformal
from alongside.methods.alliance.population import COLD_START
from alongside.methods.alliance.strain import USUAL_THRESHOLD
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> SmallClinic:
    """Alma rated six usual visits and one that was a little lower."""
    clinic = small_clinic()
    for score in (8, 7, 9, 7, 8, 9, 6):
        clinic.feedback(clinic.visit(), score)
    return clinic


def wish(clinic: SmallClinic, prompts_a_week: float) -> AlarmBudget:
    found = set_alarm_budget(
        prompts_a_week=prompts_a_week, by=clinic.as_actor(clinic.ruth), now=clinic.now
    )
    follow_yardsticks(now=clinic.now)
    return found


def test_without_a_wish_it_is_as_usual(clinic: SmallClinic) -> None:
    assert threshold_now() == USUAL_THRESHOLD
    now = prompts_now(Viewer(clinic.ruth, clinic.now))
    assert (now.wished, now.is_counted) == (None, False)
    assert now.weeks_between is None  # of one client nobody is told
    assert visits_a_week(now=clinic.now) == pytest.approx(5 / 8)
    for n in range(9):
        client = add_client(code=f"X-{n}", display_name=f"X {n}", by=OPERATOR, now=clinic.now)
        take_into_care(
            client=client,
            therapist=clinic.dana,
            starts_on=clinic.now.date(),
            by=OPERATOR,
            now=clinic.now,
        )
        for score in (8, 8, 8):
            clinic.feedback(clinic.visit(client), score)
        clinic.now -= timedelta(weeks=3)
    assert (
        prompts_now(Viewer(clinic.ruth, clinic.now + timedelta(weeks=3))).weeks_between is not None
    )
    keep_out(clinic)
    assert prompts_now(Viewer(clinic.ruth, clinic.now + timedelta(weeks=3))).weeks_between is None


def keep_out(clinic: SmallClinic) -> None:
    """Alma keeps her record from Ruth, so that nine clients are left."""
    KeptFrom.objects.create(client=clinic.alma, person=clinic.ruth, since=clinic.now)


def test_a_wish_is_said_as_it_was_wished(clinic: SmallClinic) -> None:
    wish(clinic, 0.05)
    now = prompts_now(Viewer(clinic.ruth, clinic.now))
    assert (now.wished, now.set_by, now.is_counted) == (0.05, "Ruth", False)


def test_more_prompts_find_a_lesser_strain_and_fewer_find_none(clinic: SmallClinic) -> None:
    (series,) = AllianceSeries.objects.all()
    last = CoursePoint.objects.latest("at").seen["strain"]
    assert 0.02 < last["probability"] < 0.1
    few = wish(clinic, 0.0125)
    assert few.threshold == pytest.approx(0.02)
    n_few = Repair.objects.count()
    many = wish(clinic, 0.0625)
    assert many.threshold == pytest.approx(0.1)
    series.refresh_from_db()
    assert yardstick_in(series).threshold.probability == pytest.approx(0.1)
    assert CoursePoint.objects.latest("at").seen["strain"]["is_strain"]
    assert Repair.objects.count() == 1 >= n_few
    follow_yardsticks(now=clinic.now)
    assert Repair.objects.count() == 1


def test_a_new_series_begins_with_what_is_wished_for(clinic: SmallClinic) -> None:
    wish(clinic, 0.05)
    clinic.feedback(clinic.visit(clinic.bruno, clinic.omar), 8)
    begun = AllianceSeries.objects.get(client=clinic.bruno)
    assert yardstick_in(begun).threshold == threshold_now()


def test_a_series_kept_before_there_were_budgets_is_judged_as_usual() -> None:
    assert Yardstick.from_dict(COLD_START.to_dict()) == Yardstick()
    assert Yardstick.from_dict(Yardstick().to_dict()) == Yardstick()


def test_with_enough_visits_as_many_are_pointed_out_as_were_wished_for(
    clinic: SmallClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    for score in (7, 9, 8, 6, 8, 9, 7, 8, 5, 8, 9, 8, 7, 8, 8):
        clinic.feedback(clinic.visit(), score)
    monkeypatch.setattr(conformal, "FEWEST_SCORED_VISITS", 20)
    budget = wish(clinic, 0.1)  # at one judged visit a week
    assert budget.visits_a_week == pytest.approx(1.0)
    assert budget.n_visits == 20
    seen = [point.seen["strain"] for point in CoursePoint.objects.all()]
    rarer = [each for each in seen if each and each["probability"] < budget.threshold]
    assert len(rarer) == 2  # one in ten


def test_it_is_renewed_after_a_month_with_the_same_wish(clinic: SmallClinic) -> None:
    wish(clinic, 0.05)
    assert renew_old_budget(now=clinic.now + timedelta(days=29)) == 0
    assert renew_old_budget(now=clinic.now + timedelta(days=30)) == 1
    last = AlarmBudget.objects.last()
    assert last is not None
    assert (last.prompts_a_week, last.set_by) == (0.05, clinic.ruth)
    assert AlarmBudget.objects.count() == 2
    assert AuditEvent.objects.filter(deed="set_alarm_budget").count() == 2


def test_without_judged_visits_nobody_can_say(clinic: SmallClinic) -> None:
    later = clinic.now + timedelta(weeks=9)
    assert visits_a_week(now=later) == 0
    with pytest.raises(NoVisitsToCount):
        set_alarm_budget(prompts_a_week=1, by=clinic.as_actor(clinic.ruth), now=later)
    assert not AlarmBudget.objects.exists()
    assert renew_old_budget(now=later) == 0


def test_only_a_supervisor_wishes(clinic: SmallClinic) -> None:
    for stranger in (clinic.dana, clinic.ines, clinic.alma.person):
        with pytest.raises(NotFound):
            set_alarm_budget(prompts_a_week=1, by=clinic.as_actor(stranger), now=clinic.now)
        with pytest.raises(NotFound):
            prompts_now(Viewer(stranger, clinic.now))
