"""The promise: what is told here stays here.

A link puts answers in and reads nothing, nobody can try names and passwords at will, no page runs
what somebody typed, and neither logs nor titles nor letters carry what was said or by whom.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from statistics import median
from string import ascii_letters, digits
from time import perf_counter

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client as Browser
from django.test import override_settings
from django.urls import reverse

from alongside.clinic.alliance.actions import note_talked_about, say_what_changes
from alongside.clinic.alliance.models import Repair, RepairSource
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.credentials.actions import give_password
from alongside.clinic.feedback.clock import turn
from alongside.clinic.feedback.tokens import token_for
from alongside.clinic.instruments.models import Answer, Slot, WayIn
from alongside.clinic.outbox.senders import Letter
from alongside.clinic.people.actions import add_client, take_into_care
from alongside.clinic.people.models import Client, Clinic, Person
from alongside.clinic.supervision.actions import answer_concern, note_supervision
from alongside.clinic.visits.actions import cancel_visit
from alongside.clinic.visits.models import Visit
from alongside.config.environment import (
    SecretGuessable,
    SecretTooOpen,
    SecretTooShort,
    read_secret,
)
from alongside.config.log_lines import WithoutAddresses
from alongside.interfaces.shared.doors import safe_path
from alongside.interfaces.shared.entrance.sign_in import WRONG_PASSWORDS
from tests.factories.clinic import PASSWORD, SmallClinic, small_clinic
from tests.factories.entrance import code_of, come_in, give_app
from tests.factories.rows import change
from tests.promises.chance_letters import TOKEN

pytestmark = pytest.mark.django_db
LIBRARY = files("alongside.clinic.instruments") / "library"


@pytest.fixture
def clinic() -> Iterator[SmallClinic]:
    """The small clinic, with the moment standing still; no wrong tries are remembered."""
    cache.clear()
    clinic = small_clinic()
    with time_machine.travel(clinic.now, tick=False) as moment:
        clinic.move = moment.move_to  # type: ignore[attr-defined]  # for `visited`
        yield clinic


def visited(clinic: SmallClinic, client: Client | None = None) -> Slot:
    """The feedback form of a visit that has just ended."""
    therapist = clinic.dana if client in (None, clinic.alma) else None
    visit = clinic.visit(client, therapist or clinic.omar)
    clinic.move(clinic.now)  # type: ignore[attr-defined]
    assert visit.feedback_slot is not None
    return visit.feedback_slot


def link(slot: Slot, way_in: WayIn = WayIn.LINK) -> str:
    return reverse("feedback", args=[token_for(slot, way_in)])


def signed_in(person: Person | None) -> Browser:
    browser = Browser()
    if person is not None:
        browser.force_login(person)
    return browser


def text_of(response: HttpResponse) -> str:
    return TOKEN.sub("", response.content.decode())


# --- Links


@pytest.mark.parametrize("way_in", [WayIn.LINK, WayIn.HANDED_OVER, WayIn.KIOSK])
def test_what_was_saved_by_a_link_is_never_read_back(clinic: SmallClinic, way_in: WayIn) -> None:
    slot, browser = visited(clinic), Browser()
    address = link(slot, way_in)
    before = text_of(browser.get(address))
    kept = browser.post(f"{address}save", {"q1": "3", "q1-release": "withheld", "q10": "CANARY"})
    assert kept.status_code == 200
    assert Answer.objects.filter(response__slot=slot).count() >= 1
    assert b"CANARY" not in kept.content and "q1" not in json.loads(kept.content)
    after = text_of(Browser().get(address))
    assert "CANARY" not in after
    assert "checked" not in first_question(after), "neither the answer nor its release is marked"
    others = browser.post(f"{address}save", {"q1": "9", "q1-release": "now"})
    again = text_of(Browser().get(address))
    assert others.status_code == 200 and again == after != before, "another answer, the same page"


def first_question(page: str) -> str:
    start = page.index('name="q1"')
    return page[start : page.index('name="q2"')]


def test_the_form_of_one_client_is_that_of_any_other(clinic: SmallClinic) -> None:
    """Nothing on a link page depends on who the client is or on what they ever said."""
    for score in (8, 3):
        clinic.feedback(clinic.visit(), score, O1="Words of Alma.")
    third = add_client(code="C-9", display_name="Zoe", by=OPERATOR, now=clinic.now)
    care = {"therapist": clinic.dana, "starts_on": clinic.now.date()}
    take_into_care(client=third, by=OPERATOR, now=clinic.now, **care)
    pages = []
    for client in (clinic.alma, third):
        visit = clinic.visit(client, clinic.dana)
        clinic.move(clinic.now)  # type: ignore[attr-defined]
        slot = visit.feedback_slot
        assert slot is not None
        page = text_of(Browser().get(link(slot))).replace(token_for(slot, WayIn.LINK), "")
        for hidden in (client.display_name, client.code, client.public_id, visit.public_id):
            assert hidden not in page
        assert slot.public_id not in page
        pages.append(re.sub(r"Your visit with Dana on [^<]*", "", page))
    assert pages[0] == pages[1]


def test_a_link_that_was_changed_in_any_place_opens_nothing(clinic: SmallClinic) -> None:
    slot = visited(clinic)
    token = token_for(slot, WayIn.LINK)
    nothing = text_of(Browser().get("/f/nothing/"))
    changed = [
        token[:n] + ("a" if token[n] != "a" else "b") + token[n + 1 :] for n in range(len(token))
    ]
    for wrong in (*changed, token[:-1], token + "a", "k" + token[1:], "h" + token[1:], token[1:]):
        answer = Browser().get(f"/f/{wrong}/")
        assert answer.status_code == 404
        assert text_of(answer).replace(wrong, "nothing") == nothing
        assert Browser().post(f"/f/{wrong}/save", {"q1": "5"}).status_code == 404
    assert not Answer.objects.exists()


def spend(clinic: SmallClinic, slot: Slot) -> None:
    assert Browser().post(link(slot), {"q1": "5"}).status_code == 302


def run_out(clinic: SmallClinic, slot: Slot) -> None:
    clinic.move(slot.expires_at + timedelta(seconds=1))  # type: ignore[attr-defined]


def call_off(clinic: SmallClinic, slot: Slot) -> None:
    dana = clinic.as_actor(clinic.dana)
    cancel_visit(visit=Visit.objects.get(feedback_slot=slot), by=dana, now=clinic.now)


@pytest.mark.parametrize("ending", [spend, run_out, call_off])
def test_a_link_whose_time_is_over_takes_and_shows_nothing(
    clinic: SmallClinic, ending: Callable[[SmallClinic, Slot], None]
) -> None:
    slot = visited(clinic)
    Browser().post(f"{link(slot)}save", {"q1": "4", "q10": "CANARY"})
    ending(clinic, slot)
    rows = list(Answer.objects.order_by("pk").values())
    for method, path in (("get", ""), ("post", ""), ("post", "save"), ("get", "thanks/")):
        answer = getattr(Browser(), method)(link(slot) + path, {"q1": "9", "q10": "NEW"})
        assert answer.status_code in (200, 302, 410)
        assert "CANARY" not in text_of(answer) and "q1" not in text_of(answer)
        assert (answer.status_code == 410) or ending is spend or "thanks" in path
    assert list(Answer.objects.order_by("pk").values()) == rows


# --- Headers and cookies


def one_of_each(clinic: SmallClinic) -> Iterator[HttpResponse]:
    """Answers of every kind: pages, redirects, refusals, mistakes."""
    slot = visited(clinic)
    browser = signed_in(clinic.dana)
    yield browser.get("/caseload/")
    yield browser.get("/caseload")
    yield browser.get("/nowhere/")
    yield browser.get("/sign-out/")
    yield browser.get("/sign-in/", HTTP_HOST="elsewhere.example")
    yield browser.post("/sign-in/", {"name": "dana", "password": "x" * 20})
    yield browser.post("/sign-in/", {f"field{n}": "" for n in range(900)})
    yield Browser().get("/")
    yield Browser().get(link(slot))
    yield Browser().post(f"{link(slot)}save", {"q1": "5"})
    yield Browser().post(f"{link(slot)}save", {"q1": "500"})
    yield Browser().get("/f/nothing/")
    yield Browser(enforce_csrf_checks=True).post("/sign-in/", {"name": "dana"})
    yield Browser().get("/gallery/")
    yield signed_in(clinic.ines).get("/administration/staff/")
    yield signed_in(clinic.alma.person).get("/me/")
    yield signed_in(clinic.ruth).get("/supervision/")


def test_every_answer_keeps_out_of_caches_frames_and_other_sites(clinic: SmallClinic) -> None:
    for answer in one_of_each(clinic):
        where = (answer.wsgi_request.path, answer.status_code)
        assert answer.headers["Cache-Control"] == "no-store", where
        policy = answer.headers["Content-Security-Policy"]
        for rule in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"):
            assert rule in policy, where
        assert "unsafe" not in policy and "http" not in policy
        assert answer.headers["X-Frame-Options"] == "DENY", where
        assert answer.headers["X-Content-Type-Options"] == "nosniff", where
        assert answer.headers["Referrer-Policy"] == "same-origin", where
        for name, cookie in answer.cookies.items():
            assert cookie["httponly"] or not cookie.value, (where, name)
            assert cookie["samesite"] == "Lax", (where, name)


def test_even_our_own_mistake_is_answered_with_all_headers(
    clinic: SmallClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("CANARY")

    monkeypatch.setattr("alongside.interfaces.therapist.views.caseload_of", fails)
    browser = signed_in(clinic.dana)
    browser.raise_request_exception = False
    answer = browser.get("/caseload/")
    assert answer.status_code == 500 and b"CANARY" not in answer.content
    assert answer.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


class Sources(HTMLParser):
    """What a page loads or sends its reader to, and what it would run."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.runs: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "action", "srcset", "poster", "formaction", "data"):
                self.addresses.append(value or "")
            if name.startswith("on") or name == "style":
                self.runs.append(f"{tag} {name}")
            if name.lower() == "srcdoc" or (value or "").strip().lower().startswith("javascript:"):
                self.runs.append(f"{tag} {name}={value}")
        if tag == "script" and not dict(attrs).get("src", "").startswith("/static/shared/"):
            self.runs.append("script")


