"""What people do in the demo, by its pages alone, so that a journey can say it in a line."""

from __future__ import annotations

import re
import time
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from alongside.lab.stories import TIME_ZONE

ZONE = ZoneInfo(TIME_ZONE)
MINUTES = 5
SEARCHED_MINUTES = 12 * 60
"""How far back a free time is looked for: past any day's office hours, when nobody is booked."""
ENOUGH_VISITS = 6
STEADY = re.compile("Nothing new|has no answer yet")
LETTERS_LEAVE_WITHIN = 30.0
GOOD = (10, 9, 10, 10, 10)
FAR_BELOW = (1, 0, 1, 1, 1)
RELIEF, WRONG, WHAT, SUPERVISOR, WORDS = "q6", "q7", "q8", "q9", "q10"


def sign_in(page: Page, name: str, password: str) -> None:
    """In by the front door."""
    page.goto("/sign-in/")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(password)
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(lambda address: "/sign-in/" not in address)


def tap(page: Page, field: str, value: int | str) -> None:
    """One tap on one box."""
    page.locator(f"label:has(> input[name={field}][value='{value}'])").click()


def tap_all(page: Page, ratings: Sequence[int] = GOOD, *, wrong: bool = False) -> int:
    """Answers to all questions that are always asked; gives back how many taps that took."""
    answers = {f"q{place}": str(rating) for place, rating in enumerate(ratings, start=1)}
    answers |= {RELIEF: "1", WRONG: "true" if wrong else "false"}
    for field, value in answers.items():
        tap(page, field, value)
    return len(answers)


def send(page: Page) -> None:
    """The form, handed in."""
    page.locator(".form-end button.button-primary").click()
    expect(page.locator(".end-page h1")).to_have_text(re.compile("Thank you|Gracias"))


@dataclass(frozen=True)
class Record:
    """A client as their therapist's page shows them."""

    name: str
    path: str
    code: str

    @property
    def sign_in_name(self) -> str:
        return self.code.casefold()

    @property
    def address(self) -> str:
        """The end of the invented address to which this client's letters go."""
        number = self.code.rpartition("-")[2]
        return rf"(demo-{number}@example\.org|\+1 555 01{number})"


@dataclass(frozen=True)
class Visit:
    """A visit by the addresses of its sheets."""

    key: str

    @property
    def before(self) -> str:
        return f"/caseload/visits/{self.key}/before/"

    @property
    def after(self) -> str:
        return f"/caseload/visits/{self.key}/after/"


