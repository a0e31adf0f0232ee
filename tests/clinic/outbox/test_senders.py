"""A letter that leaves says that there is something, and nothing of what, of whom or from where."""

from __future__ import annotations

import email
import json
import re
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from alongside.clinic.feedback import invitations
from alongside.clinic.feedback.clock import turn
from alongside.clinic.feedback.invitations import compose_invitation
from alongside.clinic.feedback.tokens import ticket_from
from alongside.clinic.instruments.models import WayIn
from alongside.clinic.outbox import senders
from alongside.clinic.outbox.models import Message, MessageState
from alongside.clinic.outbox.senders import FolderSender, Letter, MailSender, configured_sender
from tests.factories.clinic import SmallClinic, small_clinic

CLINICAL = re.compile(
    r"clinic|river|house|treat|therap|visit|session|feedback|alliance|alcohol|drug|use|recover|"
    r"patient|client|health|care|counsel|clínica|terap|visita|salud|consumo|dana|alma|week|check",
    re.IGNORECASE,
)


class Mailbox:
    """An SMTP server's memory."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refuses = False

    async def handle_DATA(  # noqa: N802  # aiosmtpd names it
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.refuses:
            return "451 Try again later"
        content = envelope.content
        assert isinstance(content, bytes)
        self.letters.append(
            email.message_from_bytes(content, policy=email.policy.default)  # type: ignore[arg-type]
        )
        return "250 OK"


@pytest.fixture
def mailbox(settings: object) -> Iterator[Mailbox]:
    """A real mail server on this machine, and the clinic set up to use it."""
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.MESSAGE_SENDER = "alongside.clinic.outbox.senders.MailSender"
    yield box
    controller.stop()


def by_mail(clinic: SmallClinic, language: str = "en") -> None:
    clinic.alma.phone, clinic.alma.email = "", "alma@example.org"
    clinic.alma.language = language
    clinic.alma.save()


def link_in(text: str) -> str:
    found = re.findall(r"https?://\S+", text)
    assert len(found) == 1
    return found[0]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "es"])
def test_mail_is_neutral_and_its_link_opens_the_form(mailbox: Mailbox, language: str) -> None:
    clinic = small_clinic()
    by_mail(clinic, language)
    visit = clinic.visit()
    assert turn(sender=configured_sender(), worker="one", now=clinic.now).n_messages_sent == 1
    (letter,) = mailbox.letters
    assert letter["To"] == "alma@example.org"
    body = letter.get_content()
    link = link_in(body)
    ticket = ticket_from(link.rsplit("/", 1)[1])
    assert (ticket.slot.pk, ticket.way_in) == (visit.feedback_slot_id, WayIn.LINK)
    words = f"{letter['Subject']} {body.replace(link, '')}"
    assert CLINICAL.search(words) is None, words
    headers = " ".join(f"{name}: {value}" for name, value in letter.items() if name != "To")
    assert re.search("river house|dana|alma", headers, re.IGNORECASE) is None
    assert not letter.is_multipart()


@pytest.mark.django_db
def test_a_letter_speaks_the_clients_language(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.utils.translation import get_language

    clinic = small_clinic()
    monkeypatch.setattr(invitations, "gettext", lambda text: f"{get_language()}: {text}")
    for language in ("es", "en"):
        clinic.alma.language = language
        clinic.alma.save()
        clinic.visit()
        written = compose_invitation(Message.objects.latest("pk"), now=clinic.now)
        assert written is not None
        assert written.subject.startswith(f"{language}: ")


@pytest.mark.django_db
def test_a_mail_server_that_says_later_gets_it_later(mailbox: Mailbox) -> None:
    clinic = small_clinic()
    by_mail(clinic)
    clinic.visit()
    mailbox.refuses = True
    assert turn(sender=MailSender(), worker="one", now=clinic.now).n_messages_sent == 0
    message = Message.objects.get()
    assert message.state == MessageState.WAITING
    mailbox.refuses = False
    assert turn(sender=MailSender(), worker="one", now=message.due_at).n_messages_sent == 1
    assert len(mailbox.letters) == 1


@pytest.mark.django_db
def test_a_form_that_is_in_or_closed_is_not_asked_for_again() -> None:
    clinic = small_clinic()
    visit = clinic.visit()
    message = Message.objects.get()
    assert compose_invitation(message, now=clinic.now) is not None
    assert compose_invitation(message, now=visit.feedback_slot.expires_at) is None
    clinic.feedback(visit, 8)
    assert compose_invitation(message, now=clinic.now) is None


def letter(body: str = "You have an update") -> Letter:
    return Letter(7, "sms", "+1 555 0101", "en", "You have an update", body)


def test_the_folder_holds_one_whole_file_a_letter(tmp_path: Path) -> None:
    from tests.factories.clinic import START

    sender = FolderSender(tmp_path / "outbox")
    sender.send(letter("first"), now=START)
    sender.send(letter("second"), now=START)
    (file,) = (tmp_path / "outbox").iterdir()
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert (kept["message_id"], kept["body"], kept["sent_at"]) == (7, "second", START.isoformat())
    assert (tmp_path / "outbox").stat().st_mode & 0o077 == 0
    assert file.stat().st_mode & 0o077 == 0


def test_a_disk_that_is_full_leaves_no_half_written_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.factories.clinic import START

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    sender = FolderSender(tmp_path)
    sender.send(letter("first"), now=START)
    monkeypatch.setattr(senders.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        sender.send(letter("second"), now=START)
    (file,) = tmp_path.iterdir()
    assert json.loads(file.read_text(encoding="utf-8"))["body"] == "first"
