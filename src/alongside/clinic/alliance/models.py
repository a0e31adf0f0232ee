"""The alliance of one client and one therapist: its course, its strains, what was changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from alongside.clinic.alliance.repair_states import OPEN, RepairEvent, RepairState
from alongside.clinic.instruments.models import Answer, Instrument
from alongside.clinic.people.models import Client, Person, new_public_id
from alongside.clinic.statements import Given
from alongside.clinic.vault.fields import Bound, SealedJSON, SealedText
from alongside.clinic.vault.tiers import Tier
from alongside.clinic.visits.models import Visit

OF_PAIR = Bound(client="client_id", row=("client_id", "therapist_id"))


class AllianceSeries(models.Model):
    """One row is the course of one client with one therapist, as the therapist may see it.

    `belief` is what the detector knows after the last point, given the yardstick that `population`
    holds; `summary` is what a board shows of the points. All are computed only from answers that
    were released by the time they were computed; `refresh_due_at` says when the next answer is
    released and they must be computed anew.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="alliances")
    therapist = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="alliances")
    belief = SealedJSON(Tier.CLINICAL, OF_PAIR, null=True)
    population: models.JSONField[Any, Any] = models.JSONField(null=True)
    summary = SealedJSON(Tier.CLINICAL, OF_PAIR, default=dict)
    refresh_due_at = models.DateTimeField(null=True, blank=True)
    opened_to_supervision_at = models.DateTimeField(null=True, blank=True)
    opened_to_supervision_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    clear: ClassVar = (
        *("client", "therapist", "population", "refresh_due_at"),
        *("opened_to_supervision_at", "opened_to_supervision_by"),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "therapist"], name="one_alliance_a_pair")
        ]
        indexes = [models.Index(fields=["refresh_due_at"], name="alliance_refresh_due")]

    def __str__(self) -> str:
        return f"{self.client} with {self.therapist}"


class CoursePoint(models.Model):
    """One row is one visit in the course of a pair, from released answers alone.

    `seen` holds the other fields of `course.Point`. Visits without feedback have no point.
    """

    series = models.ForeignKey(AllianceSeries, on_delete=models.CASCADE, related_name="points")
    client = models.ForeignKey(
        Client, on_delete=models.CASCADE, related_name="points", db_index=False
    )
    visit = models.OneToOneField(Visit, on_delete=models.CASCADE, related_name="point")
    at = models.DateTimeField()
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="+")
    seen = SealedJSON(Tier.CLINICAL, Bound(client="client_id", row=("visit_id",)))

    clear: ClassVar = ("series", "client", "visit", "at", "instrument")

    class Meta:
        ordering = ["at", "visit_id"]
        indexes = [models.Index(fields=["series", "at", "visit"], name="point_of_series")]

    def __str__(self) -> str:
        return f"visit {self.visit_id} at {self.at:%Y-%m-%d %H:%M}"


class LearnedPopulation(models.Model):
    """One row is what was learned once about all clients who rate with one instrument.

    `facts` count the visits judged by it: how many, of how many clients, and how many stood out;
    None until all are judged.
    """

    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="+")
    learned_at = models.DateTimeField()
    parameters: models.JSONField[Any, Any] = models.JSONField()
    n_series = models.PositiveIntegerField()
    facts: models.JSONField[Any, Any] = models.JSONField(null=True)

    clear: ClassVar = ("instrument", "learned_at", "parameters", "n_series", "facts")

    class Meta:
        get_latest_by = "pk"

    def __str__(self) -> str:
        return f"{self.instrument} from {self.n_series} series"


class AlarmBudget(models.Model):
    """One row is how many prompts by chance a supervisor wished for, and what came of the wish.

    The last one counts, for the whole clinic. `threshold` is how rare a visit has to be by the
    model's chance; where enough visits were judged here (`n_visits`, else 0), it is where as many
    of them were pointed out as were wished for.
    """

    prompts_a_week = models.FloatField()
    visits_a_week = models.FloatField()
    threshold = models.FloatField()
    reach = models.CharField(max_length=20)
    n_visits = models.PositiveIntegerField()
    set_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    clear: ClassVar = (
        *("prompts_a_week", "visits_a_week", "threshold", "reach", "n_visits"),
        *("set_by", "set_at"),
    )

    class Meta:
        get_latest_by = "pk"

    def __str__(self) -> str:
        return f"{self.prompts_a_week:g} a week from {self.set_at:%Y-%m-%d}"


class RepairSource(models.TextChoices):
    STRAIN = "strain"
    CONCERN = "concern"


class RepairQuerySet(models.QuerySet["Repair"]):
    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def shown_to_therapist(self, now: Given[datetime]) -> Self:
        """Strains rest on released answers alone; a concern shows once the client released it."""
        return self.filter(therapist_sees_from__lte=now)

    def for_supervision(self) -> Self:
        """Repairs for a supervisor: a strain that waited too long, a concern the client told.

        A concern reaches nobody whom the client did not tell, however long it waits.
        """
        return self.filter(
            Q(source=RepairSource.STRAIN, supervision_since__isnull=False)
            | Q(source=RepairSource.CONCERN, is_told_to_supervisor=True)
        )


class Repair(models.Model):
    """One row is one strain or one concern, and how its repair goes.

    States and events: `repair_states`. `signal` holds what the detector said of a strain.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    series = models.ForeignKey(AllianceSeries, on_delete=models.CASCADE, related_name="repairs")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="repairs")
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="repairs")
    source = models.CharField(max_length=10, choices=RepairSource)
    state = models.CharField(max_length=15, choices=RepairState, default=RepairState.NOTICED)
    signal = SealedJSON(Tier.CLINICAL, Bound(client="client_id", row=("public_id",)), default=dict)
    noticed_at = models.DateTimeField()
    therapist_sees_from = models.DateTimeField(null=True, blank=True)
    is_told_to_supervisor = models.BooleanField(default=False)
    supervision_since = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = RepairQuerySet.as_manager()
    clear: ClassVar = (
        *("public_id", "series", "client", "visit", "source", "state", "noticed_at"),
        *("therapist_sees_from", "is_told_to_supervisor", "supervision_since", "closed_at"),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "visit", "source"], name="one_repair_a_visit_and_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.public_id}, {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class RepairStep(models.Model):
    """One row is one event of one repair, with the words that went with it."""

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    repair = models.ForeignKey(Repair, on_delete=models.CASCADE, related_name="steps")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    event = models.CharField(max_length=20, choices=RepairEvent)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    note = SealedText(Tier.CLINICAL, Bound(client="client_id", row=("public_id",)), blank=True)

    clear: ClassVar = ("public_id", "repair", "client", "event", "at", "by")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.event} at {self.at:%Y-%m-%d %H:%M}"


class Change(models.Model):
    """One row is "you said, we changed": what will change because of one open answer.

    Kept as it was when the client has seen it; a later thought is a later row's matter.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    answer = models.OneToOneField(Answer, on_delete=models.CASCADE, related_name="change")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="changes")
    therapist = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="changes_made")
    what_changes = SealedText(Tier.CLINICAL, Bound(client="client_id", row=("public_id",)))
    written_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    clear: ClassVar = ("public_id", "answer", "client", "therapist", "written_at", "seen_at")

    def __str__(self) -> str:
        return f"change {self.public_id}"
