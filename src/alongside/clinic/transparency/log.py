"""Who has seen a client's record, as the client may read it: people apart from the system."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from alongside.clinic.access.looks import LISTED, LOOKED
from alongside.clinic.access.models import Emergency
from alongside.clinic.access.policy import Record, Relation, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.audit.actor import ActorKind
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.people.models import FormerRecord, Person
from alongside.clinic.people.queries import clinic_zone
from alongside.clinic.transparency.models import Question
from alongside.clinic.visits.models import Visit, VisitState

REPORTED = "report_client"
HUMAN = (LOOKED, LISTED, REPORTED)
AROUND_A_VISIT = timedelta(hours=2)


class Occasion(StrEnum):
    """What the time of a look tells about its purpose."""

    VISIT = "visit"  # within two hours of a visit with this very person
    OTHER = "other"


@dataclass(frozen=True)
class Look:
    """One person on one day: what they saw, when first and last, how often, as what."""

    on: date
    person: Person | None
    first_at: datetime
    last_at: datetime
    n_records: int
    is_only_listed: bool
    segments: frozenset[Segment]
    relations: frozenset[Relation]
    occasion: Occasion
    emergencies: tuple[Emergency, ...]
    question: Question | None

    @property
    def is_emergency(self) -> bool:
        return bool(self.emergencies)


@dataclass(frozen=True)
class SystemDeed:
    """What Alongside did by itself with this record in one month, how often."""

    month: date
    deed: str
    n: int


@dataclass(frozen=True)
class AccessLog:
    """All looks at one record, the latest first, and apart from them what no person did."""

    looks: tuple[Look, ...]
    system: tuple[SystemDeed, ...]
    questions: tuple[Question, ...]


def own_log(viewer: Viewer) -> AccessLog:
    """Who has seen the viewer's own record.

    Raises: NotFound.
    """
    client = viewer.own_client
    number = client.pk if client else None
    viewer.see(Record(Segment.ACCESS_LOG, client_id=number))
    events = list(
        AuditEvent.objects.filter(client_id__in=_numbers_of(number)).order_by("-at", "-pk")
    )
    seen = [each for each in events if each.deed in HUMAN]
    questions = tuple(
        Question.objects.filter(client=number)
        .select_related("about", "answered_by")
        .order_by("-asked_at")
    )
    return AccessLog(
        looks=_looks(seen, client_id=number or 0, questions=questions),
        system=_system([each for each in events if each.deed not in HUMAN]),
        questions=questions,
    )


def looks_of(client_id: int, person_id: int, day: date) -> Look | None:
    """What one person saw of one client on one day, for whoever answers a question about it."""
    rows = AuditEvent.objects.filter(
        client_id__in=_numbers_of(client_id), actor_person_id=person_id, deed__in=HUMAN
    ).order_by("-at", "-pk")
    found = _looks(list(rows), client_id=client_id, questions=())
    return next((look for look in found if look.on == day), None)


def _numbers_of(client_id: int | None) -> list[int | None]:
    """What the audit calls this client, also as what was once a second record of theirs."""
    former = FormerRecord.objects.filter(client=client_id)
    return [client_id, *former.values_list("number", flat=True)]


def _looks(
    events: list[AuditEvent], *, client_id: int, questions: Iterable[Question]
) -> tuple[Look, ...]:
    zone = clinic_zone()
    people = Person.objects.in_bulk({each.actor_person_id for each in events} - {None})
    emergencies = list(Emergency.objects.filter(client=client_id).select_related("reviewed_by"))
    visits = list(
        Visit.objects.filter(client=client_id).exclude(state=VisitState.CANCELLED)
        if client_id
        else ()
    )
    asked = {(each.about_id, each.looked_on): each for each in questions}
    days: dict[tuple[date, int | None], list[AuditEvent]] = defaultdict(list)
    for each in events:
        days[each.at.astimezone(zone).date(), each.actor_person_id].append(each)
    return tuple(
        Look(
            on=day,
            person=people.get(number) if number is not None else None,
            first_at=rows[-1].at,
            last_at=rows[0].at,
            n_records=sum(row.deed != LISTED for row in rows),
            is_only_listed=all(row.deed == LISTED for row in rows),
            segments=frozenset(Segment(name) for row in rows for name in _words(row, "segments")),
            relations=frozenset(Relation(name) for row in rows for name in _words(row, "relation")),
            occasion=_occasion(rows, visits, number),
            emergencies=tuple(
                each
                for each in emergencies
                if each.person_id == number and each.opened_at.astimezone(zone).date() == day
            ),
            question=asked.get((number, day)),
        )
        for (day, number), rows in days.items()
    )


def _words(row: AuditEvent, name: str) -> list[str]:
    return str(row.detail.get(name, "")).split()


def _occasion(rows: list[AuditEvent], visits: list[Visit], person_id: int | None) -> Occasion:
    """By the records that were opened; a name on a list has no occasion of its own."""
    opened = [row.at for row in rows if row.deed == LOOKED]
    theirs = [visit for visit in visits if visit.therapist_id == person_id]
    is_by_a_visit = opened and all(
        any(
            visit.starts_at - AROUND_A_VISIT <= at <= visit.ends_at + AROUND_A_VISIT
            for visit in theirs
        )
        for at in opened
    )
    return Occasion.VISIT if is_by_a_visit else Occasion.OTHER


def _system(events: Iterable[AuditEvent]) -> tuple[SystemDeed, ...]:
    zone = clinic_zone()
    counts: dict[tuple[date, str], int] = defaultdict(int)
    for each in events:
        if each.actor_kind in (ActorKind.SYSTEM, ActorKind.OPERATOR):
            counts[each.at.astimezone(zone).date().replace(day=1), each.deed] += 1
    ordered = sorted(counts.items(), key=lambda item: (item[0][0], item[0][1]), reverse=True)
    return tuple(SystemDeed(month, deed, n) for (month, deed), n in ordered)