def read(page: str) -> Sources:
    sources = Sources()
    sources.feed(page)
    return sources


def test_no_page_loads_anything_from_elsewhere(clinic: SmallClinic) -> None:
    for answer in one_of_each(clinic):
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            found = read(answer.content.decode())
            away = [each for each in found.addresses if re.match(r"(\w+:)?//", each)]
            assert away == [] and found.runs == [], answer.wsgi_request.path


@pytest.mark.parametrize(
    "address",
    [
        *("//evil.example", "///evil.example", "////evil.example/", "https://evil.example"),
        *("http:evil.example", "https:///evil.example", "\\\\evil.example", "/\\evil.example"),
        *("\\/evil.example", "/\t/evil.example", "\t//evil.example", " //evil.example"),
        *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "ftp://evil.example"),
        *("http://testserver@evil.example", "//testserver@evil.example", "//evil.example%2f.."),
        *("\x00//evil.example", "/\r\n/evil.example", "https://[evil", "//[", ""),
    ],
)
def test_nobody_is_sent_to_another_site(clinic: SmallClinic, address: str) -> None:
    assert safe_path(address) == "/"
    Clinic.objects.update(is_demo=True)  # where a password is enough
    browser = Browser()
    sent = {"name": "dana", "password": PASSWORD, "next": address}
    assert browser.post("/sign-in/", sent)["Location"] == "/"
    chosen = browser.post("/language/", {"language": "es", "next": address})
    assert chosen["Location"] == "/"


