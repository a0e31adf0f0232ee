"""The client's own courses: every score of theirs, whether or not a therapist may see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time
from itertools import groupby

from django.utils import timezone

from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.models import RepairSource
from alongside.clinic.alliance.repair_states import RepairState
from alongside.clinic.feedback.queries import missed_visits, own_forms, own_repairs
from alongside.clinic.instruments.bridge import scoring_of
from alongside.clinic.instruments.models import Slot
from alongside.clinic.people.queries import wall_clock
from alongside.clinic.progress.bridge import cut_off_of, is_assumed, norms_of
from alongside.clinic.progress.courses import course_by, last_learned
from alongside.clinic.progress.outlook import CourseBasis, ExpectedWeek, basis_of, outlook_of
from alongside.methods.instruments.scoring import Direction, InstrumentRole, Scale
from alongside.methods.progress.reliable_change import (
    ChangeReport,
    change_report,
    reliable_change_band,
)
from alongside.methods.vocabulary.translated import Translated


@dataclass(frozen=True)
class OwnPoint:
    """One visit or one week. Missing: `score` is None when too little was answered, or missed."""

    at: datetime
    score: float | None
    is_low: bool = False
    is_repaired: bool = False
    is_missed: bool = False


@dataclass(frozen=True)
class OwnChange:
    """What became of the first score by the last: a category, and whether both methods say so."""

    category: str
    first: float
    last: float
    methods_agree: bool


@dataclass(frozen=True)
class OwnCourse:
    """All scores of one scale, with one therapist where the scale is about the two of them.

    `band` holds the scores that are no reliable change from the first. `expected` is where 8 of 10
    are who began like this, once this clinic's own clients tell of it; empty before.
    """

    therapist: str
    title: Translated
    label: Translated
    lowest: float
    highest: float
    is_higher_better: bool
    points: tuple[OwnPoint, ...]
    is_validated: bool
    is_assumed: bool = False
    cut_off: float | None = None
    band: tuple[float, float] | None = None
    change: OwnChange | None = None
    expected: tuple[ExpectedWeek, ...] = ()

    @property
    def n_scores(self) -> int:
        return sum(point.score is not None for point in self.points)


def own_visit_courses(viewer: Viewer) -> tuple[OwnCourse, ...]:
    """How visits felt, one course for each therapist, the one of the latest visit first.

    Raises: NotFound.
    """
    slots = sorted(
        own_forms(viewer, InstrumentRole.ALLIANCE),
        key=lambda slot: (slot.therapist_id or 0, slot.version.instrument_id),
    )
    low, repaired = _strained_slots(viewer), _repaired_slots(viewer, slots)
    courses = []
    for (therapist_id, _), group in groupby(
        slots, key=lambda slot: (slot.therapist_id or 0, slot.version.instrument_id)
    ):
        own = sorted(group, key=_moment)
        scale = scoring_of(own[-1].version).main_scale
        if scale is None:
            continue
        assert viewer.own_client is not None
        points = [
            OwnPoint(_moment(slot), _score(slot, scale), slot.pk in low, slot.pk in repaired)
            for slot in own
        ]
        points += [
            OwnPoint(visit.starts_at, None, is_missed=True)
            for visit in missed_visits(viewer.own_client, [therapist_id])
            if visit.starts_at > points[0].at
        ]
        courses.append(_course(own[-1], scale, points))
    return tuple(sorted(courses, key=lambda course: course.points[-1].at, reverse=True))


def own_progress_courses(viewer: Viewer) -> tuple[OwnCourse, ...]:
    """How the weeks went, one course for each instrument that the client has answered.

    Raises: NotFound.
    """
    courses = []
    slots = sorted(
        own_forms(viewer, InstrumentRole.PROGRESS), key=lambda slot: slot.version.instrument_id
    )
    for _, group in groupby(slots, key=lambda slot: slot.version.instrument_id):
        own = sorted(group, key=_moment)
        scale = scoring_of(own[-1].version).main_scale
        if scale is not None:
            points = [OwnPoint(_moment(slot), _score(slot, scale)) for slot in own]
            course = _course(own[-1], scale, points)
            courses.append(replace(course, expected=_expected(own[-1], scale, course.points)))
    return tuple(courses)


def _moment(slot: Slot) -> datetime:
    visit = getattr(slot, "visit", None)
    if visit is not None:
        return visit.starts_at  # type: ignore[no-any-return]  # reverse one-to-one
    filled_on = slot.response.filled_on
    if filled_on is not None:
        return timezone.make_aware(datetime.combine(filled_on, time(12)))
    return slot.response.submitted_at or slot.opens_at


def _score(slot: Slot, scale: Scale) -> float | None:
    score = slot.response.scores.get(scale.name)
    return None if score is None else float(score)


def _strained_slots(viewer: Viewer) -> frozenset[int | None]:
    """The visits at which a strain began; a window may hold good ones besides."""
    repairs = own_repairs(viewer).filter(source=RepairSource.STRAIN)
    repairs = repairs.exclude(state=RepairState.WITHDRAWN)
    return frozenset(repairs.values_list("visit__feedback_slot_id", flat=True))


def _repaired_slots(viewer: Viewer, slots: Iterable[Slot]) -> frozenset[int]:
    """The last visit of a pair by the day on which a strain of theirs was repaired."""
    repairs = own_repairs(viewer).filter(
        source=RepairSource.STRAIN, state=RepairState.REPAIRED, closed_at__isnull=False
    )
    found = set()
    for repair in repairs:
        before = [
            slot
            for slot in slots
            if slot.therapist_id == repair.series.therapist_id
            and repair.closed_at is not None
            and repair.visit.starts_at < _moment(slot) <= repair.closed_at
        ]
        if before:
            found.add(max(before, key=_moment).pk)
    return frozenset(found)


def _course(slot: Slot, scale: Scale, points: list[OwnPoint]) -> OwnCourse:
    points.sort(key=lambda point: point.at)
    scores = [point.score for point in points if point.score is not None]
    scoring, norms = scoring_of(slot.version), norms_of(scale)
    cut_off = cut_off_of(scale, norms)
    band = reliable_change_band(scores[0], norms) if norms is not None and scores else None
    lowest, highest = float(scale.lowest), float(scale.highest)
    return OwnCourse(
        therapist=slot.therapist.display_name if slot.therapist else "",
        title=scale.title,
        label=scoring.label,
        lowest=lowest,
        highest=highest,
        is_higher_better=scale.direction is Direction.HIGHER_IS_BETTER,
        points=tuple(points),
        is_validated=scoring.is_validated,
        is_assumed=is_assumed(scale),
        cut_off=cut_off,
        band=(max(band.lowest, lowest), min(band.highest, highest)) if band else None,
        change=_change(scores, scale, cut_off),
    )


def _expected(slot: Slot, scale: Scale, points: Iterable[OwnPoint]) -> tuple[ExpectedWeek, ...]:
    learned = last_learned(slot.version.instrument_id, scale)
    course = course_by(learned, scale)
    if course is None or basis_of(course) is CourseBasis.ASSUMED:
        return ()
    outlook = outlook_of(
        [
            {"on": wall_clock(point.at).date().isoformat(), "score": point.score}
            for point in points
            if point.score is not None
        ],
        course,
        lowest=float(scale.lowest),
        highest=float(scale.highest),
    )
    return outlook.expected if outlook else ()


def _change(scores: list[float], scale: Scale, cut_off: float | None) -> OwnChange | None:
    norms = norms_of(scale)
    if norms is None or len(scores) < 2:
        return None
    report = change_report(scores[0], scores[-1], norms, cut_off=cut_off)
    if not isinstance(report, ChangeReport):
        return None
    return OwnChange(report.main.category.value, scores[0], scores[-1], report.methods_agree)
