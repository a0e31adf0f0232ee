"""The promise (A1): every address × method × person × object × state, tried; no leak, no false no.

What should happen follows from the line above the view, the door it stands behind and the policy;
tests/promises/house.py says the same by hand. Hidden looks like a number that nobody has: the same
status, the same words, the same rows written. In make test a sample of the cells is tried.
"""

from __future__ import annotations

import inspect
import random
import time
from collections import Counter, defaultdict
from typing import Any

import pytest

from alongside.clinic.access import checks, policy
from alongside.clinic.access.policy import Relation
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.actions import say_what_changes
from alongside.clinic.alliance.models import Repair
from alongside.clinic.instruments.models import Answer
from alongside.clinic.people.models import Client
from alongside.interfaces.shared.declared import (
    DECLARED,
    DOOR,
    declared_of,
)
from tests.promises import figures
from tests.promises.house import (
    ALLOWED,
    ALMA,
    BRUNO,
    EVERYONE,
    INES,
    STRANGER,
    routes,
)
from tests.promises.street import (
    METHODS,
    PEOPLE,
    Cell,
    Expected,
    State,
    Street,
    Wrong,
    as_lines,
    cells,
    close_everything,
    expected,
    tried,
)
from tests.promises.street import street as street  # noqa: PLC0414  # the fixture

pytestmark = [pytest.mark.django_db, figures.patience(sample=300, full=1_200)]

SAMPLE = 1_500
SEED = 20260302


@pytest.mark.promise
def test_every_address_says_what_it_touches() -> None:
    views = {route: pattern.callback for route, pattern in routes().items()}
    silent = [route for route, view in views.items() if declared_of(view) is None]
    assert silent == []
    figures.record(
        "A1",
        part="addresses",
        found=len(views) - len(silent),
        of=len(views),
        what="addresses that say what of a record they touch",
        note="one that does not is not served",
    )


def test_what_the_policy_says_is_what_was_written_by_hand(street: Street) -> None:
    odd = []
    for route, welcome in ALLOWED.items():
        takes_names = bool(routes()[route].pattern.converters)
        declared = declared_of(routes()[route].callback)
        assert declared is not None
        method = declared.methods[0].lower()
        for who in EVERYONE:
            should = expected(street, Cell(route, method, who, ALMA if takes_names else ""))
            if (should is Expected.WELCOME) is not (who in welcome):
                odd.append((route, who, should))
    assert odd == []


@pytest.mark.promise
@pytest.mark.parametrize("state", State)
def test_every_cell_is_right(street: Street, state: State) -> None:
    if state is State.CLOSED:
        close_everything(street)
    everything = cells()
    n = figures.size(sample=SAMPLE, full=len(everything))
    some = random.Random(SEED).sample(everything, n)
    began = time.process_time()
    found = tried(street, some)
    seconds = time.process_time() - began
    by_expected = Counter(expected(street, cell) for cell in some[:2000])
    is_right = not any(found.values())
    assert is_right, as_lines(found)
    assert set(by_expected) == set(Expected)
    figures.record(
        "A1",
        part=f"every cell: {state}",
        found=0,
        of=n,
        what="cells with a leak or a false denial",
        note=f"{len(routes())} addresses by {len(METHODS)} methods, {len(PEOPLE)} people and "
        f"two clients, {seconds:.0f} s of one core",
    )


# Deeds that take more than one page or person: tests of their own, held to the same declarations.
ASKED_ELSEWHERE = {
    *(
        "recover",
        "choose_pin",
        "choose_password",
        "choose_passkey",
        "second_key",
        "add_own_passkey",
    ),
    *("staff_keep_out", "instrument_look", "instrument_upload", "kiosk_changes"),
}
# A strain stands where otherwise a concern does, and a form comes back with what was wrong.
ABOUT_STRAIN = {
    *("answer_repair", "tell_supervisor", "talked_about"),
    *("supervision_waiting", "supervision_note", "supervision_answer"),
}
AFTER_WORDS = {"client_record", "before_visit"}
SENT_WRONG = {
    "answer_words": {"question": "F1-text"},
    "reached_out": {"reached-way": "by pigeon"},
}


