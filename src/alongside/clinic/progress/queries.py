"""Who on a caseload needs attention, and all that a therapist may know of one client."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from alongside.clinic.access.policy import Record, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.queries import (
    WORDS_STAY_ON_THE_BOARD,
    Alliance,
    alliance_of,
    has_words_waiting,
    open_repairs_of,
    summaries_of,
    word_questions,
)
from alongside.clinic.instruments.bridge import scoring_of
from alongside.clinic.people.models import Client, Role
from alongside.clinic.progress.attention import Standing, most_pressing
from alongside.clinic.progress.bridge import cut_off_of, is_assumed, norms_of
from alongside.clinic.progress.models import ProgressSeries
from alongside.clinic.statements import Parameter, Select
from alongside.clinic.visits.models import Visit
from alongside.clinic.visits.queries import next_visits, untold_visits, visits_seen, with_silence
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


@dataclass(frozen=True)
class ClientRecord:
    """All that one therapist may know of one client at this moment."""

    client: Client
    standing: Standing
    alliance: Alliance
    progress: tuple[ProgressCourse, ...]
    visits: tuple[Visit, ...]


def caseload_of(viewer: Viewer, *, named: str = "") -> list[Standing]:
    """The clients in this therapist's care, who needs attention first; then by name.

    `named` keeps those whose name or number holds these letters, whatever their case and accents.
    """
    if not viewer.is_a(Role.THERAPIST):
        return []
    clients = _caseload(word_questions()).all(**_this_moment(viewer))
    wanted = plain_letters(named)
    shown = [client for client in clients if _is_named(client, wanted)]
    viewer.looks.at_list({client.pk for client in shown}, Segment.IDENTITY)
    return _standings(viewer, shown)


def record_of(viewer: Viewer, client: Client) -> ClientRecord:
    """All that this therapist may know of a client in their care.

    Raises: NotFound.
    """
    visits = visits_seen(viewer, client)
    return ClientRecord(
        client=client,
        standing=_standings(viewer, _one_of_them(viewer, client))[0],
        alliance=alliance_of(viewer, client, visits),
        progress=progress_of(viewer, client),
        visits=tuple(visits),
    )


def progress_of(viewer: Viewer, client: Client) -> tuple[ProgressCourse, ...]:
    """The client's courses, one a scale.

    Raises: NotFound.
    """
    viewer.see(Record(Segment.PROGRESS, client_id=client.pk))
    rows = ProgressSeries.objects.filter(client=client).select_related("instrument")
    courses = (_course(series) for series in rows.order_by("pk"))
    return tuple(course for course in courses if course is not None)


def plain_letters(text: str) -> str:
    """The text in lower case and without accents, as people type when they search."""
    small = text.strip().casefold()
    if small.isascii():
        return small
    parted = unicodedata.normalize("NFKD", small)
    return "".join(letter for letter in parted if not unicodedata.combining(letter))


def _is_named(client: Client, wanted: str) -> bool:
    names = (client.display_name, client.code)
    return not wanted or any(wanted in plain_letters(name) for name in names)


def _this_moment(viewer: Viewer) -> dict[str, Any]:
    return {
        "therapist": viewer.person.pk,
        "today": viewer.today,
        "now": viewer.now,
        "since": viewer.now - WORDS_STAY_ON_THE_BOARD,
    }


def _clients(questions: frozenset[str]) -> QuerySet[Any]:
    """The clients of a caseload with their silence, and whether words to `questions` wait."""
    therapist, now = Parameter("therapist"), Parameter("now")
    in_care = Client.objects.in_care_of(therapist, Parameter("today"))
    words = has_words_waiting(therapist, questions, since=Parameter("since"), now=now)
    rows: QuerySet[Any] = with_silence(in_care, therapist, now=now).annotate(has_words=words)
    return rows


@lru_cache(maxsize=8)
def _caseload(questions: frozenset[str]) -> Select[Any]:
    return Select(lambda: _clients(questions))


@lru_cache(maxsize=8)
def _one(questions: frozenset[str]) -> Select[Any]:
    return Select(lambda: _clients(questions).filter(pk=Parameter("client")))


def _one_of_them(viewer: Viewer, client: Client) -> list[Any]:
    return _one(word_questions()).all(client=client.pk, **_this_moment(viewer))


def _standings(viewer: Viewer, clients: Iterable[Any]) -> list[Standing]:
    """Where these clients of the viewer stand, who needs attention first."""
    summaries, repairs, comes = summaries_of(viewer), open_repairs_of(viewer), next_visits(viewer)
    worse, untold = _worse(viewer), untold_visits(viewer)
    found = []
    for client in clients:
        reason, repair = most_pressing(
            repairs.get(client.pk, ()),
            is_silent=bool(client.is_silent),
            is_worse=client.pk in worse,
            has_words_waiting=client.has_words,
            has_untold_visit=client.pk in untold,
        )
        found.append(
            Standing(client, reason, repair, summaries.get(client.pk, {}), comes.get(client.pk))
        )
    return sorted(
        found,
        key=lambda each: (each.reason, plain_letters(each.client.display_name), each.client.pk),
    )


def _worse(viewer: Viewer) -> set[int]:
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
