"""The promise: whatever anybody writes is shown as words, on every page and in every copy.

Words that try to become part of a page stand in every column of the house that holds words. Every
page is fetched for everybody who may open it and made by a real browser under its own headers,
where nothing may run, ask, complain or have become an element or an attribute. What this does not
cover: words that a person copies out of here into another program.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import models
from django.http import HttpResponse
from django.utils.safestring import mark_safe
from playwright.sync_api import BrowserContext

from alongside.clinic.access.models import Emergency, Verdict
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.actions import note_talked_about, say_what_changes
from alongside.clinic.alliance.models import Repair, RepairSource
from alongside.clinic.audit.models import AuditWitness
from alongside.clinic.consent.actions import revoke_consent
from alongside.clinic.consent.segments import RecordSegment
from alongside.clinic.disclosures.models import ErasureRequest
from alongside.clinic.disclosures.own_copy import OwnFormat, make_own_copy
from alongside.clinic.engagement.actions import note_reached_out
from alongside.clinic.engagement.models import Way
from alongside.clinic.instruments.models import Answer, Correction, CorrectionKind, WayIn
from alongside.clinic.people.models import Client, Clinic, FormerRecord, Person
from alongside.clinic.progress.actions import open_weekly_checks
from alongside.clinic.supervision.actions import answer_concern, note_supervision
from alongside.clinic.transparency.models import Flag
from alongside.clinic.vault.fields import SealedAttribute
from alongside.interfaces.cli.client_report import make_client_report
from tests.factories.rows import change
from tests.factories.sharing import consented, files_in, released, wish_for
from tests.promises import figures
from tests.promises.fuzzing import Asked, Target, broke, send, targets, urlencoded
from tests.promises.hostile_words import (
    A_PACK,
    N_PACKS,
    NO_WORDS,
    PAYLOADS,
    Fill,
    columns_of_words,
    fill,
    label,
    mark,
    text_columns,
)
from tests.promises.house import NOOR, WORDS, House, undone
from tests.promises.house import house as house  # noqa: PLC0414  # the fixture
from tests.promises.rendered import Stage

pytestmark = pytest.mark.django_db
EVERYTHING = "".join(PAYLOADS)
NOT_PRINTED = PAYLOADS[-1]  # its letters are in none of our typefaces, and a PDF says so
RUN_IN_A_PDF = (b"/JavaScript", b"/JS ", b"/Launch", b"/OpenAction", b"/EmbeddedFile", b"/URI")

# Columns whose words are on no page and in no copy, and why.
NEVER_SHOWN = {
    "people.Clinic.phone": "kept, and on no page yet",
    "audit.AuditWitness.place": "a folder of the operator's; pages take it from the settings",
    "audit.AuditWitness.problem": "said on the command line alone",
    "outbox.Message.address": "goes into the envelope of a letter alone",
    "outbox.Message.problem": "for the operator, in the database",
}


@pytest.fixture(autouse=True)
def _refusals_are_not_written_down() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@dataclass(frozen=True)
class Shown:
    """One page as it came, for one person."""

    who: str
    address: str
    answer: HttpResponse

    @property
    def html(self) -> str:
        return str(self.answer.content.decode())


@pytest.fixture
def full_house(house: House) -> House:
    """The house of everybody, with something in every table that holds words."""
    clinic = house.clinic
    dana, ruth = clinic.as_actor(clinic.dana), clinic.as_actor(clinic.ruth)
    alma = clinic.as_actor(clinic.alma.person)
    concern = Repair.objects.get(source=RepairSource.CONCERN)
    for repair in Repair.objects.all():
        note_talked_about(repair=repair, note=WORDS, by=dana, now=clinic.now)
    for words in Answer.objects.filter(
        link_id="O1", state="answered", response__slot__client=clinic.alma
    )[:2]:
        say_what_changes(answer=words, what_changes=WORDS, by=dana, now=clinic.now)
    note_reached_out(
        client=clinic.alma, person=clinic.dana, way=Way.CALLED, note=WORDS, by=dana, now=clinic.now
    )
    note_supervision(repair=concern, note=WORDS, by=ruth, now=clinic.now)
    answer_concern(repair=concern, answer=WORDS, by=ruth, now=clinic.now)
    released(clinic, wish_for(clinic, RecordSegment.ATTENDANCE))
    ended = consented(clinic, RecordSegment.PLAN)
    revoke_consent(consent=ended, by=alma, now=clinic.now)
    open_weekly_checks(now=clinic.now)
    stood = {"link_id": "O1", "state": "answered", "value": WORDS}
    FormerRecord.objects.create(
        client=clinic.alma, code="C-19", said={"phone": WORDS}, merged_at=clinic.now
    )
    Correction.objects.create(
        slot=words.response.slot,
        client=clinic.alma,
        kind=CorrectionKind.CORRECTED,
        way_in=WayIn.PAPER,
        before={"answers": [stood]},
        why=WORDS,
        at=clinic.now,
    )
    AuditWitness.objects.create(place="/mnt/witness", problem="It is full.")
    Clinic.objects.update(phone="+1 555 0100", outward_name="Notebook")
    reviewed = {"reviewed_at": clinic.now, "reviewed_by": house.people[NOOR], "outcome": WORDS}
    change(Emergency.objects.get(), verdict=Verdict.values[0], **reviewed)
    change(Flag.objects.get(), **reviewed)
    declined = {"declined_at": clinic.now, "declined_by": house.people[NOOR]}
    change(ErasureRequest.objects.get(), words={"answer": WORDS}, **declined)
    return house


def pages(house: House, every: list[Target], words: str) -> Iterator[Shown]:
    """Every page for everybody who may open it, and what each form says to such words."""
    for target in every:
        people = target.welcome[: figures.size(sample=1, full=len(target.welcome))]
        for who in people:
            for address in target.addresses():
                answer = send(house, Asked(who, "GET", address))
                if is_page(answer):
                    yield Shown(who, address, answer)
        if "POST" in target.methods and target.fields:
            sent = urlencoded([(name.encode(), words.encode()) for name in sorted(target.fields)])
            kind = "application/x-www-form-urlencoded"
            answer = send(house, Asked(people[0], "POST", target.own_address, kind, sent))
            if is_page(answer):
                yield Shown(people[0], target.own_address, answer)


def is_page(answer: HttpResponse) -> bool:
    return answer.headers.get("Content-Type", "").startswith("text/html")


def copies(house: House) -> Iterator[tuple[str, bytes]]:
    """What leaves as a file: the report for paper, and every file of every kind of own copy."""
    clinic = house.clinic
    alma = Client.objects.get(pk=clinic.alma.pk)
    with undone():
        report = make_client_report(
            Viewer(clinic.dana, clinic.now), alma.code, Clinic.objects.get()
        )
        yield "report.html", report.html().encode()
    for wanted in OwnFormat:
        with undone():
            left = make_own_copy(
                client=alma,
                wanted=wanted,
                language="en",
                request_key=f"xss-{wanted}",
                by=clinic.as_actor(clinic.alma.person),
                now=clinic.now,
            )
        is_archive = left.package.media_type == "application/zip"
        held = files_in(left.package.content) if is_archive else {}
        yield from held.items() if is_archive else [(left.package.name, left.package.content)]


def faults_in_copy(stage: Stage, name: str, content: bytes) -> list[str]:
    """What is foreign in a file that somebody opens without our headers."""
    if name.endswith(".html"):
        found = stage.faults_of(f"/{name}", content, {"Content-Type": "text/html; charset=utf-8"})
        found.remove("style")  # its own sheet, so that one file is all of it
        return found
    if name.endswith(".pdf"):
        return [str(word) for word in RUN_IN_A_PDF if word in content]
    return []


@pytest.fixture
def stage(new_context: Any) -> Stage:
    context: BrowserContext = new_context(reduced_motion="reduce")
    return Stage(context.new_page())


def words_of_round(number: int) -> Fill:
    """The first round puts everything everywhere, each later one five into each column."""
    if number == 0:
        return lambda _column: EVERYTHING
    return lambda column: "".join(PAYLOADS[((number + column) % N_PACKS) * A_PACK :][:A_PACK])


@pytest.mark.promise
@figures.patience(sample=300, full=3_600)
def test_no_words_become_part_of_a_page(full_house: House, stage: Stage) -> None:
    house, n_pages, n_copies = full_house, 0, 0
    faults: list[Any] = []
    seen = ""
    every = targets(house, is_fresh=False)
    columns = columns_of_words()
    n_rounds = figures.size(sample=1, full=1 + N_PACKS)
    for number in range(n_rounds):
        words = words_of_round(number)
        with undone():
            filled = fill(words)
            assert filled == {label(field) for field in columns}, "every column has a row"
            for shown in pages(house, every, words(0)):
                n_pages += 1
                seen += shown.html if number == 0 else ""
                found = stage.faults_in(shown.answer, shown.address)
                found += ["it broke"] if broke(shown.answer) else []
                faults += [(number, shown.who, shown.address, found)] if found else []
            fill(lambda column, words=words: words(column).replace(NOT_PRINTED, ""))
            for name, content in copies(house):
                n_copies += 1
                seen += content.decode("utf-8", "replace") if number == 0 else ""
                found = faults_in_copy(stage, name, content)
                faults += [(number, "a copy", name, found)] if found else []
    assert faults == [], "\n".join(map(str, faults[:40]))
    unseen = {label(each) for n, each in enumerate(columns) if mark(n) not in seen}
    assert unseen == set(NEVER_SHOWN)
    figures.record(
        "B4",
        part="stored words",
        found=0,
        of=n_pages,
        what="pages on which hostile words ran, asked, complained or became an element",
        note=f"{len(PAYLOADS)} payloads in {len(columns)} columns, {n_rounds} rounds, "
        f"{n_copies} files that leave; in Chromium.",
    )


def test_every_column_that_holds_words_is_known() -> None:
    labels = [label(field) for field in text_columns()]
    assert set(NO_WORDS) <= set(labels), "a column that is no longer there"
    assert len(columns_of_words()) == len(labels) - len(NO_WORDS) > 30
    assert len(PAYLOADS) == len(set(PAYLOADS)) == A_PACK * N_PACKS >= 60


def test_in_the_later_rounds_each_column_gets_each_payload() -> None:
    for column in (0, 7, 40):
        given = [words_of_round(number)(column) for number in range(1, 1 + N_PACKS)]
        assert all(any(payload in words for words in given) for payload in PAYLOADS)


class Trusted(SealedAttribute[str]):
    """A column whose words are taken for markup."""

    def __get__(self, instance: models.Model | None, owner: object = None) -> Any:
        value = super().__get__(instance, owner)
        return mark_safe(value) if isinstance(value, str) else value


def test_control_one_column_that_is_trusted_is_noticed(
    house: House, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The content policy stops what would run, and what it was is seen all the same."""
    staff = [target for target in targets(house, is_fresh=False) if target.name == "staff"]
    fill(words_of_round(0))
    (sound,) = pages(house, staff, EVERYTHING)
    assert stage.faults_in(sound.answer, sound.address) == []
    monkeypatch.setattr(Person, "display_name", Trusted(Person._meta.get_field("display_name")))
    (spoiled,) = pages(house, staff, EVERYTHING)
    found = stage.faults_in(spoiled.answer, spoiled.address)
    assert "script" in found and any(each.startswith("script-src") for each in found), found


def test_control_without_the_content_policy_it_would_run(stage: Stage) -> None:
    """What is seen is not only our own list: the browser itself runs what gets through."""
    page = f"<!doctype html><p>{PAYLOADS[0]}{PAYLOADS[6]}</p>".encode()
    found = stage.faults_of("/spoiled", page, {"Content-Type": "text/html"})
    assert "alert was called" in found
    quiet = b"<!doctype html><p>Words.</p>"
    assert stage.faults_of("/quiet", quiet, {"Content-Type": "text/html"}) == []
