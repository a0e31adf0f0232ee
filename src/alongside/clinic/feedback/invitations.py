"""The words of a message that invites to a form: neutral, short, a link and nothing else."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext, override

from alongside.clinic.feedback.tokens import link_for
from alongside.clinic.instruments.models import Slot
from alongside.clinic.outbox.models import Message
from alongside.clinic.outbox.senders import Letter


def compose_invitation(message: Message, *, now: datetime) -> Letter | None:
    """The letter for a waiting message; None when its form is no longer open."""
    slot = Slot.objects.open_at(now).filter(pk=message.subject_id).first()
    if slot is None:
        return None
    with override(message.language):
        return Letter(
            message_id=message.pk,
            channel=message.channel,
            address=message.address,
            language=message.language,
            subject=gettext("You have an update"),
            body=gettext("You have an update: {link}").format(link=link_for(slot)),
        )
