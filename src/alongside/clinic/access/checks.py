"""The question every action and every query asks first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from alongside.clinic.access.asked import note_asked
from alongside.clinic.access.policy import Decision, Deed, Record, Relation, decide
from alongside.clinic.access.relations import relations_of
from alongside.clinic.audit.actor import Actor
from alongside.methods.vocabulary.errors import AlongsideError


class NotFound(AlongsideError):
    """There is nothing here."""


def decision_on(actor: Actor, deed: Deed, record: Record, *, now: datetime) -> Decision:
    """What the policy says today, and by which relation."""
    note_asked(record.segment, deed)
    return decide(relations_of(actor, record, now=now), deed, record)


def can(actor: Actor, deed: Deed, record: Record, *, now: datetime) -> bool:
    """Whether the actor may do the deed to the record today."""
    return decision_on(actor, deed, record, now=now).is_allowed


def may_as(relation: Relation, deed: Deed, record: Record) -> bool:
    """Whether somebody who is this to the record may do the deed.

    Assumes: the caller has found out that they are, for many records at once.
    """
    note_asked(record.segment, deed)
    return decide((relation,), deed, record).is_allowed


def check(actor: Actor, deed: Deed, record: Record, *, now: datetime) -> Actor:
    """The actor, when allowed, acting as what the policy allows it to. Give this one to the audit.

    What one may not do looks like what does not exist.
    Raises: NotFound.
    """
    decision = decision_on(actor, deed, record, now=now)
    if not decision.is_allowed:
        raise NotFound
    return replace(actor, acting_as=decision.reason)
