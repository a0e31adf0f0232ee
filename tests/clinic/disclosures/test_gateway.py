"""Something leaves only by the gateway: what is allowed and ticked, with its notice and rows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from alongside.clinic.access.checks import NotFound
from alongside.clinic.audit.actor import OPERATOR, SYSTEM
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.consent.actions import revoke_consent
from alongside.clinic.consent.evaluate import Reason
from alongside.clinic.consent.form import SharingPurpose
from alongside.clinic.consent.legal_texts import legal_text
from alongside.clinic.consent.models import Consent
from alongside.clinic.consent.segments import RecordSegment
from alongside.clinic.disclosures.actions import ask_for_restriction, decide_restriction
from alongside.clinic.disclosures.gateway import (
    AlreadyLeft,
    NothingMayLeave,
    Wish,
    preview,
    release,
)
from alongside.clinic.disclosures.models import Disclosure
from alongside.clinic.disclosures.package import MANIFEST, NOTICE, Format
from alongside.clinic.disclosures.record import HELD
from alongside.clinic.people.models import Role, StaffRole
from tests.factories.clinic import SmallClinic, small_clinic
from tests.factories.consents import LAKE, PEER
from tests.factories.sharing import (
    CHANGE,
    GOAL,
    KEPT_BACK,
    NOTE,
    SAID,
    consented,
    files_in,
    lived_in,
    released,
    told_in,
    wish_for,
)
from tests.pdf_text import everything_in_pdf, spoken

pytestmark = pytest.mark.django_db
VISITS, CHECKS, FELT, WHO, PLAN = (
    RecordSegment.ATTENDANCE,
    RecordSegment.OUTCOMES,
    RecordSegment.ALLIANCE,
    RecordSegment.IDENTITY,
    RecordSegment.PLAN,
)
EVERYTHING = (VISITS, CHECKS, FELT, WHO, PLAN)


@pytest.fixture
def clinic() -> SmallClinic:
    clinic = small_clinic()
    lived_in(clinic)
    return clinic


def words_of(clinic: SmallClinic, wish: Wish) -> dict[str, str]:
    """The paragraphs of a preview by their words, with the keys to tick."""
    seen = preview(wish, by=clinic.as_actor(clinic.dana), now=clinic.now)
    return {each.words: each.key for part in seen.parts for each in part.paragraphs}


def all_text(content: bytes) -> str:
    """Everything that anybody could find in an archive."""
    return "\n".join(
        everything_in_pdf(data) if name.endswith(".pdf") else f"{name}\n{data.decode()}"
        for name, data in files_in(content).items()
    )


# --- What may leave


def test_without_consent_nothing_leaves(clinic: SmallClinic) -> None:
    with pytest.raises(NothingMayLeave):
        released(clinic, wish_for(clinic, *EVERYTHING))
    assert not Disclosure.objects.exists()


def test_what_is_previewed_is_what_the_consent_covers(clinic: SmallClinic) -> None:
    consented(clinic, VISITS, CHECKS)
    seen = preview(wish_for(clinic, *EVERYTHING), by=clinic.as_actor(clinic.dana), now=clinic.now)
    assert [part.segment for part in seen.parts] == [VISITS, CHECKS]
    assert seen.allowed.reasons[FELT] is Reason.OTHER_SEGMENT
    assert len(seen.parts[0].sheets[0].rows) == 8
    assert [row[1] for row in seen.parts[1].sheets[0].rows] != []
    assert not Disclosure.objects.exists() and not AuditEvent.objects.filter(deed="disclose")


def test_other_recipients_and_purposes_get_nothing(clinic: SmallClinic) -> None:
    consented(clinic, VISITS)
    for wish in (
        wish_for(clinic, VISITS, recipient=PEER),
        wish_for(clinic, VISITS, purpose=SharingPurpose.PAYMENT),
        wish_for(clinic, VISITS, client=clinic.bruno),
    ):
        with pytest.raises((NothingMayLeave, NotFound)):
            released(clinic, wish)


def test_revoked_between_preview_and_release_it_does_not_leave(clinic: SmallClinic) -> None:
    consent = consented(clinic, VISITS)
    wish, dana = wish_for(clinic, VISITS), clinic.as_actor(clinic.dana)
    assert preview(wish, by=dana, now=clinic.now).parts
    revoke_consent(consent=consent, by=clinic.as_actor(clinic.alma.person), now=clinic.now)
    with pytest.raises(NothingMayLeave):
        released(clinic, wish)


def test_only_who_has_the_client_in_care_discloses(clinic: SmallClinic) -> None:
    consented(clinic, VISITS)
    StaffRole.objects.create(person=clinic.ines, role=Role.PRIVACY_OFFICER)
    people = (clinic.omar, clinic.ruth, clinic.ines, clinic.alma.person, clinic.bruno.person)
    for by in [clinic.as_actor(each) for each in people]:  # type: ignore[arg-type]
        with pytest.raises(NotFound):
            preview(wish_for(clinic, VISITS), by=by, now=clinic.now)
        with pytest.raises(NotFound):
            release(wish_for(clinic, VISITS), ticked=(), request_key="k", by=by, now=clinic.now)
    assert not Disclosure.objects.exists()


def test_an_agreed_restriction_holds_against_a_consent(clinic: SmallClinic) -> None:
    consented(clinic, VISITS, CHECKS)
    asked = ask_for_restriction(
        client=clinic.alma,
        segments=frozenset({CHECKS}),
        purposes=frozenset(),
        recipient="lake hospital",
        reason="My cousin works there.",
        is_paid_by_client=False,
        by=clinic.as_actor(clinic.alma.person),
        now=clinic.now,
    )
    assert len(released(clinic, wish_for(clinic, VISITS, CHECKS)).disclosure.segments) == 2
    StaffRole.objects.create(person=clinic.ines, role=Role.PRIVACY_OFFICER)
    ines = clinic.as_actor(clinic.ines)
    decide_restriction(request=asked, is_agreed=True, answer="", by=ines, now=clinic.now)
    left = released(clinic, wish_for(clinic, VISITS, CHECKS), key="key-2")
    assert left.disclosure.segments == [VISITS]


# --- What is in it


def test_every_file_of_it_says_what_the_law_wants_said(clinic: SmallClinic) -> None:
    consent = consented(clinic, *EVERYTHING)
    left = released(clinic, wish_for(clinic, *EVERYTHING))
    files = files_in(left.package.content)
    assert {"record.pdf", "record.json", "consent-1.pdf", NOTICE, MANIFEST} < set(files)
    assert {"tables/visits.csv", "tables/ratings.csv", "tables/identity.csv"} < set(files)
    assert files["consent-1.pdf"] == bytes(Consent.objects.get(pk=consent.pk).document)
    for name in ("notice-long", left.disclosure.redisclosure):
        words = legal_text(name).words.in_language("en")
        text = spoken(files["record.pdf"])
        assert words in text
        assert words in files[NOTICE].decode()
        assert words in told_in(left.package.content)["notice"]
    for fact in ("River House", "Lake Hospital", "1 Shore Road", "Dana", "Treatment", "C-1"):
        assert fact in text
    assert "The consent covers this and nothing else" in text


def test_it_is_in_the_language_that_was_chosen(clinic: SmallClinic) -> None:
    consented(clinic, VISITS)
    left = released(clinic, wish_for(clinic, VISITS, language="es"))
    files = files_in(left.package.content)
    text = spoken(files["record.pdf"])
    assert legal_text("notice-long").words.in_language("es") in text
    assert "tuvo lugar" in files["tables/visits.csv"].decode()


def test_words_leave_only_with_a_tick_each(clinic: SmallClinic) -> None:
    consented(clinic, FELT, PLAN)
    wish = wish_for(clinic, FELT, PLAN)
    found = words_of(clinic, wish)
    assert set(found) == {SAID, NOTE, CHANGE, GOAL}
    nothing = released(clinic, wish)
    assert nothing.disclosure.n_paragraphs == 0
    assert not any(words in all_text(nothing.package.content) for words in found)
    some = released(clinic, wish, found[SAID], "answer:never:was", key="key-2")
    assert some.disclosure.n_paragraphs == 1
    text = all_text(some.package.content)
    assert SAID in text and not any(words in text for words in (NOTE, CHANGE, GOAL))


def test_what_was_kept_back_never_leaves(clinic: SmallClinic) -> None:
    consented(clinic, *EVERYTHING)
    wish = wish_for(clinic, *EVERYTHING)
    left = released(clinic, wish, *words_of(clinic, wish).values())
    assert KEPT_BACK not in all_text(left.package.content)
    rated = told_in(left.package.content)["segments"]["alliance"]["tables"]["ratings"]
    assert [each["score"] for each in rated] == [80.0] * 6 + [20.0, None]


def test_what_is_about_another_therapist_does_not_leave_by_this_one(clinic: SmallClinic) -> None:
    from alongside.clinic.people.actions import take_into_care

    take_into_care(
        client=clinic.alma,
        therapist=clinic.omar,
        starts_on=clinic.now.date(),
        by=OPERATOR,
        now=clinic.now,
    )
    clinic.feedback(clinic.visit(clinic.alma, clinic.omar), 1, O1="Only for Omar.")
    consented(clinic, FELT)
    left = released(
        clinic, wish_for(clinic, FELT), *words_of(clinic, wish_for(clinic, FELT)).values()
    )
    assert "Only for Omar." not in all_text(left.package.content)
    assert "10.0" not in json.dumps(told_in(left.package.content))


def test_a_cell_that_begins_like_a_formula_is_made_harmless(clinic: SmallClinic) -> None:
    clinic.alma.display_name = "=HYPERLINK(1)"
    clinic.alma.save()
    consented(clinic, WHO, client=clinic.alma)
    left = released(clinic, wish_for(clinic, WHO))
    assert "'=HYPERLINK(1)" in files_in(left.package.content)["tables/identity.csv"].decode()


def test_its_name_says_nothing_of_anybody(clinic: SmallClinic) -> None:
    consented(clinic, VISITS)
    left = released(clinic, wish_for(clinic, VISITS))
    assert left.package.name == f"package-{left.disclosure.public_id}.zip"


# --- What is left behind: the rows


def test_it_leaves_its_rows(clinic: SmallClinic) -> None:
    consent = consented(clinic, VISITS, PLAN)
    left = released(clinic, wish_for(clinic, VISITS, PLAN), "goal")
    row = Disclosure.objects.get()
    assert (row.client, row.by, row.at) == (clinic.alma, clinic.dana, clinic.now)
    assert row.parties == {
        "recipient": LAKE.name,
        "address": LAKE.address,
        "discloser": "Dana",
        "emergency": "",
    }
    assert (row.basis, row.purpose, row.segments) == ("consent", "treatment", [VISITS, PLAN])
    assert row.consents == [consent.public_id]
    assert (row.n_paragraphs, row.redisclosure) == (1, "redisclosure-by-consent")
    assert row.legal_texts == ["notice-long/1", "redisclosure-by-consent/1"]
    manifest = files_in(left.package.content)[MANIFEST]
    assert row.manifest_sha256 == sha256(manifest).hexdigest()
    named: dict[str, Any] = json.loads(manifest)["files"]
    assert named == {
        name: sha256(data).hexdigest()
        for name, data in files_in(left.package.content).items()
        if name != MANIFEST
    }
    event = AuditEvent.objects.get(deed="disclose")
    assert (event.client_id, event.subject_id) == (clinic.alma.pk, row.pk)
    assert event.detail["manifest"] == row.manifest_sha256
    assert "Lake" not in json.dumps(event.detail)


def test_sent_twice_it_leaves_once(clinic: SmallClinic) -> None:
    consented(clinic, *EVERYTHING)
    wish = wish_for(clinic, *EVERYTHING)
    first = released(clinic, wish)
    clinic.now += timedelta(seconds=20)
    again = released(clinic, wish)
    assert again.package == first.package
    assert Disclosure.objects.count() == AuditEvent.objects.filter(deed="disclose").count() == 1
    with pytest.raises(AlreadyLeft):
        released(clinic, replace(wish, segments=frozenset({VISITS})))


def test_a_key_of_somebody_else_opens_nothing(clinic: SmallClinic) -> None:
    from alongside.clinic.people.actions import take_into_care

    consented(clinic, VISITS)
    released(clinic, wish_for(clinic, VISITS))
    take_into_care(
        client=clinic.alma,
        therapist=clinic.omar,
        starts_on=clinic.now.date(),
        by=OPERATOR,
        now=clinic.now,
    )
    with pytest.raises(NotFound):
        release(
            wish_for(clinic, VISITS),
            ticked=(),
            request_key="key-1",
            by=clinic.as_actor(clinic.omar),
            now=clinic.now,
        )


@pytest.mark.parametrize(
    "change", [{"segments": []}, {"purpose": "payment"}, {"by": None}, {"manifest_sha256": "0"}]
)
def test_the_accounting_is_never_changed(clinic: SmallClinic, change: dict[str, object]) -> None:
    consented(clinic, VISITS)
    released(clinic, wish_for(clinic, VISITS))
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Disclosure.objects.update(**change)


def test_the_system_discloses_nothing_by_consent_that_is_not_there(clinic: SmallClinic) -> None:
    with pytest.raises(NothingMayLeave):
        release(wish_for(clinic, VISITS), ticked=(), request_key="k", by=SYSTEM, now=clinic.now)


def test_every_segment_that_is_kept_has_its_source(clinic: SmallClinic) -> None:
    assert set(EVERYTHING) == HELD
    consented(clinic, *EVERYTHING)
    left = released(clinic, wish_for(clinic, *RecordSegment, formats=frozenset({Format.PDF})))
    assert set(left.disclosure.segments) == HELD
    assert set(files_in(left.package.content)) == {
        *("record.pdf", "consent-1.pdf", NOTICE, MANIFEST)
    }
