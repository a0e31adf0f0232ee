"""In a real browser: answers are saved on each tap, truthfully, and a form is sent once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string
from playwright.sync_api import BrowserContext, Page, Route, expect

import alongside.interfaces.shared as shared
from alongside.interfaces.shared import stylesheet
from alongside.interfaces.shared.components.button import Button
from alongside.interfaces.shared.components.field import Field, FieldKind
from alongside.interfaces.shared.components.progress import Progress
from alongside.interfaces.shared.components.question import Question
from alongside.interfaces.shared.components.release_choice import ReleaseChoice
from alongside.interfaces.shared.components.save_status import SaveStatus
from alongside.interfaces.shared.components.scale import Scale
from alongside.interfaces.shared.components.yes_no import YesNo
from alongside.interfaces.shared.gallery.page import gallery_page

STATIC = Path(shared.__file__).parent / "static"
ORIGIN = "http://alongside.test"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def feedback_page() -> str:
    """A short questionnaire on the base page of clients."""
    questions = (
        Question(
            Scale("a1", "I could talk freely.", "Not at all", "Fully"), ReleaseChoice("a1-who")
        ),
        Question(YesNo("f1", "Did anything feel wrong?")),
        Question(
            Field("f2", "What was it?", FieldKind.TEXTAREA), shown_when="f1=true", counts=True
        ),
        Question(Scale("b1", "When I left, I felt…", lowest=-5, highest=5), is_saved=True),
    )
    form = "".join(str(part) for part in (Progress(1, 4, is_live=True), SaveStatus(), *questions))
    page = render_to_string("shared/client_base.html", {"demo": True})
    body = (
        f'<h1>How was it?</h1><form method="post" action="/send" data-save-url="/save">'
        f'<input type="hidden" name="csrfmiddlewaretoken" value="tok">{form}{Button("Send")}</form>'
    )
    return page.replace("</main>", body + "</main>")


@dataclass
class Server:
    """Answers for the origin without a network, and remembers what it was sent."""

    statuses: list[int] = field(default_factory=list)
    saved: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)

    def answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN).split("?")[0]
        if path == "/save":
            status = self.statuses.pop(0) if self.statuses else 200
            if status == 0:
                route.abort()
                return
            self.saved.append(route.request.post_data or "")
            route.fulfill(status=status, json={"message": "This link has ended."})
        elif path == "/send":
            self.sent.append(route.request.post_data or "")
            route.fulfill(status=204)
        elif path.startswith("/style/"):
            route.fulfill(body=stylesheet.assemble().text, content_type="text/css")
        elif path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/")
            route.fulfill(body=file.read_text(), content_type=TYPES[file.suffix])
        else:
            theme = "dark" if "theme=dark" in route.request.url else ""
            html = (
                render_to_string(
                    "shared/gallery.html",
                    {"page": gallery_page(theme=theme), "theme": theme, "demo": True},
                )
                if path == "/gallery/"
                else feedback_page()
            )
            route.fulfill(
                body=html,
                content_type="text/html; charset=utf-8",
                headers={"Content-Security-Policy": POLICY},
            )


@pytest.fixture
def server(context: BrowserContext) -> Server:
    """The origin behind every page of this test."""
    server = Server()
    context.route(f"{ORIGIN}/**", server.answer)
    return server


def tap(page: Page, label: str) -> None:
    """Taps the box with this number or word."""
    words = re.compile(rf"^\s*{re.escape(label)}(,|\s*$)")
    page.locator("label:visible").filter(has_text=words).first.click()


def fields(body: str) -> dict[str, str]:
    """The fields of a multipart body."""
    return dict(re.findall(r'name="([^"]+)"\r\n\r\n(.*?)\r\n--', body, flags=re.S))


def test_each_tap_is_saved_with_the_token_and_nothing_else(page: Page, server: Server) -> None:
    page.goto(f"{ORIGIN}/")
    status = page.locator("[data-save-status]")
    expect(status).to_have_text("Each answer is kept as you tap.")
    tap(page, "7")
    expect(status).to_have_text("Saved")
    assert [fields(body) for body in server.saved] == [{"csrfmiddlewaretoken": "tok", "a1": "7"}]


def test_text_is_saved_when_typing_rests(page: Page, server: Server) -> None:
    # given: a page on which the time stands still after the first tap
    page.clock.install()
    page.goto(f"{ORIGIN}/")
    tap(page, "Yes")
    expect(page.locator("[data-save-status]")).to_have_text("Saved")
    page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))
    n_saved = len(server.saved)

    # when: somebody types, and rests
    page.get_by_label("What was it?").press_sequentially("The room")
    page.wait_for_timeout(300)
    assert len(server.saved) == n_saved
    page.clock.run_for(2_000)

    # then: it is saved, all of it at once
    expect(page.locator("[data-save-status]")).to_have_text("Saved")
    (saved,) = server.saved[n_saved:]
    assert fields(saved)["f2"] == "The room"


def test_a_lost_network_is_said_and_tried_again(page: Page, server: Server) -> None:
    server.statuses += [0, 503]
    page.goto(f"{ORIGIN}/")
    tap(page, "3")
    status = page.locator("[data-save-status]")
    expect(status).to_contain_text("Not saved yet")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]

    tap(page, "4")
    expect(status).to_have_text("Saved", timeout=9000)
    assert fields(server.saved[-1])["a1"] == "4"


def test_a_refusal_is_said_in_the_words_of_the_server_and_not_tried_again(
    page: Page, server: Server
) -> None:
    server.statuses += [410]
    page.goto(f"{ORIGIN}/")
    tap(page, "3")
    expect(page.locator("[data-save-status]")).to_have_text("This link has ended.")
    page.wait_for_timeout(2500)
    assert len(server.saved) == 1


def test_a_question_that_depends_on_another_shows_only_then(page: Page, server: Server) -> None:
    page.goto(f"{ORIGIN}/")
    text = page.get_by_label("What was it?")
    words = page.locator("[data-progress-words]")
    expect(text).to_be_hidden()
    expect(words).to_have_text("1 of 3")
    tap(page, "Yes")
    expect(text).to_be_visible()
    expect(words).to_have_text("2 of 4")
    text.fill("Noise")
    expect(words).to_have_text("3 of 4")
    tap(page, "No")
    expect(text).to_be_hidden()
    expect(text).to_be_disabled()
    expect(words).to_have_text("2 of 3")


def test_two_taps_on_send_send_once(page: Page, server: Server) -> None:
    page.goto(f"{ORIGIN}/")
    tap(page, "7")
    page.get_by_role("button", name="Send").dblclick()
    page.wait_for_timeout(400)
    assert len(server.sent) == 1
    assert "a1=7" in server.sent[0]
    assert "f2" not in server.sent[0]


def test_without_a_network_nothing_is_sent_and_nothing_is_lost(
    page: Page, context: BrowserContext, server: Server
) -> None:
    page.goto(f"{ORIGIN}/")
    tap(page, "7")
    expect(page.locator("[data-save-status]")).to_have_text("Saved")
    context.set_offline(True)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("[data-save-status]")).to_contain_text("You have no network")
    assert server.sent == []
    expect(page.locator("input[name=a1][value='7']")).to_be_checked()


def says_who_sees_it(page: Page) -> None:
    """The closed line says what is chosen, and follows the choice."""
    line = page.locator(".release-choice summary")
    assert line.inner_text().split("Change")[0].strip() == "Your therapist sees this now"
    expect(page.get_by_text("Not my therapist")).to_be_hidden()
    line.focus()
    page.keyboard.press("Enter")
    tap(page, "Not my therapist")
    assert line.inner_text().split("Change")[0].strip() == "Your therapist does not see this"


def test_who_sees_an_answer_is_said_beside_it_without_script_too(
    new_context: Callable[..., BrowserContext],
) -> None:
    context = new_context(java_script_enabled=False)
    server = Server()
    context.route(f"{ORIGIN}/**", server.answer)
    page = context.new_page()
    page.goto(f"{ORIGIN}/")
    says_who_sees_it(page)
    page.get_by_role("button", name="Send").click()
    assert "a1-who=withheld" in server.sent[-1]


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_a_scale_is_one_line_of_boxes_that_a_thumb_can_hit(
    new_context: Callable[..., BrowserContext], width: int
) -> None:
    context = new_context(viewport={"width": width, "height": 700})
    context.route(f"{ORIGIN}/**", Server().answer)
    page = context.new_page()
    page.goto(f"{ORIGIN}/")
    for scale in page.locator(".scale-boxes").all():
        boxes = [box for each in scale.locator("label").all() if (box := each.bounding_box())]
        assert len(boxes) == 11
        assert len({box["y"] for box in boxes}) == 1
        assert all(box["width"] >= 24 and box["height"] >= 44 for box in boxes)
        gaps = [later["x"] - box["x"] - box["width"] for box, later in pairwise(boxes)]
        assert min(gaps) >= 1.9


def test_who_sees_an_answer_is_said_beside_it(page: Page, server: Server) -> None:
    page.goto(f"{ORIGIN}/")
    says_who_sees_it(page)
    expect(page.locator("[data-save-status]")).to_have_text("Saved")
    assert fields(server.saved[-1])["a1-who"] == "withheld"


def test_a_scale_is_answered_with_the_arrows(page: Page, server: Server) -> None:
    page.goto(f"{ORIGIN}/")
    page.locator("input[name=a1]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("input[name=a1][value='2']")).to_be_checked()


def test_without_script_everything_is_open_and_can_be_sent(
    new_context: Callable[..., BrowserContext],
) -> None:
    context = new_context(java_script_enabled=False)
    server = Server()
    context.route(f"{ORIGIN}/**", server.answer)
    page = context.new_page()
    page.goto(f"{ORIGIN}/")
    expect(page.get_by_label("What was it?")).to_be_visible()
    expect(page.locator("[data-save-status]")).to_be_hidden()
    tap(page, "9")
    page.get_by_role("button", name="Send").click()
    page.wait_for_timeout(300)
    assert "a1=9" in server.sent[0]


def test_light_and_dark_are_remembered(page: Page, server: Server) -> None:
    page.goto(f"{ORIGIN}/")
    switch = page.get_by_role("button", name="Dark colours")
    expect(switch).to_have_attribute("aria-pressed", "false")
    switch.click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(switch).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["/gallery/", "/"])
def test_every_component_is_accessible_and_fits(
    new_context: Callable[..., BrowserContext], path: str, width: int, theme: str
) -> None:
    context = new_context(viewport={"width": width, "height": 800}, color_scheme=theme)
    context.route(f"{ORIGIN}/**", Server().answer)
    page = context.new_page()
    said: list[str] = []
    page.on(
        "console",
        lambda message: said.append(message.text) if message.type in {"error", "warning"} else None,
    )
    page.goto(ORIGIN + path)
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert said == []


def test_what_can_be_tapped_is_large_enough(page: Page, server: Server) -> None:
    # Boxes of a scale are narrower, so that it is one line: see the test of the scale.
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{ORIGIN}/gallery/")
    small = page.evaluate(
        """() => Array.from(document.querySelectorAll(
            '.button, .yes-no-box, .choice, .decline, .quiet-control, .field-control,'
            + '.navigation a, .tabs a, .pagination a, summary, .help-button, .undo-button'
        )).filter(one => one.offsetParent)
          .map(one => [one.className || one.tagName, one.getBoundingClientRect()])
          .filter(([, box]) => box.height < 43.9 || box.width < 43.9)
          .map(([name, box]) => `${name}: ${box.width} x ${box.height}`)"""
    )
    assert small == []
