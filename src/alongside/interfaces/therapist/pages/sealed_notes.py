"""The page of sealed notes: what the browser needs to seal and open, and what belongs in one."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext

from alongside.clinic.people.models import Client, Person, new_public_id
from alongside.clinic.sealed_notes.models import SealedNote, SealingKey
from alongside.interfaces.shared.components.breadcrumbs import Breadcrumbs, Crumb
from alongside.interfaces.shared.components.disclosure import Disclosure
from alongside.interfaces.shared.components.notice import Notice
from alongside.interfaces.shared.dates import long_moment
from alongside.interfaces.shared.tones import Tone

FEWEST_LETTERS = 12


@dataclass(frozen=True)
class KeyValues:
    """A key pair as the browser reads it, each in base64."""

    public_key: str
    wrapped: str
    salt: str
    n_iterations: int


@dataclass(frozen=True)
class NoteValues:
    """One note as the browser reads it."""

    title: str
    info: str
    envelope: str
    is_open: bool
    close_url: str


@dataclass(frozen=True)
class NotesPage:
    """All of it. Missing: `key` is None before the therapist has made one."""

    way_back: Breadcrumbs
    name: str
    key: KeyValues | None
    make_key_url: str
    fewest: int
    notes: tuple[NoteValues, ...]
    new_info: str
    save_url: str
    close_url: str
    belongs: Disclosure
    cannot: Notice


def notes_page(
    author: Person,
    client: Client,
    key: SealingKey | None,
    notes: Iterable[SealedNote],
    *,
    zone: ZoneInfo,
) -> NotesPage:
    """The notes of one author about one client."""
    new = new_public_id()
    return NotesPage(
        way_back=Breadcrumbs(
            (
                Crumb(gettext("Caseload"), reverse("caseload")),
                Crumb(client.display_name, reverse("client_record", args=[client.public_id])),
            )
        ),
        name=client.display_name,
        key=_values(key) if key else None,
        make_key_url=reverse("sealing_key", args=[client.public_id]),
        fewest=FEWEST_LETTERS,
        notes=tuple(_note(note, author, client, zone) for note in notes),
        new_info=info_of(author, client, new),
        save_url=reverse("save_sealed_note", args=[client.public_id, new]),
        close_url=reverse("close_sealed_note", args=[new]),
        belongs=Disclosure(
            gettext("What belongs here, and what does not"),
            (
                gettext(
                    "Here: what was said in a conversation and what you make of it, kept apart "
                    "from the record."
                ),
                gettext(
                    "Not here: medication, times of beginning and end, how and how often you meet, "
                    "test results, and any summary of diagnosis, function, plan, symptoms, outlook "
                    "or progress. These belong in the record, where your client can read them."
                ),
                gettext(
                    "Your client is told that sealed notes exist and why they are not part of what "
                    "they can read."
                ),
            ),
        ),
        cannot=Notice(
            gettext("This browser cannot seal notes"),
            gettext("Use a current Firefox, Chrome, Edge or Safari with scripts allowed."),
            Tone.WARNING,
        ),
    )


def info_of(author: Person, client: Client, note_id: str) -> str:
    """What a note is bound to when it is sealed: it opens in no other place."""
    return f"alongside sealed note 1|{author.public_id}|{client.public_id}|{note_id}"


def _values(key: SealingKey) -> KeyValues:
    return KeyValues(
        public_key=_text(key.public_key),
        wrapped=_text(key.wrapped),
        salt=_text(key.salt),
        n_iterations=key.n_iterations,
    )


def _note(note: SealedNote, author: Person, client: Client, zone: ZoneInfo) -> NoteValues:
    return NoteValues(
        title=long_moment(note.began_at, zone),
        info=info_of(author, client, note.public_id),
        envelope=_text(note.envelope),
        is_open=note.closed_at is None,
        close_url=reverse("close_sealed_note", args=[note.public_id]),
    )


def _text(value: Any) -> str:
    return b64encode(bytes(value)).decode()
