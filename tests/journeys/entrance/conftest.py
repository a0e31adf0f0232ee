"""People at the door, with phones that can keep a passkey."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page

from alongside.clinic.credentials.actions import set_pin
from alongside.clinic.credentials.codes import new_token
from tests.factories.clinic import SmallClinic, small_clinic
from tests.factories.entrance import by
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


def come_in_by_pin(page: Page, clinic: SmallClinic, pin: str = "274951") -> str:
    """Alma in her browser, in by the PIN that she has there; gives back the PIN."""
    person = clinic.alma.person
    assert person is not None
    token = new_token()
    set_pin(person=person, token=token, pin=pin, words="", by=by(person), now=clinic.now)
    page.goto("/sign-in/")
    root = page.url.removesuffix("sign-in/")
    page.context.add_cookies([{"name": "device", "value": token, "url": root}])
    page.reload()
    page.locator("[name=pin]").fill(pin)
    page.locator("main form:has([name=pin]) [type=submit]").click()
    page.wait_for_url(lambda address: "/sign-in/" not in address)
    return pin
