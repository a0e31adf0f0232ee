"""What should come of a knock, and what comes of it: the matrix of tests/promises/test_matrix.py.

What should follows from the line above the view, the door it stands behind and the policy.
"""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from alongside.clinic.access.emergencies import open_in_emergency
from alongside.clinic.access.models import Cover, Emergency, EmergencyReason, KeptFrom
from alongside.clinic.access.policy import SMALLEST_TOTAL, Record, Relation, Segment, decide
from alongside.clinic.access.relations import relations_of
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.models import AllianceSeries, Repair
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.disclosures.models import LegalDemand
from alongside.clinic.feedback.tokens import token_for
from alongside.clinic.instruments.models import Answer, Slot, WayIn
from alongside.clinic.people.actions import add_person, end_care, supervise, take_into_care
from alongside.clinic.people.models import Person, Role
from alongside.interfaces.shared.declared import (
    CLIENTS,
    LINK,
    SIGNED_IN,
    Declared,
    Nobody,
    declared_of,
    door_of,
    roles_at,
)
from tests.factories.clinic import PASSWORD, SmallClinic, small_clinic
from tests.promises.house import (
    ALMA,
    BRUNO,
    CORA,
    EVERYONE,
    NO_NAME,
    NOOR,
    NOTHING,
    PAST,
    SOL,
    STRANGER,
    House,
    Names,
    Scene,
    Sent,
    add_staff,
    address_of,
    leave_behind,
    lived,
    routes,
    seen,
    undone,
)

# Those who knock besides the people of the house. Otto stood in for Alma's therapist and stands in
# for Bruno's, Erin opened the record of each in an emergency and the hour is over for Alma's, and
# Alma keeps her record from Kim, Rita and Nils, who may see Bruno's.
OTTO, ERIN, KIM, RITA, NILS = "Otto", "Erin", "Kim", "Rita", "Nils"
HOLDER, AT_KIOSK = "who holds a link", "who is at the kiosk"
PEOPLE = (*EVERYONE, OTTO, ERIN, KIM, RITA, NILS, HOLDER, AT_KIOSK)
METHODS = ("get", "head", "post", "put")


class State(StrEnum):
    """What is so in the clinic while everybody knocks."""

    OPENED = "what can be opened is open"
    CLOSED = "kept back, not told, not opened, taken back, over"


class Expected(StrEnum):
    """What should come of knocking."""

    WELCOME = "welcome"
    HIDDEN = "hidden"
    SENT_TO_SIGN_IN = "sent to sign in"
    NO_SUCH_METHOD = "no such method"
    FOR_ALL = "for everybody"


class Wrong(StrEnum):
    """What should not come of it."""

    LEAK = "leak"
    FALSE_NO = "false denial"
    BROKEN = "broken"


# Where a page lets in fewer than the policy: only somebody who is this to the record, or only
# those who do not work here.
ONLY_AS = {
    "after_visit": Relation.ABOUT,
    "sealed_notes": Relation.IN_CARE_OF,
    "emergency_record": Relation.IN_EMERGENCY,
    "cover_record": Relation.COVERING,
    "sealing_key": Relation.IN_CARE_OF,
}
NOT_FOR_STAFF, NOT_FOR_CLIENTS = {"own_pin"}, {"own_password"}
# Which lets in as well who has shown a password and no second key yet, and sends away all others.
HALF_IN = {"second_key", "add_own_passkey", "passkey_to_add"}
# What is not there once it is over, for whoever might have seen it.
OVER = {"give_by_order", "answer_words", "end_cover"}
ABOUT_NOBODY = ("staff", "instrument")
# What an address that names a client needs of one therapist: ratings to open, a note to save.
OF_ONE_THERAPIST = {"open_to_supervision", "save_sealed_note"}
OF_CLIENTS = frozenset(Segment) - {
    *(Segment.STAFF, Segment.INSTRUMENTS, Segment.TOTALS, Segment.PROMPTS, Segment.OWN_PART)
}


@dataclass(frozen=True)
class Cell:
    """One knock: with the names of whose records, if the address takes any."""

    route: str
    method: str
    who: str
    whose: str = ""


