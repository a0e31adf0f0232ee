"""What time brings about: messages leave, answers are released, repairs grow old.

Each turn does what is due and can be repeated at will, so that a turn cut short loses nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from alongside.clinic.alliance.actions import (
    refresh_due_series,
    relearn_old_populations,
    send_unrepaired_to_supervision,
)
from alongside.clinic.alliance.budget import renew_old_budget
from alongside.clinic.consent.actions import end_due_consents
from alongside.clinic.credentials.sign_ins import forget_old_sign_ins
from alongside.clinic.disclosures.erasure import keep_erased
from alongside.clinic.engagement.actions import relearn_old_hazard
from alongside.clinic.feedback.invitations import compose_invitation
from alongside.clinic.feedback.receipts import RECEIPT, compose_receipt, queue_receipt
from alongside.clinic.outbox.actions import deliver_due_messages
from alongside.clinic.outbox.models import Message
from alongside.clinic.outbox.senders import Letter, Sender
from alongside.clinic.progress.actions import (
    open_weekly_checks,
    refresh_due_progress,
    relearn_old_courses,
)
from alongside.clinic.transparency.flags import notice_odd_looks

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Turn:
    """What one turn of the clock did. A step that failed counts None and is tried next time."""

    n_receipts_queued: int | None
    n_messages_sent: int | None
    n_alliances_refreshed: int | None
    n_progress_refreshed: int | None
    n_sent_to_supervision: int | None
    n_checks_opened: int | None
    n_populations_relearned: int | None
    n_courses_relearned: int | None
    n_budgets_renewed: int | None
    n_hazards_relearned: int | None
    n_consents_ended: int | None
    n_erasures_finished: int | None
    n_sign_ins_forgotten: int | None
    n_odd_looks: int | None


def turn(*, sender: Sender, worker: str, now: datetime) -> Turn:
    """Everything that is due by now, done. One step that fails does not hold up the others."""
    return Turn(
        n_receipts_queued=_done(lambda now: queue_receipt(now=now), now),
        n_messages_sent=_done(
            lambda now: deliver_due_messages(
                sender=sender,
                compose=lambda message: compose(message, now=now),
                worker=worker,
                now=now,
            ),
            now,
        ),
        n_alliances_refreshed=_done(lambda now: refresh_due_series(now=now), now),
        n_progress_refreshed=_done(lambda now: refresh_due_progress(now=now), now),
        n_sent_to_supervision=_done(lambda now: send_unrepaired_to_supervision(now=now), now),
        n_checks_opened=_done(lambda now: open_weekly_checks(now=now), now),
        n_populations_relearned=_done(lambda now: relearn_old_populations(now=now), now),
        n_budgets_renewed=_done(lambda now: renew_old_budget(now=now), now),
        n_courses_relearned=_done(lambda now: relearn_old_courses(now=now), now),
        n_hazards_relearned=_done(lambda now: relearn_old_hazard(now=now), now),
        n_consents_ended=_done(lambda now: end_due_consents(now=now), now),
        n_erasures_finished=_done(lambda now: keep_erased(now=now), now),
        n_sign_ins_forgotten=_done(lambda now: forget_old_sign_ins(now=now), now),
        n_odd_looks=_done(hourly("odd looks", lambda now: notice_odd_looks(now=now)), now),
    )


def hourly(name: str, step: Callable[[datetime], int]) -> Callable[[datetime], int]:
    """The step where this process last took it an hour ago or more; else nothing is done."""

    def taken(now: datetime) -> int:
        last = _LAST_TAKEN.get(name)
        if last is not None and last <= now < last + timedelta(hours=1):
            return 0
        n_done = step(now)
        _LAST_TAKEN[name] = now
        return n_done

    return taken


_LAST_TAKEN: dict[str, datetime] = {}


def compose(message: Message, *, now: datetime) -> Letter | None:
    """The words of a message; None when there is nothing left to say."""
    if message.kind == RECEIPT:
        return compose_receipt(message)
    return compose_invitation(message, now=now)


def _done(step: Callable[[datetime], int], now: datetime) -> int | None:
    try:
        return step(now)
    except Exception as problem:  # any step may fail in any way; the others must still be done
        logger.error("a step of the clock failed: %s", type(problem).__name__)
        return None