def test_every_form_needs_its_token(clinic: SmallClinic) -> None:
    slot = visited(clinic)
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(clinic.dana)
    visit = Visit.objects.get(feedback_slot=slot)
    for address in (
        *("/sign-in/", "/sign-out/", "/language/", "/kiosk/", link(slot), f"{link(slot)}save"),
        reverse("visit_state", args=[visit.public_id]),
        reverse("book_visit", args=[clinic.alma.public_id]),
    ):
        answer = browser.post(address, {"q1": "5", "state": "held"})
        assert answer.status_code == 403
        assert "This page was open too long" in answer.content.decode()
    assert not Answer.objects.exists()


# --- Signing in


def test_a_sign_in_gets_a_new_session_and_a_sign_out_leaves_none(clinic: SmallClinic) -> None:
    browser = Browser()
    planted = browser.session
    planted["planted"] = "by somebody else"
    planted.save()
    browser.cookies["session"] = planted.session_key
    secret = give_app(clinic.dana)
    half = browser.post("/sign-in/", {"name": " DANA ", "password": PASSWORD})
    assert half["Location"] == "/sign-in/code/"
    assert browser.get("/caseload/").status_code == 302, "a password alone lets no staff in"
    browser.post("/sign-in/code/", {"code": code_of(secret)})
    mine = browser.cookies["session"].value
    assert mine != planted.session_key
    assert browser.get("/caseload/").status_code == 200
    thief = Browser()
    thief.cookies["session"] = planted.session_key
    assert thief.get("/caseload/").status_code == 302
    out = browser.post("/sign-out/")
    assert "storage" in out["Clear-Site-Data"]
    browser.cookies["session"] = mine
    assert browser.get("/caseload/").status_code == 302