@dataclass(frozen=True)
class Therapist:
    """A therapist in a browser."""

    page: Page

    def row_of(self, client: Record) -> Locator:
        """The client's row on the board, which is open."""
        return self.page.locator(".caseload-row").filter(
            has=self.page.get_by_role("link", name=client.name, exact=True)
        )

    def steady_client(
        self, besides: Container[str] = (), *, here_today: bool | None = None
    ) -> Record | None:
        """A client who rated visits before, has no strain behind them and no form open.

        `besides` are the paths of those whom another test has given visits of its own; who was
        here today, or was not, is looked for where that is said.
        """
        self.page.goto("/caseload/")
        rows = self.page.locator(".caseload-row").filter(has_text=STEADY)
        paths = [str(a.get_attribute("href")) for a in rows.locator(".caseload-who a").all()]
        for path in (path for path in paths if path not in besides):
            record = self.open(f"/caseload/{path}")
            visits = self.page.locator("section[aria-labelledby=visits]")
            n_begun = visits.locator("a[href$='/after/']").count()
            has_repair = self.page.locator(".repair").count() > 0
            has_form = visits.get_by_text("open, not in yet").count() > 0
            begun = visits.locator("tr", has=self.page.locator("a[href$='/after/']"))
            was_here = begun.filter(has_text=_today()).count() > 0
            if (
                here_today in (was_here, None)
                and n_begun >= ENOUGH_VISITS
                and not has_repair
                and not has_form
            ):
                return record
        return None

    def find(self, code: str) -> Record:
        """The page of the client with this code, by way of the board."""
        self.page.goto("/caseload/")
        self.page.get_by_role("searchbox").fill(code)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("status")).to_be_visible()
        path = self.page.locator(".caseload-who a").get_attribute("href")
        return self.open(f"/caseload/{path}")

    def open(self, path: str) -> Record:
        """A client's page."""
        self.page.goto(path)
        title = self.page.locator(".page-title")
        return Record(
            title.locator("h1").inner_text(), path, title.locator("p").first.inner_text().strip()
        )

    def visits_of(self, client: Record) -> set[str]:
        """The keys of all visits that the client's page leads to."""
        self.page.goto(client.path)
        return set(re.findall(r"/caseload/visits/([^/]+)/", self.page.content()))

    def book(self, client: Record, *, since: timedelta = timedelta(minutes=6)) -> Visit:
        """A visit that began a while ago, at the first time that is free going back."""
        known = self.visits_of(client)
        starts = datetime.now(ZONE).replace(second=0, microsecond=0) - since
        token = self.page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
        for back in range(SEARCHED_MINUTES):
            at = starts - timedelta(minutes=back)
            answer = self.page.request.post(
                f"{client.path}book/",
                form={
                    "csrfmiddlewaretoken": token,
                    "day": at.date().isoformat(),
                    "time": at.strftime("%H:%M"),
                    "minutes": str(MINUTES),
                },
                headers={"Referer": self.page.url},
            )
            if answer.ok:
                (key,) = self.visits_of(client) - known
                return Visit(key)
            assert answer.status == 422, f"booking was answered with {answer.status}"
        raise AssertionError("no time in the last hours was free")

    def hold(self, visit: Visit) -> None:
        """Says that the visit took place."""
        self.page.goto(visit.after)
        self.page.get_by_role("button", name=re.compile("It took place|Tuvo lugar")).click()
        expect(self.page.locator(".undo-notice, .notice").first).to_be_visible()

    def held_visit(self, client: Record, *, since: timedelta = timedelta(minutes=6)) -> Visit:
        """A visit that was booked and took place."""
        visit = self.book(client, since=since)
        self.hold(visit)
        return visit

    def answer_words(self, client: Record, *, words: str, change: str) -> None:
        """Says to the client what will change because of their words."""
        self.page.goto(client.path)
        said = self.page.locator(".words").filter(has_text=words)
        block = said.filter(has=self.page.locator("textarea")).first
        block.locator("textarea").fill(change)
        block.get_by_role("button").click()
        expect(said.filter(has_text=change).first).to_be_visible()


def _today() -> str:
    """Today as the page writes it, where the clinic is."""
    today = datetime.now(ZONE)
    return f"{today:%a} {today.day} {today:%b},"


@dataclass(frozen=True)
class Client:
    """A client in a browser, signed in."""

    page: Page

    def start_form(self) -> None:
        """The feedback that waits at home, opened."""
        self.page.goto("/me/")
        card = self.page.locator(".card").filter(has_text=re.compile("visit with|visita con"))
        card.get_by_role("link").first.click()
        expect(self.page.locator(".feedback-form")).to_be_visible()

    def give_feedback(self, ratings: Sequence[int] = GOOD, *, words: str = "") -> None:
        """The feedback that waits at home, given."""
        self.start_form()
        tap_all(self.page, ratings)
        if words:
            self.page.locator(f"[name={WORDS}]").fill(words)
        send(self.page)


def letter_to(page: Page, client: Record) -> Locator:
    """The newest letter to a client in the demo's outbox whose form is open, once it has left."""
    until = time.monotonic() + LETTERS_LEAVE_WITHIN
    address = re.compile(client.address)
    while time.monotonic() < until:
        page.goto("/demo/outbox/")
        open_ones = page.locator(".card").filter(has=page.locator(".tone-success"))
        letter = open_ones.filter(has_text=address)
        if letter.count():
            return letter.first
        page.wait_for_timeout(500)
    raise AssertionError(f"no letter left for {client.code}")
