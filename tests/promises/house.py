"""A clinic in which everybody knocks at every address, and by hand: for whom each address is."""

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
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from alongside.clinic.access.caseloads import arrange_cover
from alongside.clinic.access.emergencies import emergency_of, open_in_emergency
from alongside.clinic.access.looks import remember_looks
from alongside.clinic.access.models import EmergencyReason
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.actions import open_to_supervision
from alongside.clinic.alliance.models import AllianceSeries, Repair, RepairSource
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.caseload.queries import signals_of
from alongside.clinic.consent.actions import draft_consent
from alongside.clinic.consent.segments import RecordSegment
from alongside.clinic.credentials.actions import set_pin
from alongside.clinic.credentials.kept_forms import Typed, keep_form
from alongside.clinic.credentials.keys import keys_of
from alongside.clinic.credentials.sign_ins import Manner, begin_sign_in
from alongside.clinic.disclosures.actions import ask_for_restriction, note_counsel, record_demand
from alongside.clinic.disclosures.basis import DemandKind
from alongside.clinic.disclosures.erasure import ask_for_erasure
from alongside.clinic.disclosures.models import LegalDemand
from alongside.clinic.instruments.actions import open_slot, version_for
from alongside.clinic.instruments.models import Instrument, Purpose, Respondent, Response, WayIn
from alongside.clinic.people.actions import add_person, end_care, supervise, take_into_care
from alongside.clinic.people.models import Care, Client, Person, Role, Supervision
from alongside.clinic.people.queries import day_of
from alongside.clinic.sealed_notes.actions import keep_sealing_key, save_sealed_note
from alongside.clinic.sealed_notes.models import SealingKey
from alongside.clinic.signals.actions import set_aside
from alongside.clinic.signals.models import Signal, SignalKind, Why
from alongside.clinic.transparency.models import Flag, OddLook
from alongside.clinic.transparency.questions import ask_about_look
from alongside.clinic.visits.models import Visit
from alongside.interfaces.therapist.pages.signals import form_prefix
from tests.clinic.progress.test_progress import HIGH, LOW, check_in
from tests.factories.clinic import PASSWORD, SmallClinic, small_clinic
from tests.factories.consents import form
from tests.factories.entrance import by, give_app
from tests.factories.sharing import consented

# Everyone who knocks, named by what they are to Alma.
STRANGER, ALMA, BRUNO, DANA, OMAR, PAST = "stranger", "Alma", "Bruno", "Dana", "Omar", "Pia"
RUTH, SOL, INES, NOOR, CORA = "Ruth", "Sol", "Ines", "Noor", "Cora"
EVERYONE = (STRANGER, ALMA, BRUNO, DANA, OMAR, PAST, RUTH, SOL, INES, NOOR, CORA)

