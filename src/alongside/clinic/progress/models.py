"""How a client is doing over time, by one scale."""

from __future__ import annotations

from typing import Any

from django.db import models

from alongside.clinic.instruments.models import Instrument
from alongside.clinic.people.models import Client


class ProgressSeries(models.Model):
    """One row is one client's course on one scale, from released answers. Tier T2.

    `points` are (slot, time, score); `change` is the reliable change from the first to the last.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="progress")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    scale = models.CharField(max_length=60)
    points: models.JSONField[Any, Any] = models.JSONField(default=list)
    change: models.JSONField[Any, Any] = models.JSONField(null=True)
    refresh_due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "instrument", "scale"], name="one_progress_a_scale"
            )
        ]

    def __str__(self) -> str:
        return f"{self.client}: {self.scale}"
