"""What a supervisor learns.

That a strain is unrepaired, that a client has gone silent, and a concern that the client told:
never who the client is, never a rating unless someone opened it, and of words only those that
the client released.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from alongside.clinic.access.checks import NotFound, may_as
from alongside.clinic.access.policy import Deed, Record, Relation, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.bridge import course_of
from alongside.clinic.alliance.came_back import visits_that_came_back
from alongside.clinic.alliance.course import Point
from alongside.clinic.alliance.models import (
    AllianceSeries,
    Repair,
    RepairQuerySet,
    RepairSource,
)
from alongside.clinic.alliance.repair_states import RepairEvent
from alongside.clinic.alliance.repairs import repair_record
from alongside.clinic.instruments.bridge import scoring_of
from alongside.clinic.instruments.models import Answer
from alongside.clinic.people.models import Care, Client, Person
from alongside.clinic.supervision.models import SupervisionNote
from alongside.clinic.supervision.outreach import n_overdue_for
from alongside.clinic.supervision.silence import Silence, by_name, silences_of
from alongside.methods.instruments.answers import AnswerState


@dataclass(frozen=True)
class Tried:
    """One event of a repair, without the words that went with it."""

    event: RepairEvent
    at: datetime


@dataclass(frozen=True)
class Note:
    """What a supervisor noted or answered."""

    words: str
    by: str
    at: datetime
    is_for_client: bool
    seen_at: datetime | None


@dataclass(frozen=True)
class Waiting:
    """One strain or concern as a supervisor may know it.

    `since` is when it came to supervision. Missing: `words` is empty unless this is a concern,
    the client told a supervisor of it, and its words are released.
    """

    public_id: str
    source: RepairSource
    therapist: Person
    noticed_at: datetime
    since: datetime
    tried: tuple[Tried, ...]
    notes: tuple[Note, ...]
    words: str = ""
    is_open: bool = True
    can_be_read_by_client: bool = True

    @property
    def is_concern(self) -> bool:
        return self.source is RepairSource.CONCERN


@dataclass(frozen=True)
class Opened:
    """The ratings of one pair, opened to supervision. Only released answers are in the points."""

    therapist: Person
    client_key: str
    opened_at: datetime
    is_opened_by_client: bool
    points: tuple[Point, ...] = ()
    repaired_visits: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Board:
    """All that waits for one supervisor, each list by therapist from A to Z, then by day.

    n_overdue: clients of the whole team whom somebody should have reached out to by now.
    """

    therapists: tuple[Person, ...]
    concerns: tuple[Waiting, ...]
    strains: tuple[Waiting, ...]
    silences: tuple[Silence, ...]
    n_overdue: int
    opened: tuple[Opened, ...]


def board_of(viewer: Viewer) -> Board:
    """Everything that this supervisor must know of today.

    A strain leaves the board with the end of care; a concern stays until the client is content.
    """
    therapists = _therapists(viewer)
    rows = _repairs(viewer).open()
    care = _care(viewer, therapists).filter(
        client=OuterRef("series__client"), therapist=OuterRef("series__therapist")
    )
    rows = rows.filter(Q(source=RepairSource.CONCERN) | Exists(care))
    reports = _waiting(rows, viewer)
    ordered = sorted(
        reports, key=lambda each: (by_name(each.therapist), each.since, each.public_id)
    )
    return Board(
        therapists=therapists,
        concerns=tuple(each for each in ordered if each.is_concern),
        strains=tuple(each for each in ordered if not each.is_concern),
        silences=silences_of(viewer),
        n_overdue=n_overdue_for(viewer),
        opened=_opened(viewer),
    )


def waiting_for(viewer: Viewer, public_id: str) -> Waiting:
    """One strain or concern that has come to this supervisor, open or closed.

    Raises: NotFound.
    """
    rows = _repairs(viewer).filter(public_id=public_id)
    found = _waiting(rows, viewer)
    if not found:
        raise NotFound
    viewer.see(repair_record(rows[0], now=viewer.now))
    return found[0]


def repair_for(viewer: Viewer, public_id: str) -> Repair:
    """The same as a row, for an action to work on.

    Raises: NotFound.
    """
    repair = _repairs(viewer).filter(public_id=public_id).first()
    if repair is None or not _may_see(repair_record(repair, now=viewer.now)):
        raise NotFound
    return repair


def opened_course(viewer: Viewer, therapist_key: str, client_key: str) -> Opened:
    """The ratings of one pair, once the client or the therapist has opened them.

    Raises: NotFound.
    """
    series = (
        AllianceSeries.objects.filter(
            therapist__in=_therapists(viewer),
            therapist__public_id=therapist_key,
            client__public_id=client_key,
        )
        .select_related("client", "therapist")
        .first()
    )
    if series is None or not _may_see(_alliance_record(series)):
        raise NotFound
    viewer.see(_alliance_record(series))
    points = course_of(series).points
    repaired = visits_that_came_back(series.repairs.select_related("visit"), points)
    return _opened_value(series, points=points, repaired_visits=repaired)


def supervision_answers(client: Client) -> QuerySet[SupervisionNote]:
    """What supervisors answered to this client's concerns, for the client's own pages."""
    return SupervisionNote.objects.filter(
        repair__series__client=client, is_for_client=True
    ).select_related("written_by", "repair__visit")


def _therapists(viewer: Viewer) -> tuple[Person, ...]:
    return tuple(sorted(viewer.therapists, key=by_name))


def _may_see(record: Record) -> bool:
    """Whether the policy lets the supervisor of the therapist see such a record.

    Assumes: the record is about a therapist out of `Viewer.therapists`.
    """
    return may_as(Relation.SUPERVISING, Deed.SEE, record)


def _care(viewer: Viewer, therapists: Iterable[Person]) -> QuerySet[Care]:
    care: QuerySet[Care] = Care.objects.on(viewer.today).filter(therapist__in=therapists)
    return care


def _repairs(viewer: Viewer) -> RepairQuerySet:
    return (
        Repair.objects.for_supervision()
        .filter(series__therapist__in=_therapists(viewer))
        .exclude(client__kept_from__person=viewer.person)
        .select_related("series__client", "series__therapist", "visit__feedback_slot__version")
        .defer("signal", "series__belief", "series__summary")
        .prefetch_related("steps", "supervision_notes__written_by")
    )


def _waiting(rows: QuerySet[Repair], viewer: Viewer) -> list[Waiting]:
    """The rows that the policy lets a supervisor see, as values."""
    now = viewer.now
    seen = [row for row in rows if _may_see(repair_record(row, now=now))]
    viewer.looks.at_list({row.client_id for row in seen}, Segment.STRAIN)
    words = _words_of(seen, now=now)
    return [
        Waiting(
            public_id=row.public_id,
            source=RepairSource(row.source),
            therapist=row.series.therapist,
            noticed_at=row.noticed_at,
            since=row.supervision_since or row.noticed_at,
            tried=tuple(Tried(RepairEvent(step.event), step.at) for step in row.steps.all()),
            notes=tuple(
                Note(
                    words=note.words,
                    by=note.written_by.display_name,
                    at=note.written_at,
                    is_for_client=note.is_for_client,
                    seen_at=note.seen_at,
                )
                for note in row.supervision_notes.all()
            ),
            words=words.get(row.pk, ""),
            is_open=row.is_open,
            can_be_read_by_client=row.series.client.person_id is not None,
        )
        for row in seen
    ]


def _words_of(repairs: Iterable[Repair], *, now: datetime) -> Mapping[int, str]:
    """The client's words about each concern, by the concern, where a supervisor may read them.

    Shared are words that the client wrote in the form in which they also said that a supervisor
    be told, and that they did not keep from their therapist. Whoever tells a supervisor later on
    is promised that the concern is told, not the words; whoever kept the words from the therapist
    has not clearly opened them to anybody else.
    """
    roles: dict[int, tuple[int, str, str]] = {}
    for repair in repairs:
        slot = repair.visit.feedback_slot
        if repair.source != RepairSource.CONCERN or slot is None:
            continue
        scoring = scoring_of(slot.version)
        words = scoring.item_with_role("respect_text")
        tells = scoring.item_with_role("respect_supervisor")
        if words and tells:
            roles[repair.pk] = (slot.pk, words, tells)
    if not roles:
        return {}
    answers = {
        (answer.response.slot_id, answer.link_id): answer
        for answer in Answer.objects.filter(
            response__slot__in={slot for slot, _, _ in roles.values()},
            response__submitted_at__isnull=False,
            link_id__in={link_id for _, *pair in roles.values() for link_id in pair},
            state=AnswerState.ANSWERED,
        ).select_related("response")
    }
    found: dict[int, str] = {}
    for repair_id, (slot_id, words, tells) in roles.items():
        text, told = answers.get((slot_id, words)), answers.get((slot_id, tells))
        is_told = told is not None and told.value is True
        if is_told and text and text.released_at is not None and text.released_at <= now:
            found[repair_id] = str(text.value)
    return found


def _alliance_record(series: AllianceSeries) -> Record:
    return Record(
        Segment.ALLIANCE,
        client_id=series.client_id,
        therapist_id=series.therapist_id,
        is_opened_to_supervision=series.opened_to_supervision_at is not None,
    )


def _opened(viewer: Viewer) -> tuple[Opened, ...]:
    rows = (
        AllianceSeries.objects.filter(
            therapist__in=_therapists(viewer), opened_to_supervision_at__isnull=False
        )
        .exclude(client__kept_from__person=viewer.person)
        .select_related("client", "therapist")
        .defer("belief", "summary")
    )
    opened = [_opened_value(row) for row in rows if _may_see(_alliance_record(row))]
    return tuple(sorted(opened, key=lambda each: (by_name(each.therapist), each.opened_at)))


def _opened_value(
    series: AllianceSeries,
    points: tuple[Point, ...] = (),
    repaired_visits: frozenset[int] = frozenset(),
) -> Opened:
    if series.opened_to_supervision_at is None:
        raise NotFound
    return Opened(
        therapist=series.therapist,
        client_key=series.client.public_id,
        opened_at=series.opened_to_supervision_at,
        is_opened_by_client=series.opened_to_supervision_by_id == series.client.person_id,
        points=points,
        repaired_visits=repaired_visits,
    )
