"""What has to leave the house leaves it: late perhaps, twice perhaps, but never not at all."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection

from alongside.clinic.outbox.actions import (
    LEASE,
    LONGEST_WAIT,
    MOST_AT_ONCE,
    cancel_messages,
    deliver_due_messages,
    lease_message,
    queue_message,
    renew_messages,
)
from alongside.clinic.outbox.models import Channel, Message, MessageState
from alongside.clinic.outbox.senders import Letter

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def queue(subject_id: int = 1, due_at: datetime = START, days: int = 3) -> Message:
    return queue_message(
        kind="invitation",
        subject_id=subject_id,
        client_id=None,
        channel=Channel.SMS,
        address="+1 555 0101",
        language="en",
        due_at=due_at,
        expires_at=due_at + timedelta(days=days),
    )


def letter_of(message: Message) -> Letter:
    return Letter(message.pk, message.channel, message.address, "en", "Hello", "Hello")


@dataclass
class Postbox:
    """A sender that keeps what it is given, and fails the first so many times."""

    n_failures: int = 0
    letters: list[int] = field(default_factory=list)
    tries: list[datetime] = field(default_factory=list)

    def send(self, letter: Letter, *, now: datetime) -> None:
        self.tries.append(now)
        if self.n_failures > 0:
            self.n_failures -= 1
            raise ConnectionRefusedError("no network")
        self.letters.append(letter.message_id)


def deliver(postbox: Postbox, now: datetime, worker: str = "one") -> int:
    return deliver_due_messages(sender=postbox, compose=letter_of, worker=worker, now=now)


def test_a_message_leaves_when_it_is_due_and_once() -> None:
    message, postbox = queue(), Postbox()
    assert deliver(postbox, START - timedelta(seconds=1)) == 0
    assert deliver(postbox, START) == 1
    assert deliver(postbox, START + timedelta(hours=1)) == 0
    assert postbox.letters == [message.pk]
    message.refresh_from_db()
    assert (message.state, message.finished_at, message.attempts) == (MessageState.SENT, START, 1)


def test_the_same_message_asked_for_twice_is_queued_once() -> None:
    assert queue() == queue(due_at=START + timedelta(days=1))
    assert Message.objects.get().due_at == START


def test_messages_leave_in_the_order_in_which_they_are_due() -> None:
    late, early = queue(1, START + timedelta(minutes=2)), queue(2, START)
    postbox = Postbox()
    assert deliver(postbox, START + timedelta(hours=1)) == 2
    assert postbox.letters == [early.pk, late.pk]


def test_a_worker_that_dies_with_a_message_in_hand_loses_nothing() -> None:
    message, postbox = queue(), Postbox()
    leased = lease_message(worker="dies", now=START)
    assert leased is not None
    assert deliver(postbox, START + LEASE) == 0
    assert deliver(postbox, START + LEASE + timedelta(seconds=1), worker="lives") == 1
    assert postbox.letters == [message.pk]
    assert Message.objects.get().attempts == 2


def test_a_sender_that_fails_is_tried_again_later_each_time_until_it_works() -> None:
    queue()
    postbox = Postbox(n_failures=9)
    while (message := Message.objects.get()).state == MessageState.WAITING:
        assert deliver(postbox, message.due_at - timedelta(seconds=1)) == 0
        deliver(postbox, message.due_at)
    waits = [later - earlier for earlier, later in pairwise(postbox.tries)]
    assert len(postbox.tries) == 10
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=30)
    assert waits[-1] == LONGEST_WAIT
    assert Message.objects.get().state == MessageState.SENT


def test_why_it_failed_is_kept_without_the_words_of_the_error() -> None:
    queue()
    deliver(Postbox(n_failures=1), START)
    message = Message.objects.get()
    assert (message.problem, message.lease_by, message.lease_until) == (
        "ConnectionRefusedError",
        "",
        None,
    )


def test_a_message_that_never_gets_through_ends_when_it_expires() -> None:
    queue(days=1)
    postbox, now = Postbox(n_failures=10_000), START
    while now < START + timedelta(days=2):
        deliver(postbox, now)
        now += timedelta(minutes=10)
    message = Message.objects.get()
    assert (message.state, message.problem) == (MessageState.CANCELLED, "expired")
    assert max(postbox.tries) < message.expires_at
    assert len(postbox.tries) > 24


def test_one_message_that_cannot_be_written_does_not_hold_up_the_others() -> None:
    broken, whole = queue(1), queue(2)
    postbox = Postbox()

    def compose(message: Message) -> Letter:
        if message == broken:
            raise KeyError("link")
        return letter_of(message)

    sent = deliver_due_messages(sender=postbox, compose=compose, worker="one", now=START)
    assert (sent, postbox.letters) == (1, [whole.pk])
    broken.refresh_from_db()
    assert (broken.state, broken.problem) == (MessageState.WAITING, "KeyError")


def test_what_is_no_longer_needed_does_not_leave() -> None:
    queue()
    postbox = Postbox()
    deliver_due_messages(sender=postbox, compose=lambda _: None, worker="one", now=START)
    assert postbox.letters == []
    assert Message.objects.get().state == MessageState.CANCELLED


def test_a_message_taken_back_stays_and_one_renewed_goes() -> None:
    queue()
    postbox, later = Postbox(), START + timedelta(hours=2)
    assert cancel_messages(kind="invitation", subject_id=1, now=START) == 1
    assert deliver(postbox, START) == 0
    assert renew_messages(kind="invitation", subject_id=1, due_at=later) == 1
    assert deliver(postbox, START) == 0
    assert deliver(postbox, later) == 1
    assert renew_messages(kind="invitation", subject_id=1, due_at=later) == 0
    assert cancel_messages(kind="invitation", subject_id=1, now=later) == 0


def test_a_turn_takes_no_more_than_it_can_hand_over_while_its_leases_last() -> None:
    from django.conf import settings

    assert MOST_AT_ONCE * timedelta(seconds=settings.EMAIL_TIMEOUT) < LEASE
    for number in range(MOST_AT_ONCE + 3):
        queue(number)
    postbox = Postbox()
    assert [deliver(postbox, START) for _ in range(3)] == [MOST_AT_ONCE, 3, 0]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_message_once() -> None:
    ids = {queue(number).pk for number in range(24)}
    postboxes = Postbox(), Postbox()
    start = threading.Barrier(2)

    def work(number: int) -> int:
        try:
            start.wait(timeout=20)
            return sum(deliver(postboxes[number], START, worker=f"worker {number}") for _ in (1, 2))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        sent = list(pool.map(work, range(2)))
    letters = Counter(postboxes[0].letters + postboxes[1].letters)
    assert set(letters) == ids
    assert set(letters.values()) == {1}
    assert sum(sent) == len(ids)
