"""What a therapist may know of an alliance, from what the client has released by now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.policy import Record, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.bridge import course_of
from alongside.clinic.alliance.course import Course, Point
from alongside.clinic.alliance.models import AllianceSeries, Change, Repair, RepairSource
from alongside.clinic.alliance.repairs import repair_record
from alongside.clinic.instruments.bridge import questionnaire_of, scoring_of
from alongside.clinic.instruments.models import Answer, InstrumentVersion, Respondent, Slot
from alongside.clinic.people.models import Client
from alongside.clinic.statements import Given, Parameter, Select
from alongside.clinic.visits.models import Visit
from alongside.methods.instruments.answers import AnswerState
from alongside.methods.instruments.scoring import InstrumentRole, ItemRole
from alongside.methods.vocabulary.translated import Translated

WORDS_STAY_ON_THE_BOARD = timedelta(weeks=4)
WORD_ROLES = (ItemRole.OPEN_QUESTION, ItemRole.RESPECT_TEXT)

ALLIANCE_VERSIONS = Select(
    lambda: InstrumentVersion.objects.filter(role=InstrumentRole.ALLIANCE).only("fingerprint")
)
SUMMARIES = Select(
    lambda: AllianceSeries.objects.filter(therapist=Parameter("therapist")).only(
        "client", "therapist", "summary"
    )
)
OPEN_REPAIRS = Select(
    lambda: (
        Repair.objects.open()
        .shown_to_therapist(Parameter("now"))
        .filter(series__therapist=Parameter("therapist"))
        .order_by("-visit__ends_at", "-pk")
        .select_related("visit")
    )
)


@dataclass(frozen=True)
class FacetRatings:
    """One facet of one visit as both saw it. Missing: None is not answered or not shared."""

    name: str
    title: Translated
    client: float | None
    therapist: float | None


@dataclass(frozen=True)
class VisitRatings:
    """One visit with its facets, and the relief apart from them."""

    visit: Visit
    facets: tuple[FacetRatings, ...]
    relief: float | None
    is_strain: bool


@dataclass(frozen=True)
class ClientWords:
    """What a client wrote after a visit, and what will change because of it."""

    answer: Answer
    visit: Visit
    question: Translated
    text: str
    is_concern: bool
    change: Change | None


@dataclass(frozen=True)
class Alliance:
    """All that one therapist may know of their alliance with one client."""

    series: AllianceSeries | None
    course: Course
    repairs: tuple[Repair, ...]
    words: tuple[ClientWords, ...]
    ratings: tuple[VisitRatings, ...]

    @property
    def summary(self) -> dict[str, Any]:
        """What a board shows; empty before the first feedback."""
        return dict(self.series.summary) if self.series else {}

    @property
    def is_open_to_supervision(self) -> bool:
        """Whether somebody opened the ratings to the therapist's supervisor."""
        return self.series is not None and self.series.opened_to_supervision_at is not None


@dataclass(frozen=True)
class OpenRepair:
    """What a board knows of a repair that is still open."""

    public_id: str
    client_id: int
    source: str
    state: str
    signal: dict[str, Any]
    visit_at: datetime
    is_with_supervision: bool


def alliance_of(viewer: Viewer, client: Client, visits: Iterable[Visit]) -> Alliance:
    """The alliance of this therapist with a client. `visits` are those of the client.

    Raises: NotFound.
    """
    record = Record(Segment.ALLIANCE, client_id=client.pk, therapist_id=viewer.person.pk)
    viewer.see(record)
    own = [visit for visit in visits if visit.therapist_id == viewer.person.pk]
    series = AllianceSeries.objects.filter(client=client, therapist=viewer.person).first()
    course = course_of(series)
    repairs = tuple(
        Repair.objects.filter(series__client=client, series__therapist=viewer.person)
        .shown_to_therapist(viewer.now)
        .select_related("visit", "series__therapist")
        .prefetch_related("steps")
        .order_by("-visit__ends_at", "-pk")
    )
    words = words_of(own, now=viewer.now)
    for repair in repairs:
        viewer.see(repair_record(repair, now=viewer.now))
    if words:
        viewer.see(replace(record, segment=Segment.ANSWERS, is_released=True))
    if any(each.change for each in words):
        viewer.see(replace(record, segment=Segment.CHANGES))
    return Alliance(
        series=series,
        course=course,
        repairs=repairs,
        words=words,
        ratings=ratings_of(course, own),
    )


def ratings_of(course: Course, visits: Iterable[Visit]) -> tuple[VisitRatings, ...]:
    """The rated visits with every facet that was asked, the latest first."""
    by_id = {visit.pk: visit for visit in visits}
    return tuple(
        _ratings(point, by_id[point.visit_id])
        for point in reversed(course.points)
        if point.visit_id in by_id
    )


