"""What a clinic's own visits teach of drifting away, and how well that holds.

Everything here runs inside the transaction of the action that calls it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import Case as Choice
from django.db.models import CharField, F, QuerySet, Value, When
from django.db.models.functions import Cast

from alongside.clinic.alliance.bridge import point_in
from alongside.clinic.alliance.course import EMPTY_SUMMARY, summary_after
from alongside.clinic.alliance.models import CoursePoint, Repair, RepairSource
from alongside.clinic.engagement.bridge import (
    IN,
    OVER,
    Seen,
    Signs,
    Span,
    Told,
    VisitRow,
    seen_in,
    tell_changes,
    tell_ratings,
    tell_standing,
    tell_strains,
)
from alongside.clinic.engagement.days import number_of_day, numbers_of_days
from alongside.clinic.people.models import Care
from alongside.clinic.people.queries import clinic_zone
from alongside.clinic.progress.bridge import main_scale_of
from alongside.clinic.progress.courses import course_by, last_learned, standing_of
from alongside.clinic.progress.models import ProgressSeries
from alongside.clinic.statements import Given
from alongside.clinic.visits.models import Visit, VisitState
from alongside.methods.engagement.attendance import (
    HORIZON_DAYS,
    consecutive_misses,
    landmarks_by_days,
)
from alongside.methods.engagement.hazard import (
    FEWEST_PEOPLE,
    HazardModel,
    NoModel,
    WorseThanPublished,
    fit_hazard,
    out_of_fold_chances,
)
from alongside.methods.engagement.known import Known
from alongside.methods.engagement.published_risks import probability_published
from alongside.methods.vocabulary.calibration import (
    Brier,
    Calibration,
    Discrimination,
    ReliabilityCurve,
    calibration_of,
)
from alongside.methods.vocabulary.shapes import Chances, Counted, Outcomes

FORGOTTEN: Final = date.max.toordinal()


@dataclass(frozen=True)
class Lessons:
    """Every contact of which it is known what came after it, with all that was known there."""

    known: Known
    misses: Counted
    drifted_away: Outcomes
    people: Counted

    @property
    def n_people(self) -> int:
        """How many clients they are of."""
        return len(np.unique(self.people))


@dataclass(frozen=True)
class Learned:
    """The clinic's own model or why there is none, and what a model card tells; see the row."""

    model: HazardModel | NoModel
    facts: dict[str, Any] | None


def visit_rows(visits: QuerySet[Visit], *, now: Given[datetime]) -> QuerySet[Visit, Any]:
    """Visits that have begun as rows for `seen_in`, client by client in the order of the days."""
    answered = Choice(
        When(feedback_slot__response__submitted_at__isnull=False, then=Value(IN)),
        When(state=VisitState.HELD, feedback_slot__expires_at__lte=now, then=Value(OVER)),
        output_field=CharField(null=True),
    )
    return (
        visits.filter(starts_at__lte=now)
        .annotate(answered=answered, began=Cast("starts_at", CharField()))
        .order_by("client_id", "starts_at", "pk")
        .values_list("client_id", "therapist_id", "began", "state", "answered")
    )


def lessons_of_clinic(*, now: datetime) -> Lessons | None:
    """What the clinic's visits so far can teach; None before the first one.

    Where care has ended, what came after is not known; nor where a visit within the weeks after
    is over and nobody said what became of it.
    """
    zone = clinic_zone()
    rows = list(visit_rows(Visit.objects.all(), now=now))
    seen = seen_in(rows, zone)
    if seen is None:
        return None
    seen_until = _seen_until(seen, rows, zone, today=number_of_day(now, zone))
    landmarks = landmarks_by_days(seen.contacts, seen_until=seen_until)
    chosen = landmarks.is_landmark
    return Lessons(
        known=seen.known(signs_so_far(zone)).among(chosen),
        misses=consecutive_misses(seen.contacts)[chosen],
        drifted_away=landmarks.drifted_away[chosen],
        people=seen.contacts.client[chosen],
    )


def learned_from(lessons: Lessons, *, on: date, rng: np.random.Generator) -> Learned:
    """The model that these lessons give, and how well it holds for people it has not seen.

    rng: parts the people into folds.
    """
    model = fit_hazard(
        lessons.known,
        lessons.drifted_away,
        lessons.people,
        version=on.isoformat(),
        fitted_on=on.isoformat(),
        horizon=f"{HORIZON_DAYS} days",
    )
    if lessons.n_people < FEWEST_PEOPLE:
        return Learned(model, None)
    held = held_published = _calibration(probability_published(lessons.misses), lessons)
    if isinstance(model, HazardModel):
        chances = out_of_fold_chances(
            lessons.known, lessons.misses, lessons.drifted_away, lessons.people, rng=rng
        )
        held = _calibration(chances, lessons)
    if _is_worse(held, held_published):
        model, held = WorseThanPublished(), held_published
    return Learned(
        model,
        {
            "n_people": lessons.n_people,
            "n_landmarks": held.n,
            "n_events": held.n_events,
            "own_share": model.own_share if isinstance(model, HazardModel) else 0.0,
            **_held(held),
            "brier_of_published": _brier(held_published),
        },
    )


