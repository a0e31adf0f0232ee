"""Into the house past the door, for journeys that begin inside. The door has its own."""

from __future__ import annotations

from django.conf import settings
from django.test import Client as Browser
from playwright.sync_api import Page

from alongside.clinic.people.models import Person


def let_in(page: Page, person: Person | None) -> None:
    """The person signed in in this browser, at their first page."""
    assert person is not None
    inside = Browser()
    inside.force_login(person)
    page.goto("/calendar/")
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [
            {
                "name": name,
                "value": inside.cookies[name].value,
                "url": page.url.removesuffix("calendar/"),
                "httpOnly": True,
                "sameSite": "Lax",
            }
        ]
    )
    page.goto("/")