def test_a_new_password_ends_every_session_made_with_the_old(clinic: SmallClinic) -> None:
    one, two, secret = Browser(), Browser(), give_app(clinic.dana)
    for steps, browser in enumerate((one, two)):
        come_in(browser, clinic.dana, secret, steps=steps)
        assert browser.get("/caseload/").status_code == 200
    ines = clinic.as_actor(clinic.ines)
    give_password(person=clinic.dana, password="another long walk", by=ines, now=clinic.now)
    assert [browser.get("/caseload/").status_code for browser in (one, two)] == [302, 302]


def test_one_who_guesses_is_stopped_and_the_owner_elsewhere_is_not(clinic: SmallClinic) -> None:
    def tries(name: str, password: str, address: str) -> int:
        sent = {"name": name, "password": password}
        return Browser().post("/sign-in/", sent, REMOTE_ADDR=address).status_code

    for n in range(WRONG_PASSWORDS.most_from_one_address):
        assert tries("Dana" if n % 2 else "dana ", f"wrong {n}", "203.0.113.1") == 422
    assert tries("dana", PASSWORD, "203.0.113.1") == 422, "the guesser has to wait"
    assert tries("omar", PASSWORD, "203.0.113.1") == 302, "others at that address do not"
    assert tries("dana", PASSWORD, "203.0.113.2") == 302, "nor does the owner elsewhere"
    key = WRONG_PASSWORDS._keys(Browser().get("/sign-in/").wsgi_request, "dana")[1]
    cache.set(key, WRONG_PASSWORDS.most_in_all, 60)
    assert tries("dana", PASSWORD, "203.0.113.3") == 422, "a guesser with many addresses is stopped"
    assert tries("nobody", "x", "203.0.113.4") == 422


def test_trying_many_names_does_not_make_the_count_of_one_forgotten(clinic: SmallClinic) -> None:
    assert settings.CACHES["default"]["OPTIONS"]["MAX_ENTRIES"] >= 100_000


def test_an_unknown_name_looks_like_a_wrong_password(clinic: SmallClinic) -> None:
    def page(name: str) -> str:
        sent = {"name": name, "password": "not the one"}
        answer = Browser().post("/sign-in/", sent)
        assert answer.status_code == 422
        return text_of(answer).replace(name, "")

    clinic.omar.is_active = False
    clinic.omar.save()
    assert page("dana") == page("nobody") == page("omar") == page("alma")