@dataclass
class Street:
    """The house with both clients alike and more people at its doors."""

    house: House
    scenes: dict[str, Scene]
    names: dict[str, Names]
    sent: dict[str, Sent]
    state: State = State.OPENED
    slots: dict[str, Slot] = field(default_factory=dict)
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    browsers: dict[str, Browser] = field(default_factory=dict)
    known: dict[tuple[str, str, str], tuple[object, ...]] = field(default_factory=dict)
    asked: dict[tuple[str, str], set[Any]] = field(default_factory=lambda: defaultdict(set))

    def knock(self, cell: Cell) -> tuple[HttpResponse, int]:
        """The answer, and how many rows it wrote; afterwards nothing was done."""
        names = self.names[cell.whose or ALMA][cell.route]
        return self._knock(cell, {**names, "token": self.token(cell.who, cell.whose or ALMA)})

    def token(self, who: str, whose: str) -> str:
        """What opens this client's form: a link, or at the kiosk what the code gave."""
        return token_for(self.slots[whose], WayIn.KIOSK if who == AT_KIOSK else WayIn.LINK)

    def arrive(self) -> None:
        """Everybody signed in now, since that leaves its own mark; or with Alma's form opened."""
        for who in PEOPLE:
            browser = self.house.browser(who)
            if who in (HOLDER, AT_KIOSK):
                assert browser.get(f"/f/{self.token(who, ALMA)}/").status_code == 200
            self.cookies[who] = {name: each.value for name, each in browser.cookies.items()}

    def nothing(self, cell: Cell) -> tuple[object, ...]:
        """What the same person finds under a number that nobody has."""
        key = (cell.route, cell.method, cell.who)
        if key not in self.known:
            names = dict.fromkeys(self.names[ALMA][cell.route], NO_NAME) | NOTHING
            self.known[key] = told(*self._knock(cell, names))
        return self.known[key]

    def never_was(self, cell: Cell) -> tuple[object, ...]:
        """What the same person finds where there is no page."""
        key = ("never was", cell.method, cell.who)
        if key not in self.known:
            self.known[key] = told(*self._asked(cell, "/never-was/at-all/"))
        return self.known[key]

    def _knock(self, cell: Cell, names: dict[str, Any]) -> tuple[HttpResponse, int]:
        return self._asked(cell, address_of(cell.route, names))

    def _browser(self, who: str) -> Browser:
        """Their browser, with nothing in it but that they are signed in."""
        if who not in self.browsers:
            self.browsers[who] = self.house.browser(who)
            self.browsers[who].raise_request_exception = False
        browser = self.browsers[who]
        browser.cookies.clear()
        browser.cookies.load(self.cookies[who])
        return browser

    def _asked(self, cell: Cell, address: str) -> tuple[HttpResponse, int]:
        browser = self._browser(cell.who)
        sent = self.sent[cell.whose or ALMA].get(cell.route, {}) if cell.method == "post" else {}
        before = connection.connection.total_changes
        with undone():
            answer = getattr(browser, cell.method)(address, sent)
            n_written = connection.connection.total_changes - before
        self.asked[cell.route, cell.method] |= getattr(answer.wsgi_request, "asked", frozenset())
        return answer, n_written


def told(answer: HttpResponse, n_written: int) -> tuple[object, ...]:
    """All that somebody outside can tell of an answer, and whether anything was written for it."""
    return (*seen(answer), n_written)


@pytest.fixture
def street() -> Iterator[Street]:
    built = build_street()
    logging.disable(logging.WARNING)  # each refusal would be a line
    with time_machine.travel(built.house.clinic.now, tick=False):
        built.arrive()
        yield built
    logging.disable(logging.NOTSET)


