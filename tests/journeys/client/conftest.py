"""A clinic that stands still: its visits end now, and its links work in the browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from alongside.clinic.feedback.tokens import token_for
from alongside.clinic.instruments.models import Slot, WayIn
from alongside.clinic.visits.models import Visit
from tests.factories.clinic import SmallClinic, small_clinic

A_VISIT = timedelta(days=7, minutes=55)
ReadyFor = Callable[[int], SmallClinic]


@pytest.fixture
def ready_for(transactional_db: None) -> ReadyFor:
    """A clinic opened so long ago that the visit of this number has just ended when it is made."""

    def opened(n_visits: int) -> SmallClinic:
        return small_clinic(datetime.now(UTC).replace(microsecond=0) - n_visits * A_VISIT)

    return opened


def slot_of(visit: Visit) -> Slot:
    """The form of a visit."""
    assert visit.feedback_slot is not None
    return visit.feedback_slot


def link_to(slot: Slot) -> str:
    """The address in the message."""
    return f"/f/{token_for(slot, WayIn.LINK)}/"
