"""The promise: no address lets in anybody but those for whom it is, under either method.

Every address of the resolver is listed here with those who may use it, and an address that is not
listed fails. Each is tried by everybody with the names of Alma's records and with names of nothing:
whoever may not sees the same for both, to the byte, and nothing is written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from alongside.clinic.access.caseloads import arrange_cover
from alongside.clinic.access.emergencies import emergency_of, open_in_emergency
from alongside.clinic.access.looks import remember_looks
from alongside.clinic.access.models import EmergencyReason
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.actions import open_to_supervision, tell_supervisor
from alongside.clinic.alliance.models import AllianceSeries, Repair, RepairSource
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.consent.actions import draft_consent
from alongside.clinic.consent.segments import RecordSegment
from alongside.clinic.credentials.actions import set_pin
from alongside.clinic.credentials.kept_forms import Typed, keep_form
from alongside.clinic.credentials.keys import keys_of
from alongside.clinic.credentials.sign_ins import Manner, begin_sign_in
from alongside.clinic.disclosures.actions import (
    ask_for_restriction,
    note_counsel,
    record_demand,
)
from alongside.clinic.disclosures.basis import DemandKind
from alongside.clinic.disclosures.erasure import ask_for_erasure
from alongside.clinic.disclosures.models import LegalDemand
from alongside.clinic.feedback.tokens import token_for
from alongside.clinic.instruments.models import Instrument, WayIn
from alongside.clinic.people.actions import add_person, end_care, supervise, take_into_care
from alongside.clinic.people.models import Care, Person, Role, Supervision
from alongside.clinic.sealed_notes.actions import keep_sealing_key, save_sealed_note
from alongside.clinic.transparency.models import Flag, OddLook
from alongside.clinic.transparency.questions import ask_about_look
from tests.factories.clinic import PASSWORD, SmallClinic, small_clinic
from tests.factories.consents import form
from tests.factories.entrance import by, give_app
from tests.factories.sharing import consented

pytestmark = pytest.mark.django_db

# Everyone who knocks, named by what they are to Alma.
STRANGER, ALMA, BRUNO, DANA, OMAR, PAST = "stranger", "Alma", "Bruno", "Dana", "Omar", "Pia"
RUTH, SOL, INES, NOOR, CORA = "Ruth", "Sol", "Ines", "Noor", "Cora"
EVERYONE = (STRANGER, ALMA, BRUNO, DANA, OMAR, PAST, RUTH, SOL, INES, NOOR, CORA)

# Addresses without anybody's record in them, and the links that open one form for whoever holds it.
OPEN = {
    *("sign_in", "sign_out", "set_language", "help", "kiosk"),
    *("sign_in_pin", "sign_in_passkey", "passkey_to_sign_in", "second_step"),
    *("begin", "begin_choose", "choose_pin", "choose_password", "choose_passkey"),
    *("passkey_to_choose", "recover", "unlock", "unlock_by_passkey"),
    *("lock", "leave", "calendar", "come_back"),
    *("shared:stylesheet", "shared:gallery", "shared:demo_outbox", "shared:manifest"),
    "shared:policy_report",
}
BY_LINK = {"", "begin_with", "feedback", "save_feedback", "feedback_thanks", "kiosk_changes"}

# Who gets in at every other address, with the names of Alma's records where it takes names.
ALLOWED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            *("front_door", "own_sign_ins", "end_other_sign_ins", "new_printed_codes"),
            *("keep_codes", "give_back", "second_key", "add_own_passkey", "passkey_to_add"),
        ),
        (ALMA, BRUNO, DANA, OMAR, PAST, RUTH, SOL, INES, NOOR, CORA),
    ),
    "own_pin": (ALMA, BRUNO),
    "own_password": (DANA, OMAR, PAST, RUTH, SOL, INES, NOOR, CORA),
    **dict.fromkeys(
        ("end_own_sign_in", "forget_own_device", "remove_own_key", "kept_form"), (ALMA,)
    ),
    **dict.fromkeys(
        (
            *("client_home", "who_sees", "client_graph", "past_answers"),
            *("who_looked", "ask_about_record"),
            *("sharing", "left", "own_copy", "limits", "forget_me", "allow", "all_care"),
        ),
        (ALMA, BRUNO),
    ),
    **dict.fromkeys(
        (
            *("past_answer", "client_form", "save_client_form", "client_form_thanks"),
            *("answer_repair", "tell_supervisor", "own_supervision", "ask_about_look"),
            *("consent", "consent_paper", "take_back", "consent_step", "end_limit"),
        ),
        (ALMA,),
    ),
    **dict.fromkeys(("caseload", "emergency", "away"), (DANA, OMAR, PAST, CORA)),
    "emergency_record": (OMAR,),
    "cover_record": (CORA,),
    **dict.fromkeys(
        (
            *("privacy", "privacy_question", "privacy_emergency", "privacy_flag"),
            *("privacy_sharing", "decide_limit", "add_demand", "demand"),
            *("add_wish", "forget"),
        ),
        (NOOR,),
    ),
    **dict.fromkeys(
        (
            *("client_record", "book_visit", "open_to_supervision", "talked_about"),
            *("before_visit", "after_visit", "answer_words", "visit_state", "own_rating"),
            *("kiosk_code", "hand_over", "paper_entry", "invite_client"),
            *("give_away", "end_cover"),
            *("sealed_notes", "sealing_key", "save_sealed_note", "close_sealed_note"),
            *("client_sharing", "give", "give_emergency", "give_by_order"),
            *("end_consent", "set_aside"),
        ),
        (DANA,),
    ),
    **dict.fromkeys(("supervision", "care_left"), (RUTH, SOL)),
    "care_left_give": (SOL,),
    **dict.fromkeys(
        (
            *("supervision_waiting", "supervision_note", "supervision_answer"),
            "supervision_opened",
        ),
        (RUTH,),
    ),
    **dict.fromkeys(
        (
            *("staff", "staff_add", "staff_member", "staff_roles", "staff_password"),
            *("staff_keep_out", "staff_let_in", "staff_supervisor", "staff_supervisor_end"),
            *("staff_invite", "staff_sign_out"),
            *("instruments", "instrument_upload", "instrument_look"),
            *("instrument", "instrument_use"),
        ),
        (INES,),
    ),
}
# What has to be sent for a deed to be done, where an empty form is not enough.
SENT: dict[str, dict[str, str]] = {
    "answer_repair": {"answer": "yes"},
    "open_to_supervision": {"is_open": "yes"},
    "own_supervision": {"is_open": "no"},
    "answer_words": {"question": "F1-text"},
    "visit_state": {"state": "held"},
    "save_client_form": {"q1": "5"},
    "end_consent": {"what": "revoke"},
    "demand": {"what": "close"},
}
NOTHING: dict[str, Any] = {"number": 987654, "digest": "none", "day": "2020-01-01"}
NO_NAME = "nobody-here0"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|\?next=[^"&\s]*')
WORDS = "The words of Alma alone."


@cache
def routes() -> dict[str, URLPattern]:
    """Every address of the resolver by its name; what has no name goes by nothing."""
    return dict(_routes(get_resolver().url_patterns, ""))


def _routes(patterns: list[Any], space: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _routes(pattern.url_patterns, inner)
        else:
            yield f"{space}{pattern.name or ''}", pattern


@dataclass
class House:
    """The small clinic with one more supervisor and a therapist whose care of Alma has ended."""

    clinic: SmallClinic
    people: dict[str, Person | None]
    names: dict[str, dict[str, Any]]
    sessions: dict[str, str] = field(default_factory=dict)

    def browser(self, who: str) -> Browser:
        """A new browser in which they are signed in."""
        browser = Browser()
        if who not in self.sessions and self.people[who] is not None:
            browser.force_login(self.people[who])
            self.sessions[who] = browser.cookies["session"].value
        if who in self.sessions:
            browser.cookies["session"] = self.sessions[who]
        return browser

    def knock(self, who: str, method: str, route: str, names: dict[str, Any]) -> HttpResponse:
        browser = self.browser(who)
        wanted = routes()[route].pattern.converters
        address = reverse(route, kwargs={name: names[name] for name in wanted})
        sent = SENT.get(route, {}) if method == "post" else {}
        return getattr(browser, method)(address, sent)


@pytest.fixture
def house() -> Iterator[House]:
    """Alma with good visits, a strain, a concern that she told, and a form that is open."""
    clinic = small_clinic()
    pia, sol, noor, cora = (
        add_person(
            sign_in_name=name.lower(),
            display_name=name,
            password=PASSWORD,
            roles=[role],
            by=OPERATOR,
            now=clinic.now,
        )
        for name, role in (
            (PAST, Role.THERAPIST),
            (SOL, Role.SUPERVISOR),
            (NOOR, Role.PRIVACY_OFFICER),
            (CORA, Role.THERAPIST),
        )
    )
    day = clinic.now.date()
    supervise(supervisor=sol, therapist=clinic.omar, starts_on=day, by=OPERATOR, now=clinic.now)
    past = take_into_care(
        client=clinic.alma, therapist=pia, starts_on=day, by=OPERATOR, now=clinic.now
    )
    for score in (8, 8, 8, 8, 8, 8, 2, 2, 2, 2):
        clinic.feedback(clinic.visit(), score, O1=WORDS)
    flag = {"F1": True, "F1-text": WORDS, "F1-supervisor": True}
    clinic.feedback(clinic.visit(), flag)
    clinic.feedback(clinic.visit(clinic.bruno, clinic.omar), 5)
    open_visit = clinic.visit()
    series = AllianceSeries.objects.get(client=clinic.alma)
    dana = clinic.as_actor(clinic.dana)
    open_to_supervision(series=series, is_open=True, by=dana, now=clinic.now)
    end_care(
        care=Care.objects.get(pk=past.pk),
        ends_on=clinic.now.date() - timedelta(days=1),
        by=OPERATOR,
        now=clinic.now,
    )
    emergency = open_in_emergency(
        called="C-1",
        reason=EmergencyReason.MEDICAL,
        words="Found without breath at the door.",
        by=clinic.as_actor(clinic.omar),
        now=clinic.now,
    )
    alma = Viewer(clinic.alma.person, clinic.now)
    omar = Viewer(clinic.omar, clinic.now)
    emergency_of(omar, emergency.public_id)
    remember_looks(omar.looks, page="emergency_record", by=omar.actor, now=clinic.now)
    question = ask_about_look(
        client=clinic.alma,
        about=clinic.omar,
        looked_on=omar.today,
        words=WORDS,
        by=alma.actor,
        now=clinic.now,
    )
    flag = Flag.objects.create(
        rule=OddLook.COLLEAGUE,
        person=clinic.omar,
        client=clinic.alma,
        looked_on=omar.today,
        noticed_at=clinic.now,
    )
    cover = arrange_cover(
        absent=clinic.dana,
        covering=cora,
        starts_at=clinic.now - timedelta(hours=1),
        ends_at=clinic.now + timedelta(days=2),
        by=dana,
        now=clinic.now,
    )
    left = add_person(
        sign_in_name="lee",
        display_name="Lee",
        password=PASSWORD,
        roles=[Role.THERAPIST],
        by=OPERATOR,
        now=clinic.now,
    )
    left_behind = take_into_care(
        client=clinic.bruno, therapist=left, starts_on=day, by=OPERATOR, now=clinic.now
    )
    supervise(supervisor=sol, therapist=left, starts_on=day, by=OPERATOR, now=clinic.now)
    Person.objects.filter(pk=left.pk).update(is_active=False)
    key = keep_sealing_key(
        person=clinic.dana,
        public_key=bytes(32),
        wrapped=bytes(76),
        salt=bytes(16),
        n_iterations=600_000,
        by=dana,
        now=clinic.now,
    )
    note = save_sealed_note(
        public_id="a-sealed-one",
        client=clinic.alma,
        key=key,
        envelope=bytes(64),
        by=dana,
        now=clinic.now,
    )
    shared = sharing_of(clinic, noor)
    people = (clinic.dana, clinic.omar, clinic.ruth, clinic.ines, pia, sol, noor, cora)
    clients = (clinic.alma.person, clinic.bruno.person)
    concern = Repair.objects.get(source=RepairSource.CONCERN)
    handed_in = concern.visit
    assert open_visit.feedback_slot is not None and handed_in.feedback_slot is not None
    general = {
        "client_id": clinic.alma.public_id,
        "visit_id": open_visit.public_id,
        "repair_id": concern.public_id,
        "emergency_id": emergency.public_id,
        "note_id": note.public_id,
        "consent_id": shared["consent"],
        "demand_id": shared["demand"],
        "step": "what",
        "day": omar.today.isoformat(),
        "therapist_key": clinic.dana.public_id,
        "client_key": clinic.alma.public_id,
        "public_id": "",
        "number": Instrument.objects.order_by("pk")[0].pk,
    }
    own_names = {
        **dict.fromkeys(("past_answer", "client_form_thanks"), handed_in.feedback_slot.public_id),
        **dict.fromkeys(("client_form", "save_client_form"), open_visit.feedback_slot.public_id),
        **dict.fromkeys(
            (
                *("answer_repair", "tell_supervisor"),
                *("supervision_waiting", "supervision_note", "supervision_answer"),
            ),
            concern.public_id,
        ),
        "own_supervision": clinic.dana.public_id,
        "ask_about_look": clinic.omar.public_id,
        **shared,
        "privacy_question": question.public_id,
        "privacy_emergency": emergency.public_id,
        "privacy_flag": flag.public_id,
        **{name: clinic.dana.public_id for name in ALLOWED if name.startswith("staff_")},
    }
    names = {route: {**general, "public_id": own_names.get(route, "")} for route in ALLOWED}
    names |= own_ways_in(clinic, names)
    names["staff_supervisor_end"]["number"] = Supervision.objects.get(supervisor=clinic.ruth).pk
    names["end_cover"]["number"] = cover.pk
    names["care_left_give"]["number"] = left_behind.pk
    names["answer_words"]["visit_id"] = handed_in.public_id
    with time_machine.travel(clinic.now, tick=False):
        yield House(
            clinic,
            {STRANGER: None, **{str(each.display_name): each for each in (*people, *clients)}},
            names,
        )


def own_ways_in(clinic: SmallClinic, names: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Alma's: a sign-in on another device, a device with a PIN, a key, a form that waits."""
    alma = clinic.alma.person
    assert alma is not None
    elsewhere = begin_sign_in(
        person=alma, key_hash="elsewhere", content={}, manner=Manner(), now=clinic.now
    )
    device = set_pin(
        person=alma, token="token", pin="274951", words="", by=by(alma), now=clinic.now
    )
    with time_machine.travel(clinic.now, tick=False):
        give_app(alma)
    kept = keep_form(
        person=alma, typed=Typed("/me/", (("words", WORDS),), was_sent=True), now=clinic.now
    )
    own = {
        "end_own_sign_in": {"public_id": elsewhere.public_id},
        "forget_own_device": {"public_id": device.public_id},
        "remove_own_key": {"number": keys_of(alma).get().pk},
        "kept_form": {"public_id": kept.public_id},
    }
    return {route: {**names[route], **theirs} for route, theirs in own.items()}


