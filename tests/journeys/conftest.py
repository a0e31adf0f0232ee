"""Browser journeys: a person, a width, a language, and a stop at every page that matters.

def test_feedback_by_link(new_page, stop, link):
    page = new_page(language="es")
    page.goto(link)
    stop(page, "before-the-first-tap")
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from tests.journeys.browser import (
    NARROW,
    SCREENSHOTS,
    WIDE,
    NewPage,
    Stop,
    Watch,
    journey_name,
    picture_name,
    problems_of,
    window,
)


@pytest.fixture(params=[NARROW, WIDE], ids=["360px", "1280px"])
def width(request: pytest.FixtureRequest) -> int:
    """The width of the window; each journey is walked on a phone and at a desk."""
    return int(request.param)


@pytest.fixture
def origin(live_server: LiveServer) -> str:
    """Where the clinic is served for this test, on a database that really commits."""
    return str(live_server.url)


@pytest.fixture
def watches() -> WeakKeyDictionary[Page, Watch]:
    """The watch over each page that this test opened."""
    return WeakKeyDictionary()


@pytest.fixture
def new_page(
    new_context: Callable[..., BrowserContext],
    origin: str,
    width: int,
    watches: WeakKeyDictionary[Page, Watch],
) -> NewPage:
    """Opens a browser of its own for one person: `new_page(language="es", script=False)`."""

    def open_page(*, language: str = "en", script: bool = True, **options: Any) -> Page:
        context = new_context(
            base_url=origin, **window(width, language=language, script=script), **options
        )
        page = context.new_page()
        watches[page] = Watch(origin=origin, script=script).on(page)
        return page

    return open_page


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """The browser of a person who reads English."""
    return new_page()


@pytest.fixture
def no_script_page(new_page: NewPage) -> Page:
    """The browser of a person whose phone runs no script."""
    return new_page(script=False)


@pytest.fixture
def pictures(request: pytest.FixtureRequest) -> Path | None:
    """The folder for the pictures of this journey; None where nobody will look at them.

    `make screenshots` asks for them. They are a sixth of a journey's time.
    """
    if os.environ.get("ALONGSIDE_SCREENSHOTS") != "1":
        return None
    return SCREENSHOTS / journey_name(request.module.__name__, request.node.name)


@pytest.fixture
def stop(pictures: Path | None, watches: WeakKeyDictionary[Page, Watch]) -> Stop:
    """Looks hard at a page, and may keep its picture: `stop(page, "thanks")`.

    A page that is meant to refuse says how: `stop(page, "not-found", status=404)`.
    """

    def look(page: Page, name: str, *, status: int = 200) -> None:
        watch = watches[page]

        def picture(scheme: str) -> Path:
            assert pictures is not None
            return pictures / picture_name(page, watch, name, scheme)

        problems = problems_of(page, watch, picture if pictures else None, status)
        assert not problems, f"{name}, {page.url}:\n" + "\n".join(problems)
        watch.errors.clear()  # what was expected here is no news at the next stop

    return look
