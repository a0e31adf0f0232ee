"""What supervisors wrote about strains and concerns that came to them."""

from __future__ import annotations

from django.db import models

from alongside.clinic.alliance.models import Repair
from alongside.clinic.people.models import Person


class SupervisionNote(models.Model):
    """One row is what a supervisor did about one strain or concern, or their answer to it. Tier T2.

    A note is for those who supervise the therapist; an answer (`is_for_client`) is for the client
    as well. Neither is for the therapist: a concern may be one that the client kept from them.
    """

    repair = models.ForeignKey(Repair, on_delete=models.CASCADE, related_name="supervision_notes")
    words = models.TextField()
    is_for_client = models.BooleanField(default=False)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"supervision note of {self.written_at:%Y-%m-%d %H:%M}"
