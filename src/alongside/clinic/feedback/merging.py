"""Two records of one person become one.

Every row of the one that goes moves to the one that stays; what is sealed is opened with the one
key and sealed with the other. What is computed is computed anew. The number of the one that goes
leads to the one that stays from then on, and so does everything the audit knows of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from django.db import models, transaction
from django.db.models.fields.reverse_related import ForeignObjectRel

from alongside.clinic.access.checks import check
from alongside.clinic.access.models import KeptFrom
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.alliance.models import AllianceSeries, CoursePoint, Repair
from alongside.clinic.alliance.noticing import move_repairs_on
from alongside.clinic.alliance.series import rebuild
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import Actor
from alongside.clinic.consent.models import Consent
from alongside.clinic.credentials.sign_ins import end_sign_ins
from alongside.clinic.disclosures.models import Disclosure, ErasureRequest, LegalDemand
from alongside.clinic.instruments.models import Slot, WayIn
from alongside.clinic.people.actions import set_active
from alongside.clinic.people.models import Care, Client, FormerRecord
from alongside.clinic.progress.actions import rebuild_progress
from alongside.clinic.progress.models import ProgressSeries
from alongside.clinic.signals.models import SetAside, Usefulness
from alongside.clinic.transparency.models import Flag
from alongside.clinic.vault.fields import sealed_columns
from alongside.clinic.visits.models import Visit, VisitState
from alongside.methods.instruments.scoring import InstrumentRole
from alongside.methods.vocabulary.errors import AlongsideError

NEVER_CHANGED: Final = (Consent, Disclosure)
"""Rows that the database lets nobody change: written anew as they are, under the other client."""

SAYS_THE_SAME: Final[Mapping[type[models.Model], tuple[str, ...]]] = {
    Usefulness: ("therapist_id", "kind", "occasion"),
    KeptFrom: ("person_id", "wish"),
    Flag: ("rule", "person_id", "looked_on"),
}
"""What makes two rows of one client say the same; then that of the record that stays is enough."""


class SameRecord(AlongsideError):
    """These are one and the same record. Give the number that stays and the number that goes."""


class NoSuchClient(AlongsideError):
    """Nobody here has the record number {code}."""


class WishIsOpen(AlongsideError):
    """The client of {code} asked to be forgotten and waits for an answer. Answer that first."""


class DemandIsOpen(AlongsideError):
    """A demand from outside for the record {code} is open. Close it first: whoever demands one
    record must not get another one with it."""


class WorksHere(AlongsideError):
    """Who signs in to the record {code} works here as well. Merge the other way round."""


class AtOneMoment(AlongsideError):
    """Both records have an imported response of {at}. Take the wrong one back first."""


class SomethingStays(RuntimeError):
    """A row of the record that goes was not moved."""


@dataclass(frozen=True)
class Merged:
    """What moved, by the name of its table; and what somebody may want to look at."""

    stays: str
    goes: str
    moved: Mapping[str, int]
    n_overlapping: int
    n_forms_closed: int
    is_sign_in_ended: bool


def client_with(code: str) -> Client:
    """The client with this record number.

    Raises: NoSuchClient.
    """
    client = Client.objects.numbered(code).first()
    if client is None:
        raise NoSuchClient(code=code)
    return client


def merge_clients(
    *, stays: Client, goes: Client, by: Actor, now: datetime, is_rehearsal: bool = False
) -> Merged:
    """What became of the record that goes, now part of the one that stays. For the command line.

    A rehearsal keeps nothing.
    Raises: NotFound, SameRecord, WishIsOpen, DemandIsOpen, WorksHere, AtOneMoment.
    """
    for client in (stays, goes):
        by = check(by, Deed.RECORD, Record(Segment.IDENTITY, client_id=client.pk), now=now)
    with transaction.atomic():
        stays, goes = Client.objects.get(pk=stays.pk), Client.objects.get(pk=goes.pk)
        _check_can_merge(stays, goes)
        merged = _merge(stays, goes, by=by, now=now)
        transaction.set_rollback(is_rehearsal)
    return merged


def _check_can_merge(stays: Client, goes: Client) -> None:
    if stays == goes:
        raise SameRecord
    for client in (stays, goes):
        if ErasureRequest.objects.waiting().filter(client=client).exists():
            raise WishIsOpen(code=client.code)
        if LegalDemand.objects.filter(client=client, closed_at=None).exists():
            raise DemandIsOpen(code=client.code)
    if stays.person and goes.person and goes.person.staff_roles.exists():
        raise WorksHere(code=goes.code)
    imported = Slot.objects.filter(visit=None, response__way_in=WayIn.IMPORTED)
    moments = imported.filter(client=stays).values_list("opens_at", "version__instrument")
    for at, instrument in moments:
        if imported.filter(client=goes, opens_at=at, version__instrument=instrument).exists():
            raise AtOneMoment(at=f"{at:%Y-%m-%d %H:%M} UTC")


def _merge(stays: Client, goes: Client, *, by: Actor, now: datetime) -> Merged:
    n_overlapping = _n_overlapping(stays, goes)
    n_forms_closed = _close_second_checks(stays, goes, now=now)
    _leave_out_what_is_said_twice(stays, goes, now=now)
    _join_what_is_computed(stays, goes)
    _join_care(stays, goes)
    moved = Counter[str]()
    for row in _rows_of(goes):
        _move(row, stays)
        moved[str(row._meta.verbose_name_plural)] += 1
    is_sign_in_ended = _take_over(stays, goes, by=by, now=now)
    _compute_anew(stays, now=now)
    for client in (stays, goes):
        audit(
            "merge_clients",
            by=by,
            now=now,
            subject=stays,
            client_id=client.pk,
            number_that_goes=goes.pk,
            n_moved=moved.total(),
        )
    merged = Merged(
        stays=stays.code,
        goes=goes.code,
        moved=dict(moved),
        n_overlapping=n_overlapping,
        n_forms_closed=n_forms_closed,
        is_sign_in_ended=is_sign_in_ended,
    )
    _let_go(goes)
    return merged


def _rows_of(client: Client) -> Iterator[models.Model]:
    """Every row that names the client."""
    for column in Client._meta.get_fields(include_hidden=True):
        if isinstance(column, ForeignObjectRel):
            rows = column.related_model._base_manager.filter(**{column.field.name: client})
            yield from rows.order_by("pk")


def _move(row: models.Model, stays: Client) -> None:
    """The row under the client who stays, sealed with their key."""
    for column in sealed_columns(type(row)):
        getattr(row, column.attname)
    row.client_id = stays.pk  # type: ignore[attr-defined]  # each of them has it
    if isinstance(row, NEVER_CHANGED):
        type(row)._base_manager.filter(pk=row.pk).delete()
        row.save(force_insert=True)
    else:
        row.save(force_update=True)


def _n_overlapping(stays: Client, goes: Client) -> int:
    """How many visits of the one lie over a visit of the other. Each stays; people settle it."""
    known = Visit.objects.filter(client=stays)
    return sum(
        known.overlapping(each.starts_at, each.ends_at).exists()
        for each in Visit.objects.filter(
            client=goes, state__in=(VisitState.BOOKED, VisitState.HELD)
        )
    )


def _close_second_checks(stays: Client, goes: Client, *, now: datetime) -> int:
    """How many forms of this week are closed, so that one person is asked once."""
    checks = Slot.objects.filter(
        version__role=InstrumentRole.PROGRESS, expires_at__gt=now, closed_at=None
    )
    n_closed = 0
    for mine in checks.filter(client=stays).select_related("version"):
        for theirs in checks.filter(client=goes, version__instrument=mine.version.instrument_id):
            unanswered = [slot for slot in (theirs, mine) if not hasattr(slot, "response")]
            for slot in unanswered[:1]:
                slot.closed_at = now
                slot.save(update_fields=["closed_at"])
                n_closed += 1
    return n_closed


def _leave_out_what_is_said_twice(stays: Client, goes: Client, *, now: datetime) -> None:
    resting = SetAside.objects.filter(ended_at=None)
    for rest in resting.filter(client=stays):
        twice = resting.filter(client=goes, therapist=rest.therapist_id, kind=rest.kind)
        twice.update(ended_at=now)
    for table, names in SAYS_THE_SAME.items():
        known = set(table._base_manager.filter(client=stays).values_list(*names))
        for row in table._base_manager.filter(client=goes):
            if tuple(getattr(row, name) for name in names) in known:
                row.delete()


def _join_what_is_computed(stays: Client, goes: Client) -> None:
    """Points go, since they are made anew; a second series of a pair or scale gives up its rows."""
    CoursePoint.objects.filter(client=goes).delete()
    for series in AllianceSeries.objects.filter(client=goes):
        known = AllianceSeries.objects.filter(client=stays, therapist=series.therapist_id).first()
        if known is not None:
            Repair.objects.filter(series=series).update(series=known)
            series.delete()
    for scale in ProgressSeries.objects.filter(client=goes):
        same = {"instrument": scale.instrument_id, "scale": scale.scale}
        if ProgressSeries.objects.filter(client=stays, **same).exists():
            scale.delete()


def _join_care(stays: Client, goes: Client) -> None:
    """Spans of care with one therapist that lie over each other become one span."""
    everything = Care.objects.filter(client__in=(stays, goes))
    everything = everything.order_by("therapist_id", "starts_on", "pk")
    for _, spans in groupby(everything, key=lambda care: care.therapist_id):
        first, *others = spans
        for later in others:
            if _end(first) < later.starts_on:
                first = later
                continue
            ends_on = max(first, later, key=_end).ends_on
            later.delete()
            first.ends_on = ends_on
            first.save(update_fields=["ends_on"])


def _end(care: Care) -> date:
    return care.ends_on or date.max


def _take_over(stays: Client, goes: Client, *, by: Actor, now: datetime) -> bool:
    """What the record that goes said of the client is kept; what is missing here comes from it.

    Whether a second way to sign in has ended.
    """
    kept = ("display_name", "language", "phone", "email", "own_goal")
    FormerRecord.objects.create(
        client=stays,
        number=goes.pk,
        code=goes.code,
        said={name: getattr(goes, name) for name in kept},
        merged_at=now,
    )
    for name in ("phone", "email", "own_goal"):
        setattr(stays, name, getattr(stays, name) or getattr(goes, name))
    person, goes.person = goes.person, None
    goes.save(update_fields=["person"])
    is_second = person is not None and stays.person is not None
    if is_second and person is not None:
        set_active(person=person, is_active=False, by=by, now=now)
        end_sign_ins(person=person, by=by, now=now)
    else:
        stays.person = stays.person or person
    stays.save()
    return is_second


def _compute_anew(stays: Client, *, now: datetime) -> None:
    for series in AllianceSeries.objects.filter(client=stays):
        rebuild(series, now=now)
        move_repairs_on(series, now=now)
    for scale in ProgressSeries.objects.filter(client=stays):
        rebuild_progress(scale, now=now)


def _let_go(goes: Client) -> None:
    """The empty record, deleted.

    Raises: SomethingStays.
    """
    left: list[Any] = list(_rows_of(goes))
    if left:
        raise SomethingStays(f"{len(left)} rows of {type(left[0]).__name__} and others")
    goes.delete()