# Addresses without anybody's record in them, and the links that open one form for whoever holds it.
OPEN = {
    *("sign_in", "sign_out", "set_language", "help", "kiosk"),
    *("sign_in_pin", "sign_in_passkey", "passkey_to_sign_in", "second_step"),
    *("begin", "begin_choose", "choose_pin", "choose_password", "choose_passkey"),
    *("passkey_to_choose", "recover", "unlock", "unlock_by_passkey", "turned_away"),
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
            "shared:model_cards",
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
    **dict.fromkeys(("caseload", "away", "own_part"), (DANA, OMAR, PAST, CORA)),
    "emergency": (DANA, OMAR, PAST, CORA, RUTH, SOL),
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
            *("client_record", "reached_out", "book_visit", "open_to_supervision", "talked_about"),
            *("before_visit", "after_visit", "answer_words", "visit_state", "own_rating"),
            *("kiosk_code", "hand_over", "paper_entry", "correct_paper", "invite_client"),
            *("give_away", "end_cover"),
            *("sealed_notes", "sealing_key", "save_sealed_note", "close_sealed_note"),
            *("client_sharing", "give", "give_emergency", "give_by_order"),
            *("end_consent", "set_aside"),
            *("set_aside_signal", "signal_useful", "take_up_signal"),
        ),
        (DANA,),
    ),
    **dict.fromkeys(("supervision", "care_left", "supervision_prompts"), (RUTH, SOL)),
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
# What has to be sent for a deed to be done, where an empty form is not enough. What depends on
# whose it is, a scene adds.
SAID, RECIPIENT = "Somebody has to write a few words.", {"name": "Lake", "kind": "covered_entity"}
GIVEN = {
    "segments": "attendance",
    "language": "en",
    "stage": "give",
    "request_key": "one-of-a-kind",
}
SENT: dict[str, dict[str, str]] = {
    "answer_repair": {"answer": "yes"},
    "open_to_supervision": {"is_open": "yes"},
    "own_supervision": {"is_open": "no"},
    "answer_words": {"question": "F1-text"},
    "visit_state": {"state": "held"},
    "save_client_form": {"q1": "5"},
    "save_feedback": {"q1": "5"},
    "own_rating": {"q1": "5"},
    "correct_paper": {"q1": "5", "why": "The 5 looked like a 6."},
    "end_consent": {"what": "revoke"},
    "demand": {"what": "close"},
    "add_demand": {
        "code": "C-1",
        "kind": "order_2_64",
        "who": "A court",
        "received_on": "2026-03-02",
    },
    "decide_limit": {"is_agreed": "yes", "answer": SAID},
    "add_wish": {"code": "C-1"},
    "forget": {"decision": "keep", "answer": SAID},
    "privacy_question": {"words": SAID},
    "privacy_flag": {"words": SAID},
    "ask_about_record": {"words": SAID},
    "ask_about_look": {"words": SAID},
    "privacy_emergency": {"verdict": "justified", "words": SAID},
    "supervision_note": {"note": SAID},
    "supervision_answer": {"answer": SAID},
    "allow": RECIPIENT,
    "limits": {"segments": "attendance"},
    "own_copy": {"wanted": "tables", "request_key": "one-of-a-kind"},
    "reached_out": {"reached-way": "called"},
    "book_visit": {"day": "2026-12-01", "time": "10:00", "minutes": "50"},
    "set_aside": {"why": SAID},
    "supervision_prompts": {"prompts": "0.5"},
    "give": GIVEN,
    "give_by_order": {**RECIPIENT, **GIVEN},
    "give_emergency": {**RECIPIENT, **GIVEN, "belongs_to": "Lake", "nature": SAID},
    "own_pin": {"pin": "274951", "again": "274951"},
    "own_password": {"current": PASSWORD, "password": "another walk along the sea"},
    "staff_add": {
        "display_name": "New",
        "sign_in_name": "new",
        "language": "en",
        "roles": "therapist",
        "password": PASSWORD,
    },
    "staff_password": {"password": PASSWORD},
    "staff_roles": {"roles": "therapist"},
    "instrument_use": {"purpose": "visit_feedback"},
}
NOTHING: dict[str, Any] = {"number": 987654, "digest": "none", "day": "2020-01-01"}
NO_NAME = "nobody-here0"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|\?next=[^"&\s]*')
WORDS = "The words of Alma alone."


def words_of(client: Client) -> str:
    """What this client wrote, and nobody else."""
    return WORDS.replace("Alma", client.display_name)


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


Names = dict[str, dict[str, Any]]
Sent = dict[str, dict[str, str]]


@dataclass
class House:
    """The small clinic with everybody who knocks. `names` are those of Alma's records."""

    clinic: SmallClinic
    people: dict[str, Person | None]
    names: Names
    sent: Sent
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
        sent = self.sent.get(route, {}) if method == "post" else {}
        return getattr(self.browser(who), method)(address_of(route, names), sent)


def address_of(route: str, names: dict[str, Any]) -> str:
    """The address with those of the names that it takes."""
    if not route:  # the one without a name: a link whose last stroke was lost
        return f"/f/{names['token']}"
    wanted = routes()[route].pattern.converters
    return reverse(route, kwargs={name: names[name] for name in wanted})


@pytest.fixture
def house() -> Iterator[House]:
    """Alma with good visits, a strain, a concern that she told, and a form that is open."""
    built = build_house()
    with time_machine.travel(built.clinic.now, tick=False):
        yield built


def build_house() -> House:
    """The house, in which something is about Alma at every address that takes a name."""
    clinic = small_clinic()
    staff = add_staff(clinic)
    past = take_into_care(
        client=clinic.alma,
        therapist=staff[PAST],
        starts_on=clinic.now.date(),
        by=OPERATOR,
        now=clinic.now,
    )
    handed_in = lived(clinic, clinic.alma, clinic.dana)
    clinic.feedback(clinic.visit(clinic.bruno, clinic.omar), 5)
    open_visit = clinic.visit()
    end_care(
        care=Care.objects.get(pk=past.pk),
        ends_on=clinic.now.date() - timedelta(days=1),
        by=OPERATOR,
        now=clinic.now,
    )
    left_behind = leave_behind(clinic, clinic.bruno, staff[SOL])
    alma = Scene(
        clinic, clinic.alma, clinic.dana, clinic.omar, staff[CORA], staff[NOOR], clinic.ruth
    )
    names = alma.names(handed_in, open_visit)
    names["care_left_give"]["number"] = left_behind.pk
    people = (clinic.dana, clinic.omar, clinic.ruth, clinic.ines, *staff.values())
    clients = (clinic.alma.person, clinic.bruno.person)
    return House(
        clinic,
        {STRANGER: None, **{str(each.display_name): each for each in (*people, *clients) if each}},
        names,
        alma.sent(handed_in, staff[SOL]),
    )


def typed_in(last: Visit) -> Visit:
    """The first visit of a pair, as if its feedback had come on paper."""
    first = Visit.objects.filter(client=last.client, therapist=last.therapist).earliest("starts_at")
    Response.objects.filter(slot=first.feedback_slot_id).update(
        way_in=WayIn.PAPER, entered_by=last.therapist, filled_on=first.ends_at.date()
    )
    return first


def add_staff(clinic: SmallClinic) -> dict[str, Person]:
    """More people who work here; Sol supervises Omar."""
    staff = {
        name: add_person(
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
    }
    supervise(
        supervisor=staff[SOL],
        therapist=clinic.omar,
        starts_on=clinic.now.date(),
        by=OPERATOR,
        now=clinic.now,
    )
    return staff


def lived(clinic: SmallClinic, client: Client, therapist: Person) -> Visit:
    """Weeks that got worse, good visits, a strain, and a concern that the client told a supervisor.
    The last visit."""
    weeks_that_got_worse(clinic, client)
    for score in (8, 8, 8, 8, 8, 8, 2, 2, 2, 2):
        clinic.feedback(clinic.visit(client, therapist), score, O1=words_of(client))
    last = clinic.visit(client, therapist)
    clinic.feedback(last, {"F1": True, "F1-text": words_of(client), "F1-supervisor": True})
    open_to_supervision(
        series=AllianceSeries.objects.get(client=client, therapist=therapist),
        is_open=True,
        by=clinic.as_actor(therapist),
        now=clinic.now,
    )
    return last


def weeks_that_got_worse(clinic: SmallClinic, client: Client) -> None:
    """Four weekly checks, the last of them reliably worse; no other client gets any."""
    for numbers in (HIGH, HIGH, HIGH, LOW):
        check = open_slot(
            client=client,
            therapist=None,
            version=version_for(Purpose.WEEKLY_CHECK),
            respondent=Respondent.CLIENT,
            opens_at=clinic.now,
            expires_at=clinic.now + timedelta(days=7),
        )
        check_in(clinic, numbers, client=client, slot=check)


def leave_behind(clinic: SmallClinic, client: Client, supervisor: Person) -> Care:
    """Care by somebody who works here no more, and whom this supervisor looks after."""
    day = clinic.now.date()
    left = add_person(
        sign_in_name=f"lee-{client.pk}",
        display_name="Lee",
        password=PASSWORD,
        roles=[Role.THERAPIST],
        by=OPERATOR,
        now=clinic.now,
    )
    care = take_into_care(client=client, therapist=left, starts_on=day, by=OPERATOR, now=clinic.now)
    supervise(supervisor=supervisor, therapist=left, starts_on=day, by=OPERATOR, now=clinic.now)
    Person.objects.filter(pk=left.pk).update(is_active=False)
    return care


@dataclass(frozen=True)
class Scene:
    """Everything that an address can name, made about one client."""

    clinic: SmallClinic
    client: Client
    therapist: Person
    opener: Person
    stands_in: Person
    officer: Person
    second_reader: Person

    @property
    def person(self) -> Person:
        assert self.client.person is not None
        return self.client.person

    def names(self, handed_in: Visit, open_visit: Visit) -> Names:
        """The names that each address takes, so that it is about this client."""
        assert open_visit.feedback_slot is not None and handed_in.feedback_slot is not None
        emergency = self.open_in_emergency()
        question, flag = self.ask_about_that()
        shared = self.share()
        concern = Repair.objects.get(source=RepairSource.CONCERN, series__client=self.client)
        general = {
            "client_id": self.client.public_id,
            "visit_id": open_visit.public_id,
            "repair_id": concern.public_id,
            "emergency_id": emergency,
            "note_id": self._note(),
            "consent_id": shared["consent"],
            "demand_id": shared["demand"],
            "set_aside_id": self._set_aside(),
            "step": "what",
            "day": Viewer(self.opener, self.clinic.now).today.isoformat(),
            "therapist_key": self.therapist.public_id,
            "client_key": self.client.public_id,
            "public_id": "",
            "number": Instrument.objects.order_by("pk")[0].pk,
        }
        own_names = {
            **dict.fromkeys(
                ("past_answer", "client_form_thanks"), handed_in.feedback_slot.public_id
            ),
            **dict.fromkeys(
                ("client_form", "save_client_form"), open_visit.feedback_slot.public_id
            ),
            **dict.fromkeys(
                (
                    *("answer_repair", "tell_supervisor"),
                    *("supervision_waiting", "supervision_note", "supervision_answer"),
                ),
                concern.public_id,
            ),
            "own_supervision": self.therapist.public_id,
            "ask_about_look": self.opener.public_id,
            **shared,
            "privacy_question": question,
            "privacy_emergency": emergency,
            "privacy_flag": flag,
            **{name: self.therapist.public_id for name in ALLOWED if name.startswith("staff_")},
        }
        names = {route: {**general, "public_id": own_names.get(route, "")} for route in ALLOWED}
        for route, theirs in self._own_ways_in().items():
            names[route] |= theirs
        names["end_cover"]["number"] = self._cover()
        looked_after = Supervision.objects.filter(therapist=self.therapist)
        names["staff_supervisor_end"]["number"] = looked_after.earliest("pk").pk
        names["answer_words"]["visit_id"] = handed_in.public_id
        names["correct_paper"]["visit_id"] = typed_in(handed_in).public_id
        return names

    def sent(self, handed_in: Visit, supervisor: Person) -> Sent:
        """What has to be sent for a deed to be done, with this client's in it."""
        today = Viewer(self.therapist, self.clinic.now).today.isoformat()
        slot = handed_in.feedback_slot
        assert slot is not None
        words = slot.response.answers.get(link_id="F1-text")
        handed_over = {"colleague": self.stands_in.public_id, "on": today}
        return SENT | {
            "answer_words": {
                **SENT["answer_words"],
                f"words{words.pk}-what_changes": SAID,
            },
            **dict.fromkeys(("give_away", "care_left_give"), handed_over),
            "paper_entry": {"filled_on": today, "q1": "5"},
            **dict.fromkeys(("set_aside_signal", "signal_useful"), self._about_the_weeks()),
            "staff_supervisor": {"supervisor": supervisor.public_id},
            "add_demand": {**SENT["add_demand"], "code": self.client.code},
            "add_wish": {"code": self.client.code},
        }

    def open_in_emergency(self) -> str:
        """Opened by somebody without a part in the care, who has looked."""
        emergency = open_in_emergency(
            called=self.client.code,
            reason=EmergencyReason.MEDICAL,
            words="Found without breath at the door.",
            by=self.clinic.as_actor(self.opener),
            now=self.clinic.now,
        )
        viewer = Viewer(self.opener, self.clinic.now)
        emergency_of(viewer, emergency.public_id)
        remember_looks(viewer.looks, page="emergency_record", by=viewer.actor, now=self.clinic.now)
        return emergency.public_id

    def ask_about_that(self) -> tuple[str, str]:
        """A question of the client about that look, and a flag that it raised."""
        day = Viewer(self.opener, self.clinic.now).today
        question = ask_about_look(
            client=self.client,
            about=self.opener,
            looked_on=day,
            words=words_of(self.client),
            by=self.clinic.as_actor(self.person),
            now=self.clinic.now,
        )
        flag = Flag.objects.create(
            rule=OddLook.COLLEAGUE,
            person=self.opener,
            client=self.client,
            looked_on=day,
            noticed_at=self.clinic.now,
        )
        return question.public_id, flag.public_id

    def _about_the_weeks(self) -> dict[str, str]:
        """What is sent to let the client's weeks rest, and to say that it was useful to know."""
        viewer = Viewer(self.therapist, self.clinic.now)
        (signal,) = signals_of(viewer, self.client)
        prefix = form_prefix(signal)
        return {
            "kind": signal.kind,
            "occasion": signal.occasion,
            "is_useful": "yes",
            f"{prefix}-until": "7",
            f"{prefix}-why": Why.PLANNED,
        }

    def _set_aside(self) -> str:
        return set_aside(
            client=self.client,
            signal=Signal(SignalKind.SILENT),
            until=day_of(self.clinic.now) + timedelta(days=7),
            why=Why.EXPLAINED,
            by=self.clinic.as_actor(self.therapist),
            now=self.clinic.now,
        ).public_id

    def _cover(self) -> int:
        cover = arrange_cover(
            absent=self.therapist,
            covering=self.stands_in,
            starts_at=self.clinic.now - timedelta(hours=1),
            ends_at=self.clinic.now + timedelta(days=2),
            by=self.clinic.as_actor(self.therapist),
            now=self.clinic.now,
        )
        return cover.pk

    def _note(self) -> str:
        note = save_sealed_note(
            public_id=f"a-sealed-{self.client.pk}",
            client=self.client,
            key=self._sealing_key(),
            envelope=bytes(64),
            by=self.clinic.as_actor(self.therapist),
            now=self.clinic.now,
        )
        return note.public_id

    def _sealing_key(self) -> SealingKey:
        return keep_sealing_key(
            person=self.therapist,
            public_key=bytes(32),
            wrapped=bytes(76),
            salt=bytes(16),
            n_iterations=600_000,
            by=self.clinic.as_actor(self.therapist),
            now=self.clinic.now,
        )

    def _own_ways_in(self) -> Names:
        """A sign-in on another device, a device with a PIN, a key, a form that waits."""
        person, now = self.person, self.clinic.now
        elsewhere = begin_sign_in(
            person=person,
            key_hash=f"elsewhere-{person.pk}",
            content={},
            manner=Manner(),
            now=now,
        )
        device = set_pin(
            person=person,
            token=f"token-{person.pk}",
            pin="274951",
            words="",
            by=by(person),
            now=now,
        )
        with time_machine.travel(now, tick=False):
            give_app(person)
        typed = Typed("/me/", (("words", words_of(self.client)),), was_sent=True)
        kept = keep_form(person=person, typed=typed, now=now)
        return {
            "end_own_sign_in": {"public_id": elsewhere.public_id},
            "forget_own_device": {"public_id": device.public_id},
            "remove_own_key": {"number": keys_of(person).get().pk},
            "kept_form": {"public_id": kept.public_id},
        }

    def share(self) -> dict[str, str]:
        """What the client shares and asks not to share, by the names of their addresses."""
        clinic, own = self.clinic, self.clinic.as_actor(self.person)
        name = self.client.display_name
        consent = consented(clinic, RecordSegment.ATTENDANCE, client=self.client, client_name=name)
        draft = draft_consent(
            client=self.client,
            form=form(client_name=name),
            language="en",
            by=own,
            now=clinic.now,
        )
        limit = ask_for_restriction(
            client=self.client,
            segments=frozenset({RecordSegment.PLAN}),
            purposes=frozenset(),
            recipient="",
            reason=words_of(self.client),
            is_paid_by_client=False,
            by=own,
            now=clinic.now,
        )
        wish = ask_for_erasure(client=self.client, by=own, now=clinic.now)
        officer = clinic.as_actor(self.officer)
        demand = record_demand(
            client=self.client,
            kind=DemandKind.ORDER_CIVIL,
            who="A court",
            says="Their visits.",
            segments=frozenset({RecordSegment.ATTENDANCE}),
            is_sealed=False,
            received_on=clinic.now.date(),
            by=officer,
            now=clinic.now,
        )
        note_counsel(demand=demand, says="It is an order.", by=officer, now=clinic.now)
        LegalDemand.objects.filter(pk=demand.pk).update(
            confirmed_by=self.second_reader, confirmed_at=clinic.now
        )
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
    text = TOKEN.sub("", response.content.decode()).replace(f'"{asked}"', '""')
    return response.status_code, text, response.headers.get("Location", "").partition("?")[0]
