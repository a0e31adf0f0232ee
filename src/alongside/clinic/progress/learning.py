"""What a clinic's clients teach of the course to expect, and how well that holds; kept by month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

import numpy as np

from alongside.clinic.instruments.models import Instrument
from alongside.clinic.people.models import Care, Client
from alongside.clinic.progress.courses import OwnCourse, own_course_of
from alongside.clinic.progress.models import LearnedCourse, ProgressSeries
from alongside.clinic.progress.therapist_effects import Part, keep_parts
from alongside.methods.instruments.scoring import Scale
from alongside.methods.progress.courses import Courses, log_visits
from alongside.methods.progress.expected_course import INTAKE, ExpectedCourse, fit_expected_course
from alongside.methods.progress.growth_model import GrowthFit
from alongside.methods.progress.held_out import BoundaryHeld, Exceeded, boundary_held
from alongside.methods.progress.local_course import FEWEST_CLIENTS, blended, cold_start
from alongside.methods.progress.norms import Better, Norms
from alongside.methods.progress.therapist_effects import effects_of
from alongside.methods.vocabulary.calibration import NothingToCount
from alongside.methods.vocabulary.shapes import Counted

FOLDS: Final = 10
"""Parts of a clinic's clients, each judged by what all the others teach."""


@dataclass(frozen=True)
class Lesson:
    """What a clinic's clients teach of a course.

    facts: for the model card; parts: of each therapist, by their number. Of both nothing while the
    clinic has too few clients.
    """

    course: ExpectedCourse
    facts: dict[str, Any] | None = None
    parts: Mapping[int, Part] = field(default_factory=dict)


def learned_from(rows: Iterable[ProgressSeries], norms: Norms) -> Lesson:
    """What these series teach, mixed with what the norms let assume."""
    assumed = cold_start(norms)
    owns, days = {}, {}
    for row in rows:
        own = own_course_of(row.points)
        if own is not None and own.later:
            owns[row.client_id] = own
            days[row.client_id] = [date.fromisoformat(point["on"]) for point in row.points]
    therapists = _therapists_of(days)
    courses = _courses_of(owns, therapists)
    found = fit_expected_course(courses, norms.better)
    if not isinstance(found, tuple):
        return Lesson(assumed)
    clinics_own, fit = found
    course = blended(assumed, clinics_own, courses)
    if fit.n_clients < FEWEST_CLIENTS:
        return Lesson(course)
    weeks = np.array([each.week for client in sorted(owns) for each in owns[client].later])
    return Lesson(
        course,
        facts=_facts(fit) | {"held": _held(courses, weeks, norms, sorted(owns))},
        parts=_parts(fit, courses, sorted(set(therapists.values())), norms.better),
    )


def _parts(
    fit: GrowthFit, courses: Courses, therapists: Sequence[int], better: Better
) -> dict[int, Part]:
    """What is told of each therapist; nothing where some client's therapist is unknown."""
    if courses.therapist is None:
        return {}
    intake = courses.intake[INTAKE]
    of_all = float(intake.mean())
    return {
        person: Part(found, float(intake[courses.therapist == place].mean()), of_all)
        for place, (person, found) in enumerate(
            zip(therapists, effects_of(fit, courses.therapist, better), strict=False)
        )
    }


def _held(
    courses: Courses, weeks: Counted, norms: Norms, clients: Sequence[int]
) -> dict[str, Any] | None:
    """How often the boundary was exceeded by clients whom the course had not seen; None if unknown.

    It is that of the course in use, mixed with what is assumed as far as it is with all clients.
    """
    assumed = cold_start(norms)

    def learn(some: Courses, better: Better) -> Any:
        found = fit_expected_course(some, better)
        if not isinstance(found, tuple):
            return found
        own, fit = found
        return blended(assumed, replace(own, n_clients=len(clients)), some), fit

    languages = dict(Client.objects.filter(pk__in=clients).values_list("pk", "language"))
    held = boundary_held(
        courses,
        weeks,
        norms.better,
        FOLDS,
        np.random.default_rng(FOLDS),
        learn=learn,
        group=[languages[client] for client in clients],
    )
    if not isinstance(held, BoundaryHeld):
        return None
    return {
        "overall": _share(held.overall),
        "thirds": [_share(each) for each in held.thirds],
        "edges": held.edges,
        "languages": {name: _share(each) for name, each in held.groups.items()},
        "n_folds": FOLDS,
    }


def _share(found: Exceeded | NothingToCount) -> dict[str, float] | None:
    """How many checks lay beyond the boundary, of how many, of how many clients."""
    if isinstance(found, NothingToCount):
        return None
    return {
        "found": found.share.found,
        "n": found.share.n,
        "n_clients": found.n_clients,
        "error": found.error,
    }


def _courses_of(owns: Mapping[int, OwnCourse], of_client: Mapping[int, int]) -> Courses:
    clients = sorted(owns)
    rows = [
        (place, each.week, each.score)
        for place, client in enumerate(clients)
        for each in owns[client].later
    ]
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


def _therapists_of(days: Mapping[int, Sequence[date]]) -> dict[int, int]:
    """The therapist in whose care most of each client's checks lie; the earlier one of equals.

    days: of each client, on which they answered. Nobody for a client who was in no care by then.
    """
    n_checks: dict[int, Counter[int]] = defaultdict(Counter)
    for care in Care.objects.filter(client_id__in=list(days)).order_by("starts_on", "pk"):
        until = care.ends_on or date.max
        n_checks[care.client_id][care.therapist_id] += sum(
            care.starts_on <= day <= until for day in days[care.client_id]
        )
    return {client: found.most_common(1)[0][0] for client, found in n_checks.items()}


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
    """What these series teach, kept. Runs inside a transaction."""
    lesson = learned_from(rows, norms)
    learned = LearnedCourse.objects.create(
        instrument=instrument,
        scale=scale.name,
        learned_at=now,
        parameters=lesson.course.to_dict(),
        facts=lesson.facts,
        n_clients=lesson.course.n_clients,
    )
    keep_parts(learned, lesson.parts)
    return learned