def sharing_of(clinic: SmallClinic, noor: Person) -> dict[str, str]:
    """What Alma shares and asks not to share, by the names of the addresses that take it."""
    alma = clinic.as_actor(clinic.alma.person)
    consent = consented(clinic, RecordSegment.ATTENDANCE)
    draft = draft_consent(client=clinic.alma, form=form(), language="en", by=alma, now=clinic.now)
    limit = ask_for_restriction(
        client=clinic.alma,
        segments=frozenset({RecordSegment.PLAN}),
        purposes=frozenset(),
        recipient="",
        reason=WORDS,
        is_paid_by_client=False,
        by=alma,
        now=clinic.now,
    )
    wish = ask_for_erasure(client=clinic.alma, by=alma, now=clinic.now)
    officer = clinic.as_actor(noor)
    demand = record_demand(
        client=clinic.alma,
        kind=DemandKind.ORDER_CIVIL,
        who="A court",
        says="Her visits.",
        segments=frozenset({RecordSegment.ATTENDANCE}),
        is_sealed=False,
        received_on=clinic.now.date(),
        by=officer,
        now=clinic.now,
    )
    note_counsel(demand=demand, says="It is an order.", by=officer, now=clinic.now)
    LegalDemand.objects.update(confirmed_by=clinic.ruth, confirmed_at=clinic.now)
    return {
        **dict.fromkeys(("consent", "consent_paper", "take_back"), consent.public_id),
        "consent_step": draft.public_id,
        **dict.fromkeys(("end_limit", "decide_limit"), limit.public_id),
        "demand": demand.public_id,
        "forget": wish.public_id,
    }


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def rows_of_the_clinic() -> str:
    """A digest of every row but those of sessions and of wrong tries."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table.startswith(("django_", "attempts", "credentials_signin")):
                continue
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
            digest.update(repr((table, cursor.fetchall())).encode())
    return digest.hexdigest()


def rows_but_looks() -> str:
    """The same, without that somebody saw the page on which a refusal stands, or is signed in."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table.startswith(("django_", "attempts", "credentials_signin", "audit_audittree")):
                continue
            rows = f'SELECT * FROM "{table}"'
            if table == "audit_auditevent":
                rows = f"SELECT at, deed FROM {table} WHERE deed NOT LIKE 'look_at%'"
            cursor.execute(f"{rows} ORDER BY 1")
            digest.update(repr((table, cursor.fetchall())).encode())
    return digest.hexdigest()


