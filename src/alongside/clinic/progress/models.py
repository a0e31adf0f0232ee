"""How a client is doing over time, by one scale, and what was learned of all clients."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from alongside.clinic.instruments.models import Instrument
from alongside.clinic.people.models import Client, Person
from alongside.clinic.vault.fields import Bound, SealedJSON
from alongside.clinic.vault.tiers import Tier

OF_SCALE = Bound(client="client_id", row=("client_id", "instrument_id", "scale"))


class LearnedCourse(models.Model):
    """One row is what was learned once of the course that clients take on one scale.

    `parameters` are those of the expected course in use from then on, `facts` those of the clinic's
    own fit, for the model card: None while it has seen too few clients to tell of any.
    """

    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="+")
    scale = models.CharField(max_length=60)
    learned_at = models.DateTimeField()
    parameters: models.JSONField[Any, Any] = models.JSONField()
    facts: models.JSONField[Any, Any] = models.JSONField(null=True)
    n_clients = models.PositiveIntegerField()

    clear: ClassVar = ("instrument", "scale", "learned_at", "parameters", "facts", "n_clients")

    class Meta:
        get_latest_by = "pk"

    def __str__(self) -> str:
        return f"{self.instrument}: {self.scale} from {self.n_clients} clients"


class LearnedEffect(models.Model):
    """One row is what one learning tells of one therapist's part, for that therapist alone.

    `told` is the effect, or why none is told, and what the therapist's clients began with.
    """

    learned = models.ForeignKey(LearnedCourse, on_delete=models.CASCADE, related_name="effects")
    therapist = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    told = SealedJSON(
        Tier.CLINICAL, Bound(person="therapist_id", row=("learned_id", "therapist_id"))
    )

    clear: ClassVar = ("learned", "therapist")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learned", "therapist"], name="one_effect_a_therapist_and_learning"
            )
        ]

    def __str__(self) -> str:
        return f"{self.therapist}, {self.learned}"


class ProgressSeries(models.Model):
    """One row is one client's course on one scale, from released answers.

    `points` are (slot, time, score); `change` is the reliable change from the first to the last;
    `standing` is where the last stands against the expected course, None while it is too early;
    `judged_by` is what had been learned of that course by then, None for what norms let assume.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="progress")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    scale = models.CharField(max_length=60)
    points = SealedJSON(Tier.CLINICAL, OF_SCALE, default=list)
    change = SealedJSON(Tier.CLINICAL, OF_SCALE, null=True)
    standing = SealedJSON(Tier.CLINICAL, OF_SCALE, null=True)
    judged_by = models.ForeignKey(
        LearnedCourse, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    refresh_due_at = models.DateTimeField(null=True, blank=True)

    clear: ClassVar = ("client", "instrument", "scale", "judged_by", "refresh_due_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "instrument", "scale"], name="one_progress_a_scale"
            )
        ]

    def __str__(self) -> str:
        return f"{self.client}: {self.scale}"
