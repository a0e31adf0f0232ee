"""Put a message in, take it back, carry it out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from alongside.clinic.outbox.models import Message, MessageState
from alongside.clinic.outbox.senders import Letter, Sender

LEASE = timedelta(minutes=5)
MOST_AT_ONCE = 20
LONGEST_WAIT = timedelta(hours=1)

Compose = Callable[[Message], Letter | None]


def queue_message(
    *,
    kind: str,
    subject_id: int,
    client_id: int | None,
    channel: str,
    address: str,
    language: str,
    due_at: datetime,
    expires_at: datetime,
) -> Message:
    """The message in the queue; the same message asked for twice is queued once.

    `client_id` says whose address it is, and with whose key it is sealed.
    """
    message, _ = Message.objects.get_or_create(
        dedupe=f"{kind}:{subject_id}:{channel}",
        defaults={
            "kind": kind,
            "subject_id": subject_id,
            "client_id": client_id,
            "channel": channel,
            "address": address,
            "language": language,
            "due_at": due_at,
            "expires_at": expires_at,
        },
    )
    return message


def cancel_messages(*, kind: str, subject_id: int, now: datetime) -> int:
    """How many waiting messages were taken back."""
    return Message.objects.filter(
        kind=kind, subject_id=subject_id, state=MessageState.WAITING
    ).update(state=MessageState.CANCELLED, finished_at=now)


def renew_messages(*, kind: str, subject_id: int, due_at: datetime) -> int:
    """How many messages that were taken back wait again, until `due_at`."""
    return Message.objects.filter(
        kind=kind, subject_id=subject_id, state=MessageState.CANCELLED
    ).update(state=MessageState.WAITING, due_at=due_at, finished_at=None, problem="")


def lease_message(*, worker: str, now: datetime) -> Message | None:
    """The next message that is due, reserved for this worker for a while, if there is one."""
    with transaction.atomic():
        message = (
            Message.objects.filter(state=MessageState.WAITING, due_at__lte=now)
            .filter(Q(lease_until__isnull=True) | Q(lease_until__lt=now))
            .order_by("due_at", "pk")
            .first()
        )
        if message is None:
            return None
        message.lease_by, message.lease_until = worker, now + LEASE
        message.attempts += 1
        message.save(update_fields=["lease_by", "lease_until", "attempts"])
        return message


def deliver_due_messages(*, sender: Sender, compose: Compose, worker: str, now: datetime) -> int:
    """How many messages were handed over, of at most `MOST_AT_ONCE`.

    After a crash a message may leave twice, but never not at all. All leases run from `now`, so
    a turn takes no more messages than a slow mail server can be given before they end.

    `compose` writes the words, or returns None when there is nothing left to say.
    """
    n_sent = 0
    for _ in range(MOST_AT_ONCE):
        message = lease_message(worker=worker, now=now)
        if message is None:
            break
        if message.expires_at <= now:
            _finish(message, MessageState.CANCELLED, now=now, problem="expired")
            continue
        try:
            letter = compose(message)
            if letter is None:
                _finish(message, MessageState.CANCELLED, now=now, problem="no longer needed")
                continue
            sender.send(letter, now=now)
        except Exception as problem:  # any sender may fail in any way; the message must survive it
            _try_again(message, now=now, problem=type(problem).__name__)
        else:
            _finish(message, MessageState.SENT, now=now)
            n_sent += 1
    return n_sent


def _finish(message: Message, state: MessageState, *, now: datetime, problem: str = "") -> None:
    Message.objects.filter(
        pk=message.pk, lease_by=message.lease_by, state=MessageState.WAITING
    ).update(state=state, finished_at=now, problem=problem)


def _try_again(message: Message, *, now: datetime, problem: str) -> None:
    wait = min(timedelta(seconds=15) * 2 ** min(message.attempts, 10), LONGEST_WAIT)
    Message.objects.filter(pk=message.pk, lease_by=message.lease_by).update(
        due_at=now + wait, lease_until=None, lease_by="", problem=problem
    )
