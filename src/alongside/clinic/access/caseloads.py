"""A caseload in other hands: covered until a moment, handed over from a day on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction

from alongside.clinic.access.checks import NotFound, check
from alongside.clinic.access.models import Cover, KeptFrom
from alongside.clinic.access.policy import Deed, Record, Relation, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import Actor
from alongside.clinic.people.actions import end_care, take_into_care
from alongside.clinic.people.models import Care, Client, Person, Role
from alongside.clinic.people.queries import day_of
from alongside.methods.vocabulary.errors import AlongsideError

LONGEST_COVER = timedelta(days=92)
TOLD_FOR = timedelta(days=14)
FURTHEST_AHEAD = timedelta(days=366)


class CoverOdd(AlongsideError):
    """Cover begins before it ends, ends in the future, and lasts three months at most."""


class NotAColleague(AlongsideError):
    """Choose a therapist who works here now, and not the one who is away."""


class HandOverOdd(AlongsideError):
    """A client is handed over from today on, or from a day within the next year."""


def colleagues_of(person: Person) -> tuple[Person, ...]:
    """The other therapists who work here now, by name."""
    rows = Person.objects.filter(staff_roles__role=Role.THERAPIST, is_active=True)
    others = rows.exclude(pk=person.pk)
    return tuple(sorted(others, key=lambda each: (each.display_name.casefold(), each.pk)))


def hands_for(care: Care) -> tuple[Person, ...]:
    """The colleagues into whose care the client may go: all but those whom they do not want."""
    kept_out = set(
        KeptFrom.objects.filter(client=care.client_id).values_list("person_id", flat=True)
    )
    return tuple(each for each in colleagues_of(care.therapist) if each.pk not in kept_out)


def arrange_cover(
    *,
    absent: Person,
    covering: Person,
    starts_at: datetime,
    ends_at: datetime,
    by: Actor,
    now: datetime,
) -> Cover:
    """The one therapist reads what the other's clients need, from then until then.

    Therapists arrange it for themselves, supervisors for those whom they supervise.
    Raises: NotFound, CoverOdd, NotAColleague.
    """
    by = _check_may_arrange(absent, by=by, now=now)
    if not starts_at < ends_at or ends_at <= now or ends_at - starts_at > LONGEST_COVER:
        raise CoverOdd
    if covering not in colleagues_of(absent):
        raise NotAColleague
    assert by.person_id is not None
    with transaction.atomic():
        cover = Cover.objects.create(
            absent=absent,
            covering=covering,
            starts_at=starts_at,
            ends_at=ends_at,
            arranged_by_id=by.person_id,
            arranged_at=now,
        )
        audit("arrange_cover", by=by, now=now, subject=cover)
    return cover


def end_cover(*, cover: Cover, by: Actor, now: datetime) -> None:
    """The cover over from this moment; one that has not begun never was.

    Raises: NotFound.
    """
    by = _check_may_arrange(cover.absent, by=by, now=now)
    with transaction.atomic():
        audit("end_cover", by=by, now=now, subject=cover)
        if now <= cover.starts_at:
            cover.delete()
        elif now < cover.ends_at:
            cover.ends_at = now
            cover.save(update_fields=["ends_at"])


def hand_over(*, care: Care, to: Person, on: date, by: Actor, now: datetime) -> Care:
    """The client in the colleague's care from that day on; with it ends the care that was.

    What the client and the earlier therapist rated stays theirs.
    Raises: NotFound, HandOverOdd, NotAColleague, AlreadyInCare.
    """
    by = check(by, Deed.RECORD, care_record(care), now=now)
    today = day_of(now)
    if not today <= on <= today + FURTHEST_AHEAD:
        raise HandOverOdd
    if to not in hands_for(care):
        raise NotAColleague
    last_day = on - timedelta(days=1)
    with transaction.atomic():
        new = take_into_care(client=care.client, therapist=to, starts_on=on, by=by, now=now)
        # Care that began today and is given away today keeps today as its only day.
        end_care(care=care, ends_on=max(last_day, care.starts_on), by=by, now=now)
        audit("hand_over", by=by, now=now, subject=new, client_id=care.client_id)
    return new


def covers_of(viewer: Viewer, absent: Person) -> tuple[Cover, ...]:
    """The covers of a therapist that are open or to come.

    Raises: NotFound.
    """
    _check_may_arrange(absent, by=viewer.actor, now=viewer.now)
    rows = Cover.objects.to_come_or_open(viewer.now).filter(absent=absent)
    return tuple(rows.select_related("covering", "absent"))


def covered_by(viewer: Viewer) -> tuple[tuple[Cover, tuple[Client, ...]], ...]:
    """For whom the viewer stands in now, with the clients of each, by name."""
    found = []
    for cover in Cover.objects.open_at(viewer.now).filter(covering=viewer.person):
        clients = Client.objects.in_care_of(cover.absent_id, viewer.today).exclude(
            kept_from__person=viewer.person
        )
        listed = sorted(clients, key=lambda each: (each.display_name.casefold(), each.pk))
        viewer.looks.at_list({client.pk for client in listed}, Segment.IDENTITY)
        found.append((cover, tuple(listed)))
    return tuple(found)


def covered_client(viewer: Viewer, public_id: str) -> Client:
    """One client of a therapist for whom the viewer stands in.

    Raises: NotFound.
    """
    standing_in = Cover.objects.open_at(viewer.now).filter(covering=viewer.person)
    care = Care.objects.on(viewer.today).filter(therapist__in=standing_in.values("absent_id"))
    client = Client.objects.filter(public_id=public_id, pk__in=care.values("client_id")).first()
    if client is None:
        raise NotFound
    viewer.see(Record(Segment.IDENTITY, client_id=client.pk))
    return client


def own_care(viewer: Viewer, client: Client) -> Care:
    """The care of a client by the viewer today.

    Raises: NotFound.
    """
    rows = Care.objects.on(viewer.today).filter(client=client, therapist=viewer.person)
    care: Care | None = rows.first()
    if care is None:
        raise NotFound
    return care


def new_hands(client: Client, today: date) -> tuple[Care, ...]:
    """The care that begins soon or began lately in place of another, for the client to read."""
    rows = list(Care.objects.filter(client=client).select_related("therapist"))
    return tuple(
        care
        for care in rows
        if today - TOLD_FOR <= care.starts_on
        and any(
            other.ends_on is not None
            and other.therapist_id != care.therapist_id
            and timedelta(0) <= care.starts_on - other.ends_on <= timedelta(days=1)
            for other in rows
        )
    )


def care_left_behind(viewer: Viewer) -> tuple[Care, ...]:
    """The care of supervised therapists who work here no more, for their supervisor to hand over.

    Raises: NotFound.
    """
    therapists: Iterable[Person] = viewer.therapists.filter(is_active=False)
    rows = Care.objects.on(viewer.today).filter(therapist__in=therapists)
    rows = rows.exclude(client__kept_from__person=viewer.person)
    left = tuple(rows.select_related("client", "therapist"))
    for care in left:
        viewer.see(care_record(care))
    return tuple(sorted(left, key=lambda each: (each.client.display_name.casefold(), each.pk)))


def care_record(care: Care) -> Record:
    """What the policy has to know of a care."""
    return Record(
        Segment.CARE,
        client_id=care.client_id,
        therapist_id=care.therapist_id,
        is_without_therapist=not care.therapist.is_active,
    )


def _check_may_arrange(absent: Person, *, by: Actor, now: datetime) -> Actor:
    """The actor, acting as the therapist themselves or as who supervises them."""
    if by.person_id == absent.pk and Role.THERAPIST in by.roles:
        return replace(by, acting_as=Relation.AUTHOR)
    return check(by, Deed.RECORD, Record(Segment.SUPERVISION, therapist_id=absent.pk), now=now)
