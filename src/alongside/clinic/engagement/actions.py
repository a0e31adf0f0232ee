"""Learn how clients drift away, and note that somebody reached out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import numpy as np
from django.db import transaction

from alongside.clinic.access.checks import NotFound, check
from alongside.clinic.access.policy import Deed
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import SYSTEM, Actor
from alongside.clinic.engagement.learning import learned_from, lessons_of_clinic
from alongside.clinic.engagement.models import LearnedHazard, ReachedOut, Way
from alongside.clinic.people.models import Client, Person
from alongside.clinic.people.queries import day_of
from alongside.clinic.visits.actions import attendance_record
from alongside.methods.engagement.hazard import HazardModel
from alongside.methods.vocabulary.errors import AlongsideError

RELEARN_AFTER: Final = timedelta(days=30)
FOLDS_FROM: Final = 20_260_302
"""Where the draw of the folds begins, so that the same visits teach the same."""


class TooLateToTakeBack(AlongsideError):
    """This can be taken back on the day it was noted, and that day is over."""


def learn_hazard(*, by: Actor, now: datetime) -> LearnedHazard | None:
    """What the clinic's visits teach of drifting away, kept; None before the first visit."""
    lessons = lessons_of_clinic(now=now)
    if lessons is None:
        return None
    found = learned_from(lessons, on=day_of(now), rng=np.random.default_rng(FOLDS_FROM))
    is_model = isinstance(found.model, HazardModel)
    with transaction.atomic():
        learned = LearnedHazard.objects.create(
            learned_at=now,
            parameters=found.model.to_dict() if isinstance(found.model, HazardModel) else None,
            facts=found.facts,
            no_model="" if is_model else type(found.model).__name__,
        )
        audit("learn_hazard", by=by, now=now, subject=learned, is_model=is_model)
    return learned


def relearn_old_hazard(*, now: datetime) -> int:
    """How many models were learned a month ago or never, and now anew: one or none."""
    last = LearnedHazard.objects.last()
    if last is not None and last.learned_at > now - RELEARN_AFTER:
        return 0
    return int(learn_hazard(by=SYSTEM, now=now) is not None)


def note_reached_out(
    *, client: Client, person: Person, way: Way, note: str = "", by: Actor, now: datetime
) -> ReachedOut:
    """That this therapist, or somebody they know of, reached out to a client in their care.

    Raises: NotFound.
    """
    by = check(by, Deed.RECORD, attendance_record(client, person), now=now)
    with transaction.atomic():
        reached = ReachedOut.objects.create(
            client=client, by=person, at=now, way=way, note=note.strip()
        )
        audit(
            "note_reached_out", by=by, now=now, subject=reached, client_id=client.pk, way=way.value
        )
    return reached


def take_back_reached_out(
    *, client: Client, public_id: str, person: Person, by: Actor, now: datetime
) -> None:
    """What this therapist noted today, gone again; the audit remembers that it was there.

    Raises: NotFound, TooLateToTakeBack.
    """
    by = check(by, Deed.RECORD, attendance_record(client, person), now=now)
    with transaction.atomic():
        reached = ReachedOut.objects.filter(client=client, by=person, public_id=public_id).first()
        if reached is None:
            raise NotFound
        if day_of(reached.at) != day_of(now):
            raise TooLateToTakeBack
        audit("take_back_reached_out", by=by, now=now, subject=reached, client_id=client.pk)
        reached.delete()