def build_street() -> Street:
    """Alma and Bruno with the same behind them, each with a therapist, a supervisor, a stand-in."""
    clinic = small_clinic()
    staff = {**add_staff(clinic), **more_staff(clinic)}
    began = clinic.now
    last = {ALMA: lived(clinic, clinic.alma, clinic.dana)}
    clinic.now, ended = began, clinic.now
    last[BRUNO] = lived(clinic, clinic.bruno, clinic.omar)
    assert clinic.now == ended
    to_fill = {ALMA: clinic.visit(clinic.alma, clinic.dana)}
    clinic.now = ended
    to_fill[BRUNO] = clinic.visit(clinic.bruno, clinic.omar)
    scenes = {
        ALMA: Scene(
            clinic,
            *(clinic.alma, clinic.dana, clinic.omar, staff[CORA], staff[NOOR], clinic.ruth),
        ),
        BRUNO: Scene(
            clinic, *(clinic.bruno, clinic.omar, staff[ERIN], staff[OTTO], staff[NOOR], clinic.ruth)
        ),
    }
    names = {who: scene.names(last[who], to_fill[who]) for who, scene in scenes.items()}
    for who, scene in scenes.items():
        lee = leave_behind(clinic, scene.client, staff[SOL])
        names[who]["care_left_give"]["number"] = lee.pk
        for route in routes():
            names[who].setdefault(route, {"code": NO_NAME, "digest": NO_NAME, "token": ""})
    was_so_for_alma(clinic, staff)
    everybody = (clinic.dana, clinic.omar, clinic.ruth, clinic.ines, *staff.values())
    known = {str(each.display_name): each for each in everybody}
    clients = {who: scene.person for who, scene in scenes.items()}
    nobody = dict.fromkeys((STRANGER, HOLDER, AT_KIOSK))
    sent = {
        ALMA: scenes[ALMA].sent(last[ALMA], staff[SOL]),
        BRUNO: scenes[BRUNO].sent(last[BRUNO], clinic.ruth),
    }
    house = House(clinic, {**nobody, **known, **clients}, names[ALMA], sent[ALMA])
    slots = {who: visit.feedback_slot for who, visit in to_fill.items() if visit.feedback_slot}
    return Street(house, scenes, names, sent, slots=slots)


def more_staff(clinic: SmallClinic) -> dict[str, Person]:
    """Those who are something else to Alma than to Bruno."""
    roles = {
        **dict.fromkeys((OTTO, ERIN, KIM), Role.THERAPIST),
        RITA: Role.SUPERVISOR,
        NILS: Role.PRIVACY_OFFICER,
    }
    staff = {
        name: add_person(
            sign_in_name=name.lower(),
            display_name=name,
            password=PASSWORD,
            roles=[role],
            by=OPERATOR,
            now=clinic.now,
        )
        for name, role in roles.items()
    }
    day = clinic.now.date()
    for therapist in (clinic.dana, clinic.omar):
        supervise(
            supervisor=staff[RITA], therapist=therapist, starts_on=day, by=OPERATOR, now=clinic.now
        )
    for client in (clinic.alma, clinic.bruno):
        take_into_care(
            client=client, therapist=staff[KIM], starts_on=day, by=OPERATOR, now=clinic.now
        )
    return staff


def was_so_for_alma(clinic: SmallClinic, staff: dict[str, Person]) -> None:
    """What is over: a cover, an hour of emergency, a care. From whom she keeps her record."""
    now, an_hour = clinic.now, timedelta(hours=1)
    for name in (KIM, RITA, NILS):
        KeptFrom.objects.create(client=clinic.alma, person=staff[name], since=now)
    Cover.objects.create(
        absent=clinic.dana,
        covering=staff[OTTO],
        starts_at=now - 3 * an_hour,
        ends_at=now - an_hour,
        arranged_by=clinic.dana,
        arranged_at=now - 3 * an_hour,
    )
    open_in_emergency(
        called=clinic.alma.code,
        reason=EmergencyReason.MEDICAL,
        words="Found without breath at the door.",
        by=clinic.as_actor(staff[ERIN]),
        now=now - 2 * an_hour,
    )
    day = now.date()
    past = take_into_care(
        client=clinic.alma,
        therapist=staff[PAST],
        starts_on=day - timedelta(days=30),
        by=OPERATOR,
        now=now,
    )
    end_care(care=past, ends_on=day - timedelta(days=1), by=OPERATOR, now=now)


