"""The promise (A7): no deficient consent is acted on, and no valid one is turned away.

Each of the nine elements of 42 CFR 2.31(a) is left out by itself and with each other one, and a
consent is ended, revoked, sent to somebody else, used for something else, mixed with notes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings

from alongside.clinic.consent.elements import (
    REQUIREMENTS,
    SENTENCES,
    Deficiency,
    Requirement,
    deficiencies,
)
from alongside.clinic.consent.evaluate import StandingConsent, evaluate
from alongside.clinic.consent.form import (
    CARE,
    ConsentForm,
    Expiry,
    Recipient,
    RecipientKind,
    SharingPurpose,
    Statement,
    Until,
)
from alongside.clinic.consent.segments import APART, RecordSegment
from tests.factories.consents import (
    EXCHANGE,
    LAKE,
    NOW,
    PEER,
    TREATING,
    consent,
    form,
    valid_forms,
)
from tests.promises import figures

N_FORMS = figures.size(sample=300, full=20_000)

LEFT_OUT: dict[Deficiency, dict[str, object]] = {
    Deficiency.CLIENT: {"client_name": " "},
    Deficiency.DISCLOSER: {"discloser": ""},
    Deficiency.INFORMATION: {"segments": frozenset()},
    Deficiency.RECIPIENT: {"recipient": None},
    Deficiency.PURPOSE: {"purposes": frozenset()},
    Deficiency.RIGHT_TO_REVOKE: {"statements": frozenset()},
    Deficiency.EXPIRY: {"expiry": None},
    Deficiency.SIGNATURE: {"signature": ""},
    Deficiency.DATE: {"signed_on": None},
}
OMISSIONS = [frozenset(left_out) for many in (1, 2) for left_out in combinations(LEFT_OUT, many)]

ALL_CARE = {"purposes": frozenset({SharingPurpose.ALL_CARE}), "recipient": TREATING}
NOTES = frozenset({RecordSegment.SEALED_NOTES})
BROKEN: dict[Deficiency, ConsentForm] = {
    Deficiency.ALL_CARE_REDISCLOSURE: form(
        **ALL_CARE, statements=frozenset({Statement.RIGHT_TO_REVOKE, Statement.ALL_CARE_REFUSAL})
    ),
    Deficiency.ALL_CARE_REFUSAL: form(
        **ALL_CARE,
        statements=frozenset({Statement.RIGHT_TO_REVOKE, Statement.ALL_CARE_REDISCLOSURE}),
    ),
    Deficiency.ALL_CARE_APART: form(
        purposes=frozenset({SharingPurpose.ALL_CARE, SharingPurpose.RESEARCH})
    ),
    Deficiency.PROCEEDINGS_APART: form(
        purposes=frozenset({SharingPurpose.LEGAL_PROCEEDING, SharingPurpose.TREATMENT})
    ),
    Deficiency.PARTICIPANTS: form(recipient=replace(EXCHANGE, participants=" ")),
    Deficiency.RECIPIENT_BY_NAME: form(recipient=TREATING),
    Deficiency.NOTES_APART: form(segments=NOTES | {RecordSegment.ATTENDANCE}),
    Deficiency.NOTES_BY_ALL_CARE: form(**ALL_CARE, segments=NOTES),
    Deficiency.NOTES_CONDITION: form(
        segments=NOTES, statements=frozenset({Statement.RIGHT_TO_REVOKE})
    ),
    Deficiency.OPEN_ENDED: form(
        purposes=frozenset({SharingPurpose.OWN_REQUEST}), expiry=Expiry(Until.NONE)
    ),
    Deficiency.ENDS_BEFORE_SIGNED: form(expiry=Expiry(Until.DATE, date(2026, 3, 1))),
}
"""For each rule beyond the nine elements, a form that breaks it and no other."""


def omitting(left_out: frozenset[Deficiency]) -> ConsentForm:
    """The whole form without these elements."""
    changes: dict[str, object] = {}
    for each in left_out:
        changes |= LEFT_OUT[each]
    statements = form().statements if "statements" not in changes else changes["statements"]
    return form(**{**changes, "statements": statements})


def asked(of: StandingConsent, **changes: object) -> frozenset[RecordSegment]:
    """What may leave when everything is asked for that the form names."""
    request: dict[str, object] = {
        "recipient": LAKE,
        "purpose": SharingPurpose.TREATMENT,
        "segments": of.form.segments or frozenset(RecordSegment),
        "now": NOW,
    }
    return evaluate([of], **{**request, **changes}).segments  # type: ignore[arg-type]


def test_a_whole_form_lets_out_what_it_names_and_no_more() -> None:
    assert deficiencies(form()) == ()
    assert asked(consent()) == form().segments
    assert asked(consent(), segments=frozenset(RecordSegment) - APART) == form().segments


@pytest.mark.promise
def test_forty_five_of_forty_five_omissions_are_refused() -> None:
    assert len(OMISSIONS) == 45
    refused = [
        left_out
        for left_out in OMISSIONS
        if left_out <= set(deficiencies(omitting(left_out)))
        and asked(consent(omitting(left_out))) == frozenset()
    ]
    assert len(refused) == 45
    figures.record(
        "A7",
        part="omissions",
        found=len(refused),
        of=len(OMISSIONS),
        what="consents that lack one or two of what the law asks for refused",
    )


@pytest.mark.parametrize("left_out", [each for each in OMISSIONS if len(each) == 1], ids=str)
def test_an_omission_is_named_and_nothing_else_is(left_out: frozenset[Deficiency]) -> None:
    assert frozenset(deficiencies(omitting(left_out))) == left_out


@pytest.mark.parametrize("broken", BROKEN)
def test_each_further_rule_is_broken_by_a_form_of_its_own(broken: Deficiency) -> None:
    of = BROKEN[broken]
    found = set(deficiencies(of))
    assert broken in found
    # Notes under a consent for all care also lack no other thing than that.
    assert (
        found <= {broken, Deficiency.OPEN_ENDED}
        if broken is Deficiency.ALL_CARE_APART
        else (found == {broken})
    )
    for recipient in (LAKE, PEER, EXCHANGE):
        for purpose in SharingPurpose:
            assert asked(consent(of), recipient=recipient, purpose=purpose) == frozenset()


@pytest.mark.parametrize("without", REQUIREMENTS, ids=lambda each: each.deficiency)
def test_control_a_check_that_is_taken_out_lets_a_form_through(without: Requirement) -> None:
    """Were one requirement forgotten, a form of this file would pass: each is needed."""
    fewer = tuple(each for each in REQUIREMENTS if each is not without)
    broken = [omitting(frozenset({each})) for each in LEFT_OUT] + list(BROKEN.values())
    assert all(deficiencies(of) for of in broken)
    assert [of for of in broken if not deficiencies(of, fewer)] != []


def test_every_deficiency_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Deficiency)
    assert len({str(sentence) for sentence in SENTENCES.values()}) == len(Deficiency)


WAYS_OUT: dict[str, Callable[[StandingConsent], frozenset[RecordSegment]]] = {
    "expired": lambda of: asked(replace(of, ends_at=NOW)),
    "revoked": lambda of: asked(replace(of, revoked_at=NOW)),
    "revoked long ago": lambda of: asked(replace(of, revoked_at=NOW - timedelta(days=9))),
    "known to be untrue": lambda of: asked(replace(of, is_set_aside=True)),
    "never signed": lambda of: asked(replace(of, signed_at=None)),
    "signed tomorrow": lambda of: asked(replace(of, signed_at=NOW + timedelta(days=1))),
    "other recipient": lambda of: asked(of, recipient=PEER),
    "same name, other kind": lambda of: asked(
        of, recipient=Recipient(RecipientKind.OTHER, LAKE.name)
    ),
    "a class": lambda of: asked(of, recipient=TREATING),
    "nobody": lambda of: asked(of, recipient=Recipient(LAKE.kind, " ")),
    **{
        f"for {purpose}": lambda of, purpose=purpose: asked(of, purpose=purpose)  # type: ignore[misc]
        for purpose in SharingPurpose
        if purpose is not SharingPurpose.TREATMENT
    },
    "other segment": lambda of: asked(of, segments={RecordSegment.PLAN}),
    "sealed notes": lambda of: asked(of, segments=NOTES),
}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_what_the_consent_does_not_cover_stays_here(way: str) -> None:
    assert asked(consent()) != frozenset()
    assert WAYS_OUT[way](consent()) == frozenset()


def test_a_consent_that_ends_today_holds_until_then() -> None:
    assert asked(consent(ends_at=NOW + timedelta(seconds=1))) == form().segments
    assert asked(consent(revoked_at=NOW + timedelta(seconds=1))) == form().segments


def test_notes_leave_by_their_own_consent_alone_and_never_with_others() -> None:
    notes = consent(form(segments=NOTES))
    assert asked(notes) == NOTES
    mixed = evaluate(
        [notes, consent()],
        recipient=LAKE,
        purpose=SharingPurpose.TREATMENT,
        segments=NOTES | form().segments,
        now=NOW,
    )
    assert mixed.segments == form().segments


def test_a_consent_for_all_care_covers_care_of_any_treating_recipient_and_nothing_else() -> None:
    everything = frozenset(RecordSegment) - APART
    all_care = consent(form(**ALL_CARE, segments=everything, expiry=Expiry(Until.NONE)))
    for purpose in SharingPurpose:
        got = asked(all_care, purpose=purpose, segments=RecordSegment)
        assert got == (everything if purpose in CARE | {SharingPurpose.ALL_CARE} else frozenset())
    assert asked(all_care, recipient=PEER) == asked(all_care, recipient=EXCHANGE) == frozenset()


@pytest.mark.promise
@figures.patience(sample=120, full=1_200)
def test_no_valid_consent_is_turned_away() -> None:
    n_tried = 0

    @settings(max_examples=N_FORMS, deadline=None)
    @given(valid_forms())
    def lets_out_what_it_names(of: ConsentForm) -> None:
        nonlocal n_tried
        assert deficiencies(of) == ()
        recipient = of.recipient
        assert recipient is not None
        if recipient.is_class:
            recipient = replace(LAKE, kind=recipient.kind)
        for purpose in of.purposes:
            signed_at = datetime(2026, 3, 2, tzinfo=UTC)
            found = asked(StandingConsent(of, signed_at), recipient=recipient, purpose=purpose)
            assert found == of.segments
        n_tried += 1

    lets_out_what_it_names()
    figures.record("A7", part="whole forms", found=0, of=n_tried, what="valid consents refused")
