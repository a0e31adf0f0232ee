"""What a therapist's own part in their clients' courses is: kept by month, for themselves alone.

There is no way to somebody else's, and no list of several (decision 0029).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from alongside.clinic.access.policy import Record, Segment
from alongside.clinic.access.small_numbers import rounded
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.people.models import Person
from alongside.clinic.progress.bridge import main_scale_of
from alongside.clinic.progress.models import LearnedCourse, LearnedEffect
from alongside.methods.instruments.scoring import Direction
from alongside.methods.progress.therapist_effects import (
    TherapistEffect,
    Told,
    TooFewClientsToTell,
    TooFewTherapistsToTell,
    TooUncertain,
)
from alongside.methods.vocabulary.results import NoResult
from alongside.methods.vocabulary.translated import Translated

KINDS: Final[Mapping[str, type[Told]]] = {
    kind.__name__: kind
    for kind in (TherapistEffect, TooFewTherapistsToTell, TooFewClientsToTell, TooUncertain)
}


@dataclass(frozen=True)
class OwnEffect:
    """By how many points their clients do better than expected, its 95 % range, and how sure.

    reliability: the share of it that the checks tell. n_clients: rounded.
    """

    points: float
    low: float
    high: float
    reliability: float
    n_clients: int


@dataclass(frozen=True)
class OwnPart:
    """What is told to a therapist of their part on one scale; else why nothing is.

    intake, intake_of_all: what their clients began with on average, and all.
    """

    title: Translated
    learned_at: datetime
    found: OwnEffect | NoResult
    intake: float
    intake_of_all: float
    lowest: float
    highest: float
    is_higher_better: bool


@dataclass(frozen=True)
class Part:
    """What one fit tells of one therapist, and what their clients began with."""

    found: Told
    intake: float
    intake_of_all: float


def keep_parts(learned: LearnedCourse, parts: Mapping[int, Part]) -> None:
    """What was learned of each therapist, by their number, in the place of what was known before.

    Runs inside the transaction that keeps the course.
    """
    before = LearnedEffect.objects.filter(
        learned__instrument=learned.instrument_id, learned__scale=learned.scale
    )
    before.delete()
    for therapist in Person.objects.filter(pk__in=parts):
        part = parts[therapist.pk]
        LearnedEffect.objects.create(
            learned=learned,
            therapist=therapist,
            told={
                "kind": type(part.found).__name__,
                "found": asdict(part.found),
                "intake": part.intake,
                "intake_of_all": part.intake_of_all,
            },
        )


def own_parts(viewer: Viewer) -> tuple[OwnPart, ...]:
    """What the viewer may know of their own part, a scale each.

    Raises: NotFound.
    """
    viewer.see(Record(Segment.OWN_PART, person_id=viewer.person.pk))
    return tuple(_parts_of(viewer.person))


def _parts_of(person: Person) -> Iterator[OwnPart]:
    rows = LearnedEffect.objects.filter(therapist=person).select_related("learned__instrument")
    for row in rows.order_by("learned__instrument_id", "pk"):
        scale = main_scale_of(row.learned.instrument)
        if scale is None or scale.name != row.learned.scale:
            continue
        told: Mapping[str, Any] = row.told
        yield OwnPart(
            title=scale.title,
            learned_at=row.learned.learned_at,
            found=_found(KINDS[told["kind"]](**told["found"])),
            intake=told["intake"],
            intake_of_all=told["intake_of_all"],
            lowest=float(scale.lowest),
            highest=float(scale.highest),
            is_higher_better=scale.direction is Direction.HIGHER_IS_BETTER,
        )


def _found(found: Told) -> OwnEffect | NoResult:
    if not isinstance(found, TherapistEffect):
        return found
    return OwnEffect(
        found.effect, found.low, found.high, found.reliability, rounded(found.n_clients)
    )
