"""The demo clinic: invented people and twelve weeks of theirs, lived through the real actions.

Whatever the demo shows came about as it would in a clinic: every visit was booked, every signal
was computed, every letter went through the outbox and every deed left its audit row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.instruments.own import install_own_instruments
from alongside.clinic.outbox.senders import FolderSender, Letter
from alongside.clinic.people.actions import add_person, open_clinic, supervise
from alongside.clinic.people.models import Clinic, Person, Role
from alongside.interfaces.cli.demo_days import DemoDays
from alongside.lab.draw_clinic import draw_clinic
from alongside.lab.stories import TIME_ZONE
from alongside.lab.synthetic_clinic import SyntheticClinic, SyntheticStaff
from alongside.methods.vocabulary.errors import AlongsideError

PASSWORD = "river-house-demo"  # noqa: S105  # a demo's, printed for whoever opens it
SEED = 20_260_302
STAFF_BEFORE_CLIENTS = timedelta(days=10)

Progress = Callable[[int], None]
"""Told how many more hundredths of the work are done."""

WORTH_A_LOOK = (
    ("you_said", "A strain that was repaired, and what changed because of their words"),
    ("feedback_due", "Feedback and a weekly check are due now"),
    ("spanish", "In Spanish: a strain that was repaired"),
    ("two_therapists", "Two therapists at once"),
    ("new_client", "One visit so far"),
    ("recovered", "Weeks that got better"),
    ("withheld", "Keeps some answers to themselves, some until the month's end"),
)


class RealClinicHere(AlongsideError):
    """This folder holds {name}, which is not a demo. Choose an empty folder for the demo."""


@dataclass(frozen=True)
class DemoSignIn:
    """One ready-made sign-in: who it is, as what, and what there is to see."""

    sign_in_name: str
    display_name: str
    role: str
    shows: str


@dataclass(frozen=True)
class DemoSignIns:
    """Everyone one may sign in as, all with the same password."""

    password: str
    people: tuple[DemoSignIn, ...]


class Mailbag:
    """Keeps letters until the whole demo stands, then has them delivered."""

    def __init__(self) -> None:
        self.letters: list[tuple[Letter, datetime]] = []

    def send(self, letter: Letter, *, now: datetime) -> None:
        self.letters.append((letter, now))

    def empty_into(self, sender: FolderSender) -> None:
        """Every letter handed over, as at the moment when it left."""
        for letter, at in self.letters:
            sender.send(letter, now=at)


def _no_progress(_hundredths: int) -> None:
    return


def make_demo_clinic(now: datetime, progress: Progress = _no_progress) -> DemoSignIns:
    """The ready-made sign-ins of the demo clinic, made if there is none yet.

    All or nothing: a demo that was cut short leaves no clinic behind.
    Raises: RealClinicHere.
    """
    there = Clinic.objects.first()
    if there is not None and not there.is_demo:
        raise RealClinicHere(name=there.name)
    zone = ZoneInfo(TIME_ZONE)
    wall_clock = now.astimezone(zone).replace(tzinfo=None)
    drawn = draw_clinic(now=wall_clock, rng=np.random.default_rng(SEED))
    if there is None:
        mailbag = Mailbag()
        with timezone.override(zone), transaction.atomic():
            _live_through(drawn, zone=zone, mailbag=mailbag, now=now, progress=progress)
        mailbag.empty_into(FolderSender())
    return sign_ins_of(drawn)


def _live_through(
    drawn: SyntheticClinic,
    *,
    zone: ZoneInfo,
    mailbag: Mailbag,
    now: datetime,
    progress: Progress,
) -> None:
    first = min(client.joined_on for client in drawn.clients)
    opened_at = datetime(first.year, first.month, first.day, 9, tzinfo=zone) - STAFF_BEFORE_CLIENTS
    open_clinic(
        name=drawn.name, time_zone=drawn.time_zone, is_demo=True, by=OPERATOR, now=opened_at
    )
    Clinic.objects.update(phone=drawn.phone)
    install_own_instruments(by=OPERATOR, now=opened_at)
    therapists = _admit_staff(drawn, now=opened_at)
    days = DemoDays(drawn, therapists=therapists, zone=zone, sender=mailbag)
    days.live_until(now, progress=progress)
    # Argon2id is slow on purpose, and everybody here has the same password: hashed once.
    hashed = make_password(PASSWORD)
    for person in Person.objects.all():
        person.password = hashed
        person.save(update_fields=["password"])


def _admit_staff(drawn: SyntheticClinic, *, now: datetime) -> tuple[Person, ...]:
    def admit(staff: SyntheticStaff, role: Role) -> Person:
        return add_person(
            sign_in_name=staff.sign_in_name,
            display_name=staff.name,
            password=None,
            language=staff.language,
            roles=(role,),
            by=OPERATOR,
            now=now,
        )

    admit(drawn.administrator, Role.ADMINISTRATOR)
    admit(drawn.privacy_officer, Role.PRIVACY_OFFICER)
    supervisors = [admit(staff, Role.SUPERVISOR) for staff in drawn.supervisors]
    therapists = [admit(staff, Role.THERAPIST) for staff in drawn.therapists]
    for staff, therapist in zip(drawn.therapists, therapists, strict=True):
        if staff.supervisor is not None:
            supervise(
                supervisor=supervisors[staff.supervisor],
                therapist=therapist,
                starts_on=timezone.localdate(now),
                by=OPERATOR,
                now=now,
            )
    return tuple(therapists)


def sign_ins_of(drawn: SyntheticClinic) -> DemoSignIns:
    """Who can sign in: all staff, and the clients with most to show."""
    people = [
        DemoSignIn(staff.sign_in_name, staff.name, role, shows)
        for members, role, shows in (
            (drawn.therapists, "Therapist", "Caseload, client pages, visits"),
            (drawn.supervisors, "Supervisor", "Strains that wait, silence, totals"),
            ((drawn.administrator,), "Administrator", "Staff and instruments"),
            ((drawn.privacy_officer,), "Privacy officer", "Who looked, questions, reviews"),
        )
        for staff in members
    ]
    for story, shows in WORTH_A_LOOK:
        client = drawn.telling(story)
        people.append(DemoSignIn(client.code.casefold(), client.name, "Client", shows))
    return DemoSignIns(PASSWORD, tuple(people))
