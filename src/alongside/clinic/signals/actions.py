"""Let a signal rest, take it up again, and say whether it was useful."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from alongside.clinic.access.checks import NotFound, check
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import Actor
from alongside.clinic.people.models import Client
from alongside.clinic.people.queries import wall_clock
from alongside.clinic.signals.models import SetAside, Signal, Usefulness, Why
from alongside.methods.vocabulary.errors import AlongsideError

LONGEST = timedelta(weeks=4)


class DayOutOfReach(AlongsideError):
    """A signal can rest until tomorrow at the earliest, and for four weeks at most."""


def set_aside(
    *,
    client: Client,
    signal: Signal,
    until: date,
    why: Why,
    by: Actor,
    now: datetime,
) -> SetAside:
    """The signal, resting until the morning of a day; an earlier rest of its kind has ended.

    Raises: NotFound, DayOutOfReach.
    """
    by, therapist_id = _therapist(client, by, now=now)
    today = wall_clock(now).date()
    if not today < until <= today + LONGEST:
        raise DayOutOfReach
    with transaction.atomic():
        SetAside.objects.filter(
            client=client, therapist_id=therapist_id, kind=signal.kind, ended_at__isnull=True
        ).update(ended_at=now)
        resting = SetAside.objects.create(
            client=client,
            therapist_id=therapist_id,
            kind=signal.kind,
            occasion=signal.occasion,
            until=until,
            why=why,
            set_at=now,
        )
        audit("set_signal_aside", by=by, now=now, subject=resting, client_id=client.pk)
    return resting


def take_up_again(*, resting: SetAside, by: Actor, now: datetime) -> SetAside:
    """The signal, which rests no longer.

    Raises: NotFound.
    """
    by, therapist_id = _therapist(resting.client, by, now=now)
    if resting.therapist_id != therapist_id:
        raise NotFound
    with transaction.atomic():
        if resting.ended_at is None:
            resting.ended_at = now
            resting.save(update_fields=["ended_at"])
            audit("take_up_signal", by=by, now=now, subject=resting, client_id=resting.client_id)
    return resting


def say_if_useful(
    *, client: Client, signal: Signal, is_useful: bool, by: Actor, now: datetime
) -> Usefulness:
    """Whether it was useful to be told of the signal; said anew, the last word counts.

    Raises: NotFound.
    """
    by, therapist_id = _therapist(client, by, now=now)
    with transaction.atomic():
        said, _ = Usefulness.objects.update_or_create(
            client=client,
            therapist_id=therapist_id,
            kind=signal.kind,
            occasion=signal.occasion,
            defaults={"is_useful": is_useful, "said_at": now},
        )
        audit("say_if_signal_useful", by=by, now=now, subject=said, client_id=client.pk)
    return said


def _therapist(client: Client, by: Actor, *, now: datetime) -> tuple[Actor, int]:
    """The actor as one who may, and the therapist whose signals they are."""
    if by.person_id is None:
        raise NotFound
    record = Record(Segment.SIGNALS, client_id=client.pk, therapist_id=by.person_id)
    return check(by, Deed.RECORD, record, now=now), by.person_id
