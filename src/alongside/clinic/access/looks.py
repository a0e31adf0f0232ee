"""What somebody saw of clients on one page, so that each client can be told.

A record that was opened is an entry of its own. A name on a list of many is one entry a day: a
therapist opens their board many times, and a log full of that would hide what matters.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, time

from django.db import transaction

from alongside.clinic.access.asked import note_asked
from alongside.clinic.access.policy import Deed, Relation, Segment
from alongside.clinic.audit.actions import audit, audit_each
from alongside.clinic.audit.actor import Actor
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.people.models import Client
from alongside.clinic.people.queries import wall_clock

LOOKED = "look_at_record"
LISTED = "look_at_list"


@dataclass
class Looks:
    """The clients whom one page shows: what of whom, and by which relation it may."""

    records: dict[int, dict[Segment, Relation]] = field(default_factory=lambda: defaultdict(dict))
    listed: set[int] = field(default_factory=set)

    def at_record(self, client_id: int, segment: Segment, relation: Relation) -> None:
        self.records[client_id][segment] = relation

    def at_list(self, client_ids: set[int], of: Segment) -> None:
        note_asked(of, Deed.SEE)
        self.listed |= client_ids


def remember_looks(looks: Looks, *, page: str, by: Actor, now: datetime) -> None:
    """Every look at somebody else on the audit, before the page leaves the house."""
    records = {
        client_id: segments
        for client_id, segments in looks.records.items()
        if client_id != by.client_id
    }
    listed = looks.listed - records.keys() - {by.client_id}
    listed -= _listed_today(listed, by=by, now=now) if listed else set()
    if not records and not listed:
        return
    with transaction.atomic():
        for client_id, segments in records.items():
            relations = sorted(set(segments.values()))
            audit(
                LOOKED,
                by=replace(by, acting_as=relations[0]),
                now=now,
                subject=Client(pk=client_id),
                client_id=client_id,
                page=page,
                segments=" ".join(sorted(segments)),
                relation=" ".join(relations),
            )
        audit_each(
            LISTED,
            by=replace(by, acting_as=Relation.CLINICIAN),
            now=now,
            subjects=[(Client(pk=client_id), client_id) for client_id in sorted(listed)],
            page=page,
        )


def _listed_today(client_ids: set[int], *, by: Actor, now: datetime) -> set[int]:
    """Those of the clients who stood on a list of this person today already."""
    here = wall_clock(now)
    began = datetime.combine(here.date(), time(), here.tzinfo)
    rows = AuditEvent.objects.filter(
        client_id__in=client_ids, at__gte=began, deed=LISTED, actor_person_id=by.person_id
    )
    return {client_id for client_id in rows.values_list("client_id", flat=True) if client_id}
