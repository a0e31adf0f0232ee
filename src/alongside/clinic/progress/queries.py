"""How clients are doing over time, as far as somebody may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from alongside.clinic.access.policy import Record, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.instruments.bridge import scoring_of
from alongside.clinic.people.models import Client
from alongside.clinic.progress.bridge import cut_off_of, is_assumed, norms_of
from alongside.clinic.progress.models import ProgressSeries
from alongside.clinic.statements import Parameter, Select
from alongside.methods.instruments.scoring import Direction
from alongside.methods.progress.reliable_change import Category, reliable_change_band
from alongside.methods.vocabulary.translated import Translated

WORSE = frozenset({Category.DETERIORATED, Category.HARMED})
CHANGES = Select(
    lambda: ProgressSeries.objects.filter(
        client__in=Client.objects.in_care_of(Parameter("therapist"), Parameter("today")),
        change__isnull=False,
    ).only("client", "instrument", "scale", "change")
)


@dataclass(frozen=True)
class Check:
    """One check on the course."""

    on: date
    score: float


@dataclass(frozen=True)
class ProgressCourse:
    """How a client is doing on one scale, from the checks released by now.

    `band` holds the scores that are no reliable change from the first. `category` and
    `sensitivity` are what the change from first to last means by Jacobson-Truax and by
    Edwards-Nunnally; None while there is nothing to compare.
    """

    title: Translated
    label: Translated
    checks: tuple[Check, ...]
    lowest: float
    highest: float
    is_higher_better: bool
    cut_off: float | None
    band: tuple[float, float] | None
    category: Category | None
    sensitivity: Category | None
    is_assumed: bool


def progress_of(viewer: Viewer, client: Client) -> tuple[ProgressCourse, ...]:
    """The client's courses, one a scale.

    Raises: NotFound.
    """
    viewer.see(Record(Segment.PROGRESS, client_id=client.pk))
    rows = ProgressSeries.objects.filter(client=client).select_related("instrument")
    courses = (_course(series) for series in rows.order_by("pk"))
    return tuple(course for course in courses if course is not None)


def worse_in_care_of(viewer: Viewer) -> set[int]:
    """The clients in this therapist's care whose progress is reliably worse."""
    changes = CHANGES.all(therapist=viewer.person.pk, today=viewer.today)
    return {series.client_id for series in changes if series.change["category"] in WORSE}


def _course(series: ProgressSeries) -> ProgressCourse | None:
    version = series.instrument.current
    scoring = scoring_of(version) if version else None
    scale = scoring.scale(series.scale) if scoring else None
    if scoring is None or scale is None:
        return None
    checks = tuple(
        Check(date.fromisoformat(point["on"]), point["score"]) for point in series.points
    )
    norms, change = norms_of(scale), series.change
    band = None
    if norms is not None and checks:
        found = reliable_change_band(checks[0].score, norms)
        band = (
            max(found.lowest, float(scale.lowest)),
            min(found.highest, float(scale.highest)),
        )
    return ProgressCourse(
        title=scale.title,
        label=scoring.label,
        checks=checks,
        lowest=float(scale.lowest),
        highest=float(scale.highest),
        is_higher_better=scale.direction is Direction.HIGHER_IS_BETTER,
        cut_off=cut_off_of(scale, norms),
        band=band,
        category=Category(change["category"]) if change else None,
        sensitivity=Category(change["sensitivity"]) if change else None,
        is_assumed=is_assumed(scale),
    )
