"""A client is forgotten: they ask, the clinic looks what it must keep, and then all of it goes.

First the rows, in one transaction; then the keys, which stand in a store of their own; then the
logs of both, in which deleted bytes live on. `Erasure` remembers how far it came, so that one cut
short is finished by the clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import connection, models, transaction

from alongside.clinic.access.checks import check
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import SYSTEM, Actor
from alongside.clinic.disclosures.actions import (
    NothingWritten,
    NotWaiting,
    SamePerson,
    check_own,
)
from alongside.clinic.disclosures.models import Disclosure, Erasure, ErasureRequest
from alongside.clinic.disclosures.queries import is_held
from alongside.clinic.people.models import Client, Person
from alongside.clinic.vault.fields import LASTING, client_of, owner_of_client, owner_of_person
from alongside.clinic.vault.keyring import the_keyring
from alongside.clinic.visits.models import Visit
from alongside.methods.vocabulary.errors import AlongsideError

PROTECTING: Final[tuple[type[models.Model], ...]] = (Disclosure, Visit)
"""Rows of a client that hold on to other rows of theirs, and so go before them."""


class HeldByDemand(AlongsideError):
    """A demand for this record is open. What a court may ask for must not be deleted: close the
    demand first."""


def ask_for_erasure(*, client: Client, by: Actor, now: datetime) -> ErasureRequest:
    """The client's wish to be forgotten, kept until the clinic has looked at it.

    Raises: NotFound.
    """
    by = check_own(client, by=by, now=now)
    return _asked(client, "ask_for_erasure", by=by, now=now)


def record_erasure_wish(*, client: Client, by: Actor, now: datetime) -> ErasureRequest:
    """The wish of a client who asked on paper, written down. Someone else has to carry it out.

    Raises: NotFound.
    """
    by = check(by, Deed.RECORD, _erasure_of(client.pk), now=now)
    return _asked(client, "record_erasure_wish", by=by, now=now, recorded_by_id=by.person_id)


def withdraw_erasure(*, request: ErasureRequest, by: Actor, now: datetime) -> ErasureRequest:
    """The wish, taken back.

    Raises: NotFound, NotWaiting.
    """
    by = check_own(request.client, by=by, now=now)
    with transaction.atomic():
        row = _waiting(request)
        row.withdrawn_at = now
        row.save(update_fields=["withdrawn_at"])
        audit("withdraw_erasure", by=by, now=now, subject=row, client_id=row.client_id)
    return row


def decline_erasure(
    *, request: ErasureRequest, answer: str, by: Actor, now: datetime
) -> ErasureRequest:
    """The wish, declined for now, with the clinic's reason to the client.

    Raises: NotFound, NotWaiting, NothingWritten.
    """
    by = check(by, Deed.RECORD, _erasure_of(request.client_id), now=now)
    if not answer.strip():
        raise NothingWritten
    with transaction.atomic():
        row = _waiting(request)
        row.declined_at, row.declined_by_id = now, by.person_id
        row.words = {"answer": answer.strip()}
        row.save(update_fields=["declined_at", "declined_by", "words"])
        audit("decline_erasure", by=by, now=now, subject=row, client_id=row.client_id)
    return row


def erase_client(*, request: ErasureRequest, by: Actor, now: datetime) -> Erasure:
    """The client who asked for it, forgotten: rows, way to sign in, keys and logs.

    Where another process reads at this moment the logs are emptied later, by the clock. The audit
    keeps its entries, whose details nobody can open any more.
    Raises: NotFound, NotWaiting, SamePerson, HeldByDemand.
    """
    by = check(by, Deed.RECORD, _erasure_of(request.client_id), now=now)
    with transaction.atomic():
        wish = _waiting(request)
        if wish.recorded_by_id is not None and wish.recorded_by_id == by.person_id:
            raise SamePerson
        client = Client.objects.select_for_update().get(pk=wish.client_id)
        if is_held(wish):
            raise HeldByDemand
        person = _person_who_goes(client)
        erasure = Erasure.objects.create(
            client_number=client.pk,
            person_number=person.pk if person else None,
            asked_at=wish.asked_at,
            erased_at=now,
            erased_by_id=by.person_id,
        )
        for former in client.former_records.all():
            if former.number is not None:
                _remember(former.number, by=by, now=now)
        audit("erase_client", by=by, now=now, subject=client)
        _delete(client, person)
    keep_erased(now=now)
    erasure.refresh_from_db()
    return erasure


def _remember(number: int, *, by: Actor, now: datetime) -> None:
    """That a second record of the client, long part of theirs, is forgotten as well."""
    Erasure.objects.create(client_number=number, erased_at=now, erased_by_id=by.person_id)


def keep_erased(*, now: datetime) -> int:
    """How many erasures are finished now; one that is held up by a reader waits for the next time.

    Clients who came back with an older database, and keys with an older key store, go again: each
    of the two remembers who was forgotten. For the clock.
    """
    keyring = the_keyring()
    gone = keyring.destroyed()
    _erase_again(gone, now=now)
    waiting = [
        each
        for each in Erasure.objects.all()
        if each.finished_at is None or not gone.keys() >= set(_owners(each))
    ]
    if not waiting:
        return 0
    for erasure in waiting:
        for owner in _owners(erasure):
            keyring.destroy(owner, now=now)
    if not (keyring.empty_log() and _empty_log()):
        return 0
    done = Erasure.objects.filter(pk__in=[each.pk for each in waiting])
    return done.update(finished_at=now)


def _erase_again(gone: Mapping[str, datetime], *, now: datetime) -> None:
    numbers = [number for owner in gone if (number := client_of(owner)) is not None]
    for client in Client.objects.filter(pk__in=numbers):
        with transaction.atomic():
            person = _person_who_goes(client)
            Erasure.objects.get_or_create(
                client_number=client.pk,
                defaults={
                    "person_number": person.pk if person else None,
                    "erased_at": gone[owner_of_client(client.pk)],
                },
            )
            audit("erase_client_again", by=SYSTEM, now=now, subject=client)
            _delete(client, person)


def _delete(client: Client, person: Person | None) -> None:
    """Every row of the client; the audit, which names them by number alone, stays."""
    for table in PROTECTING:
        table._base_manager.filter(client=client).delete()
    client.delete()
    if person is not None:
        person.delete()


def _person_who_goes(client: Client) -> Person | None:
    """Who signs in as this client, unless they work here as well."""
    person = client.person
    return None if person is None or person.staff_roles.exists() else person


def _owners(erasure: Erasure) -> list[str]:
    """Everyone in the key store who goes with this client."""
    client = owner_of_client(erasure.client_number)
    people = [owner_of_person(erasure.person_number)] if erasure.person_number else []
    return [client, f"{client}{LASTING}", *people]


def _empty_log() -> bool:
    """Whether the database's log could be emptied: not within a transaction, nor under a reader."""
    if connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        (is_busy, _pages, _moved) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy


def _asked(
    client: Client, deed: str, *, by: Actor, now: datetime, recorded_by_id: int | None = None
) -> ErasureRequest:
    """The one open wish of this client."""
    with transaction.atomic():
        row, is_new = ErasureRequest.objects.waiting().get_or_create(
            client=client, defaults={"asked_at": now, "recorded_by_id": recorded_by_id}
        )
        if is_new:
            audit(deed, by=by, now=now, subject=row, client_id=client.pk)
    return row


def _waiting(request: ErasureRequest) -> ErasureRequest:
    """The wish, held for this transaction.

    Raises: NotWaiting.
    """
    row = ErasureRequest.objects.waiting().select_for_update().filter(pk=request.pk).first()
    if row is None:
        raise NotWaiting
    return row


def _erasure_of(client_id: int) -> Record:
    return Record(Segment.ERASURE, client_id=client_id)