def test_an_unknown_name_takes_as_long_as_a_wrong_password(clinic: SmallClinic) -> None:
    hashers = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=hashers):
        clinic.dana.set_password(PASSWORD)
        clinic.dana.save()

        def seconds(name: str) -> float:
            start = perf_counter()
            Browser().post("/sign-in/", {"name": name, "password": "not the one"})
            return perf_counter() - start

        seconds("warm-up")
        known, unknown = (median(seconds(name) for _ in range(3)) for name in ("dana", "nobody"))
    assert 0.3 < known / unknown < 3.0


# --- What was typed is shown, never run

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" x="',
    "' onfocus='alert(1)' autofocus x='",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "<svg onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<a href='javascript:alert(1)'>tap</a>",
    "javascript:alert(1)//",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<form action=//evil.example><input name=q1>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<style>*{background:url(//evil.example)}</style>",
    "{{ 7*7 }}{% debug %}{0.__class__}",
    "<!--><script>alert(1)</script>-->",
    "&lt;script&gt;alert(1)&lt;/script&gt;<b id=pwned>",
)
HOSTILE = "XSS" + "".join(PAYLOADS)
SHORT = '"><b id=pwned onclick=x>{% debug %}</title>'


def hostile_instrument() -> tuple[bytes, bytes]:
    """Our visit feedback with every text of it turned into something hostile."""
    asked = json.loads((LIBRARY / "visit-feedback.questionnaire.json").read_bytes())
    scored = json.loads((LIBRARY / "visit-feedback.scoring.json").read_bytes())
    asked |= {"version": "6.6.6", "title": SHORT, "description": HOSTILE, "publisher": SHORT}
    scored["instrument"]["version"] = "6.6.6"

    def spoil(items: list[dict[str, object]]) -> None:
        for item in items:
            item["text"] = HOSTILE
            item.pop("_text", None)
            spoil(item.get("item", []))  # type: ignore[arg-type]

    spoil(asked["item"])
    renamed = {"F1": 'F1"><b id=pwned> & q1=1 | q2=2'}
    texts = [json.dumps(each) for each in (asked, scored)]
    for old, new in renamed.items():
        texts = [text.replace(json.dumps(old), json.dumps(new)) for text in texts]
    return texts[0].encode(), texts[1].encode()