def seen(response: HttpResponse) -> tuple[int, str, str]:
    """What somebody outside can tell of an answer, without the address that they asked for."""
    asked = response.wsgi_request.path
    text = TOKEN.sub("", response.content.decode()).replace(asked, "")
    return response.status_code, text, response.headers.get("Location", "").partition("?")[0]


def test_every_address_says_who_may_use_it() -> None:
    assert set(routes()) == OPEN | BY_LINK | set(ALLOWED)


@pytest.mark.timeout(600)
def test_only_those_who_may_get_in(house: House) -> None:
    for who in EVERYONE:
        house.browser(who)  # signed in now, since that leaves its own mark
    before = rows_of_the_clinic()
    wrong = []
    for route, welcome in ALLOWED.items():
        let_in = set()
        for who in EVERYONE:
            for method in ("get", "post"):
                if who in welcome:
                    with undone():
                        answer = house.knock(who, method, route, house.names[route])
                    let_in |= {who} if answer.status_code in (200, 302, 422) else set()
                    continue
                answer = house.knock(who, method, route, house.names[route])
                if not is_refused(house, answer, who, method, route):
                    wrong.append((route, who, method, answer.status_code))
        wrong += [(route, who, "kept out", 0) for who in set(welcome) - let_in]
        assert rows_of_the_clinic() == before, f"{route} wrote for somebody who may not"
    assert not wrong, "\n".join(map(str, wrong))


