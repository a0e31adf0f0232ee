"""The promise: nothing that was held back is in what leaves, and nothing that left is unaccounted.

Packages of many shapes are opened to the last stream of their PDF and searched for what nobody
ticked, for other segments and for what the client kept back. A normal run opens 30,
`ALONGSIDE_PROMISES=full` 1,000.
"""

from __future__ import annotations

import os
import random
import re
from datetime import timedelta
from time import perf_counter

import pytest

from alongside.clinic.alliance.actions import note_talked_about, say_what_changes
from alongside.clinic.alliance.models import Repair
from alongside.clinic.consent.form import RecipientKind, SharingPurpose
from alongside.clinic.consent.segments import RecordSegment
from alongside.clinic.disclosures.basis import Basis, Redisclosure
from alongside.clinic.disclosures.gateway import preview
from alongside.clinic.disclosures.models import Disclosure
from alongside.clinic.disclosures.package import Format
from alongside.clinic.disclosures.queries import accounting_of
from alongside.clinic.disclosures.record import HELD
from alongside.clinic.instruments.models import Release
from tests.factories.clinic import SmallClinic, small_clinic
from tests.factories.sharing import consented, files_in, released, weekly_check, wish_for
from tests.pdf_text import everything_in_pdf

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]
IS_FULL = os.environ.get("ALONGSIDE_PROMISES") == "full"
N_PACKAGES = 1000 if IS_FULL else 30
N_ROWS = 10_000


@pytest.fixture
def clinic() -> SmallClinic:
    """A client whose every word, name and number is a canary."""
    clinic = small_clinic()
    alma = clinic.alma
    alma.display_name, alma.code, alma.phone = "CANARYNAME", "CANARYCODE", "CANARYPHONE"
    alma.email, alma.own_goal = "canary@mail.example", "CANARYGOAL"
    alma.save()
    dana = clinic.as_actor(clinic.dana)
    for n in range(3):
        clinic.feedback(clinic.visit(), 8, O1=f"CANARYWORDS{n}")
    for n in range(3, 6):
        clinic.feedback(clinic.visit(), 8, release=Release.WITHHELD, O1=f"CANARYKEPT{n}")
    low = clinic.feedback(clinic.visit(), 1, O1="CANARYLOW")
    strain = Repair.objects.get()
    note_talked_about(repair=strain, note="CANARYNOTE", by=dana, now=clinic.now)
    answer = low.answers.get(link_id="O1")
    say_what_changes(answer=answer, what_changes="CANARYCHANGE", by=dana, now=clinic.now)
    for number in (4, 7):
        weekly_check(clinic, alma, number)
    return clinic


OF_SEGMENT = {
    RecordSegment.IDENTITY: {"CANARYPHONE", "canary@mail.example"},
    RecordSegment.ATTENDANCE: {"visits.csv", '"visits"', "What became of it"},
    RecordSegment.OUTCOMES: {"outcomes-1"},
    RecordSegment.ALLIANCE: {"ratings.csv", "repairs.csv"},
    RecordSegment.PLAN: set(),
}
"""What stands in a package only if the segment does."""


def everything(content: bytes) -> str:
    """All that could be found in an archive, the consent's own copy apart.

    Once as it stands, and once without the spaces and hyphens by which a line may part a word.
    """
    text = "\n".join(
        everything_in_pdf(data) if name.endswith(".pdf") else f"{name}\n{data.decode()}"
        for name, data in files_in(content).items()
        if not name.startswith("consent-")
    )
    return text + re.sub(r"[\s\u00ad-]", "", text)


def test_nothing_that_was_held_back_is_in_any_package(clinic: SmallClinic) -> None:
    consented(clinic, *HELD)
    chance, n_found, n_let = random.Random(4), 0, 0
    for n in range(N_PACKAGES):
        segments = [each for each in sorted(HELD) if chance.random() < 0.5] or [sorted(HELD)[0]]
        formats = frozenset(each for each in Format if chance.random() < 0.5)
        wish = wish_for(clinic, *segments, formats=formats, language=chance.choice(["en", "es"]))
        seen = preview(wish, by=clinic.as_actor(clinic.dana), now=clinic.now)
        words = {each.key: each.words for part in seen.parts for each in part.paragraphs}
        ticked = {key for key in words if chance.random() < 0.5}
        text = everything(released(clinic, wish, *ticked, key=f"key-{n}").package.content)
        held_back = {words[key] for key in words.keys() - ticked}
        held_back |= {"CANARYKEPT3", "CANARYKEPT4", "CANARYKEPT5"}
        if RecordSegment.ALLIANCE not in segments:
            held_back |= {"CANARYWORDS0", "CANARYLOW", "CANARYNOTE", "CANARYCHANGE"}
        for segment, signs in OF_SEGMENT.items():
            held_back |= signs if segment not in segments else set()
        n_found += sum(canary in text for canary in held_back)
        let = {words[key] for key in ticked}
        assert [canary for canary in let if canary not in text] == [], "what was ticked is there"
        n_let += len(let)
    print(f"{N_PACKAGES} packages: {n_found} of what was held back found, {n_let} words let out")
    assert n_found == 0 and n_let > N_PACKAGES


def test_control_a_word_that_slips_in_would_be_found(clinic: SmallClinic) -> None:
    consented(clinic, RecordSegment.PLAN)
    left = released(clinic, wish_for(clinic, RecordSegment.PLAN), "goal")
    assert "CANARYGOAL" in everything(left.package.content)


def test_ten_thousand_disclosures_are_accounted_for_in_time(clinic: SmallClinic) -> None:
    """The last three years whole, none of anybody else's, none older, in less than five seconds."""
    alma, now = clinic.alma, clinic.now

    def row(n: int, client: object = alma, days_ago: float = 0) -> Disclosure:
        return Disclosure(
            client=client,  # type: ignore[misc]
            at=now - timedelta(days=days_ago),
            basis=Basis.CONSENT,
            purpose=SharingPurpose.TREATMENT,
            recipient_kind=RecipientKind.COVERED_ENTITY,
            segments=[RecordSegment.ATTENDANCE],
            redisclosure=Redisclosure.BY_CONSENT,
            legal_texts=["notice-long/1"],
            formats=["pdf"],
            language="en",
            parties={
                "recipient": f"Hospital {n}",
                "address": "1 Shore Road",
                "discloser": "Dana",
                "emergency": "",
            },
            manifest_sha256="0" * 64,
            request_key=f"{client}-{n}-{days_ago}",
        )

    three_years = 3 * 365
    kept = [row(n, days_ago=n * three_years / N_ROWS) for n in range(N_ROWS)]
    Disclosure.objects.bulk_create(kept, batch_size=500)
    Disclosure.objects.bulk_create([row(n, days_ago=three_years + 9) for n in range(50)])
    Disclosure.objects.bulk_create([row(n, client=clinic.bruno) for n in range(50)])
    begun = perf_counter()
    found = accounting_of(alma, now=now)
    took = perf_counter() - begun
    print(f"{len(found)} of {N_ROWS} in {took:.2f} s")
    assert {each.recipient for each in found} == {f"Hospital {n}" for n in range(N_ROWS)}
    assert len(found) == N_ROWS and all(each.address and each.why for each in found)
    assert took < 5
