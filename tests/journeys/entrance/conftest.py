"""People at the door, with phones that can keep a passkey."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page

from tests.factories.clinic import SmallClinic, small_clinic
from tests.journeys.browser import NewPage

PhoneWithLock = Callable[..., Page]


@pytest.fixture
def clinic(transactional_db: None) -> SmallClinic:
    """The small clinic, opened just now."""
    return small_clinic(datetime.now(UTC).replace(microsecond=0))


@pytest.fixture
def phone_with_lock(new_page: NewPage) -> PhoneWithLock:
    """A browser on a device whose lock keeps passkeys: `phone_with_lock(language="es")`."""

    def opened(**options: object) -> Page:
        page = new_page(**options)
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        session.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )
        return page

    return opened