def test_nothing_that_somebody_typed_runs_on_any_page(clinic: SmallClinic) -> None:
    people = (clinic.dana, clinic.ruth, clinic.ines)
    for person in people:
        change(person, display_name=SHORT)
        person.refresh_from_db()
    change(clinic.alma, display_name=SHORT, code=SHORT[:40])
    clinic.alma.refresh_from_db()
    ines = signed_in(clinic.ines)
    document, scoring = hostile_instrument()
    upload = {
        "document": SimpleUploadedFile("<img src=x onerror=alert(1)>.json", document),
        "scoring": SimpleUploadedFile("s.json", scoring),
    }
    sent = ines.post(reverse("instrument_upload"), upload)
    assert sent.status_code == 302, sent.content.decode()
    shown = [ines.get(reverse("instrument_look"))]
    assert (
        ines.post(reverse("instrument_look"), {"holder": SHORT, "licence": SHORT}).status_code
        == 302
    )
    for score in (8, 8, 8, 8, 8, 8, 2, 2, 2, 2):
        clinic.feedback(clinic.visit(), score, O1=HOSTILE)
    flag = 'F1"><b id=pwned> & q1=1 | q2=2'
    told = clinic.feedback(clinic.visit(), {flag: True, "F1-text": HOSTILE, "F1-supervisor": True})
    open_visit = clinic.visit()
    clinic.move(clinic.now)  # type: ignore[attr-defined]
    dana, ruth = clinic.as_actor(clinic.dana), clinic.as_actor(clinic.ruth)
    concern = Repair.objects.get(source=RepairSource.CONCERN)
    for repair in Repair.objects.all():
        note_talked_about(repair=repair, note=HOSTILE, by=dana, now=clinic.now)
    words = Answer.objects.get(response=told, link_id="F1-text")
    say_what_changes(answer=words, what_changes=HOSTILE, by=dana, now=clinic.now)
    note_supervision(repair=concern, note=HOSTILE, by=ruth, now=clinic.now)
    answer_concern(repair=concern, answer=HOSTILE, by=ruth, now=clinic.now)
    slot = open_visit.feedback_slot
    assert slot is not None
    alma = clinic.alma.person
    shown += [Browser().get(link(slot, way)) for way in (WayIn.LINK, WayIn.KIOSK)]
    shown += [Browser().get(reverse("kiosk_changes", args=[token_for(slot, WayIn.KIOSK)]))]
    shown += [
        signed_in(alma).get(address)
        for address in (
            *("/me/graph/", "/me/answers/", "/me/who-sees/", "/me/", "/me/"),
            *(reverse("past_answer", args=[told.slot.public_id]),),
            *(reverse("client_form", args=[slot.public_id]),),
        )
    ]
    shown += [
        signed_in(clinic.dana).get(address)
        for address in (
            "/caseload/",
            reverse("client_record", args=[clinic.alma.public_id]),
            reverse("book_visit", args=[clinic.alma.public_id]),
            *(
                reverse(name, args=[open_visit.public_id])
                for name in ("before_visit", "after_visit", "paper_entry")
            ),
        )
    ]
    shown += [signed_in(clinic.dana).post("/caseload/", {"q": SHORT}, follow=True)]
    shown += [
        signed_in(clinic.ruth).get(address)
        for address in ("/supervision/", reverse("supervision_waiting", args=[concern.public_id]))
    ]
    number = open_visit.feedback_slot.version.instrument_id
    shown += [
        ines.get(address)
        for address in (
            "/administration/staff/",
            reverse("staff_member", args=[clinic.dana.public_id]),
            "/administration/instruments/",
            reverse("instrument", args=[number]),
        )
    ]
    shown += [
        Browser().post("/sign-in/", {"name": SHORT, "password": "x", "next": SHORT}),
        Browser().post("/kiosk/", {"code": SHORT}),
        Browser().get("/" + SHORT + "/"),
        ines.post(reverse("staff_add"), {"display_name": SHORT, "sign_in_name": SHORT}),
        Browser().post(link(slot), {"q1": SHORT, "q10": HOSTILE, "q1-release": SHORT}),
    ]
    hits = 0
    for page in shown:
        assert page.status_code < 500
        text = page.content.decode()
        found = read(text)
        where = page.wsgi_request.path
        assert found.runs == [], (where, found.runs)
        assert "pwned" not in re.findall(r'<b id="?(\w+)', text), where
        bad = {"iframe", "base", "style", "animate", "img"} & set(found.tags)
        assert not bad, (where, bad)
        assert not any("evil" in each for each in found.addresses), where
        hits += "&lt;script&gt;alert(1)" in text or "&lt;b id=pwned" in text
    assert hits > 12, "the payloads really were on these pages"


# --- Logs, titles, letters, settings

CANARIES = ("Almacanary", "canary words", "canary-code", "+1 555 0199")


