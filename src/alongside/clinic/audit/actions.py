"""The one way to remember a deed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeAlias

from django.db import models, transaction

from alongside.clinic.audit.actor import Actor
from alongside.clinic.audit.chain import BEFORE_THE_FIRST, entry_hash
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.statements import Insert, SelectValues

Detail: TypeAlias = str | int | float | bool | None

NEW_EVENT = Insert(AuditEvent, is_numbered=True)
LAST_EVENT = SelectValues(
    lambda: AuditEvent.objects.order_by("-seq").values_list("seq", "hash")[:1]
)


def audit(
    deed: str,
    *,
    by: Actor,
    now: datetime,
    subject: models.Model,
    client_id: int | None = None,
    **detail: Detail,
) -> None:
    """Remember one deed in the transaction of its change.

    Details are counts, states and names of fields, never a person's words or answers.
    Assumes: the transaction has the right to write, so that nobody else adds a row meanwhile.
    """
    audit_each(deed, by=by, now=now, subjects=((subject, client_id),), **detail)


def audit_each(
    deed: str,
    *,
    by: Actor,
    now: datetime,
    subjects: Iterable[tuple[models.Model, int | None]],
    **detail: Detail,
) -> None:
    """Remember one deed for each of these subjects and their clients, as `audit` does for one."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("audit() belongs inside the transaction of the deed")
    last = LAST_EVENT.all()
    seq, prev_hash = last[0] if last else (0, BEFORE_THE_FIRST)
    rows = []
    for subject, client_id in subjects:
        seq += 1
        columns = NEW_EVENT.columns_of(
            AuditEvent(
                seq=seq,
                at=now,
                deed=deed,
                actor_kind=by.kind,
                actor_person_id=by.person_id,
                acting_as=by.acting_as,
                client_id=client_id,
                subject=subject._meta.model_name or "",
                subject_id=subject.pk,
                detail=detail,
                prev_hash=prev_hash,
            )
        )
        prev_hash = columns[-1] = entry_hash(columns[:-1])
        rows.append(columns)
    NEW_EVENT.put_many(rows)