def test_whatever_is_declared_is_asked_for(street: Street) -> None:
    """A line above a view that says more than the page touches would hide a page that grows."""
    everywhere = [
        Cell(route, method, who, ALMA)
        for route in routes()
        for who in ALLOWED.get(route, (STRANGER,))
        for method in ("get", "post")
    ]
    somebody_elses = [Cell("consent_step", method, ALMA, BRUNO) for method in ("get", "post")]
    for cell in (*everywhere, *somebody_elses):
        street.knock(cell)
    strain = Repair.objects.filter(source="strain", client=street.house.clinic.alma).earliest("pk")
    for route in ABOUT_STRAIN:
        street.names[ALMA][route] |= {"public_id": strain.public_id, "repair_id": strain.public_id}
    street.names[ALMA]["staff_sign_out"]["public_id"] = street.house.clinic.ines.public_id
    street.knock(Cell("staff_sign_out", "post", INES, ALMA))
    clinic = street.house.clinic
    hers = Answer.objects.filter(response__slot__client=clinic.alma, link_id="F1-text")
    dana = clinic.as_actor(clinic.dana)
    say_what_changes(
        answer=hers.latest("pk"), what_changes="We begin with you.", by=dana, now=clinic.now
    )
    for cell in everywhere:
        if cell.route in ABOUT_STRAIN | AFTER_WORDS:
            street.knock(cell)
    street.sent[ALMA] |= SENT_WRONG
    weeks = street.sent[ALMA]["set_aside_signal"]
    street.sent[ALMA]["set_aside_signal"] = {name: weeks[name] for name in ("kind", "occasion")}
    street.sent[ALMA]["talked_about"] = {f"{strain.public_id}-note": "far too long " * 1000}
    for cell in everywhere:
        if cell.route in ("talked_about", "set_aside_signal", *SENT_WRONG):
            street.knock(cell)
    asked: dict[tuple[Any, str], set[Any]] = defaultdict(set)
    for (route, method), pairs in street.asked.items():
        asked[inspect.unwrap(routes()[route].callback), method] |= pairs
    stale = set()
    for route, pattern in routes().items():
        view, declared = inspect.unwrap(pattern.callback), declared_of(pattern.callback)
        assert declared is not None
        for method, touched in (("get", declared.get), ("post", declared.post)):
            if isinstance(touched, frozenset):
                stale |= {(route, method, *pair) for pair in touched - asked[view, method]}
        parts = declared.parts - asked[view, "get"] - asked[view, "post"]
        stale |= {(route, "part", *pair) for pair in parts}
    found = sorted(each for each in stale if each[0] not in ASKED_ELSEWHERE)
    assert found == [], "\n".join(" ".join(map(str, each)) for each in found)


# --- Controls: a wall is taken down, and the same test says so


def without_door(patch: pytest.MonkeyPatch) -> None:
    """The page for a new instrument without the decorator that asks for an administrator."""
    pattern = routes()["instrument_upload"]
    bare = inspect.unwrap(pattern.callback)
    for name in (DECLARED, DOOR):
        setattr(bare, name, getattr(pattern.callback, name))
    patch.setattr(pattern, "callback", bare)


def without_care(patch: pytest.MonkeyPatch) -> None:
    """Any client found by any therapist, in their care or not."""

    def any_client(_: Viewer, public_id: str) -> Client:
        found = Client.objects.filter(public_id=public_id).first()
        if found is None:
            raise checks.NotFound
        return found

    patch.setattr(Viewer, "client", any_client)


def without_policy(patch: pytest.MonkeyPatch) -> None:
    """A policy that says yes to everything."""
    patch.setattr(checks, "decide", lambda *_: policy.Decision(True, Relation.CLINICIAN))


CONTROLS = (
    (without_door, "instrument_upload"),
    (without_care, "book_visit"),
    (without_policy, "privacy_flag"),
    (without_policy, "supervision_opened"),
)


def test_a_wall_that_is_taken_down_shows(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    for take_down, route in CONTROLS:
        some = [cell for cell in cells() if cell.route == route]
        assert not any(tried(street, some).values())
        with monkeypatch.context() as patch:
            take_down(patch)
            street.known.clear()
            assert tried(street, some)[Wrong.LEAK], route
        street.known.clear()


def test_a_wall_too_many_shows(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "decide", lambda *_: policy.Decision(False, ""))
    some = [cell for cell in cells() if cell.route == "client_record"]
    assert tried(street, some)[Wrong.FALSE_NO]
