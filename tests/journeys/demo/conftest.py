"""Journeys against the real thing: a demo clinic with its web processes, its clock, its outbox.

Set ALONGSIDE_DEMO_URL to walk them on a demo that already runs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from tests.journeys.browser import NewPage
from tests.journeys.demo.people import Client, Record, Therapist, sign_in
from tests.journeys.demo.serving import Demo, demo_running_at, served_demo

OTHERS = ("dana", "omar", "june", "kofi")
"""Therapists who read English; each has some clients with whom all is as usual."""


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo, made once and served for all journeys."""
    running = os.environ.get("ALONGSIDE_DEMO_URL")
    if running:
        yield demo_running_at(running)
        return
    with served_demo(tmp_path_factory.mktemp("demo") / "clinic") as demo:
        yield demo


@pytest.fixture
def origin(demo: Demo) -> str:
    """Where the demo is served."""
    return demo.address


@pytest.fixture
def therapist(new_page: NewPage, demo: Demo) -> Callable[..., Therapist]:
    """A therapist at their board, in a browser of their own: `therapist("dana")`."""

    def at_the_board(name: str, **options: object) -> Therapist:
        page = new_page(**options)
        sign_in(page, name, demo.password)
        return Therapist(page)

    return at_the_board


@pytest.fixture
def in_steady_care(
    therapist: Callable[..., Therapist], demo: Demo
) -> Callable[..., tuple[Therapist, Record]]:
    """A therapist, the first of those named who has a client with whom all is as usual; and them.

    The demo draws its weeks up to the day it is made, so who that is differs from day to day. A
    rested client was not here today and in no other test: no visit lies after one of hours ago.
    """

    def find(*names: str, rested: bool = False, **options: object) -> tuple[Therapist, Record]:
        unused, anybody = {"besides": demo.lent}, {}
        not_today = {**unused, "here_today": False}
        for wanted in (not_today,) if rested else ({**unused, "here_today": True}, unused, anybody):
            for name in dict.fromkeys((*names, *OTHERS)):
                found = therapist(name, **options)
                client = found.steady_client(**wanted)
                if client is not None:
                    demo.lent.add(client.path.removeprefix("/caseload/"))
                    return found, client
                found.page.context.close()
        pytest.fail(f"no steady client with {names}: make the demo anew, alongside demo --fresh")

    return find


@pytest.fixture
def client_of(new_page: NewPage, demo: Demo) -> Callable[..., Client]:
    """A client at home, in a browser of their own, by the sign-in name of their record."""

    def at_home(name: str, **options: object) -> Client:
        page = new_page(**options)
        sign_in(page, name, demo.password)
        return Client(page)

    return at_home
