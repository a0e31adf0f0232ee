"""Every page of a clinic with something in it, fetched as its readers do and kept whole."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client as Browser
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import translation

from alongside.clinic.access.caseloads import arrange_cover
from alongside.clinic.access.emergencies import open_in_emergency
from alongside.clinic.access.models import Emergency, EmergencyReason
from alongside.clinic.alliance.actions import (
    note_talked_about,
    open_to_supervision,
    say_what_changes,
)
from alongside.clinic.alliance.models import AllianceSeries, Repair
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.consent.actions import draft_consent, revoke_consent
from alongside.clinic.consent.form import SharingPurpose
from alongside.clinic.consent.models import Consent
from alongside.clinic.consent.segments import RecordSegment
from alongside.clinic.disclosures.actions import (
    ask_for_restriction,
    confirm_demand,
    note_counsel,
    record_demand,
)
from alongside.clinic.disclosures.basis import DemandKind
from alongside.clinic.disclosures.erasure import ask_for_erasure
from alongside.clinic.feedback.actions import issue_kiosk_code
from alongside.clinic.feedback.tokens import token_for
from alongside.clinic.instruments.models import Release, Response, Slot, WayIn
from alongside.clinic.people.actions import add_person, supervise, take_into_care
from alongside.clinic.people.models import Person, Role
from alongside.clinic.people.queries import day_of
from alongside.clinic.progress.actions import open_weekly_checks
from alongside.clinic.signals.actions import set_aside
from alongside.clinic.signals.models import Signal, SignalKind, Why
from alongside.clinic.supervision.actions import answer_concern
from alongside.clinic.transparency.models import Flag, OddLook
from alongside.clinic.visits.actions import book_visit, cancel_visit, miss_visit
from alongside.clinic.visits.models import Visit
from alongside.interfaces.client.pages.allowing import all_care_recipient
from tests.factories.clinic import SmallClinic, small_clinic
from tests.factories.consents import form as whole_form
from tests.factories.sharing import consented, released, wish_for
from tests.promises.door_pages import walk_the_door

A_VISIT = timedelta(days=7, minutes=55)
N_VISITS = 12
# A route that lists many of a kind is looked at this often, each with what stands on it.
MOST_OF_A_ROUTE = 4
# Forms on every page that lead away from what is walked.
NOT_SENT = {"set_language", "sign_out"}
# The way out locks whoever follows it; what is at the door is walked by itself.
NOT_FOLLOWED = {"leave"}
ERROR_PAGES = ("400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html")

WORDS = {
    "en": {
        "said": "I talked too little.",
        "wrong": "I was not heard.",
        "change": "You begin.",
        "note": "We talked for a while.",
        "answer": "Thank you. I will call you.",
    },
    "es": {
        "said": "Hablé muy poco.",
        "wrong": "No me escuchó.",
        "change": "Tú empiezas.",
        "note": "Lo hablamos un rato.",
        "answer": "Gracias. Yo te llamo.",
    },
}


@dataclass(frozen=True)
class Seen:
    """One page as it came: the route behind it, for whom, and in which state."""

    route: str
    reader: str
    address: str
    status: int
    html: str

    @property
    def language(self) -> str:
        """The language that the page says it is in; help is offered in each on every page."""
        found = re.search(r'<html lang="(\w+)"', self.html)
        return found[1] if found else ""

    @property
    def is_the_clients(self) -> bool:
        """Whether somebody who is or may be a client reads it."""
        return self.reader in ("client", "anyone")


@dataclass(frozen=True)
class Sent:
    """A form as it can be sent without a word typed."""

    action: str
    data: tuple[tuple[str, str], ...]


class _Ways(HTMLParser):
    """The ways on from a page: its links, and its forms with each of their buttons."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.links: list[str] = []
        self.forms: list[Sent] = []
        self._action: str | None = None
        self._hidden: list[tuple[str, str]] = []
        self._buttons: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href", "").startswith(("/", "?")):
            self.links.append(urljoin(self.address, given["href"]).split("#")[0])
        elif tag == "form" and given.get("method", "").lower() == "post":
            self._action = urljoin(self.address, given.get("action") or "")
            self._hidden, self._buttons = [], []
        elif self._action is not None and tag == "input" and given.get("type") == "hidden":
            self._hidden.append((given.get("name", ""), given.get("value", "")))
        elif self._action is not None and tag == "button" and given.get("type") != "button":
            action = urljoin(self.address, given.get("formaction") or self._action)
            name = given.get("name", "")
            pressed = ((name, given.get("value", "")),) if name else ()
            self.forms.append(Sent(action, (*self._hidden, *pressed)))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._action = None


