"""How clients are doing over time, as far as somebody may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from alongside.clinic.access.policy import Record, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.instruments.bridge import scoring_of
from alongside.clinic.people.models import Client
from alongside.clinic.progress.bridge import cut_off_of, is_assumed, norms_of
from alongside.clinic.progress.courses import course_by
from alongside.clinic.progress.models import ProgressSeries
from alongside.clinic.progress.outlook import Outlook, outlook_of
from alongside.clinic.statements import Parameter, Select
from alongside.methods.instruments.scoring import Direction
from alongside.methods.progress.expected_course import Standing
from alongside.methods.progress.reliable_change import Category, reliable_change_band
from alongside.methods.vocabulary.natural_frequency import natural_frequency
from alongside.methods.vocabulary.translated import Translated

WORSE = frozenset({Category.DETERIORATED, Category.HARMED})
AHEAD: Final = 0.9
"""The chance of a check at least as bad, beyond which it is better than 9 of 10."""
IN_CARE = Select(
    lambda: ProgressSeries.objects.filter(
        client__in=Client.objects.in_care_of(Parameter("therapist"), Parameter("today")),
        change__isnull=False,
    ).only("client", "instrument", "scale", "change", "standing")
)


@dataclass(frozen=True)
class OffCourse:
    """The last check lies beyond the boundary of what clients who began like this one score.

    one_in: how many of them there are for each that scores as badly in that week. n_in_a_row: so
    many of the last checks lie there. occasion: the same for all checks in a row, and for no other.
    """

    week: int
    one_in: int
    n_in_a_row: int
    occasion: str


@dataclass(frozen=True)
class ProgressSigns:
    """What the checks of one client ask attention for.

    worse: what the last check is reliably worse by; None where it is not. standing: where the last
    check lies on the expected course; None while nobody can tell.
    """

    worse: Category | None
    off_course: OffCourse | None
    standing: Standing | None = None


@dataclass(frozen=True)
class Check:
    """One check on the course."""

    on: date
    score: float


@dataclass(frozen=True)
class Change:
    """What the change from first to last means by Jacobson-Truax, and by Edwards-Nunnally.

    index: the reliable change index; beyond `critical`, either way, it is reliable.
    """

    category: Category
    sensitivity: Category
    index: float
    critical: float


@dataclass(frozen=True)
class ProgressCourse:
    """How a client is doing on one scale, from the checks released by now.

    `band` holds the scores that are no reliable change from the first. `change` is None while there
    is nothing to compare. `standing` is where the last check
    lies on the expected course; None while it is too early, or without norms. `is_ahead`: it is
    better than what 9 of 10 come to who began like this.
    """

    title: Translated
    label: Translated
    instrument: str
    checks: tuple[Check, ...]
    lowest: float
    highest: float
    is_higher_better: bool
    cut_off: float | None
    band: tuple[float, float] | None
    change: Change | None
    is_assumed: bool
    outlook: Outlook | None
    standing: Standing | None
    is_ahead: bool
    off_course: OffCourse | None


def progress_of(viewer: Viewer, client: Client) -> tuple[ProgressCourse, ...]:
    """The client's courses, one a scale.

    Raises: NotFound.
    """
    viewer.see(Record(Segment.PROGRESS, client_id=client.pk))
    rows = ProgressSeries.objects.filter(client=client).select_related("instrument", "judged_by")
    courses = (_course(series) for series in rows.order_by("pk"))
    return tuple(course for course in courses if course is not None)


def signs_in_care_of(viewer: Viewer) -> dict[int, ProgressSigns]:
    """What the checks of the clients in this therapist's care ask attention for, by client.

    Of several scales of one client the worst counts.
    """
    found: dict[int, ProgressSigns] = {}
    for series in IN_CARE.all(therapist=viewer.person.pk, today=viewer.today):
        before = found.get(series.client_id, NO_SIGNS)
        found[series.client_id] = ProgressSigns(
            worse=before.worse or _worse(series),
            off_course=max(
                (each for each in (before.off_course, _off_course(series)) if each),
                key=lambda each: each.one_in,
                default=None,
            ),
            standing=max(
                (each for each in (before.standing, _standing(series)) if each),
                key=list(Standing).index,
                default=None,
            ),
        )
    return found


NO_SIGNS: Final = ProgressSigns(worse=None, off_course=None)


def _standing(series: ProgressSeries) -> Standing | None:
    return Standing(series.standing["standing"]) if series.standing else None


def _worse(series: ProgressSeries) -> Category | None:
    category = Category(series.change["category"])
    return category if category in WORSE else None


def _off_course(series: ProgressSeries) -> OffCourse | None:
    found = series.standing
    if found is None or found["standing"] != Standing.OFF_COURSE:
        return None
    # Standings that were kept before checks in a row were counted tell of the last one alone.
    since = found.get("off_course_since", found["week"])
    return OffCourse(
        week=found["week"],
        one_in=natural_frequency(found["probability"]),
        n_in_a_row=found.get("n_off_course", 1),
        occasion=f"{series.instrument_id}/{since}",
    )


def _course(series: ProgressSeries) -> ProgressCourse | None:
    version = series.instrument.current
    scoring = scoring_of(version) if version else None
    scale = scoring.scale(series.scale) if scoring else None
    if version is None or scoring is None or scale is None:
        return None
    checks = tuple(
        Check(date.fromisoformat(point["on"]), point["score"]) for point in series.points
    )
    norms = norms_of(scale)
    lowest, highest = float(scale.lowest), float(scale.highest)
    course = course_by(series.judged_by, scale)
    band = None
    if norms is not None and checks:
        found = reliable_change_band(checks[0].score, norms)
        band = (max(found.lowest, lowest), min(found.highest, highest))
    return ProgressCourse(
        title=scale.title,
        label=scoring.label,
        instrument=version.title,
        checks=checks,
        lowest=lowest,
        highest=highest,
        is_higher_better=scale.direction is Direction.HIGHER_IS_BETTER,
        cut_off=cut_off_of(scale, norms),
        band=band,
        change=_change(series.change) if series.change else None,
        is_assumed=is_assumed(scale),
        outlook=outlook_of(series.points, course, lowest=lowest, highest=highest)
        if course
        else None,
        standing=_standing(series),
        is_ahead=bool(series.standing and series.standing["probability"] > AHEAD),
        off_course=_off_course(series),
    )


def _change(kept: Mapping[str, Any]) -> Change:
    return Change(
        category=Category(kept["category"]),
        sensitivity=Category(kept["sensitivity"]),
        index=kept["index"],
        critical=kept["critical"],
    )