def is_refused(house: House, answer: HttpResponse, who: str, method: str, route: str) -> bool:
    """Whether the answer is a refusal that says nothing of what it was asked for."""
    if answer.status_code == 302:
        is_plain = who == STRANGER and answer["Location"].startswith(reverse("sign_in"))
    else:
        is_plain = answer.status_code in (404, 405)
    if answer.status_code != 404 or not routes()[route].pattern.converters:
        return is_plain
    names = house.names[route]
    nothing = house.knock(who, method, route, dict.fromkeys(names, NO_NAME) | NOTHING)
    return is_plain and seen(answer) == seen(nothing)


def test_what_one_may_not_see_looks_like_an_address_that_never_was(house: House) -> None:
    for who, route, missing_path in (
        (OMAR, "client_record", "/caseload/never-was/"),
        (BRUNO, "past_answer", "/me/never-was/"),
        (INES, "supervision", "/supervision/never-was/at-all/"),
    ):
        hidden = house.knock(who, "get", route, house.names[route])
        browser = house.browser(who)
        missing = browser.get(missing_path)
        assert seen(hidden) == seen(missing)


def test_no_page_of_others_knows_of_alma(house: House) -> None:
    """Every address that takes no names, or those of staff, read for anything of hers."""
    for who in (STRANGER, BRUNO, OMAR, PAST, SOL, INES, RUTH):
        read_everything(house, who)


