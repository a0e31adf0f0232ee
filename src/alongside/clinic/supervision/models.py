"""What supervisors wrote about strains and concerns that came to them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from alongside.clinic.alliance.models import Repair
from alongside.clinic.people.models import Client, Person, new_public_id
from alongside.clinic.vault.fields import Bound, SealedText
from alongside.clinic.vault.tiers import Tier


class SupervisionNote(models.Model):
    """One row is what a supervisor did about one strain or concern, or their answer to it.

    A note is for those who supervise the therapist; an answer (`is_for_client`) is for the client
    as well. Neither is for the therapist: a concern may be one that the client kept from them.
    """

    repair = models.ForeignKey(Repair, on_delete=models.CASCADE, related_name="supervision_notes")
    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    words = SealedText(Tier.CLINICAL, Bound(client="client_id", row=("public_id",)))
    is_for_client = models.BooleanField(default=False)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField(null=True, blank=True)

    clear: ClassVar = (
        *("public_id", "repair", "client", "is_for_client", "written_at", "written_by", "seen_at"),
    )

    class Meta:
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"supervision note of {self.written_at:%Y-%m-%d %H:%M}"
