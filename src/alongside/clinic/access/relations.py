"""What an actor is to a record, read from the people and never from the request."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from alongside.clinic.access.policy import Record, Relation
from alongside.clinic.audit.actor import Actor, ActorKind
from alongside.clinic.people.models import Care, Role, Supervision
from alongside.clinic.people.queries import day_of


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
    if Role.ADMINISTRATOR in actor.roles:
        yield Relation.ADMINISTRATOR
    if Role.SUPERVISOR in actor.roles:
        yield Relation.SUPERVISOR
        if record.therapist_id is not None and (
            Supervision.objects.on(day_of(now))
            .filter(supervisor_id=actor.person_id, therapist_id=record.therapist_id)
            .exists()
        ):
            yield Relation.SUPERVISING
    has_in_care = (
        Role.THERAPIST in actor.roles
        and record.client_id is not None
        and Care.objects.on(day_of(now))
        .filter(client_id=record.client_id, therapist_id=actor.person_id)
        .exists()
    )
    if has_in_care:
        yield Relation.IN_CARE_OF
        if record.therapist_id == actor.person_id:
            yield Relation.ABOUT
