"""The report of one client, as the therapist who asks may see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.template import engines
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_lazy

from alongside.clinic.access.checks import NotFound, check
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.bridge import course_of
from alongside.clinic.alliance.came_back import visits_that_came_back
from alongside.clinic.alliance.course import Course, Point
from alongside.clinic.alliance.models import AllianceSeries, Repair, RepairSource
from alongside.clinic.alliance.repair_states import RepairState
from alongside.clinic.audit.actions import audit
from alongside.clinic.people.models import Client, Clinic
from alongside.clinic.progress.models import ProgressSeries
from alongside.clinic.progress.queries import ProgressCourse, progress_of
from alongside.interfaces.shared import stylesheet
from alongside.interfaces.shared.charts.score_drawing import Mark, ScorePoint
from alongside.interfaces.shared.component import Words
from alongside.interfaces.shared.components.score_chart import ScoreChart
from alongside.interfaces.shared.dates import noon_of, short_date
from alongside.interfaces.shared.progress_graph import progress_graph
from alongside.interfaces.shared.progress_words import progress_words
from alongside.interfaces.shared.sentences import rarity_sentences, told

TEMPLATE: Final = Path(__file__).parent / "templates" / "cli" / "client_report.html"
STATES: Final[dict[str, Words]] = {
    RepairState.NOTICED: gettext_lazy("noticed, not yet talked about"),
    RepairState.TALKED_ABOUT: gettext_lazy("talked about, the client has not said yet"),
    RepairState.CONFIRMED: gettext_lazy("talked about, as both say"),
    RepairState.NOT_CONFIRMED: gettext_lazy("not yet talked about, as the client says"),
    RepairState.REPAIRED: gettext_lazy("repaired"),
    RepairState.WITHDRAWN: gettext_lazy("withdrawn: it no longer holds"),
}


@dataclass(frozen=True)
class Section:
    """One graph with its sentences; its table stands below it, open, for paper."""

    chart: ScoreChart
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class ClientReport:
    """What the report says, all in the reader's language."""

    clinic: str
    is_demo: bool
    language: str
    name: str
    code: str
    therapist: str
    made_on: str
    alliance: Section
    repairs: tuple[str, ...]
    progress: tuple[Section, ...]
    facts: dict[str, Any]

    @property
    def styles(self) -> SafeString:
        """The house's stylesheet, in the page itself, so that one file is all of it."""
        return mark_safe(stylesheet.current().text)  # noqa: S308  # our own sheet

    def html(self) -> str:
        """The page, whole: it asks for nothing from anywhere."""
        template = engines["django"].from_string(TEMPLATE.read_text(encoding="utf-8"))
        return template.render({"report": self})


def make_client_report(viewer: Viewer, code: str, clinic: Clinic) -> ClientReport:
    """The report; that it was made is audited.

    Raises: NotFound, when the client is not in the viewer's care today.
    """
    client = viewer.clients.filter(pk__in=Client.objects.numbered(code)).first()
    if client is None:
        raise NotFound
    for segment in (Segment.IDENTITY, Segment.ALLIANCE, Segment.STRAIN, Segment.PROGRESS):
        record = Record(segment, client_id=client.pk, therapist_id=viewer.person.pk)
        reader = check(viewer.actor, Deed.SEE, record, now=viewer.now)
    with transaction.atomic():
        report = _report(viewer, client, clinic)
        audit(
            "report_client",
            by=reader,
            now=viewer.now,
            subject=client,
            client_id=client.pk,
        )
    return report


def _report(viewer: Viewer, client: Client, clinic: Clinic) -> ClientReport:
    series = AllianceSeries.objects.filter(client=client, therapist=viewer.person).first()
    course = course_of(series)
    repairs = list(
        Repair.objects.filter(series__client=client, series__therapist=viewer.person)
        .shown_to_therapist(viewer.now)
        .select_related("visit")
        .order_by("visit__ends_at", "pk")
    )
    followed = ProgressSeries.objects.filter(client=client).select_related("instrument")
    progress = [
        _progress(course, number, clinic.zone)
        for number, course in enumerate(progress_of(viewer, client))
        if course.checks
    ]
    return ClientReport(
        clinic=clinic.name,
        is_demo=clinic.is_demo,
        language=get_language() or "en",
        name=client.display_name,
        code=client.code,
        therapist=viewer.person.display_name,
        made_on=short_date(viewer.now, clinic.zone),
        alliance=_alliance(course, repairs, clinic.zone),
        repairs=tuple(_repair_words(repair, clinic.zone) for repair in repairs),
        progress=tuple(progress),
        facts={
            "ratings": [
                {"at": point.at.isoformat(), "score": point.score, "is_strain": point.is_strain}
                for point in course.points
            ],
            "progress": [
                {
                    "instrument": each.instrument.url,
                    "scale": each.scale,
                    "points": [{"on": p["on"], "score": p["score"]} for p in each.points],
                    "change": each.change,
                }
                for each in followed.order_by("pk")
                if each.points
            ],
        },
    )


def _alliance(course: Course, repairs: list[Repair], zone: tzinfo) -> Section:
    repaired = visits_that_came_back(repairs, course.points)
    chart = ScoreChart(
        title=gettext("How the visits were, as the client rated them"),
        points=tuple(
            ScorePoint(
                point.at,
                point.score,
                tuple(_marks(point, repaired)),
            )
            for point in course.points
        ),
        zone=zone,
        direction=gettext("Higher is better."),
        chart_id="alliance",
    )
    strains = [point for point in course.points if point.is_strain]
    return Section(chart, tuple(_strain_words(point, zone) for point in strains))


def _marks(point: Point, repaired: frozenset[int]) -> Iterator[Mark]:
    if point.is_strain:
        yield Mark.STRAIN
    if point.visit_id in repaired:
        yield Mark.REPAIR


def _strain_words(point: Point, zone: tzinfo) -> str:
    signal = point.signal
    assert signal is not None  # a strain has one
    lower = gettext("{day}: lower than usual for this client.")
    rarity = rarity_sentences(signal.one_in, signal.n_before)
    return f"{lower.format(day=short_date(point.at, zone))} {rarity}"


def _repair_words(repair: Repair, zone: tzinfo) -> str:
    what = (
        gettext("The client said that something felt wrong")
        if repair.source == RepairSource.CONCERN
        else gettext("A strain")
    )
    day = short_date(repair.visit.ends_at, zone)
    return gettext("{what}, visit of {day}: {state}.").format(
        what=what, day=day, state=STATES[repair.state]
    )


def _progress(course: ProgressCourse, number: int, zone: tzinfo) -> Section:
    points = [ScorePoint(noon_of(check.on, zone), check.score) for check in course.checks]
    sentences = [*progress_words(course), f"{course.instrument}: {told(course.label)}."]
    if course.change is not None:
        sentences.insert(
            1,
            gettext("Index of change {index}, reliable beyond {critical}.").format(
                index=f"{course.change.index:.2f}", critical=f"{course.change.critical:.2f}"
            ),
        )
    return Section(
        progress_graph(course, points, zone, chart_id=f"progress-{number}"), tuple(sentences)
    )
