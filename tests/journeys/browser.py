"""One person's browser on a journey, and what must hold wherever it stops.

A stop looks at a page the way its worst critics would: a screen reader's rules (axe) in light and
in dark, a phone of 320 px, the console, and the list of everything that was fetched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Page, Request, Response

SCREENSHOTS = Path(__file__).resolve().parents[2] / "reports" / "screenshots"
NARROW, WIDE = 360, 1280
NARROWEST = 320
HEIGHTS = {NARROW: 740, WIDE: 900}
SCHEMES = ("light", "dark")
RULES_OF_COLOUR = ("color-contrast", "link-in-text-block")
# Nothing is fetched for rules about sound and turned screens, which no page has.
ONLY_VIOLATIONS = {"resultTypes": ["violations"], "preload": False}
OWN_SCHEMES = {"data", "blob", "about"}

on_a_phone = pytest.mark.parametrize("width", [NARROW], ids=["360px"], indirect=True)
at_a_desk = pytest.mark.parametrize("width", [WIDE], ids=["1280px"], indirect=True)
in_both_languages = pytest.mark.parametrize(
    ("width", "language"),
    [(NARROW, "es"), (WIDE, "en")],
    ids=["360px-es", "1280px-en"],
    indirect=["width"],
)
"""For what does not depend on the width or language, or is told at the other one elsewhere."""

NewPage = Callable[..., Page]
Stop = Callable[..., None]


def window(width: int, *, language: str = "en", script: bool = True) -> dict[str, Any]:
    """The options of a browser context as one person has it: a phone or a desk, and a language."""
    return {
        "locale": language,
        "viewport": {"width": width, "height": HEIGHTS[width]},
        "has_touch": width == NARROW,
        "java_script_enabled": script,
        "reduced_motion": "reduce",
        "timezone_id": "America/New_York",
    }


@dataclass
class Watch:
    """What a page did since it was opened that nobody asked it to do."""

    origin: str
    script: bool
    errors: list[tuple[str, str]] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    status: int = 0

    def on(self, page: Page) -> Watch:
        """This watch, listening to a page."""
        page.on("console", self.hear_console)
        page.on("pageerror", lambda error: self.errors.append((page.url, str(error))))
        page.on("request", self.see_request)
        page.on("response", self.see_response)
        return self

    def hear_console(self, message: ConsoleMessage) -> None:
        """Notes an error on the console; a breach of the content policy is one too."""
        if message.type == "error":
            self.errors.append((message.location.get("url", ""), message.text))

    def see_request(self, request: Request) -> None:
        """Notes a request that left the house."""
        parts = urlsplit(request.url)
        if parts.scheme not in OWN_SCHEMES and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.strangers.append(request.url)

    def see_response(self, response: Response) -> None:
        """Remembers how the page itself was answered."""
        if response.request.is_navigation_request() and response.frame.parent_frame is None:
            self.status = response.status

    def problems(self, page: Page, status: int) -> Iterator[str]:
        """What went wrong, each as a line; a refusal that was expected is nothing wrong."""
        if self.status != status:
            yield f"answered {self.status}, expected {status}"
        for url, text in self.errors:
            refused = text.startswith("Failed to load resource") and f" {status} " in text
            if not (status >= 400 and refused and url == page.url):
                yield f"console: {text} ({url})"
        for url in self.strangers:
            yield f"asked a third party: {url}"


def problems_of(
    page: Page, watch: Watch, picture: Callable[[str], Path] | None, status: int
) -> list[str]:
    """Everything wrong with a page at this moment; where asked, leaves a picture in each scheme.

    Dark is looked at on the phone: the colours are the same at a desk, and all but the colours is
    the same as in light.
    """
    page.wait_for_load_state()
    problems = [*watch.problems(page, status), *overflow(page)]
    with with_script(page, watch) as readable:
        for scheme in schemes_at(page):
            if picture is not None:
                with colours(page, scheme):
                    page.screenshot(path=picture(scheme), full_page=True, animations="disabled")
            with colours(readable, scheme):
                rules = () if scheme == SCHEMES[0] else RULES_OF_COLOUR
                problems += [f"{scheme}: {line}" for line in barriers(readable, rules)]
    return problems


def schemes_at(page: Page) -> tuple[str, ...]:
    """The colour schemes to look at in a window of this width."""
    size = page.viewport_size
    return SCHEMES if size is None or size["width"] <= NARROW else SCHEMES[:1]


@contextmanager
def with_script(page: Page, watch: Watch) -> Iterator[Page]:
    """A page in which axe can run: itself, or its twin where the page runs no script.

    The twin shows the same elements and styles at the same address, without the page's scripts
    and with what stands in `noscript`, in a browser that lets axe's own timers run.
    """
    browser = page.context.browser
    if watch.script or browser is None:
        yield page
        return
    body = re.sub(r"(?s)<script\b.*?</script>", "", page.content())
    body = re.sub(r"<(/?)noscript\b", r"<\1div", body)
    with browser.new_context(viewport=page.viewport_size, reduced_motion="reduce") as context:
        twin = context.new_page()
        twin.route(page.url, lambda route: route.fulfill(content_type="text/html", body=body))
        twin.goto(page.url)
        yield twin


def barriers(page: Page, rules: Sequence[str] = ()) -> Iterator[str]:
    """What keeps people out, by axe's rules, or by these of them alone.

    Says for each the rule, what it wants and where.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    asked = {**ONLY_VIOLATIONS, **({"runOnly": {"type": "rule", "values": rules}} if rules else {})}
    found = page.evaluate("asked => axe.run(asked).then(results => results.violations)", asked)
    for violation in found:
        places = ", ".join(str(node["target"]) for node in violation["nodes"][:5])
        why = violation["nodes"][0].get("failureSummary", "").replace("\n", " ")
        yield f"axe {violation['id']}: {violation['help']} at {places}. {why}"


def overflow(page: Page) -> Iterator[str]:
    """Whether the page has to be moved sideways to be read, here and on the smallest phone."""
    size = page.viewport_size
    assert size is not None
    widths = [size["width"]] + ([NARROWEST] if size["width"] == NARROW else [])
    for width in widths:
        page.set_viewport_size({"width": width, "height": size["height"]})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            yield f"scrolls sideways at {width} px: the page is {wide} px wide"
    page.set_viewport_size(size)


@contextmanager
def colours(page: Page, scheme: Any) -> Iterator[None]:
    """The page as someone sees it who asked their device for this colour scheme."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    yield
    page.emulate_media(color_scheme="light", reduced_motion="reduce")


def picture_name(page: Page, watch: Watch, name: str, scheme: str) -> str:
    """What the picture of a stop is called."""
    size = page.viewport_size
    assert size is not None
    language = page.locator("html").get_attribute("lang") or "xx"
    script = "" if watch.script else "-no-script"
    return f"{name}-{size['width']}-{language}-{scheme}{script}.png"


def journey_name(module: str, test: str) -> str:
    """The folder for the pictures of a journey: its module, and its test where that says more."""
    module = module.rpartition(".")[2].removeprefix("test_")
    test = re.sub(r"\[.*", "", test).removeprefix("test_")
    return f"{module}/{test}" if test != module else module
