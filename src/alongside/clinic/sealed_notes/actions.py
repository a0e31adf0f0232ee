"""Keep what a browser sealed. Nothing here opens a note, because nothing here could."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from alongside.clinic.access.checks import NotFound, check
from alongside.clinic.access.policy import Deed, Record, Relation, Segment
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import Actor
from alongside.clinic.people.models import Client, Person, Role
from alongside.clinic.sealed_notes.models import SealedNote, SealingKey
from alongside.methods.vocabulary.errors import AlongsideError

PUBLIC_KEY = 32
SALT = 16
FEWEST_ITERATIONS = 600_000
WRAPPED = range(28 + 40, 200)
ENVELOPE = range(32 + 16, 400_000)
"""The encapsulated key and the tag around it; at the other end some 100 pages."""


class NotSealedHere(AlongsideError):
    """What arrived is not a sealed note. Nothing was kept. Load the page again and copy your words
    over."""


class NoteClosed(AlongsideError):
    """This note is closed and stays as it is. Write a new one."""


class KeyStands(AlongsideError):
    """You have a key already. A new one would not open the notes that are sealed to it."""


def notes_record(client: Client, author_id: int | None) -> Record:
    """What the policy has to know of the sealed notes of one author about one client."""
    return Record(
        Segment.SEALED_NOTES,
        client_id=client.pk,
        therapist_id=author_id,
        author_id=author_id,
    )


def keep_sealing_key(
    *,
    person: Person,
    public_key: bytes,
    wrapped: bytes,
    salt: bytes,
    n_iterations: int,
    by: Actor,
    now: datetime,
) -> SealingKey:
    """The key pair that a therapist's browser made. There is one, and nobody else has it.

    Raises: NotFound, NotSealedHere, KeyStands.
    """
    if by.person_id != person.pk or Role.THERAPIST not in by.roles:
        raise NotFound
    by = replace(by, acting_as=Relation.AUTHOR)
    is_whole = len(public_key) == PUBLIC_KEY and len(salt) == SALT and len(wrapped) in WRAPPED
    if not is_whole or n_iterations < FEWEST_ITERATIONS:
        raise NotSealedHere
    with transaction.atomic():
        if SealingKey.objects.filter(person=person, replaced_at__isnull=True).exists():
            raise KeyStands
        key = SealingKey.objects.create(
            person=person,
            public_key=public_key,
            wrapped=wrapped,
            salt=salt,
            n_iterations=n_iterations,
            made_at=now,
        )
        audit("keep_sealing_key", by=by, now=now, subject=key)
    return key


def save_sealed_note(
    *, public_id: str, client: Client, key: SealingKey, envelope: bytes, by: Actor, now: datetime
) -> SealedNote:
    """The note as it is now. The author's browser seals it anew at each pause.

    Raises: NotFound, NotSealedHere, NoteClosed.
    """
    by = check(by, Deed.RECORD, notes_record(client, by.person_id), now=now)
    if key.person_id != by.person_id or key.replaced_at is not None:
        raise NotFound
    if len(envelope) not in ENVELOPE:
        raise NotSealedHere
    with transaction.atomic():
        note, is_new = SealedNote.objects.get_or_create(
            public_id=public_id,
            defaults={
                "client": client,
                "author_id": by.person_id,
                "key": key,
                "envelope": envelope,
                "began_at": now,
                "saved_at": now,
            },
        )
        if not is_new:
            _write_on(note, client, envelope, by=by, now=now)
        audit("save_sealed_note", by=by, now=now, subject=note, client_id=client.pk)
    return note


def close_sealed_note(*, note: SealedNote, by: Actor, now: datetime) -> None:
    """The note as it stands, never to be changed.

    Raises: NotFound.
    """
    by = check(by, Deed.RECORD, notes_record(note.client, by.person_id), now=now)
    if note.author_id != by.person_id:
        raise NotFound
    with transaction.atomic():
        kept = SealedNote.objects.get(pk=note.pk)
        if kept.closed_at is None:
            kept.closed_at = now
            kept.save(update_fields=["closed_at"])
            audit("close_sealed_note", by=by, now=now, subject=kept, client_id=kept.client_id)


def _write_on(
    note: SealedNote, client: Client, envelope: bytes, *, by: Actor, now: datetime
) -> None:
    if note.author_id != by.person_id or note.client_id != client.pk:
        raise NotFound
    if note.closed_at is not None:
        raise NoteClosed
    note.envelope, note.saved_at = envelope, now
    note.save(update_fields=["envelope", "saved_at"])
