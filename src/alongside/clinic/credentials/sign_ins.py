"""Sign-ins: begun, seen, locked, opened again, ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from alongside.clinic.access.checks import NotFound, check
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import Actor, ActorKind
from alongside.clinic.credentials.limits import (
    AT_THE_DOOR,
    KEPT_FORM,
    REMEMBERED,
    SEEN_EVERY,
    limits_for,
)
from alongside.clinic.credentials.models import Device, KeptForm, Means, MeansChange, SignIn
from alongside.clinic.people.models import Client, Person


@dataclass(frozen=True)
class Manner:
    """How somebody came in. What was proved may be called fresh for a while."""

    means: Means | None = None
    is_proof: bool = False
    device: Device | None = None
    device_words: str = ""
    is_new_device: bool = False
    is_shared_device: bool = False


def own(person: Person) -> Record:
    """How one person comes in, as the policy sees it."""
    return Record(Segment.SIGN_IN, person_id=person.pk)


def actor_at_the_door(person: Person) -> Actor:
    """The person whose proof was good, before they are anybody's viewer."""
    return Actor(kind=ActorKind.PERSON, person_id=person.pk, client_id=client_id_of(person))


def client_id_of(person: Person) -> int | None:
    """The key of their record as a client, if they have one."""
    return Client.objects.filter(person=person).values_list("pk", flat=True).first()


def open_door(*, key_hash: str, content: Mapping[str, Any], now: datetime) -> SignIn:
    """A session for somebody who has not come in yet."""
    return SignIn.objects.create(
        key_hash=key_hash,
        content=dict(content),
        begun_at=now,
        seen_at=now,
        ends_at=now + AT_THE_DOOR,
        idle_limit=AT_THE_DOOR,
    )


def begin_sign_in(
    *,
    person: Person,
    key_hash: str,
    content: Mapping[str, Any],
    manner: Manner,
    now: datetime,
) -> SignIn:
    """The person signed in, for as long as their kind of sign-in lasts."""
    limits = limits_for(
        is_staff=person.staff_roles.exists(), is_shared_device=manner.is_shared_device
    )
    with transaction.atomic():
        sign_in = SignIn.objects.create(
            key_hash=key_hash,
            person=person,
            device=manner.device,
            content=dict(content),
            device_words=manner.device_words,
            means=manner.means or "",
            is_shared_device=manner.is_shared_device,
            is_new_device=manner.is_new_device,
            begun_at=now,
            seen_at=now,
            ends_at=now + limits.whole,
            idle_limit=limits.idle,
            proved_at=now if manner.is_proof else None,
        )
        audit(
            "sign_in",
            by=actor_at_the_door(person),
            now=now,
            subject=sign_in,
            client_id=client_id_of(person),
            means=manner.means,
        )
    return sign_in


def note_seen(sign_in: SignIn, *, now: datetime) -> None:
    """The person did something; written down now and then."""
    if now - sign_in.seen_at >= SEEN_EVERY:
        SignIn.objects.filter(pk=sign_in.pk, locked_at__isnull=True).update(seen_at=now)
        sign_in.seen_at = now


def lock_sign_in(sign_in: SignIn, *, now: datetime) -> None:
    """Locked until its owner shows that it is they. One on a shared device is over."""
    if sign_in.is_shared_device:
        _end(SignIn.objects.filter(pk=sign_in.pk), now=now)
    else:
        SignIn.objects.filter(pk=sign_in.pk, locked_at__isnull=True).update(locked_at=now)


def unlock_sign_in(sign_in: SignIn, *, is_proof: bool, now: datetime) -> None:
    """Open again, and fresh where its owner proved who they are."""
    sign_in.locked_at, sign_in.seen_at = None, now
    sign_in.proved_at = now if is_proof else sign_in.proved_at
    sign_in.save(update_fields=["locked_at", "seen_at", "proved_at"])


def end_sign_in(*, sign_in: SignIn, by: Actor, now: datetime) -> None:
    """One sign-in over, here or on another device.

    Raises: NotFound.
    """
    if sign_in.person is None:
        raise NotFound
    _end_of(sign_in.person, SignIn.objects.filter(pk=sign_in.pk), by=by, now=now)


def end_sign_ins(
    *, person: Person, by: Actor, now: datetime, besides: SignIn | None = None
) -> None:
    """Every sign-in of the person over at once, or every other one.

    Raises: NotFound.
    """
    theirs = person.sign_ins.all()
    _end_of(person, theirs.exclude(pk=besides.pk) if besides else theirs, by=by, now=now)


def _end_of(person: Person, which: QuerySet[SignIn], *, by: Actor, now: datetime) -> None:
    check_may_change(person, by=by, now=now)
    with transaction.atomic():
        n = _end(which, now=now)
        if n:
            audit(
                "end_sign_ins",
                by=by,
                now=now,
                subject=person,
                client_id=client_id_of(person),
                n_sign_ins=n,
            )


def _end(which: QuerySet[SignIn], *, now: datetime) -> int:
    return which.filter(ended_at__isnull=True).update(ended_at=now)


def check_may_change(person: Person, *, by: Actor, now: datetime) -> None:
    """Nothing, when it is the actor's own way in, or that of staff and the actor looks after staff.

    Raises: NotFound.
    """
    is_of_staff = by.person_id != person.pk and person.staff_roles.exists()
    by = check(by, Deed.RECORD, Record(Segment.STAFF) if is_of_staff else own(person), now=now)


def tell_owner(*, person: Person, here: SignIn, now: datetime) -> None:
    """The person saw on which other devices they are signed in.

    Whoever looks from a new device cannot hide that device from its owner.
    """
    untold = person.sign_ins.filter(is_new_device=True, owner_told_at__isnull=True)
    untold.exclude(pk=here.pk).update(owner_told_at=now)


def forget_old_sign_ins(*, now: datetime) -> int:
    """How many sessions are gone because nobody needs them, with forms that waited in vain."""
    KeptForm.objects.filter(kept_at__lte=now - KEPT_FORM).delete()
    MeansChange.objects.filter(at__lte=now - REMEMBERED).delete()
    unneeded = Q(person__isnull=True, ends_at__lte=now) | Q(ends_at__lte=now - REMEMBERED)
    gone, _ = SignIn.objects.filter(unneeded).delete()
    return gone
