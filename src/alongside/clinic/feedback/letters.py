"""The letters that left a demo clinic: there the outbox folder takes the place of the post."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alongside.clinic.access.checks import NotFound
from alongside.clinic.instruments.models import Slot
from alongside.clinic.outbox.models import Message
from alongside.clinic.outbox.senders import Letter
from alongside.clinic.people.models import Clinic


@dataclass(frozen=True)
class SentLetter:
    """One letter, when it left, and whether the form that it invites to can still be filled in."""

    letter: Letter
    sent_at: datetime
    is_open: bool


def letters_of_the_demo(folder: Path, *, now: datetime) -> tuple[SentLetter, ...]:
    """All letters that left, the latest first. In a real clinic there is no such thing.

    Raises: NotFound.
    """
    clinic = Clinic.objects.first()
    if clinic is None or not clinic.is_demo:
        raise NotFound
    sent = [_read(path) for path in folder.glob("*.json")]
    open_slots = Slot.objects.open_at(now).values("pk")
    opening = set(Message.objects.filter(subject_id__in=open_slots).values_list("pk", flat=True))
    return tuple(
        SentLetter(letter, at, is_open=letter.message_id in opening)
        for letter, at in sorted(sent, key=lambda each: (each[1], each[0].message_id), reverse=True)
    )


def _read(path: Path) -> tuple[Letter, datetime]:
    words = json.loads(path.read_text(encoding="utf-8"))
    sent_at = datetime.fromisoformat(words.pop("sent_at"))
    return Letter(**words), sent_at
