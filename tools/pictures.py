"""Takes the pictures of the docs anew: `python -m tools.pictures`.

They are taken in a demo clinic of its own that lives on one fixed day, on the walks that
docs/tutorials/ describes, so that a picture changes only when its page does.
"""

from __future__ import annotations

import os
import sys
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import time_machine
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.chromium import ARGUMENTS, chromium
from tests.journeys.browser import NARROW, WIDE, window
from tests.journeys.demo.people import (
    WORDS,
    ZONE,
    Client,
    Record,
    Therapist,
    letter_to,
    send,
    sign_in,
    tap,
    tap_all,
)
from tests.journeys.demo.serving import SOURCES, Demo, served_demo

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
ANOTHER_DAY = Path(__file__).with_name("another_day")
# A working afternoon, later than the day on which the help page's numbers were looked up.
MOMENT = datetime(2026, 12, 3, 14, 20, tzinfo=ZONE)
NINETY_DAYS = timedelta(days=90)
QUALITY = 82
MILLISECONDS_TO_REST = 400  # a bar that grows, an arrow that turns

LOW, AS_USUAL = (4, 2, 3, 4, 3), (9, 9, 9, 8, 9)
HEAVIER = -2
SAID = "We went through my test results. I came to talk about my son."
AGREED = "Milo says first what he came to talk about."
FOUND = "She sits by the door, hardly awake. We need to know whom to call."
ASKED = "Who else was there when you opened it?"
ANSWERED = "Only Omar. He looked for a phone number and closed it after five minutes."
CHANGE = "We begin with what you came for. Results wait until the end."


@dataclass(frozen=True)
class House:
    """The demo, and the browser in which its people open it."""

    browser: Browser
    demo: Demo

    def visitor(self, width: int, **options: Any) -> Page:
        """A window of somebody who has not signed in."""
        context = self.browser.new_context(base_url=self.demo.address, **window(width), **options)
        return context.new_page()

    def person(self, name: str, width: int, **options: Any) -> Page:
        """A window of somebody who has signed in."""
        page = self.visitor(width, **options)
        sign_in(page, name, self.demo.password)
        return page


def keep(page: Page, name: str, *, height: int) -> None:
    """Keeps what a window of this height shows of a page."""
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": size["width"], "height": height})
    page.wait_for_load_state()
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    page.wait_for_timeout(MILLISECONDS_TO_REST)
    shown = page.context.new_cdp_session(page).send(
        "Page.captureScreenshot", {"format": "webp", "quality": QUALITY}
    )
    picture = PICTURES / f"{name}.webp"
    picture.write_bytes(b64decode(shown["data"]))
    page.set_viewport_size(size)
    print(f"  {picture.relative_to(ROOT)}  {picture.stat().st_size / 1000:.0f} kB", flush=True)


def take_all(house: House) -> None:
    """Every picture of the docs."""
    therapist = Therapist(house.person("dana", WIDE))
    milo = therapist.find("DEMO-13")
    a_visit_far_below_the_usual(house, milo)
    what_the_therapist_sees(therapist, milo)
    at_home = Client(house.person(milo.sign_in_name, NARROW))
    both_say_so_and_something_changes(therapist, milo, at_home)
    the_ratings_come_back(house, therapist, milo)
    the_rest_of_the_house(house)
    who_knows_what(house)


def a_visit_far_below_the_usual(house: House, milo: Record) -> None:
    """The client opens the link that was sent, and says how the visit was."""
    phone = house.visitor(NARROW)
    letter_to(phone, milo).get_by_role("link").click()
    expect(phone.locator(".feedback-form")).to_be_visible()
    for field, rating in (("q1", LOW[0]), ("q2", LOW[1])):
        tap(phone, field, rating)
    expect(phone.locator("[data-save-status]")).to_have_text("Saved")
    keep(phone, "form", height=972)
    tap_all(phone, LOW)
    tap(phone, "q6", HEAVIER)
    phone.locator(f"[name={WORDS}]").fill(SAID)
    send(phone)


def what_the_therapist_sees(therapist: Therapist, milo: Record) -> None:
    """The board, the sheet for the next visit and the client's page, with the strain on each."""
    page = therapist.page
    page.goto("/caseload/")
    keep(page, "board", height=1064)
    page.goto(milo.path)
    keep(page, "strain", height=1092)
    page.get_by_role("link", name="Before the visit").first.click()
    keep(page, "before-the-visit", height=1074)


def both_say_so_and_something_changes(therapist: Therapist, milo: Record, at_home: Client) -> None:
    """They talked about it, the client says so too, and reads what will change."""
    page = therapist.page
    page.goto(milo.path)
    page.get_by_label("What you agreed on").fill(AGREED)
    page.get_by_role("button", name="We talked about it").click()
    expect(page.get_by_text(f"Noted. {milo.name} is asked")).to_be_visible()
    at_home.page.goto("/me/")
    keep(at_home.page, "did-you", height=740)
    at_home.page.get_by_role("button", name="Yes", exact=True).click()
    expect(at_home.page.get_by_text("Thank you for telling us.")).to_be_visible()
    therapist.answer_words(milo, words=SAID, change=CHANGE)
    at_home.page.goto("/me/")
    keep(at_home.page, "what-changed", height=740)