@dataclass
class Walk:
    """Everything seen so far in one language."""

    language: str
    seen: list[Seen] = field(default_factory=list)

    def browser(self, person: Person | None = None) -> Browser:
        """A browser in this language, signed in or not."""
        browser = Browser(raise_request_exception=True)
        browser.cookies["language"] = self.language
        if person is not None:
            browser.force_login(person)
            browser.cookies["language"] = self.language
        return browser

    def keep(self, response: Any, reader: str) -> Seen | None:
        """The page of a response, where it is one."""
        if "text/html" not in response.headers.get("Content-Type", ""):
            return None
        address = response.request["PATH_INFO"]
        page = Seen(
            _route_of(address),
            reader,
            address,
            response.status_code,
            response.content.decode(),
        )
        self.seen.append(page)
        return page

    def get(self, browser: Browser, address: str, reader: str) -> Seen | None:
        """The page at an address, whichever way it leads there."""
        return self.keep(browser.get(address, follow=True), reader)

    def post(self, browser: Browser, address: str, data: Any, reader: str) -> Seen | None:
        """What comes of a form, whichever way it leads there."""
        return self.keep(browser.post(address, data, follow=True), reader)

    def everything_from(self, browser: Browser, reader: str, *starts: str) -> None:
        """Every page that links lead to, and then what each form says when sent empty."""
        counted: Counter[str] = Counter()
        met, waiting, forms = set(starts), list(starts), dict[tuple[str, str], Sent]()
        while waiting:
            address = waiting.pop(0)
            route = _route_of(address)
            if not route or counted[route] >= MOST_OF_A_ROUTE:
                continue
            counted[route] += 1
            page = self.get(browser, address, reader)
            if page is None:
                continue
            ways = _Ways(address)
            ways.feed(page.html)
            fresh = [link for link in ways.links if link not in met and not _leads_away(link)]
            met.update(fresh)
            waiting.extend(fresh)
            for form in ways.forms:
                if any(name == "language" for name, _ in form.data):
                    continue
                shown = [pair for pair in form.data if pair[0] != "csrfmiddlewaretoken"]
                forms.setdefault((_route_of(form.action), str(shown[-1:])), form)
        for (route, _), form in forms.items():
            if route and resolve(urlsplit(form.action).path).url_name not in NOT_SENT:
                self.post(browser, form.action, dict(form.data), reader)


def _leads_away(address: str) -> bool:
    try:
        return resolve(urlsplit(address).path).url_name in NOT_FOLLOWED
    except Resolver404:
        return False


def _route_of(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).route
    except Resolver404:
        return ""


