"""How many prompts by chance therapists get: wished for by a supervisor, kept for the clinic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from alongside.clinic.access.checks import check
from alongside.clinic.access.policy import SMALLEST_TOTAL, Deed, Record, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.bridge import point_in
from alongside.clinic.alliance.models import AlarmBudget, CoursePoint
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import SYSTEM, Actor
from alongside.methods.alliance.alarm_budget import AlarmBudget as Budget
from alongside.methods.alliance.alarm_budget import Reach, budget_for
from alongside.methods.alliance.conformal import (
    MOST_SCORED_VISITS,
    TooFewScoredVisits,
    threshold_of_share,
)
from alongside.methods.alliance.strain import USUAL_THRESHOLD, Threshold
from alongside.methods.vocabulary.errors import AlongsideError

RENEWED_AFTER: Final = timedelta(days=30)
LOOKS_BACK: Final = timedelta(weeks=8)


USUAL_SHARE: Final = USUAL_THRESHOLD.probability
"""Of judged visits, pointed out by chance where nobody wished for anything else."""


@dataclass(frozen=True)
class Prompts:
    """How many prompts by chance each therapist gets now, and whose wish that was.

    wished: a week; None where nobody wished for any, and the usual share is pointed out. Then
    weeks_between: from one to the next, by the visits with the therapists whom the viewer looks
    after; None where too few clients stand behind it, so that it tells of nobody.
    reach: whether a wish is met, or as near to it as makes sense. is_counted: among the visits
    here.
    """

    wished: float | None
    weeks_between: int | None
    reach: Reach
    is_counted: bool
    set_by: str
    set_at: datetime | None


class NoVisitsToCount(AlongsideError):
    """No visit of the last eight weeks has been judged yet, so nobody can say how many prompts a
    week that would be. Set this once there is feedback."""


def set_alarm_budget(*, prompts_a_week: float, by: Actor, now: datetime) -> AlarmBudget:
    """The budget of the clinic from now on, and the threshold that it comes to.

    prompts_a_week: by chance, for each therapist. Courses are judged by it as the caller follows
    what was learned (`actions.follow_yardsticks`).
    Raises: NotFound, NoVisitsToCount, BudgetIsImpossible.
    """
    by = check(by, Deed.RECORD, Record(Segment.PROMPTS), now=now)
    return _keep(prompts_a_week, by=by, set_by_id=by.person_id, now=now)


def renew_old_budget(*, now: datetime) -> int:
    """How many budgets were a month old and now fit the visits of today. Run by the clock."""
    last = AlarmBudget.objects.last()
    if last is None or last.set_at > now - RENEWED_AFTER or not visits_a_week(now=now):
        return 0
    _keep(last.prompts_a_week, by=SYSTEM, set_by_id=last.set_by_id, now=now)
    return 1


def prompts_now(viewer: Viewer) -> Prompts:
    """What a supervisor may know of it. Raises: NotFound."""
    viewer.see(Record(Segment.PROMPTS))
    last = AlarmBudget.objects.select_related("set_by").last()
    if last is None:
        return Prompts(None, _weeks_between(viewer), Reach.AS_WISHED, False, "", None)
    return Prompts(
        wished=last.prompts_a_week,
        weeks_between=None,
        reach=Reach(last.reach),
        is_counted=last.n_visits > 0,
        set_by=last.set_by.display_name if last.set_by else "",
        set_at=last.set_at,
    )


def _weeks_between(viewer: Viewer) -> int | None:
    known = CoursePoint.objects.filter(series__therapist__in=viewer.therapists)
    known = known.exclude(client__kept_from__person=viewer.person)
    judged = _judged_lately(known, now=viewer.now)
    if len({client for client, _ in judged}) < SMALLEST_TOTAL:
        return None
    return max(1, round(1.0 / (USUAL_SHARE * _a_week(judged))))


def visits_a_week(*, now: datetime) -> float:
    """Judged visits a week of each therapist who had any in the last eight weeks; 0 without any."""
    return _a_week(_judged_lately(CoursePoint.objects.all(), now=now))


def _judged_lately(points: QuerySet[CoursePoint], *, now: datetime) -> list[tuple[int, int]]:
    """The client and the therapist of each visit that was judged in the last eight weeks."""
    lately = points.filter(at__gt=now - LOOKS_BACK, at__lte=now).select_related("series")
    return [
        (row.client_id, row.series.therapist_id)
        for row in lately
        if point_in(row).signal is not None
    ]


def _a_week(judged: Sequence[tuple[int, int]]) -> float:
    if not judged:
        return 0.0
    therapists = {therapist for _, therapist in judged}
    return len(judged) / len(therapists) / (LOOKS_BACK / timedelta(weeks=1))


def _keep(prompts_a_week: float, *, by: Actor, set_by_id: int | None, now: datetime) -> AlarmBudget:
    a_week = visits_a_week(now=now)
    if not a_week:
        raise NoVisitsToCount
    budget = budget_for(prompts_a_week=prompts_a_week, visits_a_week=a_week)
    threshold, n_visits = _threshold(budget)
    with transaction.atomic():
        row = AlarmBudget.objects.create(
            prompts_a_week=prompts_a_week,
            visits_a_week=a_week,
            threshold=threshold.probability,
            reach=budget.reach,
            n_visits=n_visits,
            set_by_id=set_by_id,
            set_at=now,
        )
        audit("set_alarm_budget", by=by, now=now, subject=row, prompts_a_week=prompts_a_week)
    return row


def _threshold(budget: Budget) -> tuple[Threshold, int]:
    """By the count of the visits judged here, where there are enough; else by the model."""
    newest = CoursePoint.objects.order_by("-at", "-visit_id")[: 2 * MOST_SCORED_VISITS]
    signals = [point_in(row).signal for row in newest]
    chances = [signal.probability for signal in reversed(signals) if signal is not None]
    counted = threshold_of_share(budget.threshold.probability, chances)
    if isinstance(counted, TooFewScoredVisits):
        return budget.threshold, 0
    return counted, min(len(chances), MOST_SCORED_VISITS)
