"""The demo in Spanish: nothing on these pages is left in English."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import NewPage, Stop, on_a_phone
from tests.journeys.demo.people import Client, Therapist, send, tap_all

# Frequent words of English that are no words of Spanish.
ENGLISH = re.compile(
    r"\b(the|and|of|to|is|are|was|were|you|your|with|this|that|it|what|when|who|how|from|for|not|"
    r"visits?|week|today|next|last|help|home|sign|save|saved|send|score|higher|lower|open|closed)\b",
    re.IGNORECASE,
)

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.timeout(300)]


def english_on(page: Page) -> list[str]:
    """Lines that are in English and not marked as such, the title and hidden names included."""
    lines = page.evaluate(
        """() => {
            const body = document.body.cloneNode(true);
            body.querySelectorAll('script, style, [lang=en]').forEach((each) => each.remove());
            const named = [...body.querySelectorAll('[aria-label], [placeholder], [title]')]
                .flatMap((each) => ['aria-label', 'placeholder', 'title']
                    .map((name) => each.getAttribute(name) || ''));
            const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
            const words = [document.title, ...named];
            while (walker.nextNode()) words.push(walker.currentNode.textContent.trim());
            return words.filter(Boolean);
        }"""
    )
    return [line for line in lines if ENGLISH.search(line)]


@pytest.fixture
def in_spanish(stop: Stop) -> Callable[..., None]:
    """Reads a page, which has to be in Spanish from end to end; with a name, also looks at it."""

    def look(page: Page, name: str = "") -> None:
        expect(page.locator("html")).to_have_attribute("lang", "es")
        assert not english_on(page)
        if name:
            stop(page, name)

    return look


@on_a_phone
def test_client_and_therapist_in_spanish(
    new_page: NewPage,
    in_spanish: Callable[..., None],
    therapist: Callable[..., Therapist],
    client_of: Callable[..., Client],
) -> None:
    # Given a therapist and a client who read Spanish, and a visit that took place
    door = new_page(language="es")
    door.goto("/sign-in/")
    in_spanish(door)
    lucia = therapist("lucia", language="es")
    in_spanish(lucia.page, "board")
    client = lucia.find("DEMO-15")
    in_spanish(lucia.page, "client")
    visit = lucia.held_visit(client)
    in_spanish(lucia.page)
    lucia.page.goto(visit.before)
    in_spanish(lucia.page, "before-the-visit")

    # When the client says how it was
    at_home = client_of(client.sign_in_name, language="es")
    in_spanish(at_home.page, "home")
    at_home.start_form()
    in_spanish(at_home.page, "form")
    tap_all(at_home.page)
    send(at_home.page)

    # Then they are thanked, and every page of theirs speaks to them in their language
    in_spanish(at_home.page)
    for path in ("/me/answers/", "/me/who-sees/", "/help/"):
        at_home.page.goto(path)
        in_spanish(at_home.page)
    at_home.page.goto("/me/graph/")
    in_spanish(at_home.page, "graph")
