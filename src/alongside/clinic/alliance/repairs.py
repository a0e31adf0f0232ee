"""One step of a repair: checked against the table, kept with its words, audited."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from alongside.clinic.access.policy import Record, Segment
from alongside.clinic.alliance.models import Repair, RepairSource, RepairStep
from alongside.clinic.alliance.repair_states import OPEN, RepairEvent, RepairState, next_state
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import Actor


def repair_record(repair: Repair, *, now: datetime) -> Record:
    """What the policy has to know of a repair."""
    is_concern = repair.source == RepairSource.CONCERN
    return Record(
        Segment.CONCERN if is_concern else Segment.STRAIN,
        client_id=repair.series.client_id,
        therapist_id=repair.series.therapist_id,
        is_released=(repair.therapist_sees_from is not None and repair.therapist_sees_from <= now),
        is_told_to_supervisor=repair.is_told_to_supervisor,
        is_opened_to_supervision=repair.series.opened_to_supervision_at is not None,
    )


def take_step(repair: Repair, event: RepairEvent, *, by: Actor, now: datetime, note: str) -> Repair:
    with transaction.atomic():
        repair = Repair.objects.select_related("series").get(pk=repair.pk)
        step(repair, event, by=by, now=now, note=note)
    return repair


def step(repair: Repair, event: RepairEvent, *, by: Actor, now: datetime, note: str = "") -> None:
    repair.state = next_state(RepairState(repair.state), event)
    repair.closed_at = None if repair.state in OPEN else now
    repair.save(update_fields=["state", "closed_at"])
    remember(repair, event, by=by, now=now, note=note)


def remember(
    repair: Repair, event: RepairEvent, *, by: Actor, now: datetime, note: str = ""
) -> None:
    RepairStep.objects.create(
        repair=repair,
        client_id=repair.client_id,
        event=event,
        at=now,
        by_id=by.person_id,
        note=note,
    )
    audit(
        f"repair_{event}",
        by=by,
        now=now,
        subject=repair,
        client_id=repair.client_id,
        source=repair.source,
        state=repair.state,
    )
