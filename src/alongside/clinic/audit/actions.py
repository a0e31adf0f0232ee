"""The one way to remember a deed."""

from __future__ import annotations

from datetime import datetime

from django.db import models, transaction

from alongside.clinic.audit.actor import Actor
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.statements import Insert

NEW_EVENT = Insert(AuditEvent)


def audit(
    deed: str,
    *,
    by: Actor,
    now: datetime,
    subject: models.Model,
    client_id: int | None = None,
    **detail: str | int | float | bool | None,
) -> None:
    """Remember one deed in the transaction of its change.

    Details are counts, states and names of fields, never a person's words or answers.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("audit() belongs inside the transaction of the deed")
    NEW_EVENT.one(
        AuditEvent(
            at=now,
            deed=deed,
            actor_kind=by.kind,
            actor_person_id=by.person_id,
            client_id=client_id,
            subject=subject._meta.model_name or "",
            subject_id=subject.pk,
            detail=detail,
        )
    )
