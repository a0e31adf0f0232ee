"""Which visits there are, and what is known of their feedback."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    Case,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.policy import Record, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.instruments.models import Slot
from alongside.clinic.outbox.models import Message
from alongside.clinic.people.models import Client, Person
from alongside.clinic.statements import Given, Parameter, Select, SelectValues
from alongside.clinic.visits.actions import FEEDBACK_INVITATION, LONGEST, attendance_record
from alongside.clinic.visits.models import Visit, VisitState

WITH_SLOTS = (
    "client",
    "therapist",
    "feedback_slot__version",
    "feedback_slot__response",
    "therapist_slot__version",
    "therapist_slot__response",
)

SILENT_VISITS = 2

VISITS_BETWEEN = Select(
    lambda: (
        Visit.objects.filter(
            therapist=Parameter("therapist"),
            client__in=Client.objects.in_care_of(Parameter("therapist"), Parameter("today")),
            starts_at__gte=Parameter("begin"),
            starts_at__lt=Parameter("end"),
        )
        .exclude(state=VisitState.CANCELLED)
        .select_related("client")
        .order_by("starts_at")
    )
)
NEXT_VISITS = SelectValues(
    lambda: (
        Visit.objects.upcoming(Parameter("now"))
        .filter(therapist=Parameter("therapist"), starts_at__gt=Parameter("earliest"))
        .order_by()
        .values("client_id")
        .annotate(comes_at=Min("starts_at"))
        .values_list("client_id", "comes_at")
    )
)
UNTOLD_VISITS = SelectValues(
    lambda: Visit.objects.filter(
        therapist=Parameter("therapist"),
        state=VisitState.BOOKED,
        ends_at__lte=Parameter("now"),
    ).values_list("client_id")
)


class FeedbackState(StrEnum):
    """Where the feedback of one visit stands, whatever was answered in it."""

    NOT_YET = "not_yet"
    OPEN = "open"
    IN = "in"
    OVER = "over"  # closed without an answer
    NONE = "none"  # the visit did not take place, or nobody was to be asked


def visit_of(viewer: Viewer, public_id: str) -> Visit:
    """One of this therapist's own visits with a client in their care today.

    Raises: NotFound.
    """
    visit = (
        Visit.objects.select_related(*WITH_SLOTS)
        .filter(public_id=public_id, therapist=viewer.person, client__in=viewer.clients)
        .first()
    )
    if visit is None:
        raise NotFound
    viewer.see(attendance_record(visit.client, visit.therapist))
    return visit


def visits_of(client: Client) -> list[Visit]:
    """Every visit of a client, the latest first, with its slots and responses."""
    return list(
        Visit.objects.filter(client=client)
        .select_related(*WITH_SLOTS)
        .order_by("-starts_at", "-pk")
    )


def visits_seen(viewer: Viewer, client: Client) -> list[Visit]:
    """Every visit of a client whose attendance this person may see, the latest first.

    Raises: NotFound.
    """
    viewer.see(Record(Segment.ATTENDANCE, client_id=client.pk))
    return visits_of(client)


def visits_on(viewer: Viewer, day: date, zone: ZoneInfo) -> list[Visit]:
    """This therapist's visits of one day on the clinic's calendar, with clients in their care."""
    visits = VISITS_BETWEEN.all(
        therapist=viewer.person.pk,
        today=viewer.today,
        begin=datetime.combine(day, time(), zone),
        end=datetime.combine(day + timedelta(days=1), time(), zone),
    )
    viewer.looks.at_list({visit.client_id for visit in visits}, Segment.IDENTITY)
    return visits


def next_visits(viewer: Viewer) -> dict[int, datetime]:
    """When each client of this therapist comes next, by the client's id; absent if never."""
    return dict(
        NEXT_VISITS.all(therapist=viewer.person.pk, now=viewer.now, earliest=viewer.now - LONGEST)
    )


def next_visit(visits: Iterable[Visit], therapist: Person, *, now: datetime) -> Visit | None:
    """The first visit still to come with this therapist."""
    ahead = [
        visit
        for visit in visits
        if visit.therapist_id == therapist.pk
        and visit.state == VisitState.BOOKED
        and visit.ends_at > now
    ]
    return min(ahead, key=lambda visit: visit.starts_at, default=None)


def feedback_state(visit: Visit, *, now: datetime) -> FeedbackState:
    """Where the client's feedback of a visit stands."""
    return _slot_state(visit.feedback_slot, now=now)


def rating_state(visit: Visit, *, now: datetime) -> FeedbackState:
    """Where the therapist's own rating of a visit stands."""
    return _slot_state(visit.therapist_slot, now=now)


def _slot_state(slot: Slot | None, *, now: datetime) -> FeedbackState:
    if slot is None or slot.closed_at is not None:
        return FeedbackState.NONE
    response = getattr(slot, "response", None)
    if response is not None and response.submitted_at is not None:
        return FeedbackState.IN
    if now < slot.opens_at:
        return FeedbackState.NOT_YET
    return FeedbackState.OPEN if now < slot.expires_at else FeedbackState.OVER


def invitation_of(visit: Visit) -> Message | None:
    """The message that carries the feedback link; None when there was no address to send it to."""
    return (
        Message.objects.filter(kind=FEEDBACK_INVITATION, subject_id=visit.feedback_slot_id)
        .order_by("-pk")
        .first()
        if visit.feedback_slot_id
        else None
    )


def untold_visits(viewer: Viewer) -> set[int]:
    """The ids of clients with a booked visit that is over and of which nobody said what became."""
    rows = UNTOLD_VISITS.all(therapist=viewer.person.pk, now=viewer.now)
    return {client_id for (client_id,) in rows}


def with_silence(
    clients: QuerySet[Client], therapist_id: Given[int], *, now: Given[datetime]
) -> QuerySet[Any]:
    """The clients, each with `is_silent`: two held visits in a row closed without feedback.

    Counts held visits whose feedback is in or over; what an answer was, and who may see it, has
    no part in it.
    """
    return clients.alias(last=_is_missing(therapist_id, now, back=0)).annotate(
        is_silent=Case(
            When(last=1, then=_is_missing(therapist_id, now, back=1)),
            default=Value(0),
            output_field=IntegerField(),
        )
    )


def unanswered_visits(client: Client, therapist: Person, *, now: datetime) -> list[Visit]:
    """The last two held visits of a client who is silent."""
    return list(
        Visit.objects.filter(
            client=client,
            therapist=therapist,
            state=VisitState.HELD,
            feedback_slot__expires_at__lte=now,
            feedback_slot__response__submitted_at__isnull=True,
        ).order_by("-starts_at")[:SILENT_VISITS]
    )


def _is_missing(therapist_id: Given[int], now: Given[datetime], *, back: int) -> Subquery:
    is_in = Q(feedback_slot__response__submitted_at__isnull=False)
    return Subquery(
        Visit.objects.alias(given_by=F("therapist_id") + 0)
        .filter(
            client=OuterRef("pk"),
            # Not the bare column: its index would read every visit that the therapist ever gave.
            given_by=therapist_id,
            state=VisitState.HELD,
            feedback_slot__isnull=False,
        )
        .filter(is_in | Q(feedback_slot__expires_at__lte=now))
        .order_by("-starts_at")
        .annotate(
            is_missing=Case(
                When(is_in, then=Value(0)), default=Value(1), output_field=IntegerField()
            )
        )
        .values("is_missing")[back : back + 1]
    )