def read_everything(house: House, who: str) -> None:
    clinic, alma = house.clinic, house.clinic.alma
    hers = [
        alma.display_name,
        alma.code,
        alma.phone,
        *alma.visits.values_list("public_id", flat=True),
    ]
    hers += [WORDS] if who != RUTH else []
    hers += [alma.public_id] if who != RUTH else []  # the key of the ratings opened to her
    browser = house.browser(who)
    read = 0
    for route, pattern in routes().items():
        if not route or pattern.pattern.converters.keys() - {"public_id"}:
            continue
        names = {"public_id": clinic.dana.public_id} if pattern.pattern.converters else {}
        response = browser.get(reverse(route, kwargs=names), follow=True)
        page = response.content.decode()
        found = [text for text in hers if str(text) in page]
        assert not found, (who, route, found)
        read += response.status_code == 200
    assert read > 4


def test_an_administrator_reads_no_clinical_row(house: House) -> None:
    clinical = re.compile(
        r'FROM "(visits|alliance|progress|supervision|outbox|feedback)_'
        r'|"(instruments_(slot|response|answer))"|JOIN "(visits|alliance)_'
    )
    touched = []
    for route in ALLOWED:
        for method in ("get", "post"):
            with undone(), CaptureQueriesContext(connection) as queries:
                house.knock(INES, method, route, house.names[route])
            touched += [
                (route, method, each["sql"]) for each in queries if clinical.search(each["sql"])
            ]
    assert touched == []


