"""How a client is doing over time, by one scale."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from alongside.clinic.instruments.models import Instrument
from alongside.clinic.people.models import Client
from alongside.clinic.vault.fields import Bound, SealedJSON
from alongside.clinic.vault.tiers import Tier

OF_SCALE = Bound(client="client_id", row=("client_id", "instrument_id", "scale"))


class ProgressSeries(models.Model):
    """One row is one client's course on one scale, from released answers.

    `points` are (slot, time, score); `change` is the reliable change from the first to the last.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="progress")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    scale = models.CharField(max_length=60)
    points = SealedJSON(Tier.CLINICAL, OF_SCALE, default=list)
    change = SealedJSON(Tier.CLINICAL, OF_SCALE, null=True)
    refresh_due_at = models.DateTimeField(null=True, blank=True)

    clear: ClassVar = ("client", "instrument", "scale", "refresh_due_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "instrument", "scale"], name="one_progress_a_scale"
            )
        ]

    def __str__(self) -> str:
        return f"{self.client}: {self.scale}"