class Post:
    """A sender that keeps what it carries."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, letter: Letter, *, now: datetime) -> None:
        self.letters.append(letter)


def test_neither_logs_nor_titles_nor_letters_say_who_or_what(
    clinic: SmallClinic, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.handler.addFilter(WithoutAddresses())
    name, words, code, phone = CANARIES
    change(clinic.alma, display_name=name, code=code, phone=phone)
    clinic.alma.refresh_from_db()
    slot = visited(clinic)
    token, visit = token_for(slot, WayIn.LINK), Visit.objects.get(feedback_slot=slot)
    dana, alma, anyone = signed_in(clinic.dana), signed_in(clinic.alma.person), Browser()
    post = Post()
    turn(sender=post, worker="test", now=clinic.now)
    record = reverse("client_record", args=[clinic.alma.public_id])
    answers = [
        anyone.post(link(slot), {"q1": "400", "q10": words}),
        anyone.post(f"{link(slot)}save", {"q1": "400", "q10": words}),
        anyone.post(f"{link(slot)}save", {"q10": words}),
        Browser(enforce_csrf_checks=True).post(link(slot), {"q10": words}),
        anyone.get(link(slot), HTTP_HOST="elsewhere.example"),
        anyone.get(reverse("kiosk_changes", args=[token_for(slot, WayIn.KIOSK)])),
        dana.post(reverse("own_rating", args=[visit.public_id]), {"q1": words}),
        dana.post(reverse("book_visit", args=[clinic.alma.public_id]), {"day": words}),
        signed_in(clinic.omar).get(record),
        dana.get(record),
        dana.post("/caseload/", {"q": name}),
        dana.get(reverse("before_visit", args=[visit.public_id])),
        dana.get(reverse("after_visit", args=[visit.public_id])),
        anyone.post("/sign-in/", {"name": name, "password": words}),
        anyone.post(link(slot), {"q10": words}),
        anyone.get(link(slot)),
        anyone.post(f"{link(slot)}save", {"q10": words}),
        alma.get("/me/"),
        alma.get(reverse("client_form_thanks", args=[slot.public_id])),
    ]
    assert {404, 422, 403, 400, 410} <= {each.status_code for each in answers}
    secret = (*CANARIES, token[-20:], slot.link_key, clinic.alma.public_id, visit.public_id)
    lines = "\n".join(caplog.handler.format(each) for each in caplog.records)
    assert "Unprocessable" in lines, "refusals are in the log"
    assert [each for each in secret if each in lines] == []
    for answer in answers:
        title = re.search(r"<title>(.*?)</title>", answer.content.decode(), re.S)
        assert not title or not any(each in title[1] for each in secret)
        assert not any(each in answer.headers.get("Location", "") for each in CANARIES)
    assert post.letters
    for letter in post.letters:
        said = f"{letter.subject} {letter.body}"
        assert not any(each in said for each in (*CANARIES, "Dana", "River House", "feedback"))


def test_no_form_puts_into_an_address_what_somebody_types() -> None:
    forms = [
        (path.name, *form)
        for path in Path(str(files("alongside.interfaces"))).rglob("*.html")
        for form in FORM.findall(path.read_text(encoding="utf-8"))
    ]
    assert len(forms) > 15
    assert [each for each in forms if goes_into_address(*each[1:])] == []
    for leaky in (
        '<form class="{{ a }}"><input name="q"></form>',
        '<form><input\nname="q"></form>',
    ):
        assert [each for each in FORM.findall(leaky) if goes_into_address(*each)]


FORM = re.compile(r"(<form\b(?:\{%.*?%\}|\{\{.*?\}\}|[^>{])*>)(.*?)</form>", re.DOTALL)


def goes_into_address(opening: str, inside: str) -> bool:
    """Whether a browser without script would put something that is typed into an address."""
    return 'method="post"' not in opening and re.search(r"\sname=", inside) is not None


def test_the_console_leaves_names_out_of_addresses() -> None:
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["addresses"]
    assert settings.LOGGING["root"]["handlers"] == ["console"]
    assert not settings.DEBUG


def test_a_secret_that_others_can_read_or_guess_is_refused(tmp_path: Path) -> None:
    kept = tmp_path / "secret"
    secret = ascii_letters + digits
    kept.write_text(f"{secret}\n")
    kept.chmod(0o600)
    assert read_secret(kept) == secret
    for mode in (0o644, 0o640, 0o604, 0o660):
        kept.chmod(mode)
        with pytest.raises(SecretTooOpen):
            read_secret(kept)
    kept.chmod(0o600)
    for damaged in ("", " \n", "short", "s" * 49):
        kept.write_text(damaged)
        with pytest.raises(SecretTooShort):
            read_secret(kept)
    for guessable in ("s" * 86, "change-me-" * 9, f"django-insecure-{secret}"):
        kept.write_text(guessable)
        with pytest.raises(SecretGuessable):
            read_secret(kept)
