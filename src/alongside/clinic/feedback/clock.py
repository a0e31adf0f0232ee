"""What time brings about: messages leave, answers are released, repairs grow old.

Each turn does what is due and can be repeated at will, so that a turn cut short loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alongside.clinic.alliance.actions import (
    refresh_due_series,
    relearn_old_populations,
    send_unrepaired_to_supervision,
)
from alongside.clinic.feedback.invitations import compose_invitation
from alongside.clinic.outbox.actions import deliver_due_messages
from alongside.clinic.outbox.senders import Sender
from alongside.clinic.progress.actions import open_weekly_checks, refresh_due_progress


@dataclass(frozen=True)
class Turn:
    """What one turn of the clock did."""

    n_messages_sent: int
    n_series_refreshed: int
    n_sent_to_supervision: int
    n_checks_opened: int
    n_populations_relearned: int


def turn(*, sender: Sender, worker: str, now: datetime) -> Turn:
    """Everything that is due by now, done."""
    return Turn(
        n_messages_sent=deliver_due_messages(
            sender=sender,
            compose=lambda message: compose_invitation(message, now=now),
            worker=worker,
            now=now,
        ),
        n_series_refreshed=refresh_due_series(now=now) + refresh_due_progress(now=now),
        n_sent_to_supervision=send_unrepaired_to_supervision(now=now),
        n_checks_opened=open_weekly_checks(now=now),
        n_populations_relearned=relearn_old_populations(now=now),
    )
