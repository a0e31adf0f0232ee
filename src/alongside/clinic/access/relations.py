"""What an actor is to a record, read from the people and never from the request."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from alongside.clinic.access.models import Cover, Emergency, KeptFrom
from alongside.clinic.access.policy import Record, Relation, Segment
from alongside.clinic.audit.actor import Actor, ActorKind
from alongside.clinic.people.models import Care, Role, Supervision
from alongside.clinic.people.queries import day_of
from alongside.clinic.statements import Parameter, Select

CLINICIANS = frozenset({Role.THERAPIST, Role.SUPERVISOR})
BY_ROLE = {
    Role.ADMINISTRATOR: Relation.ADMINISTRATOR,
    Role.SUPERVISOR: Relation.SUPERVISOR,
    Role.PRIVACY_OFFICER: Relation.PRIVACY_OFFICER,
}
EMERGENCY = Select(
    lambda: Emergency.objects.open_at(Parameter("now")).filter(
        client=Parameter("client"), person=Parameter("person")
    )[:1]
)
KEPT_OUT = Select(
    lambda: KeptFrom.objects.filter(client=Parameter("client"), person=Parameter("person"))[:1]
)


def relations_of(actor: Actor, record: Record, *, now: datetime) -> frozenset[Relation]:
    """All relations that hold today, on the clinic's calendar."""
    return frozenset(_relations_of(actor, record, now))


def _relations_of(actor: Actor, record: Record, now: datetime) -> Iterator[Relation]:
    if actor.kind is ActorKind.SYSTEM:
        yield Relation.SYSTEM
    elif actor.kind is ActorKind.OPERATOR:
        yield Relation.OPERATOR
    elif actor.kind is ActorKind.BEARER:
        if record.slot_id is not None and actor.slot_id == record.slot_id:
            yield Relation.BEARER
        if actor.is_at_kiosk and record.client_id == actor.client_id:
            yield Relation.AT_KIOSK
    else:
        yield from _relations_of_person(actor, record, now)


def _relations_of_person(actor: Actor, record: Record, now: datetime) -> Iterator[Relation]:
    is_own = record.client_id is not None and actor.client_id == record.client_id
    if is_own or (record.person_id is not None and actor.person_id == record.person_id):
        yield Relation.SELF
    yield from _relations_by_role(actor, record, now)
    if record.client_id is None or not actor.roles:
        return
    assert actor.person_id is not None  # whoever signed in is somebody
    if KEPT_OUT.first(client=record.client_id, person=actor.person_id):
        yield Relation.KEPT_OUT
    if actor.roles & CLINICIANS:
        yield from _relations_of_clinician(actor, record, now)


def _relations_by_role(actor: Actor, record: Record, now: datetime) -> Iterator[Relation]:
    if record.author_id is not None and record.author_id == actor.person_id:
        yield Relation.AUTHOR
    yield from (relation for role, relation in BY_ROLE.items() if role in actor.roles)
    if actor.roles & CLINICIANS:
        yield Relation.CLINICIAN
    if record.therapist_id is None:
        return
    if record.segment is Segment.REVIEW and record.therapist_id == actor.person_id:
        yield Relation.REVIEWED
    if Role.SUPERVISOR in actor.roles and (
        Supervision.objects.on(day_of(now))
        .filter(supervisor_id=actor.person_id, therapist_id=record.therapist_id)
        .exists()
    ):
        yield Relation.SUPERVISING


def _relations_of_clinician(actor: Actor, record: Record, now: datetime) -> Iterator[Relation]:
    has_in_care = (
        Role.THERAPIST in actor.roles
        and Care.objects.on(day_of(now))
        .filter(client_id=record.client_id, therapist_id=actor.person_id)
        .exists()
    )
    if has_in_care:
        yield Relation.IN_CARE_OF
        if record.therapist_id == actor.person_id:
            yield Relation.ABOUT
        return
    standing_in = Cover.objects.open_at(now).filter(covering_id=actor.person_id)
    care = Care.objects.on(day_of(now)).filter(client_id=record.client_id)
    if care.filter(therapist_id__in=standing_in.values("absent_id")).exists():
        yield Relation.COVERING
    if EMERGENCY.first(client=record.client_id or 0, person=actor.person_id or 0, now=now):
        yield Relation.IN_EMERGENCY
