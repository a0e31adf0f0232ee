"""The expected course of the clinic's clients on a scale: learned, kept, and held against a client.

The first check is the intake, and each later one is counted by the week since then, so that weeks
without a check count as well. Everything here runs inside the transaction of the action that calls
it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import numpy as np

from alongside.clinic.instruments.models import Instrument
from alongside.clinic.people.models import Care
from alongside.clinic.progress.bridge import norms_of
from alongside.clinic.progress.models import LearnedCourse, ProgressSeries
from alongside.methods.instruments.scoring import Scale
from alongside.methods.progress.courses import Courses, log_visits
from alongside.methods.progress.expected_course import (
    INTAKE,
    CourseSignal,
    ExpectedCourse,
    fit_expected_course,
)
from alongside.methods.progress.growth_model import GrowthFit
from alongside.methods.progress.local_course import FEWEST_CLIENTS, blended, cold_start
from alongside.methods.progress.norms import Norms

DAYS_A_WEEK: Final = 7


@dataclass(frozen=True)
class WeeklyScore:
    """A check after the first: the number of its week, the first being 1, and its score."""

    week: int
    score: float


@dataclass(frozen=True)
class OwnCourse:
    """A client's checks as a course: what they began with, and what came after."""

    intake: float
    later: tuple[WeeklyScore, ...]


def own_course_of(points: Sequence[Mapping[str, Any]]) -> OwnCourse | None:
    """The course in the points of a series; None before the first check.

    Of several checks in one week the last counts; one in the week of the first is not counted.
    """
    if not points:
        return None
    began = date.fromisoformat(points[0]["on"])
    by_week = {
        1 + (date.fromisoformat(point["on"]) - began).days // DAYS_A_WEEK: point["score"]
        for point in points[1:]
    }
    later = (WeeklyScore(week, score) for week, score in sorted(by_week.items()) if week > 1)
    return OwnCourse(points[0]["score"], tuple(later))


def last_learned(instrument_id: int, scale: Scale) -> LearnedCourse | None:
    """What was learned last of the course on a scale."""
    return LearnedCourse.objects.filter(instrument_id=instrument_id, scale=scale.name).last()


def course_by(learned: LearnedCourse | None, scale: Scale) -> ExpectedCourse | None:
    """What was learned, else what the norms let assume; None for a scale without norms."""
    if learned is not None:
        return ExpectedCourse.from_dict(learned.parameters)
    norms = norms_of(scale)
    return cold_start(norms) if norms is not None else None


def judge(series: ProgressSeries, scale: Scale) -> None:
    """The series with its standing by what was learned last; not saved."""
    learned = last_learned(series.instrument_id, scale)
    series.judged_by = learned
    series.standing = standing_of(series.points, course_by(learned, scale))


def standing_of(
    points: Sequence[Mapping[str, Any]], course: ExpectedCourse | None
) -> dict[str, Any] | None:
    """Where the last check stands; None while it is too early or nothing is expected."""
    own = own_course_of(points)
    if course is None or own is None or not own.later:
        return None
    last = own.later[-1]
    signal = course.standing(last.week, last.score, own.intake)
    if not isinstance(signal, CourseSignal):
        return None
    return {
        "week": last.week,
        "standing": signal.standing.value,
        "probability": signal.probability,
        "expected": signal.expected.mean,
        "sd": signal.expected.sd,
    }


def learned_from(
    rows: Iterable[ProgressSeries], norms: Norms
) -> tuple[ExpectedCourse, dict[str, Any] | None]:
    """The course that these series teach, mixed with what the norms let assume; and its facts."""
    assumed = cold_start(norms)
    owns = {row.client_id: own for row in rows if (own := own_course_of(row.points)) and own.later}
    found = fit_expected_course(_courses_of(owns), norms.better)
    if not isinstance(found, tuple):
        return assumed, None
    clinics_own, fit = found
    facts = _facts(fit) if fit.n_clients >= FEWEST_CLIENTS else None
    return blended(assumed, clinics_own), facts


def _courses_of(owns: Mapping[int, OwnCourse]) -> Courses:
    clients = sorted(owns)
    rows = [
        (place, each.week, each.score)
        for place, client in enumerate(clients)
        for each in owns[client].later
    ]
    of_client = _therapists_of(clients)
    therapists = {person: place for place, person in enumerate(sorted(set(of_client.values())))}
    is_known = clients and len(of_client) == len(clients)
    return Courses(
        client=np.array([row[0] for row in rows], dtype=np.int64),
        time=log_visits(np.array([row[1] for row in rows], dtype=np.int64)),
        score=np.array([row[2] for row in rows], dtype=np.float64),
        intake={INTAKE: np.array([owns[client].intake for client in clients], dtype=np.float64)},
        therapist=np.array([therapists[of_client[client]] for client in clients])
        if is_known
        else None,
    )


def _therapists_of(clients: Iterable[int]) -> dict[int, int]:
    """The therapist who cared longest for each of these clients; the first of equals."""
    longest: dict[int, tuple[int, int]] = {}
    for care in Care.objects.filter(client_id__in=list(clients)).order_by("starts_on", "pk"):
        until = care.ends_on or date.max
        days = (until - care.starts_on).days
        if care.client_id not in longest or days > longest[care.client_id][0]:
            longest[care.client_id] = (days, care.therapist_id)
    return {client: therapist for client, (_, therapist) in longest.items()}


def _facts(fit: GrowthFit) -> dict[str, Any]:
    """What a model card tells of a fit."""
    return {
        "n_clients": fit.n_clients,
        "n_ratings": fit.n_ratings,
        "n_therapists": fit.n_therapists,
        "log_likelihood": fit.log_likelihood,
        "state": fit.state.value,
        "effects": dict(zip(fit.model.effects, fit.effects.tolist(), strict=True)),
        "standard_errors": dict(zip(fit.model.effects, fit.standard_errors.tolist(), strict=True)),
        "variances": {
            "level": float(fit.clients[0, 0]),
            "slope": float(fit.clients[1, 1]),
            "covariance": float(fit.clients[0, 1]),
            "therapist": fit.therapist,
            "noise": fit.noise,
        },
    }


def keep_learned(
    instrument: Instrument,
    scale: Scale,
    norms: Norms,
    rows: Iterable[ProgressSeries],
    now: datetime,
) -> LearnedCourse:
    """What these series teach, kept."""
    course, facts = learned_from(rows, norms)
    return LearnedCourse.objects.create(
        instrument=instrument,
        scale=scale.name,
        learned_at=now,
        parameters=course.to_dict(),
        facts=facts,
        n_clients=course.n_clients,
    )
