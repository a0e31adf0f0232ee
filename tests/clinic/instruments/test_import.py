"""An instrument comes in once; what was asked never changes under its answers."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest

from alongside.clinic.access.checks import NotFound
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.instruments.actions import (
    NoInstrument,
    VersionChanged,
    import_instrument,
    version_for,
)
from alongside.clinic.instruments.attestation import (
    AttestationNeeded,
    EndUnsaid,
    HolderUnsaid,
    LicenceUnsaid,
)
from alongside.clinic.instruments.models import Instrument, InstrumentVersion, Purpose
from alongside.clinic.instruments.own import install_own_instruments
from alongside.methods.instruments.errors import InvalidInstrument
from tests.factories.clinic import START, small_clinic

pytestmark = pytest.mark.django_db

LIBRARY = files("alongside.clinic.instruments") / "library"


def texts(name: str = "weekly-check") -> tuple[dict[str, Any], dict[str, Any]]:
    """An instrument of our own under the address of somebody else."""
    asked, scored = (
        json.loads((LIBRARY / f"{name}.{kind}.json").read_bytes())
        for kind in ("questionnaire", "scoring")
    )
    asked["url"] = scored["instrument"]["url"] = "https://clinic.example/fhir/Questionnaire/week"
    return asked, scored


def bring_in(asked: object, scored: object, **more: Any) -> InstrumentVersion:
    return import_instrument(
        document=json.dumps(asked),
        scoring=json.dumps(scored),
        **{"by": OPERATOR, "now": START, **more},
    )


def counts() -> tuple[int, int, int]:
    return (
        Instrument.objects.count(),
        InstrumentVersion.objects.count(),
        AuditEvent.objects.filter(deed__in=("import_instrument", "choose_instrument")).count(),
    )


def test_the_same_content_imported_twice_is_stored_once() -> None:
    asked, scored = texts()
    first = bring_in(asked, scored)
    before = counts()
    again = bring_in(dict(reversed(asked.items())), scored)
    assert again == first
    assert counts() == before


def test_installing_our_own_instruments_again_changes_nothing() -> None:
    install_own_instruments(by=OPERATOR, now=START)
    before = counts()
    install_own_instruments(by=OPERATOR, now=START)
    assert counts() == before == (3, 3, 6)


@pytest.mark.parametrize("part", ["document", "scoring"])
def test_a_version_with_other_content_is_refused_and_nothing_changes(part: str) -> None:
    asked, scored = texts()
    kept = bring_in(asked, scored)
    before = counts()
    if part == "document":
        asked["title"] = "Another title"
    else:
        scored["scales"][0]["minimum_answered"] = 6
        scored["worked_examples"] = scored["worked_examples"][:1]
    with pytest.raises(VersionChanged, match=asked["version"]):
        bring_in(asked, scored, purpose=Purpose.WEEKLY_CHECK)
    assert counts() == before
    stored = InstrumentVersion.objects.get(pk=kept.pk)
    assert (stored.document, stored.scoring) == (kept.document, kept.scoring)
    assert stored.instrument.purpose is None


def test_a_new_version_stands_beside_the_old_and_serves_new_slots() -> None:
    asked, scored = texts()
    first = bring_in(asked, scored, purpose=Purpose.WEEKLY_CHECK)
    asked["version"] = scored["instrument"]["version"] = "1.1.0"
    second = bring_in(asked, scored)
    assert first.instrument == second.instrument
    assert version_for(Purpose.WEEKLY_CHECK) == second


def test_one_instrument_at_a_time_serves_a_purpose() -> None:
    install_own_instruments(by=OPERATOR, now=START)
    asked, scored = texts()
    other = bring_in(asked, scored, purpose=Purpose.WEEKLY_CHECK)
    assert version_for(Purpose.WEEKLY_CHECK) == other
    assert Instrument.objects.filter(purpose=Purpose.WEEKLY_CHECK).count() == 1
    install_own_instruments(by=OPERATOR, now=START)
    assert version_for(Purpose.WEEKLY_CHECK) == other


def test_a_purpose_that_nothing_serves_is_said() -> None:
    with pytest.raises(NoInstrument):
        version_for(Purpose.VISIT_FEEDBACK)


ATTESTED = {"holder": "River House", "licence": "2026-17", "until": "2027-12-31"}


@pytest.mark.parametrize("is_owned", [True, False])
@pytest.mark.parametrize(
    ("change", "refusal", "named"),
    [
        ({"holder": None}, HolderUnsaid, "who holds the licence"),
        ({"holder": " "}, HolderUnsaid, "who holds the licence"),
        ({"licence": None}, LicenceUnsaid, "which licence"),
        ({"until": None}, EndUnsaid, "until when"),
        ({"until": "next spring"}, EndUnsaid, "until when"),
    ],
)
def test_an_attestation_says_who_holds_which_licence_until_when(
    change: dict[str, str | None], refusal: type[AttestationNeeded], named: str, is_owned: bool
) -> None:
    asked, scored = texts()
    scored["attestation_required"] = is_owned
    said = {part: text for part, text in (ATTESTED | change).items() if text is not None}
    with pytest.raises(refusal, match=named):
        bring_in(asked, scored, attestation=said)
    assert not Instrument.objects.exists()


def test_an_instrument_of_somebody_else_needs_an_attestation() -> None:
    asked, scored = texts()
    asked["copyright"] = "Held by somebody else. All rights reserved."
    for nothing in (None, {}):
        with pytest.raises(AttestationNeeded, match="Say who holds the licence"):
            bring_in(asked, scored, attestation=nothing)
    assert not Instrument.objects.exists()
    assert bring_in(asked, scored, attestation=ATTESTED | {"x": "y"}).attestation == ATTESTED


def test_a_licence_may_have_no_end() -> None:
    endless = ATTESTED | {"until": ""}
    assert bring_in(*texts(), attestation=endless).attestation == endless


@pytest.mark.parametrize(
    ("document", "scoring"),
    [
        (b"{", b"{}"),
        (b"[]", b"{}"),
        (b'{"resourceType": "Patient"}', b"{}"),
        (b"\xff\xfe{}", b"{}"),
    ],
)
def test_what_is_no_questionnaire_is_refused_and_leaves_nothing(
    document: bytes, scoring: bytes
) -> None:
    with pytest.raises(InvalidInstrument):
        import_instrument(document=document, scoring=scoring, by=OPERATOR, now=START)
    assert counts() == (0, 0, 0)


def test_only_an_administrator_brings_in_instruments() -> None:
    clinic = small_clinic()
    asked, scored = texts()
    for person in (clinic.dana, clinic.ruth, clinic.alma.person):
        with pytest.raises(NotFound):
            bring_in(asked, scored, by=clinic.as_actor(person))
    ines = clinic.as_actor(clinic.ines)
    assert bring_in(asked, scored, by=ines).imported_by == clinic.ines
