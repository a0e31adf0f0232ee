"""The harness itself: each thing that a stop looks for, it finds, and a good page it lets pass."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from tests.journeys.browser import NewPage, Stop

ORIGIN = "http://house.test"
GOOD = """<!doctype html><html lang="en"><head><title>Alongside</title>
<meta name="viewport" content="width=device-width"><style>html {{ color-scheme: light dark }}
{css}</style></head><body><main><h1>Good day</h1><p>All is well.</p>{body}</main></body></html>"""


@pytest.fixture
def origin() -> str:
    """An address that no server has; every page below is handed over by the test."""
    return ORIGIN


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder that is thrown away; these pages are no part of the clinic."""
    return tmp_path


def serve(
    page: Page, body: str = "", css: str = "", status: int = 200, policy: str = "img-src *"
) -> None:
    """Opens a page with this body."""

    def answer(route: Route) -> None:
        if not route.request.url.startswith(ORIGIN):
            route.fulfill(status=200, content_type="image/svg+xml", body="<svg/>")
            return
        route.fulfill(
            status=status,
            content_type="text/html",
            body=GOOD.format(body=body, css=css),
            headers={"content-security-policy": policy},
        )

    page.route("**/*", answer)
    page.goto(ORIGIN + "/")


def test_a_good_page_passes_with_and_without_script_and_leaves_its_pictures(
    new_page: NewPage, stop: Stop, pictures: Path
) -> None:
    for script in (True, False):
        page = new_page(script=script)
        serve(page)
        stop(page, "good")
    assert sorted(path.name for path in pictures.iterdir())[0].startswith("good-")


def test_a_bad_page_without_script_is_caught(no_script_page: Page, stop: Stop) -> None:
    serve(no_script_page, "<noscript><input></noscript>")
    with pytest.raises(AssertionError, match="axe label"):
        stop(no_script_page, "bad")


def test_a_refusal_that_was_expected_passes(page: Page, stop: Stop) -> None:
    serve(page, status=404)
    stop(page, "not-found", status=404)
    with pytest.raises(AssertionError, match="answered 404, expected 200"):
        stop(page, "not-found")


@pytest.mark.parametrize(
    ("body", "css", "policy", "found"),
    [
        ("<input>", "", "", r"axe label"),
        ("", "p { color: #777; background: #888 }", "", r"light: axe color-contrast"),
        ("<p style='width: 2000px'>wide</p>", "", "", r"scrolls sideways at (360|1280) px"),
        ("<script>console.error('broken')</script>", "", "", r"console: broken"),
        ("<script>throw new Error('thrown')</script>", "", "", r"console: .*thrown"),
        ("<script>1</script>", "", "script-src 'self'", r"console: .*Content Security Policy"),
        ("<img alt='' src='http://elsewhere.test/a.svg'>", "", "", r"third party: http://elsew"),
    ],
)
def test_a_bad_page_is_caught(
    page: Page, stop: Stop, body: str, css: str, policy: str, found: str
) -> None:
    serve(page, body, css, policy=policy)
    with pytest.raises(AssertionError, match=found):
        stop(page, "bad")


@pytest.mark.parametrize("width", [360], indirect=True)
def test_dark_is_looked_at_on_the_phone(page: Page, stop: Stop) -> None:
    serve(page, "", "@media (prefers-color-scheme: dark) { p { color: #222; background: #333 } }")
    with pytest.raises(AssertionError, match="dark: axe color-contrast"):
        stop(page, "bad")


@pytest.mark.parametrize("width", [360], indirect=True)
def test_the_smallest_phone_is_looked_at_too(page: Page, stop: Stop) -> None:
    serve(page, "<div style='width: 335px'>wide for 320</div>")
    with pytest.raises(AssertionError, match="scrolls sideways at 320 px"):
        stop(page, "small")
