"""The promise: no address lets in anybody but those for whom it is, under either method.

Every address of the resolver is listed in tests/promises/house.py with those who may use it, and an
address that is not listed fails. Each is tried by everybody with the names of Alma's records and
with names of nothing: whoever may not sees the same for both, to the byte, and nothing is written.
tests/promises/test_matrix.py tries more people and states, with what the policy says.
"""

from __future__ import annotations

import re

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alongside.clinic.alliance.actions import tell_supervisor
from alongside.clinic.alliance.models import Repair
from alongside.clinic.feedback.tokens import token_for
from alongside.clinic.instruments.models import WayIn
from tests.promises.chance_letters import without_tokens
from tests.promises.house import (
    ALLOWED,
    BRUNO,
    BY_LINK,
    DANA,
    EVERYONE,
    INES,
    NO_NAME,
    NOTHING,
    OMAR,
    OPEN,
    PAST,
    RUTH,
    SOL,
    STRANGER,
    TOKEN,
    WORDS,
    House,
    routes,
    rows_of_the_clinic,
    seen,
    undone,
)
from tests.promises.house import house as house  # noqa: PLC0414  # the fixture

pytestmark = pytest.mark.django_db


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
        page = without_tokens(response.content.decode())
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
