"""What was done, by whom, when. Rows are added in the transaction of the deed and never changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class AuditEvent(models.Model):
    """One row is one deed. It holds ids only, so that it outlives what it speaks of. Tier T0."""

    at = models.DateTimeField()
    deed = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=10)
    actor_person_id = models.BigIntegerField(null=True)
    client_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=40)
    subject_id = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)

    clear: ClassVar = (
        *("at", "deed", "actor_kind", "actor_person_id", "client_id", "subject", "subject_id"),
        "detail",
    )

    class Meta:
        indexes = [models.Index(fields=["client_id", "at"], name="audit_client_at")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.deed} {self.subject} {self.subject_id}"
