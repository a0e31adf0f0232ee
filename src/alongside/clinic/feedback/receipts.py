"""The newest checkpoint of the audit by e-mail, once a day at most: one more witness."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils.translation import gettext, override

from alongside.clinic.audit.checkpoints import last_checkpoint
from alongside.clinic.outbox.actions import queue_message
from alongside.clinic.outbox.models import Channel, Message
from alongside.clinic.outbox.senders import Letter
from alongside.clinic.people.queries import day_of, the_clinic

RECEIPT: Final = "audit_receipt"
KEPT_FOR: Final = timedelta(days=7)


def queue_receipt(*, now: datetime) -> int:
    """How many letters wait now that did not: one on a day on which something was signed."""
    last = last_checkpoint()
    day = day_of(now).toordinal()
    if not settings.WITNESS_EMAIL or last is None or day_of(last.at).toordinal() != day:
        return 0
    if Message.objects.filter(kind=RECEIPT, subject_id=day).exists():
        return 0
    queue_message(
        kind=RECEIPT,
        subject_id=day,
        client_id=None,
        channel=Channel.EMAIL,
        address=settings.WITNESS_EMAIL,
        language=the_clinic().language,
        due_at=now,
        expires_at=now + KEPT_FOR,
    )
    return 1


def compose_receipt(message: Message) -> Letter | None:
    """The letter with the newest checkpoint there is."""
    last = last_checkpoint()
    if last is None:
        return None
    with override(message.language):
        return Letter(
            message_id=message.pk,
            channel=message.channel,
            address=message.address,
            language=message.language,
            subject=gettext("Please keep this message"),
            body=gettext(
                "Please keep this message. With it you can show later that nothing was changed."
            )
            + f"\n\n{last.note}",
        )