def _calibration(chances: Chances, lessons: Lessons) -> Calibration:
    return calibration_of(chances, lessons.drifted_away, groups=lessons.people)


def _is_worse(held: Calibration, than: Calibration) -> bool:
    mine, theirs = _brier(held), _brier(than)
    return mine is not None and theirs is not None and mine > theirs


def _held(held: Calibration) -> dict[str, Any]:
    """How well chances hold, as plain values; None for what cannot be told yet."""
    area, curve = held.discrimination, held.curve
    return {
        "brier": _brier(held),
        "area": [area.value, area.lowest, area.highest]
        if isinstance(area, Discrimination)
        else None,
        "curve": [
            [
                each.predicted,
                each.observed.value,
                each.observed.lowest,
                each.observed.highest,
                each.n,
            ]
            for each in curve.bins
        ]
        if isinstance(curve, ReliabilityCurve)
        else None,
    }


def _brier(held: Calibration) -> float | None:
    return held.brier.value if isinstance(held.brier, Brier) else None


def _seen_until(
    seen: Seen,
    rows: Iterable[VisitRow],
    zone: ZoneInfo,
    *,
    today: int,
) -> Counted:
    """For each contact the last day up to which all that came after it is on record."""
    assert seen.contacts.day is not None  # visits have days
    untold: dict[int, list[int]] = defaultdict(list)
    booked = [row for row in rows if row[3] == VisitState.BOOKED]
    days_of_booked = numbers_of_days([row[2] for row in booked], zone)
    for row, day in zip(booked, days_of_booked.tolist(), strict=True):
        untold[row[0]].append(day)
    ended = _care_ended_on()
    until = []
    clients, days = seen.contacts.client.tolist(), seen.contacts.day.tolist()
    for client_id, day in zip(clients, days, strict=True):
        gaps = untold.get(client_id, ())
        place = bisect_right(gaps, day)
        next_gap = gaps[place] - 1 if place < len(gaps) else today
        until.append(min(today, ended.get(client_id, FORGOTTEN), next_gap))
    return np.array(until, dtype=np.int64)


def _care_ended_on() -> dict[int, int]:
    """The number of the day on which the last care of a client ended; none while one goes on."""
    ended: dict[int, int] = {}
    for client_id, ends_on in Care.objects.values_list("client_id", "ends_on"):
        day = FORGOTTEN if ends_on is None else ends_on.toordinal()
        ended[client_id] = max(ended.get(client_id, 0), day)
    return ended


def signs_so_far(zone: ZoneInfo) -> Signs:
    """All that was ever told of a sign, from what is released by now."""
    signs: Signs = defaultdict(Told)
    began: dict[tuple[int, int], int] = {}
    for of, points in _points_by_pair():
        summary: Any = EMPTY_SUMMARY
        for point in points:
            day = number_of_day(point.at, zone)
            summary = summary_after(summary, point)
            tell_ratings(signs, of, day, summary)
            if summary["n"]:
                began.setdefault(of, day)
    spans: dict[tuple[int, int], list[Span]] = defaultdict(list)
    strains = Repair.objects.filter(source=RepairSource.STRAIN).values_list(
        "client_id", "series__therapist_id", "visit__ends_at", "closed_at"
    )
    for client_id, therapist_id, since, until in strains:
        closed = None if until is None else number_of_day(until, zone)
        spans[client_id, therapist_id].append(Span(number_of_day(since, zone), closed))
    for of, first in began.items():
        tell_strains(signs, of, spans.get(of, ()), since=first)
    _tell_standings(signs)
    tell_changes(signs, Care.objects.order_by("pk"))
    return signs


def _points_by_pair() -> Iterator[tuple[tuple[int, int], list[Any]]]:
    rows = CoursePoint.objects.annotate(therapist_id=F("series__therapist_id")).order_by(
        "series_id", "at", "visit_id"
    )
    of, points = None, []
    for row in rows.iterator():
        pair = (row.client_id, row.therapist_id)
        if pair != of and of is not None:
            yield of, points
            points = []
        of = pair
        points.append(point_in(row))
    if of is not None:
        yield of, points


def _tell_standings(signs: Signs) -> None:
    """Where each check stood, by what is known of courses today."""
    courses: dict[tuple[int, str], Any] = {}
    for series in ProgressSeries.objects.select_related("instrument").order_by("pk"):
        key = (series.instrument_id, series.scale)
        if key not in courses:
            scale = main_scale_of(series.instrument)
            is_followed = scale is not None and scale.name == series.scale
            courses[key] = (
                course_by(last_learned(series.instrument_id, scale), scale)
                if scale is not None and is_followed
                else None
            )
        for n, point in enumerate(series.points, start=1):
            standing = standing_of(series.points[:n], courses[key])
            day = date.fromisoformat(point["on"]).toordinal()
            tell_standing(signs, series.client_id, day, standing)
