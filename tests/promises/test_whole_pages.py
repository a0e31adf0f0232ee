"""The promise about words, kept on whole pages: all of them, in every state, in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any

import pytest
from django.test import Client as Browser

from tests.promises.plain_words import grade_en, is_plain, level_es, n_words, readable_text
from tests.promises.spoken_text import english_of, left_english, said_in
from tests.promises.whole_pages import Seen, all_routes, walked_in
from tools import messages

pytestmark = pytest.mark.django_db

CLIENTS_VIEWS = "alongside.interfaces.client."
# On a handful of words the formulas swing wildly.
SHORTEST = 15
# What stands for itself in every language: the clinic and a word of the trade.
NAMES = frozenset({"River House", "FHIR R4"})
# Routes that show nothing of their own, and why.
SHOWS_NO_PAGE = {
    "f/<str:token>/save": "answers the script in JSON",
    "me/forms/<str:public_id>/save": "answers the script in JSON",
    "language/": "leads back to the page one came from",
    "sign-out/": "leads to the front door",
    "leave/": "leads to the calendar",
    "site.webmanifest": "a name and a sign",
    "style/<slug:digest>.css": "a style sheet",
    "gallery/": "for those who build the house, in English",
    "demo/outbox/": "only in a demo, which this clinic is not",
}


def texts_of_instruments() -> Iterator[str]:
    """What the files of our instruments say, which an administrator reads as it was written."""
    library = files("alongside.clinic.instruments") / "library"
    waiting: list[Any] = [
        json.loads(file.read_bytes()) for file in library.iterdir() if file.name.endswith(".json")
    ]
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            yield " ".join(found.split())
        elif isinstance(found, dict):
            waiting.extend(found.values())
        elif isinstance(found, list):
            waiting.extend(found)


def not_seen(seen: Iterable[Seen], routes: Iterable[tuple[str, Any]]) -> list[str]:
    """The routes with pages that were not looked at; one that only takes a form shows no page."""
    looked_at = {page.route for page in seen}
    return [
        route
        for route, view in routes
        if route not in looked_at and route not in SHOWS_NO_PAGE and not _only_takes(route)
    ]


def _only_takes(route: str) -> bool:
    """Whether the route refuses to be read."""
    address = "/" + "".join(
        {"int": "1"}.get(part.split(":")[0], "x") + part.partition(">")[2] if ":" in part else part
        for part in route.split("<")
    )
    return bool(Browser().get(address).status_code == 405)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_that_a_client_reads_is_plain(language: str) -> None:
    walked = [page for page in walked_in(language) if page.is_the_clients]
    seen = [page for page in walked if page.language == language]
    assert {page.route for page in walked if page not in seen} <= {"help/"}
    clients = [
        (route, view)
        for route, view in all_routes()
        if getattr(view, "__module__", "").startswith(CLIENTS_VIEWS) or route in ("", "sign-in/")
    ]
    assert len(clients) > 15
    assert not_seen(seen, clients) == []
    hard = []
    for page in sorted(seen, key=lambda each: (each.route, each.status)):
        text = readable_text(page.html)
        assert n_words(text) >= SHORTEST, page.address
        level = level_es(text) if language == "es" else grade_en(text)
        figures = f"{language} {page.status} /{page.route}: {level}, {n_words(text)} words"
        print(figures)
        if not is_plain(text, language):
            hard.append(figures)
    assert not hard, "\n".join(hard)


def test_no_page_of_anybody_s_is_left_in_english() -> None:
    seen = [page for page in walked_in("es") if page.language == "es"]
    assert not_seen(seen, all_routes()) == []
    english = english_of(messages.read_catalogue("es"))
    of_instruments = set(texts_of_instruments())
    left = {
        f"{page.reader} {page.status} /{page.route}: {text}"
        for page in seen
        for text in left_english(said_in(page.html, "es"), english, NAMES)
        if not (page.reader == "administrator" and text in of_instruments)
    }
    assert not left, "\n".join(sorted(left))


def test_english_that_is_left_is_found() -> None:
    english = english_of(messages.read_catalogue("es"))
    page = """<html lang="es"><body><h1>Inicio</h1><p>Next visit</p><p>Home of the brave</p>
    <button lang="en">English, for you</button><a title="Earlier visits">Hablar con River House</a>
    <p>Book a visit with Alma</p><p translate="no">G3US-E7AT</p>
    <script>the</script></body></html>"""
    assert list(left_english(said_in(page, "es"), english, NAMES)) == [
        "Next visit",
        "Home of the brave",
        "Earlier visits",
        "Book a visit with Alma",
    ]


def test_a_page_that_nobody_looked_at_is_found() -> None:
    routes = [route for route in all_routes() if route[0].startswith(("me/", "f/"))]
    assert "me/graph/" in not_seen([], routes)
    assert "me/repairs/<str:public_id>/" not in not_seen([], routes)
