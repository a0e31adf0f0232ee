"""What was changed about how somebody comes in, for that person to read."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from alongside.clinic.credentials.models import ChangedMeans, MeansChange
from alongside.clinic.people.models import Person

MOST = 10


def note_change(person: Person, what: ChangedMeans, *, now: datetime) -> None:
    """Something that lets the person in is new, other or gone."""
    MeansChange.objects.create(person=person, what=what, at=now)


def changes_of(person: Person) -> QuerySet[MeansChange]:
    """The last changes, the latest first."""
    return person.means_changes.order_by("-at", "-pk")[:MOST]


def has_changed(person: Person, *, since: datetime, until: datetime) -> bool:
    """Whether anything was changed between these moments."""
    return person.means_changes.filter(at__gt=since, at__lt=until).exists()