def the_ratings_come_back(house: House, therapist: Therapist, milo: Record) -> None:
    """The next visit is as usual again: repaired, for both to see."""
    therapist.held_visit(milo)
    phone = house.visitor(NARROW)
    letter_to(phone, milo).get_by_role("link").click()
    tap_all(phone, AS_USUAL)
    send(phone)
    page = therapist.page
    page.goto(milo.path)
    page.get_by_text("· Repaired").first.click()
    keep(page, "repaired", height=1024)
    at_night = house.person(milo.sign_in_name, NARROW, color_scheme="dark")
    at_night.goto("/me/graph/")
    keep(at_night, "graph-dark", height=800)


def the_rest_of_the_house(house: House) -> None:
    """Spanish, help, supervision, administration and the tablet at the clinic."""
    keep(house.person("demo-15", NARROW), "home-spanish", height=740)
    phone = house.visitor(NARROW)
    phone.goto("/help/")
    keep(phone, "help", height=740)
    keep(house.person("ruth", WIDE), "supervision", height=932)
    keep(house.person("pat", WIDE), "staff", height=948)
    tablet = house.visitor(WIDE)
    tablet.goto("/kiosk/")
    keep(tablet, "kiosk", height=760)


def who_knows_what(house: House) -> None:
    """A record is opened in an emergency and asked about; something is allowed to a doctor."""
    omar = house.person("omar", WIDE)
    omar.goto("/caseload/emergency/")
    omar.get_by_label("Record number, or the whole name").fill("DEMO-01")
    omar.get_by_label("A medical emergency").check()
    omar.get_by_label("What has happened?").fill(FOUND)
    keep(omar, "emergency", height=1180)
    omar.get_by_role("button", name="Open the record").click()
    expect(omar.get_by_role("heading", level=1)).to_have_text("Alma Rivers")
    alma = house.person("demo-01", NARROW)
    keep(alma, "opened-in-an-emergency", height=740)
    alma.goto("/me/who-looked/")
    keep(alma, "who-looked", height=1180)
    alma.get_by_role("link", name="Ask about this").first.click()
    alma.locator("[name=words]").fill(ASKED)
    alma.get_by_role("button", name="Send my question").click()
    noor = house.person("noor", WIDE)
    keep(noor, "privacy-officer", height=900)
    noor.get_by_role("link", name="About a look of Omar Reed").click()
    noor.locator("[name=words]").fill(ANSWERED)
    noor.locator("main button[type=submit]").click()
    alma.goto("/me/who-looked/")
    expect(alma.get_by_text(ANSWERED)).to_be_visible()
    keep(alma, "asked-and-answered", height=960)
    allow_a_doctor(alma)
    keep(alma, "allowed", height=900)


def allow_a_doctor(page: Page) -> None:
    """The client allows one doctor to know when they came, for some weeks."""
    page.goto("/me/sharing/")
    page.get_by_role("link", name="Allow something").click()
    page.get_by_text("A doctor, hospital, pharmacy or health plan").click()
    page.get_by_label("Their name").fill("Dr. Ines Okafor")
    page.get_by_label("Where they are").fill("Lake Hospital, 1 Shore Road")
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("Visits: when they were").click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("Treating me", exact=True).click()
    page.get_by_text("On a day that I choose").click()
    page.get_by_label("The last day").fill((MOMENT + NINETY_DAYS).date().isoformat())
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Write your name to sign").fill("Alma Rivers")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("Signed. You can take it back at any time.")).to_be_visible()


@contextmanager
def demo_at(moment: datetime) -> Iterator[Demo]:
    """A demo clinic in which it is this moment, for all its processes and for this one."""
    away = moment.timestamp() - time.time()
    path = os.pathsep.join((str(SOURCES), str(ANOTHER_DAY)))
    with (
        TemporaryDirectory() as folder,
        time_machine.travel(moment, tick=True),
        served_demo(Path(folder) / "clinic", PYTHONPATH=path, SECONDS_AWAY=str(away)) as demo,
    ):
        yield demo


def main() -> int:
    """The exit code: 0 when every picture was taken."""
    path = chromium()
    if path is None:
        print("There is no Chromium here. Name one: make pictures CHROMIUM=/path/to/chromium")
        return 2
    PICTURES.mkdir(exist_ok=True)
    for old in PICTURES.iterdir():
        old.unlink()
    print("Making the demo clinic", flush=True)
    with demo_at(MOMENT) as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        take_all(House(browser, demo))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
