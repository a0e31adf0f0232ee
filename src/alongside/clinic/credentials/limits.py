"""How long a sign-in lasts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True)
class Limits:
    """Locked when nothing was done for `idle`; over after `whole`, whatever was done."""

    idle: timedelta
    whole: timedelta


STAFF: Final = Limits(timedelta(minutes=10), timedelta(hours=12))
CLIENT: Final = Limits(timedelta(minutes=5), timedelta(days=30))
SHARED_DEVICE: Final = Limits(timedelta(minutes=5), timedelta(hours=2))

AT_THE_DOOR: Final = timedelta(minutes=15)
"""How long somebody may take between the first step of coming in and the last."""

SEEN_EVERY: Final = timedelta(seconds=30)
"""How often at most it is written down that somebody is there. Locking comes so much early at most,
and never late."""

FRESH_FOR: Final = timedelta(minutes=10)
"""How long a proof of who one is counts as fresh."""

KEPT_FORM: Final = timedelta(minutes=30)
INVITATION: Final = timedelta(days=7)
REMEMBERED: Final = timedelta(days=90)
"""How long a sign-in that is over stays in its owner's list."""

MOST_WRONG_PINS: Final = 10


def limits_for(*, is_staff: bool, is_shared_device: bool) -> Limits:
    """The limits of a new sign-in."""
    if is_shared_device:
        return SHARED_DEVICE
    return STAFF if is_staff else CLIENT