def close_everything(street: Street) -> None:
    """Nothing told, opened, shown or confirmed, and every exception over."""
    now = street.house.clinic.now
    Repair.objects.update(is_told_to_supervisor=False, therapist_sees_from=None)
    AllianceSeries.objects.update(opened_to_supervision_at=None)
    Answer.objects.update(released_at=None, release="withheld")
    LegalDemand.objects.update(confirmed_by=None, confirmed_at=None)
    Person.objects.filter(is_active=False).update(is_active=True)
    hour = timedelta(hours=1)
    Emergency.objects.update(opened_at=now - 2 * hour, ends_at=now - hour)
    Cover.objects.update(ends_at=now)
    street.state = State.CLOSED
    street.known.clear()


# --- What should happen


def expected(street: Street, cell: Cell) -> Expected:
    """What follows from the line above the view, its door and the policy."""
    view = routes()[cell.route].callback
    declared, door = declared_of(view), SIGNED_IN if cell.route in HALF_IN else door_of(view)
    assert declared is not None
    if cell.method.upper() not in declared.methods:
        return Expected.NO_SUCH_METHOD
    if door in (None, LINK):
        return Expected.FOR_ALL
    person = street.house.people[cell.who]
    if person is None:
        return Expected.SENT_TO_SIGN_IN
    viewer = Viewer(person, street.house.clinic.now)
    if not stands_at(viewer, door) or cell.route in (
        NOT_FOR_STAFF if viewer.roles else NOT_FOR_CLIENTS
    ):
        return Expected.HIDDEN
    if cell.whose and not may(street, cell, viewer, declared):
        return Expected.HIDDEN
    return Expected.WELCOME


def stands_at(viewer: Viewer, door: str | None) -> bool:
    """Whether the page is for somebody like this."""
    if door == CLIENTS:
        return viewer.own_client is not None
    return door == SIGNED_IN or not viewer.roles.isdisjoint(roles_at(door))


def may(street: Street, cell: Cell, viewer: Viewer, declared: Declared) -> bool:
    """Whether the policy lets this person do all that the page needs to what the address names."""
    if street.state is State.CLOSED and cell.route in OVER:
        return False
    scene = street.scenes[cell.whose]
    if declared.get is Nobody.OWN or declared.post is Nobody.OWN:
        owner = scene.therapist if door_is_of_staff(cell.route) else scene.person
        return viewer.person == owner
    what = named(street, cell, viewer)
    return all(
        allowed(viewer, deed, replace(what, segment=segment), cell.route)
        for segment, deed in declared.needed
    )


def allowed(viewer: Viewer, deed: Any, record: Record, route: str) -> bool:
    held = relations_of(viewer.actor, record, now=viewer.now)
    is_narrow = route in ONLY_AS and ONLY_AS[route] not in held
    return not is_narrow and decide(held, deed, record).is_allowed


def door_is_of_staff(route: str) -> bool:
    return door_of(routes()[route].callback) not in (CLIENTS, SIGNED_IN)


def named(street: Street, cell: Cell, viewer: Viewer) -> Record:
    """What the policy has to know of that which the address names; its segment is put in."""
    scene, is_open = street.scenes[cell.whose], street.state is State.OPENED
    if cell.route.startswith(ABOUT_NOBODY):
        return Record(Segment.STAFF)
    if door_of(routes()[cell.route].callback) == SIGNED_IN:
        return Record(Segment.SIGN_IN, person_id=scene.person.pk)
    therapist = scene.therapist
    is_of_whoever_looks = "client_id" in routes()[cell.route].pattern.converters
    if is_of_whoever_looks and cell.route not in OF_ONE_THERAPIST:
        therapist = viewer.person  # the address names a client: what is this therapist's own of it
    elif cell.route in ("privacy_emergency", "privacy_flag"):
        therapist = scene.opener
    elif cell.route == "care_left_give":
        therapist = lee_of(scene)
    return Record(
        Segment.IDENTITY,
        client_id=scene.client.pk,
        therapist_id=therapist.pk,
        author_id=therapist.pk,
        is_released=is_open,
        is_told_to_supervisor=is_open,
        is_opened_to_supervision=is_open,
        is_without_therapist=is_open,
        n_clients=SMALLEST_TOTAL,
    )


def lee_of(scene: Scene) -> Person:
    care = scene.client.care.select_related("therapist")
    return next(each.therapist for each in care if each.therapist.display_name == "Lee")