def test_whoever_is_kept_out_is_out_at_once(house: House) -> None:
    browser, ines = house.browser(DANA), house.browser(INES)
    assert browser.get("/caseload/").status_code == 200
    keep_out = reverse("staff_keep_out", args=[house.clinic.dana.public_id])
    assert ines.post(keep_out).status_code == 302
    assert browser.get("/caseload/").status_code == 302
    assert browser.post(reverse("visit_state", args=["x"]), {"state": "held"}).status_code == 302


def test_a_therapist_whose_role_ended_or_whose_care_ended_finds_nobody(house: House) -> None:
    browser = house.browser(PAST)
    page = browser.post("/caseload/", {"q": "Alma"}, follow=True).content.decode()
    assert house.clinic.alma.public_id not in page
    nobody = browser.post("/caseload/", {"q": "Olga"}, follow=True).content.decode()
    assert seen_text(page, "Alma") == seen_text(nobody, "Olga")


def seen_text(page: str, word: str) -> str:
    return TOKEN.sub("", page).replace(word, "")


def test_whoever_holds_a_link_gets_no_further_than_its_form(house: House) -> None:
    for way_in in (WayIn.LINK, WayIn.HANDED_OVER, WayIn.KIOSK):
        goes_no_further(house, way_in)


def goes_no_further(house: House, way_in: WayIn) -> None:
    visit = house.clinic.alma.visits.order_by("-pk")[0]
    token = token_for(visit.feedback_slot, way_in)
    browser = Browser()
    assert browser.get(reverse("feedback", args=[token])).status_code == 200
    assert "sessionid" not in browser.cookies and "session" not in browser.cookies
    for route in ALLOWED:
        wanted = routes()[route].pattern.converters
        names = {name: house.names[route][name] for name in wanted}
        for method in (browser.get, browser.post):
            answer = method(reverse(route, kwargs=names))
            assert answer.status_code in (302, 405)
            if answer.status_code == 302:
                assert answer["Location"].startswith(reverse("sign_in"))


def test_a_supervisor_tells_nobody_apart_before_the_client_told(house: House) -> None:
    """A concern that was not told is as absent for the supervisor as one that never was."""
    clinic = house.clinic
    untold = clinic.feedback(clinic.visit(), {"F1": True, "F1-text": WORDS, "F1-supervisor": False})
    repair = Repair.objects.get(visit__feedback_slot__response=untold)
    with time_machine.travel(clinic.now, tick=False):
        for route in ("supervision_waiting", "supervision_note", "supervision_answer"):
            for method in ("get", "post"):
                hidden = house.knock(RUTH, method, route, {"public_id": repair.public_id})
                nothing = house.knock(RUTH, method, route, {"public_id": NO_NAME})
                assert seen(hidden) == seen(nothing)
        tell_supervisor(repair=repair, by=clinic.as_actor(clinic.alma.person), now=clinic.now)
        told = house.knock(RUTH, "get", "supervision_waiting", {"public_id": repair.public_id})
        assert told.status_code == 200
