"""A small clinic at this moment, and browsers of its people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client as Browser

from alongside.clinic.people.models import Person
from tests.factories.clinic import SmallClinic, small_clinic

A_VISIT = timedelta(days=7, minutes=55)


@pytest.fixture
def ready_for(db: None) -> Callable[[int], SmallClinic]:
    """A clinic opened so long ago that the visit of this number has just ended when it is made."""

    def opened(n_visits: int) -> SmallClinic:
        return small_clinic(datetime.now(UTC).replace(microsecond=0) - n_visits * A_VISIT)

    return opened


@pytest.fixture
def fresh(ready_for: Callable[[int], SmallClinic]) -> SmallClinic:
    """A clinic whose first visit has just ended when it is made."""
    return ready_for(1)


@pytest.fixture
def browser_of() -> Callable[[Person | None], Browser]:
    """A browser in which this person is signed in."""

    def signed_in(person: Person | None) -> Browser:
        browser = Browser()
        if person is not None:
            browser.force_login(person)
        return browser

    return signed_in