# --- What happens


def wrong(street: Street, cell: Cell) -> Wrong | None:
    """What is wrong with the answer to this knock. Missing: None when nothing is."""
    should, (answer, n_written) = expected(street, cell), street.knock(cell)
    status, goes_to = answer.status_code, answer.headers.get("Location", "")
    if status >= 500:
        return Wrong.BROKEN
    if tells_of_others(street, cell, answer):
        return Wrong.LEAK
    if should is Expected.NO_SUCH_METHOD:
        return None if status == 405 and not n_written else Wrong.LEAK
    if should is Expected.FOR_ALL:
        return None
    if should is Expected.SENT_TO_SIGN_IN:
        is_sent = status == 302 and goes_to.startswith(reverse("sign_in")) and not n_written
        return None if is_sent else Wrong.LEAK
    if should is Expected.HIDDEN and cell.route in NOT_FOR_STAFF | NOT_FOR_CLIENTS:
        # One's own page of a kind that one has not: it is at home among one's own, and not there.
        return None if status == 404 and not n_written else Wrong.LEAK
    if should is Expected.HIDDEN:
        baseline = street.nothing(cell) if cell.whose else street.never_was(cell)
        return None if told(answer, n_written) == baseline and status == 404 else Wrong.LEAK
    is_refused = status in (401, 403, 404, 405) or goes_to.startswith(
        (reverse("sign_in"), reverse("unlock"))
    )
    return Wrong.FALSE_NO if is_refused else None


def tells_of_others(street: Street, cell: Cell, answer: HttpResponse) -> bool:
    """Whether the answer names a client of whom the policy shows this person nothing.

    What they typed themselves they may read again.
    """
    page = answer.content.decode(errors="replace")
    typed = street.sent[cell.whose or ALMA].get(cell.route, {}).values()
    return any(
        not sees_something_of(street, cell.who, whose)
        for whose, scene in street.scenes.items()
        if any(
            told not in typed and stands_in(str(told), page)
            for told in (scene.client.display_name, scene.client.code)
        )
    )


def stands_in(word: str, page: str) -> bool:
    """Whether the page has the word; by chance it may also stand within a random name."""
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", page) is not None


def sees_something_of(street: Street, who: str, whose: str) -> bool:
    """Whether the policy lets this person see anything of this client."""
    person, scene = street.house.people[who], street.scenes[whose]
    if person is None:
        return False
    key = ("sees", who, whose)
    if key not in street.known:
        viewer = Viewer(person, street.house.clinic.now)
        abouts = (scene.therapist, person, lee_of(scene))
        records = [
            Record(
                segment,
                client_id=scene.client.pk,
                therapist_id=about.pk,
                is_told_to_supervisor=True,
                is_opened_to_supervision=True,
                is_without_therapist=not about.is_active,
            )
            for segment in OF_CLIENTS
            for about in abouts
        ]
        street.known[key] = (
            any(
                decide(relations_of(viewer.actor, each, now=viewer.now), "see", each).is_allowed
                for each in records
            ),
        )
    return bool(street.known[key][0])


def cells() -> list[Cell]:
    """Every address × method × person × object."""
    found = []
    for route, pattern in routes().items():
        takes_names = bool(pattern.pattern.converters)
        for method in METHODS:
            for who in PEOPLE:
                for whose in (ALMA, BRUNO) if takes_names else ("",):
                    found.append(Cell(route, method, who, whose))
    return found


def tried(street: Street, some: list[Cell]) -> dict[Wrong, list[Cell]]:
    found: dict[Wrong, list[Cell]] = {kind: [] for kind in Wrong}
    for cell in some:
        kind = wrong(street, cell)
        if kind is not None:
            found[kind].append(cell)
    return found


def as_lines(found: dict[Wrong, list[Cell]]) -> str:
    """What is wrong, an address a line."""
    lines: dict[tuple[Wrong, str, str], set[str]] = defaultdict(set)
    for kind, some in found.items():
        for cell in some:
            lines[kind, cell.route, cell.method].add(f"{cell.who} ({cell.whose})")
    return "\n".join(f"{' '.join(key)}: {', '.join(sorted(who))}" for key, who in lines.items())
