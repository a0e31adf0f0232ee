"""Who carries a message out of the house. A site names its own class in `MESSAGE_SENDER`."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from alongside.clinic.outbox.models import Channel


@dataclass(frozen=True)
class Letter:
    """One message as it leaves: neutral words and a link, never content."""

    message_id: int
    channel: str
    address: str
    language: str
    subject: str
    body: str


class Sender(Protocol):
    def send(self, letter: Letter, *, now: datetime) -> None:
        """Hand the letter over, or raise; it is tried again later."""


class FolderSender:
    """Writes each letter to the clinic's own outbox folder: for demos and for sites without mail.

    Sending the same letter twice leaves one file.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(settings.DATA_FOLDER) / "outbox"

    def send(self, letter: Letter, *, now: datetime) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        text = json.dumps({**asdict(letter), "sent_at": now.isoformat()}, ensure_ascii=False)
        handle, draft = tempfile.mkstemp(dir=self.folder, suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).replace(self.folder / f"{letter.message_id:09d}.json")
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise


class MailSender:
    """Sends e-mail through Django's configured SMTP server; text messages go to the folder."""

    def send(self, letter: Letter, *, now: datetime) -> None:
        if letter.channel != Channel.EMAIL:
            FolderSender().send(letter, now=now)
            return
        EmailMessage(subject=letter.subject, body=letter.body, to=[letter.address]).send()


def configured_sender() -> Sender:
    """The sender that this site chose."""
    sender: Sender = import_string(settings.MESSAGE_SENDER)()
    return sender