def _ratings(point: Point, visit: Visit) -> VisitRatings:
    asked = visit.feedback_slot or visit.therapist_slot
    assert asked is not None  # a visit without slots has no point
    scoring = scoring_of(asked.version)
    client, therapist = point.facets or {}, point.therapist_facets or {}
    return VisitRatings(
        visit=visit,
        facets=tuple(
            FacetRatings(name, scoring.facet_title(name), client.get(name), therapist.get(name))
            for name in scoring.facets
        ),
        relief=point.relief,
        is_strain=point.is_strain,
    )


def facet_that_fell_most(course: Course, visit_id: int) -> str:
    """The facet farthest below its mean over the earlier visits; empty when none fell."""
    at = next((n for n, point in enumerate(course.points) if point.visit_id == visit_id), 0)
    earlier: dict[str, list[float]] = defaultdict(list)
    for point in course.points[:at]:
        for name, value in (point.facets or {}).items():
            earlier[name].append(value)
    now = (course.points[at].facets or {}) if course.points else {}
    falls = {
        name: sum(earlier[name]) / len(earlier[name]) - value
        for name, value in now.items()
        if earlier.get(name)
    }
    most = max(falls, key=lambda name: falls[name], default="")
    return most if most and falls[most] > 0 else ""


def words_of(visits: Iterable[Visit], *, now: datetime) -> tuple[ClientWords, ...]:
    """What the client wrote after these visits and has released by now, the latest first."""
    by_slot = {visit.feedback_slot_id: visit for visit in visits if visit.feedback_slot_id}
    answers = (
        Answer.objects.released_by(now)
        .filter(
            response__slot__in=by_slot,
            response__submitted_at__isnull=False,
            state=AnswerState.ANSWERED,
            link_id__in=word_questions(),
        )
        .select_related("response", "change")
    )
    found = []
    for answer in answers:
        visit = by_slot[answer.response.slot_id]
        assert visit.feedback_slot is not None
        version = visit.feedback_slot.version
        role = scoring_of(version).role_of(answer.link_id)
        if role not in WORD_ROLES:
            continue
        found.append(
            ClientWords(
                answer=answer,
                visit=visit,
                question=questionnaire_of(version).item(answer.link_id).text,
                text=str(answer.value),
                is_concern=role is ItemRole.RESPECT_TEXT,
                change=getattr(answer, "change", None),
            )
        )
    return tuple(sorted(found, key=lambda each: (each.visit.ends_at, each.answer.pk), reverse=True))


def word_questions() -> frozenset[str]:
    """The linkIds of every question that is answered in the client's own words."""
    links = (
        scoring_of(version).item_with_role(role)
        for version in ALLIANCE_VERSIONS.all()
        for role in WORD_ROLES
    )
    return frozenset(link for link in links if link)


def has_words_waiting(
    therapist_id: Given[int],
    questions: frozenset[str],
    *,
    since: Given[datetime],
    now: Given[datetime],
) -> Exists:
    """Of a client row: whether words of the last weeks have had no answer from this therapist."""
    return Exists(
        Slot.objects.filter(
            client=OuterRef("pk"),
            therapist=therapist_id,
            respondent=Respondent.CLIENT,
            opens_at__gte=since,
            response__submitted_at__isnull=False,
            response__answers__link_id__in=questions,
            response__answers__state=AnswerState.ANSWERED,
            response__answers__released_at__lte=now,
            response__answers__change__isnull=True,
        )
    )


def summaries_of(viewer: Viewer) -> dict[int, dict[str, Any]]:
    """What the board shows of each alliance of this therapist, by the client's id."""
    rows = SUMMARIES.all(therapist=viewer.person.pk)
    return {row.client_id: row.summary for row in rows}


def open_repairs_of(viewer: Viewer) -> dict[int, list[OpenRepair]]:
    """The open repairs that this therapist may know of, by the client's id."""
    found: dict[int, list[OpenRepair]] = defaultdict(list)
    rows = OPEN_REPAIRS.all(therapist=viewer.person.pk, now=viewer.now)
    for row in rows:
        repair = OpenRepair(
            public_id=row.public_id,
            client_id=row.client_id,
            source=row.source,
            state=row.state,
            signal=row.signal,
            visit_at=row.visit.ends_at,
            is_with_supervision=row.supervision_since is not None,
        )
        found[row.client_id].append(repair)
    return found


def repair_of(viewer: Viewer, public_id: str) -> Repair:
    """A repair that this therapist may know of.

    Raises: NotFound.
    """
    repair = (
        Repair.objects.shown_to_therapist(viewer.now)
        .filter(
            public_id=public_id,
            series__therapist=viewer.person,
            series__client__in=viewer.clients,
        )
        .select_related("series__client", "visit")
        .first()
    )
    if repair is None:
        raise NotFound
    viewer.see(repair_record(repair, now=viewer.now))
    return repair


def is_concern(repair: Repair | OpenRepair) -> bool:
    """Whether it began with a respect flag and not with the ratings."""
    return repair.source == RepairSource.CONCERN
