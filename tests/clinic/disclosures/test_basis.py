"""What a recipient may do further, what an emergency needs, what a court's paper opens."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest
from django.db import IntegrityError, transaction

from alongside.clinic.access.checks import NotFound
from alongside.clinic.consent.form import RecipientKind, SharingPurpose
from alongside.clinic.consent.legal_texts import legal_text
from alongside.clinic.consent.segments import APART, RecordSegment
from alongside.clinic.disclosures.actions import (
    NothingWritten,
    SamePerson,
    close_demand,
    confirm_demand,
    note_counsel,
    record_demand,
)
from alongside.clinic.disclosures.basis import (
    OPENS,
    REDISCLOSURE,
    DemandKind,
    EmergencyNotWritten,
    MedicalEmergency,
    Redisclosure,
    Use,
    redisclosure_under_consent,
    use_of,
)
from alongside.clinic.disclosures.demands import DemandStaysShut, Shut, why_shut
from alongside.clinic.disclosures.gateway import preview
from alongside.clinic.disclosures.models import Disclosure, LegalDemand
from alongside.clinic.people.actions import add_person
from alongside.clinic.people.models import Person, Role
from tests.factories.clinic import SmallClinic, small_clinic
from tests.factories.consents import LAKE, PEER
from tests.factories.sharing import files_in, released, wish_for
from tests.pdf_text import spoken

VISITS, WHO = RecordSegment.ATTENDANCE, RecordSegment.IDENTITY

# --- Redisclosure (42 CFR 2.33): fifteen of fifteen, written out by hand from the rule

HIPAA, BY_CONSENT, CONTRACTORS, PARTICIPANTS, NONE = (
    "redisclosure-hipaa",
    "redisclosure-by-consent",
    "redisclosure-contractors",
    "redisclosure-participants",
    "redisclosure-none",
)
BY_HAND = {
    "covered_entity": (HIPAA, BY_CONSENT, BY_CONSENT),
    "business_associate": (HIPAA, BY_CONSENT, BY_CONSENT),
    "part_2_program": (BY_CONSENT, BY_CONSENT, BY_CONSENT),
    "intermediary": (PARTICIPANTS, PARTICIPANTS, PARTICIPANTS),
    "other": (CONTRACTORS, CONTRACTORS, NONE),
}


def test_fifteen_of_fifteen_recipients_and_purposes_get_their_rule() -> None:
    right = [
        (kind, use)
        for kind, rules in BY_HAND.items()
        for use, rule in zip(("all_care", "payment_or_operations", "other"), rules, strict=True)
        if REDISCLOSURE[RecipientKind(kind), Use(use)] == rule
    ]
    assert len(right) == len(REDISCLOSURE) == 15


def test_every_purpose_is_one_of_three_and_every_rule_has_its_words() -> None:
    assert {use_of(purpose) for purpose in SharingPurpose} == set(Use)
    for rule in Redisclosure:
        assert legal_text(rule).words.in_language("es")


def test_of_several_purposes_the_narrowest_rule_holds() -> None:
    money = {SharingPurpose.PAYMENT, SharingPurpose.OPERATIONS}
    assert redisclosure_under_consent(RecipientKind.OTHER, frozenset(money)) == CONTRACTORS
    mixed = frozenset(money | {SharingPurpose.TREATMENT})
    assert redisclosure_under_consent(RecipientKind.OTHER, mixed) == NONE


# --- Emergencies (42 CFR 2.51)

WRITTEN = MedicalEmergency(
    recipient="Dr. Lee, Lake Hospital",
    discloser="Dana",
    at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    nature="Found unconscious, breathing slowly.",
)


@pytest.fixture
def clinic(db: None) -> SmallClinic:
    clinic = small_clinic()
    clinic.visit()
    return clinic


@pytest.mark.parametrize("missing", ["recipient", "discloser", "at", "nature"])
def test_without_each_of_its_four_facts_nothing_leaves(clinic: SmallClinic, missing: str) -> None:
    emergency = replace(WRITTEN, **{missing: None if missing == "at" else " "})
    assert emergency.missing == (missing,)
    with pytest.raises(EmergencyNotWritten):
        released(clinic, wish_for(clinic, VISITS, emergency=emergency))
    assert not Disclosure.objects.exists()


def test_written_down_it_leaves_at_once_with_all_four_in_its_row(clinic: SmallClinic) -> None:
    left = released(clinic, wish_for(clinic, VISITS, WHO, *APART, emergency=WRITTEN))
    row = Disclosure.objects.get()
    assert (row.basis, row.purpose) == ("emergency", "treatment")
    assert row.segments == [VISITS, WHO], "sealed notes do not leave in an emergency either"
    assert row.parties["emergency"] == WRITTEN.nature
    assert (row.parties["recipient"], row.parties["discloser"]) == (LAKE.name, "Dana")
    assert row.at == clinic.now
    text = spoken(files_in(left.package.content)["record.pdf"])
    assert "under 42 CFR 2.51" in text and WRITTEN.nature in text
    assert legal_text("notice-long").words.in_language("en") in text


def test_who_is_not_in_charge_of_the_client_does_not_give_in_an_emergency(
    clinic: SmallClinic,
) -> None:
    with pytest.raises(NotFound):
        preview(
            wish_for(clinic, VISITS, emergency=WRITTEN),
            by=clinic.as_actor(clinic.omar),
            now=clinic.now,
        )


# --- Demands and court orders (subpart E)


@pytest.fixture
def officers(clinic: SmallClinic) -> tuple[Person, Person]:
    from alongside.clinic.audit.actor import OPERATOR

    return tuple(  # type: ignore[return-value]
        add_person(
            sign_in_name=name.lower(),
            display_name=name,
            password=None,
            roles=[Role.PRIVACY_OFFICER],
            by=OPERATOR,
            now=clinic.now,
        )
        for name in ("Priya", "Quentin")
    )


def demanded(
    clinic: SmallClinic, by: Person, kind: DemandKind = DemandKind.ORDER_CIVIL, **more: object
) -> LegalDemand:
    given = {"segments": frozenset({VISITS}), "is_sealed": False, **more}
    return record_demand(
        client=clinic.alma,
        kind=kind,
        who="County court, 12/26",
        says="All that is known.",
        received_on=clinic.now.date(),
        by=clinic.as_actor(by),
        now=clinic.now,
        **given,  # type: ignore[arg-type]
    )


def opened(clinic: SmallClinic, officers: tuple[Person, Person], **more: object) -> LegalDemand:
    demand = demanded(clinic, officers[0], **more)  # type: ignore[arg-type]
    first, second = map(clinic.as_actor, officers)
    note_counsel(demand=demand, says="It is one, and it is narrow.", by=first, now=clinic.now)
    return confirm_demand(demand=demand, by=second, now=clinic.now)


@pytest.mark.parametrize("kind", [kind for kind in DemandKind if not OPENS[kind]])
def test_whatever_is_no_court_order_has_no_way_out(
    clinic: SmallClinic, officers: tuple[Person, Person], kind: DemandKind
) -> None:
    demand = opened(clinic, officers, kind=kind)
    assert why_shut(demand) == (Shut.NO_ORDER,)
    with pytest.raises(DemandStaysShut):
        released(clinic, wish_for(clinic, VISITS, recipient=PEER, demand=demand))
    assert not Disclosure.objects.exists()


def test_only_orders_of_subpart_e_open_anything() -> None:
    assert {kind for kind, opens in OPENS.items() if opens} == {
        DemandKind.ORDER_CIVIL,
        DemandKind.ORDER_CRIMINAL,
    }
    assert set(OPENS) == set(DemandKind)


def test_an_order_opens_after_counsel_and_a_second_person_and_only_what_it_names(
    clinic: SmallClinic, officers: tuple[Person, Person]
) -> None:
    demand = demanded(clinic, officers[0])
    assert why_shut(demand) == (Shut.NO_COUNSEL, Shut.NO_SECOND_PERSON)
    first, second = map(clinic.as_actor, officers)
    wish = wish_for(clinic, VISITS, WHO, recipient=PEER, demand=demand)
    with pytest.raises(NothingWritten):
        note_counsel(demand=demand, says=" ", by=first, now=clinic.now)
    with pytest.raises(SamePerson):
        confirm_demand(demand=demand, by=first, now=clinic.now)
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalDemand.objects.update(confirmed_by=officers[0])
    confirm_demand(demand=demand, by=second, now=clinic.now)
    with pytest.raises(DemandStaysShut):
        released(clinic, wish)
    note_counsel(demand=demand, says="It is an order.", by=first, now=clinic.now)
    row = released(clinic, wish).disclosure
    assert (row.basis, row.purpose, row.segments) == ("court_order", "legal_proceeding", [VISITS])
    assert (row.demand, row.redisclosure) == (demand, "redisclosure-by-order")
    close_demand(demand=demand, by=first, now=clinic.now)
    with pytest.raises(DemandStaysShut):
        released(clinic, wish, key="key-2")


def test_an_order_about_one_client_opens_nobody_elses_record(
    clinic: SmallClinic, officers: tuple[Person, Person]
) -> None:
    demand = opened(clinic, officers)
    LegalDemand.objects.update(client=clinic.bruno)
    with pytest.raises(DemandStaysShut):
        released(clinic, wish_for(clinic, VISITS, recipient=PEER, demand=demand))


def test_an_order_without_a_scope_opens_nothing(
    clinic: SmallClinic, officers: tuple[Person, Person]
) -> None:
    assert why_shut(opened(clinic, officers, segments=frozenset())) == (Shut.NO_SCOPE,)


def test_demands_are_the_privacy_officers_affair(
    clinic: SmallClinic, officers: tuple[Person, Person]
) -> None:
    demand = demanded(clinic, officers[0])
    for person in (clinic.dana, clinic.ruth, clinic.ines, clinic.alma.person):
        assert person is not None
        with pytest.raises(NotFound):
            demanded(clinic, person)
        for deed in (confirm_demand, close_demand):
            with pytest.raises(NotFound):
                deed(demand=demand, by=clinic.as_actor(person), now=clinic.now)
        with pytest.raises(NotFound):
            note_counsel(demand=demand, says="x", by=clinic.as_actor(person), now=clinic.now)


def test_every_pair_of_kind_and_missing_step_stays_shut(
    clinic: SmallClinic, officers: tuple[Person, Person]
) -> None:
    demand = opened(clinic, officers)
    n_open = 0
    for kind, counsel, second, scope in product(DemandKind, *[(True, False)] * 3):
        demand.kind = kind
        demand.counsel_at = clinic.now if counsel else None
        demand.confirmed_by = officers[1] if second else None
        demand.segments = [VISITS] if scope else []
        is_open = not why_shut(demand)
        assert is_open == (OPENS[kind] and counsel and second and scope)
        n_open += is_open
    assert n_open == 2
