"""What a client asks of their own record: forms that wait, what changed, how it went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Q, QuerySet

from alongside.clinic.access.checks import NotFound, can, check
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.models import (
    AllianceSeries,
    Change,
    Repair,
    RepairSource,
    RepairStep,
)
from alongside.clinic.alliance.repair_states import CLIENT_EVENTS, OPEN, RepairEvent, RepairState
from alongside.clinic.alliance.repairs import repair_record
from alongside.clinic.audit.actor import Actor
from alongside.clinic.instruments.actions import answers_record
from alongside.clinic.instruments.bridge import questionnaire_of
from alongside.clinic.instruments.models import Respondent, Response, Slot
from alongside.clinic.people.models import Client
from alongside.clinic.people.queries import wall_clock
from alongside.clinic.visits.models import Visit
from alongside.methods.instruments.answers import AnswerState, write_answer
from alongside.methods.instruments.questionnaire import ItemType
from alongside.methods.instruments.scoring import InstrumentRole

PASTS_ON_A_PAGE = 20


class FormState(StrEnum):
    """Where a form stands for the one who holds its link."""

    OPEN = "open"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    CLOSED = "closed"
    HANDED_IN = "handed_in"


def form_state(slot: Slot, *, now: datetime) -> FormState:
    """Whether the form of a slot can be answered now, and if not, why."""
    if Response.objects.filter(slot=slot, submitted_at__isnull=False).exists():
        return FormState.HANDED_IN
    if slot.closed_at is not None:
        return FormState.CLOSED
    if now < slot.opens_at:
        return FormState.NOT_YET
    return FormState.OPEN if now < slot.expires_at else FormState.EXPIRED


@dataclass(frozen=True)
class Draft:
    """What was saved in a form so far, by linkId.

    `values` are as a form holds them, and empty for whoever may only put answers in.
    """

    saved: frozenset[str]
    values: Mapping[str, str]
    releases: Mapping[str, str]


def draft_of(slot: Slot, *, by: Actor, now: datetime) -> Draft:
    """The draft of a slot, as much of it as the policy lets this one see.

    Raises: NotFound.
    """
    check(by, Deed.ANSWER, answers_record(slot), now=now)
    rows = slot_answers(slot)
    saved = frozenset(rows)
    if not can(by, Deed.SEE, answers_record(slot), now=now):
        return Draft(saved, {}, {})
    return Draft(
        saved,
        {link_id: value for link_id, (value, _) in rows.items()},
        {link_id: release for link_id, (_, release) in rows.items()},
    )


def slot_answers(slot: Slot) -> dict[str, tuple[str, str]]:
    """The value, as a form holds it, and the release of each answered question, by linkId."""
    response = Response.objects.filter(slot=slot).first()
    if response is None:
        return {}
    answered = response.answers.filter(state=AnswerState.ANSWERED)
    return {row.link_id: (write_answer(row.value), row.release) for row in answered}


def day_of(slot: Slot) -> date:
    """The day that a form asks about: that of its visit, else the day it opened."""
    visit = Visit.objects.filter(feedback_slot=slot).first()
    return wall_clock(visit.starts_at if visit else slot.opens_at).date()


def changes_for(
    client: Client, *, by: Actor, now: datetime, only_unseen: bool = False
) -> tuple[Change, ...]:
    """What changed because of what the client said: the unseen first, then the latest.

    Raises: NotFound.
    """
    check(by, Deed.SEE, Record(Segment.CHANGES, client_id=client.pk), now=now)
    changes = Change.objects.filter(client=client).select_related(
        "answer__response__slot__visit", "therapist"
    )
    if only_unseen:
        changes = changes.filter(seen_at__isnull=True)
    found = sorted(changes, key=lambda change: change.written_at, reverse=True)
    return tuple(sorted(found, key=lambda change: change.seen_at is not None))


@dataclass(frozen=True)
class Due:
    """One form that waits for the client. `visit` is the one that it asks about, if any."""

    slot: Slot
    visit: Visit | None
    n_questions: int
    n_saved: int


def forms_due(client: Client, *, now: datetime) -> tuple[Due, ...]:
    """The forms that the client can answer now: those on visits, then what closes first."""
    slots = (
        Slot.objects.open_at(now)
        .filter(client=client, respondent=Respondent.CLIENT)
        .select_related("version", "therapist", "visit", "response")
        .prefetch_related("response__answers")
        .order_by("expires_at", "pk")
    )
    return tuple(sorted((_due(slot) for slot in slots), key=lambda due: due.visit is None))


def _due(slot: Slot) -> Due:
    questionnaire = questionnaire_of(slot.version)
    written = (ItemType.TEXT, ItemType.STRING)
    n_questions = sum(
        not item.enable_when and item.type not in written for item in questionnaire.questions
    )
    response = getattr(slot, "response", None)
    n_saved = (
        0
        if response is None
        else sum(row.state == AnswerState.ANSWERED for row in response.answers.all())
    )
    return Due(slot, getattr(slot, "visit", None), n_questions, n_saved)


def own_slot(viewer: Viewer, public_id: str) -> Slot:
    """A form of the client who looks.

    Raises: NotFound.
    """
    slot = (
        Slot.objects.select_related("version", "client", "therapist", "visit")
        .filter(public_id=public_id, client=viewer.own_client, respondent=Respondent.CLIENT)
        .first()
    )
    if slot is None or viewer.own_client is None:
        raise NotFound
    viewer.see(answers_record(slot))
    return slot


def own_alliances(viewer: Viewer) -> QuerySet[AllianceSeries]:
    """The alliances of the client who looks, one a therapist, without their ratings.

    Raises: NotFound.
    """
    if viewer.own_client is None:
        raise NotFound
    viewer.see(Record(Segment.ALLIANCE, client_id=viewer.own_client.pk))
    return (
        AllianceSeries.objects.filter(client=viewer.own_client)
        .select_related("client", "therapist")
        .defer("belief", "population", "summary")
        .order_by("pk")
    )


def own_alliance(viewer: Viewer, therapist_key: str) -> AllianceSeries:
    """The alliance of the client who looks with one therapist.

    Raises: NotFound.
    """
    series = own_alliances(viewer).filter(therapist__public_id=therapist_key).first()
    if series is None:
        raise NotFound
    return series


def own_repair(viewer: Viewer, public_id: str) -> Repair:
    """A repair of the client who looks.

    Raises: NotFound.
    """
    repair = own_repairs(viewer).filter(public_id=public_id).first()
    if repair is None:
        raise NotFound
    viewer.see(repair_record(repair, now=viewer.now))
    return repair


def own_repairs(viewer: Viewer) -> QuerySet[Repair]:
    """Every repair of the client who looks, the latest first."""
    if viewer.own_client is None:
        return Repair.objects.none()
    for segment in (Segment.STRAIN, Segment.CONCERN):
        viewer.see(Record(segment, client_id=viewer.own_client.pk))
    return (
        Repair.objects.filter(series__client=viewer.own_client)
        .select_related("series__therapist", "visit")
        .prefetch_related("steps")
        .order_by("-noticed_at", "-pk")
    )


def questions_of_repair(viewer: Viewer) -> tuple[Repair, ...]:
    """The repairs of which the therapist says that they were talked about: the client is asked."""
    return tuple(own_repairs(viewer).filter(state=RepairState.TALKED_ABOUT))


def agreed_in(repair: Repair, viewer: Viewer) -> tuple[RepairStep, ...]:
    """What the therapist wrote down of the talks since the client was last heard, the oldest first.

    Raises: NotFound.
    """
    viewer.see(repair_record(repair, now=viewer.now))
    notes: list[RepairStep] = []
    for step in repair.steps.all():
        if step.event in CLIENT_EVENTS:
            notes.clear()
        elif step.event == RepairEvent.TALKED_ABOUT and step.note:
            notes.append(step)
    return tuple(notes)


def concerns_of(viewer: Viewer) -> tuple[Repair, ...]:
    """The respect flags that the client raised and that are not closed."""
    return tuple(own_repairs(viewer).filter(source=RepairSource.CONCERN, state__in=OPEN))


def next_visit(client: Client, *, now: datetime) -> Visit | None:
    """The visit that comes next, or goes on now."""
    return Visit.objects.upcoming(now).filter(client=client).select_related("therapist").first()


def past_forms(viewer: Viewer, *, page: int = 1) -> tuple[tuple[Slot, ...], bool]:
    """A page of the client's own forms, the latest first; and whether more follow.

    Raises: NotFound.
    """
    if viewer.own_client is None:
        raise NotFound
    viewer.see(Record(Segment.ANSWERS, client_id=viewer.own_client.pk))
    start = (page - 1) * PASTS_ON_A_PAGE
    slots = list(
        handed_in(viewer.own_client)
        .prefetch_related("response__answers")
        .order_by("-response__submitted_at", "-pk")[start : start + PASTS_ON_A_PAGE + 1]
    )
    return tuple(slots[:PASTS_ON_A_PAGE]), len(slots) > PASTS_ON_A_PAGE


def handed_in(client: Client) -> QuerySet[Slot]:
    """The forms that the client handed in, also on paper."""
    return Slot.objects.filter(
        client=client,
        respondent=Respondent.CLIENT,
        response__submitted_at__isnull=False,
    ).select_related("version__instrument", "therapist", "response", "visit")


def own_forms(viewer: Viewer, role: InstrumentRole) -> tuple[Slot, ...]:
    """All handed-in forms of one kind of the client who looks, the oldest first."""
    if viewer.own_client is None:
        raise NotFound
    segment = Segment.ALLIANCE if role is InstrumentRole.ALLIANCE else Segment.PROGRESS
    viewer.see(Record(segment, client_id=viewer.own_client.pk))
    slots = handed_in(viewer.own_client).filter(version__role=role)
    return tuple(slots.order_by("opens_at", "pk"))


def missed_visits(client: Client, therapist_ids: Iterable[int]) -> tuple[Visit, ...]:
    """The visits that did not take place, the oldest first."""
    return tuple(
        Visit.objects.filter(
            Q(state="missed"), client=client, therapist_id__in=list(therapist_ids)
        ).order_by("starts_at")
    )