def all_routes(resolver: URLResolver | None = None, above: str = "") -> Iterator[tuple[str, Any]]:
    """Every route that the house answers, with the view behind it."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = above + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route, entry.callback
        else:
            yield from all_routes(entry, route)


def walked_in(language: str) -> list[Seen]:
    """Every page of every audience, of a clinic whose people write in this language."""
    cache.clear()
    walk = Walk(language)
    clinic = small_clinic(datetime.now(UTC).replace(microsecond=0) - N_VISITS * A_VISIT)
    alma = walk.browser(clinic.alma.person)
    walk.get(alma, "/me/", "client")
    slots = _live(clinic, WORDS[language], walk)
    _without_sign_in(walk, slots)
    paper = reverse("paper_entry", args=[slots.expired.visit.public_id])
    typed = Visit.objects.get(feedback_slot__response__way_in=WayIn.PAPER)
    correct = reverse("correct_paper", args=[typed.public_id])
    # The supervisor first: clients press every button of theirs, also the one that shuts her out.
    walk.everything_from(walk.browser(clinic.ruth), "supervisor", "/supervision/")
    for person in (clinic.alma.person, clinic.bruno.person):
        walk.everything_from(walk.browser(person), "client", "/me/")
    walk.everything_from(walk.browser(clinic.dana), "therapist", "/caseload/", paper, correct)
    walk.everything_from(walk.browser(clinic.omar), "therapist", "/caseload/")
    ines = walk.browser(clinic.ines)
    _a_questionnaire_to_look_at(walk, ines)
    walk.everything_from(ines, "administrator", "/administration/staff/")
    walk_the_door(walk, clinic)
    return walk.seen


@dataclass(frozen=True)
class _Slots:
    """Forms in each of their states."""

    expired: Slot
    handed_in: Slot
    open: Slot
    drafted: Slot
    not_yet: Slot
    closed: Slot
    kiosk_code: str


def _slot(visit: Visit) -> Slot:
    assert visit.feedback_slot is not None
    return visit.feedback_slot


def _live(clinic: SmallClinic, words: dict[str, str], walk: Walk) -> _Slots:
    """Weeks of a clinic's life, with the client's home looked at whenever it changes."""
    alma, dana = walk.browser(clinic.alma.person), clinic.as_actor(clinic.dana)
    expired = _slot(clinic.visit())
    clinic.paper(clinic.visit(), 8)
    for _ in range(5):
        clinic.feedback(clinic.visit(), 8)
    low = clinic.feedback(clinic.visit(), 3, O1=words["said"])
    strain = Repair.objects.get()
    walk.get(alma, "/me/", "client")
    set_aside(
        client=clinic.alma,
        signal=Signal(SignalKind.STRAIN, strain.public_id),
        until=day_of(clinic.now) + timedelta(days=7),
        why=Why.PLANNED,
        by=dana,
        now=clinic.now,
    )
    walk.get(walk.browser(clinic.dana), "/caseload/", "therapist")
    note_talked_about(repair=strain, note=words["note"], by=dana, now=clinic.now)
    _says_what_changes(clinic, low, words)
    walk.get(alma, "/me/", "client")
    flag = {"F1": True, "F1-text": words["wrong"]}
    clinic.feedback(clinic.visit(), flag | {"F1-supervisor": False}, release=Release.WITHHELD)
    told = clinic.visit()
    clinic.feedback(told, flag | {"F1-supervisor": True})
    concern = Repair.objects.get(visit=told)
    walk.get(alma, "/me/", "client")
    answer_concern(
        repair=concern,
        answer=words["answer"],
        by=clinic.as_actor(clinic.ruth),
        now=clinic.now,
    )
    handed_in = clinic.feedback(clinic.visit(), 7, B1=1, O1=words["said"])
    drafted, waiting = _slot(clinic.visit()), _slot(_booked(clinic, hours=-3))
    walk.browser().post(f"/f/{token_for(drafted, WayIn.LINK)}/save", {"q1": "8", "q2": "7"})
    open_weekly_checks(now=clinic.now)
    series = AllianceSeries.objects.get(client=clinic.alma)
    open_to_supervision(series=series, is_open=True, by=dana, now=clinic.now)
    ahead, called_off = _booked(clinic, hours=72), _booked(clinic, hours=120)
    cancel_visit(visit=called_off, by=dana, now=clinic.now)
    walk.get(alma, "/me/", "client")
    walk.get(alma, f"/me/forms/{drafted.public_id}/", "client")
    _says_what_changes(clinic, handed_in, words)
    _stays_away(clinic)
    _shares(clinic, walk)
    _stands_in(clinic, walk)
    return _Slots(
        expired=expired,
        handed_in=handed_in.slot,
        open=waiting,
        drafted=drafted,
        not_yet=_slot(ahead),
        closed=_slot(called_off),
        kiosk_code=issue_kiosk_code(slot=drafted, issued_by=clinic.dana, by=dana, now=clinic.now),
    )


def _stays_away(clinic: SmallClinic) -> None:
    """Bruno misses two visits in a row, so that Omar should reach out."""
    omar = clinic.as_actor(clinic.omar)
    for hours in (-50, -26):
        starts_at = clinic.now + timedelta(hours=hours)
        missed = book_visit(
            client=clinic.bruno,
            therapist=clinic.omar,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=50),
            by=omar,
            now=clinic.now,
        )
        miss_visit(visit=missed, by=omar, now=clinic.now)


def _shares(clinic: SmallClinic, walk: Walk) -> None:
    """Forms begun at every step, consents in every state, something that left, what was asked."""
    alma = clinic.as_actor(clinic.alma.person)
    language = walk.language
    browser = walk.browser(clinic.alma.person)
    walk.get(browser, "/me/sharing/", "client")
    ended = consented(clinic, RecordSegment.ATTENDANCE, language=language)
    released(clinic, wish_for(clinic, RecordSegment.ATTENDANCE, language=language))
    revoke_consent(consent=ended, by=alma, now=clinic.now)
    consented(clinic, RecordSegment.ATTENDANCE, RecordSegment.PLAN, language=language)
    with translation.override(language):
        everyone = all_care_recipient()
    all_care = frozenset({SharingPurpose.ALL_CARE})
    for wish in (whole_form(), whole_form(purposes=all_care, recipient=everyone)):
        draft = draft_consent(
            client=clinic.alma, form=wish, language=language, by=alma, now=clinic.now
        )
        for step in ("who", "what", "why", "sign"):
            address = reverse("consent_step", args=[draft.public_id, step])
            walk.get(browser, address, "client")
            walk.post(browser, address, {}, "client")
    ask_for_restriction(
        client=clinic.alma,
        segments=frozenset({RecordSegment.PLAN}),
        purposes=frozenset(),
        recipient="",
        reason="",
        is_paid_by_client=False,
        by=alma,
        now=clinic.now,
    )
    ask_for_erasure(client=clinic.alma, by=alma, now=clinic.now)
    _gives(clinic, walk)
    _guards(clinic, walk)


def _gives(clinic: SmallClinic, walk: Walk) -> None:
    """What a therapist sees before something leaves: by a consent, and in an emergency."""
    dana = walk.browser(clinic.dana)
    standing = Consent.objects.get(client=clinic.alma, state="signed")
    sent = {"stage": "look", "language": walk.language, "segments": ["attendance", "plan"]}
    walk.post(dana, reverse("give", args=[standing.public_id]), sent, "therapist")
    address = reverse("give_emergency", args=[clinic.alma.public_id])
    walk.get(dana, address, "therapist")
    walk.post(dana, address, {"stage": "look"}, "therapist")
    written = {"name": "Lee", "belongs_to": "Lee", "nature": "Lee", "kind": "covered_entity"}
    walk.post(dana, address, {**sent, **written}, "therapist")


def _guards(clinic: SmallClinic, walk: Walk) -> None:
    """A privacy officer with a demand that opens nothing, and one that opens the visits."""
    noor, other = (
        add_person(
            sign_in_name=name.lower(),
            display_name=name,
            password=None,
            roles=[Role.PRIVACY_OFFICER],
            by=OPERATOR,
            now=clinic.now,
        )
        for name in ("Noor", "Lee")
    )
    officer = walk.browser(noor)
    walk.post(officer, reverse("add_demand"), {}, "privacy officer")
    by = clinic.as_actor(noor)
    for kind in (DemandKind.SUBPOENA, DemandKind.ORDER_CIVIL):
        demand = record_demand(
            client=clinic.alma,
            kind=kind,
            who="Lee",
            says="",
            segments=frozenset({RecordSegment.ATTENDANCE}),
            is_sealed=False,
            received_on=clinic.now.date(),
            by=by,
            now=clinic.now,
        )
    note_counsel(demand=demand, says="Lee", by=by, now=clinic.now)
    confirm_demand(demand=demand, by=clinic.as_actor(other), now=clinic.now)
    address = reverse("give_by_order", args=[demand.public_id])
    walk.get(walk.browser(clinic.dana), address, "therapist")
    sharing = reverse("client_sharing", args=[clinic.alma.public_id])
    walk.get(walk.browser(clinic.dana), sharing, "therapist")
    for consent in Consent.objects.given().filter(client=clinic.alma):
        set_aside = reverse("set_aside", args=[consent.public_id])
        walk.get(walk.browser(clinic.dana), set_aside, "therapist")
    walk.everything_from(officer, "privacy officer", reverse("privacy_sharing"))


def _stands_in(clinic: SmallClinic, walk: Walk) -> None:
    """Somebody stands in, somebody opens a record in an emergency, somebody has left."""
    day, dana, omar = day_of(clinic.now), clinic.as_actor(clinic.dana), clinic.as_actor(clinic.omar)
    covering, left = (
        add_person(
            sign_in_name=f"{name}-too",
            display_name=name,
            password=None,
            roles=[Role.THERAPIST],
            by=OPERATOR,
            now=clinic.now,
        )
        for name in ("Ruth", "Omar")
    )
    arrange_cover(
        absent=clinic.dana,
        covering=covering,
        starts_at=clinic.now - timedelta(hours=1),
        ends_at=clinic.now + timedelta(days=2),
        by=dana,
        now=clinic.now,
    )
    walk.everything_from(walk.browser(covering), "therapist", "/caseload/")
    supervise(supervisor=clinic.ruth, therapist=left, starts_on=day, by=OPERATOR, now=clinic.now)
    take_into_care(client=clinic.bruno, therapist=left, starts_on=day, by=OPERATOR, now=clinic.now)
    Person.objects.filter(pk=left.pk).update(is_active=False)
    emergency = open_in_emergency(
        called=clinic.alma.code,
        reason=EmergencyReason.MEDICAL,
        words="Alma Alma Alma Alma Alma",
        by=omar,
        now=clinic.now,
    )
    address = reverse("emergency_record", args=[emergency.public_id])
    walk.get(walk.browser(clinic.omar), address, "therapist")
    alma = walk.browser(clinic.alma.person)
    asked = reverse("ask_about_look", args=[clinic.omar.public_id, day.isoformat()])
    walk.post(alma, asked, {"words": "Omar?"}, "client")
    Flag.objects.create(
        rule=OddLook.COLLEAGUE,
        person=clinic.omar,
        client=clinic.alma,
        looked_on=day,
        noticed_at=clinic.now,
    )
    Emergency.objects.update(ends_at=clinic.now + timedelta(seconds=1))
    walk.everything_from(walk.browser(_officer()), "privacy officer", "/privacy/")


def _officer() -> Person:
    return Person.objects.get(sign_in_index="noor")


def _says_what_changes(clinic: SmallClinic, response: Response, words: dict[str, str]) -> None:
    say_what_changes(
        answer=response.answers.get(link_id="O1"),
        what_changes=words["change"],
        by=clinic.as_actor(clinic.dana),
        now=clinic.now,
    )


def _booked(clinic: SmallClinic, *, hours: int) -> Visit:
    starts_at = clinic.now + timedelta(hours=hours)
    return book_visit(
        client=clinic.alma,
        therapist=clinic.dana,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=50),
        by=clinic.as_actor(clinic.dana),
        now=clinic.now,
    )


def _without_sign_in(walk: Walk, slots: _Slots) -> None:
    """What anybody may reach: the front door, help, links, the tablet, what went wrong."""
    browser = walk.browser()
    for address in ("/", "/sign-in/", "/help/", "/no-such-page/", "/f/cut-off", "/kiosk/"):
        walk.get(browser, address, "anyone")
    walk.post(browser, "/sign-in/", {"username": "alma", "password": "not it"}, "anyone")
    walk.post(browser, "/sign-in/", {"username": "", "password": ""}, "anyone")
    link = {
        name: f"/f/{token_for(slot, WayIn.LINK)}/"
        for name, slot in vars(slots).items()
        if isinstance(slot, Slot)
    }
    for address in link.values():
        walk.get(browser, address, "anyone")
    taps = {f"q{n}": "7" for n in range(1, 6)} | {"q7": "false"}
    walk.post(browser, link["open"], taps | {"q10": "x" * 5001}, "anyone")
    walk.post(browser, link["open"], taps, "anyone")
    _at_the_tablet(walk, slots)
    with translation.override(walk.language):
        for name in ERROR_PAGES:
            html = render_to_string(name)
            walk.seen.append(Seen(name, "anyone", name, int(name[:3]), html))


def _a_questionnaire_to_look_at(walk: Walk, ines: Browser) -> None:
    """A questionnaire like our own under another name, seen before it is kept."""
    library = files("alongside.clinic.instruments") / "library"
    asked = json.loads((library / "visit-feedback.questionnaire.json").read_bytes())
    scored = json.loads((library / "visit-feedback.scoring.json").read_bytes())
    asked["url"] = scored["instrument"]["url"] = "https://example.org/another"
    sent = {
        name: SimpleUploadedFile(f"{name}.json", json.dumps(content).encode())
        for name, content in (("document", asked), ("scoring", scored))
    }
    walk.post(ines, reverse("instrument_upload"), sent, "administrator")


def _at_the_tablet(walk: Walk, slots: _Slots) -> None:
    tablet = walk.browser()
    walk.post(tablet, "/kiosk/", {"code": "WRONG1"}, "anyone")
    walk.post(tablet, "/kiosk/", {"code": slots.kiosk_code}, "anyone")
    address = f"/f/{token_for(slots.drafted, WayIn.KIOSK)}/"
    walk.get(tablet, address, "anyone")
    walk.post(tablet, address, {"skip": "1"}, "anyone")
    guessing = walk.browser()
    for _ in range(30):
        last = guessing.post("/kiosk/", {"code": "WRONG2"})
        if last.status_code == 429:
            walk.keep(last, "anyone")
            break
