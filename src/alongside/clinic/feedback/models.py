"""The short code that opens one slot on the clinic's own device."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from alongside.clinic.instruments.models import Slot
from alongside.clinic.people.models import Person


class KioskCode(models.Model):
    """One row is one code, kept as a keyed hash. It opens once, for a short time."""

    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="kiosk_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    clear: ClassVar = ("slot", "code_hash", "issued_by", "issued_at", "expires_at", "used_at")

    def __str__(self) -> str:
        return f"kiosk code for {self.slot_id}"
