"""A client begins a consent, signs it, reads it back and takes it back; nobody else gives it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from itertools import product

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import translation

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.audit.actor import SYSTEM
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.consent.actions import (
    DRAFT_IS_KEPT,
    Deficient,
    NothingSaid,
    NotSigned,
    draft_consent,
    end_due_consents,
    give_consent,
    note_recipient_told,
    revoke_consent,
    set_consent_aside,
)
from alongside.clinic.consent.bridge import form_of, sections_of
from alongside.clinic.consent.evaluate import evaluate
from alongside.clinic.consent.form import (
    ConsentForm,
    Expiry,
    SharingPurpose,
    Statement,
    Until,
)
from alongside.clinic.consent.models import Consent
from alongside.clinic.consent.queries import (
    consent_in_care,
    own_consent,
    own_consents,
    own_draft,
    standing_consents,
)
from alongside.clinic.consent.segments import RecordSegment
from alongside.clinic.consent.states import (
    NEXT,
    ConsentEvent,
    ConsentState,
    NotInThisState,
    next_state,
)
from alongside.clinic.people.actions import end_care
from alongside.clinic.people.models import Care
from tests.factories.clinic import SmallClinic, small_clinic
from tests.factories.consents import LAKE, PEER, form
from tests.pdf_text import text_of_pdf

pytestmark = pytest.mark.django_db
WISH = replace(form(), client_name="", discloser="", signature="", signed_on=None)
A_DAY = timedelta(days=1)


@pytest.fixture
def clinic() -> SmallClinic:
    return small_clinic()


def given(clinic: SmallClinic, wish: ConsentForm = WISH, language: str = "en") -> Consent:
    by = clinic.as_actor(clinic.alma.person)
    draft = draft_consent(client=clinic.alma, form=wish, language=language, by=by, now=clinic.now)
    return give_consent(draft=draft, signature=" Alma Ruiz ", by=by, now=clinic.now)


def may_leave(clinic: SmallClinic, recipient: object = LAKE) -> frozenset[RecordSegment]:
    return evaluate(
        standing_consents(clinic.alma, now=clinic.now),
        recipient=recipient,  # type: ignore[arg-type]
        purpose=SharingPurpose.TREATMENT,
        segments=RecordSegment,
        now=clinic.now,
    ).segments


# --- Giving


def test_what_was_signed_is_kept_as_it_was(clinic: SmallClinic) -> None:
    consent = given(clinic)
    kept = form_of(Consent.objects.get())
    assert kept == replace(
        WISH,
        client_name="Alma",
        discloser="River House",
        signature="Alma Ruiz",
        signed_on=clinic.now.date(),
    )
    assert (consent.state, consent.signed_by) == (ConsentState.SIGNED, clinic.alma.person)
    pdf = bytes(Consent.objects.get().document)
    assert sha256(pdf).hexdigest() == consent.document_sha256
    text = text_of_pdf(pdf).replace("\n", " ")
    for words in (
        "Alma Ruiz, on 2 March 2026",
        "River House",
        "Lake Hospital",
        "1 Shore Road",
        "Weekly checks",
        "Treating me",
        "31 December 2026",
        "in writing",
    ):
        assert words in text
    assert sections_of(consent)[0].heading == "Whose record"


def test_it_is_signed_in_the_language_in_which_it_was_read(clinic: SmallClinic) -> None:
    translation.activate("en")
    text = text_of_pdf(bytes(given(clinic, language="es").document)).replace("\n", " ")
    assert "Puedo retirar este permiso cuando quiera" in text
    assert "Permiso para compartir mi expediente" in text
    assert "31 de diciembre de 2026" in text


def test_a_signed_consent_lets_out_what_it_names(clinic: SmallClinic) -> None:
    assert may_leave(clinic) == frozenset()
    given(clinic)
    assert may_leave(clinic) == WISH.segments
    assert may_leave(clinic, PEER) == frozenset()


def test_a_draft_lets_out_nothing_and_can_be_changed(clinic: SmallClinic) -> None:
    by = clinic.as_actor(clinic.alma.person)
    begun = ConsentForm(recipient=LAKE)
    draft = draft_consent(client=clinic.alma, form=begun, language="en", by=by, now=clinic.now)
    with pytest.raises(Deficient) as problem:
        give_consent(draft=draft, signature="Alma", by=by, now=clinic.now)
    assert "It does not say what may be given." in str(problem.value)
    again = draft_consent(
        client=clinic.alma, form=WISH, language="es", by=by, now=clinic.now, draft=draft
    )
    assert (again.pk, again.language, Consent.objects.count()) == (draft.pk, "es", 1)
    assert may_leave(clinic) == frozenset()
    with pytest.raises(NotSigned):
        give_consent(draft=again, signature="  ", by=by, now=clinic.now)
    assert not Consent.objects.given().exists()


def test_signed_twice_is_signed_once(clinic: SmallClinic) -> None:
    by = clinic.as_actor(clinic.alma.person)
    draft = draft_consent(client=clinic.alma, form=WISH, language="en", by=by, now=clinic.now)
    give_consent(draft=draft, signature="Alma", by=by, now=clinic.now)
    with pytest.raises(NotInThisState):
        give_consent(draft=draft, signature="Alma", by=by, now=clinic.now)
    with pytest.raises(NotInThisState):
        draft_consent(
            client=clinic.alma, form=WISH, language="en", by=by, now=clinic.now, draft=draft
        )
    assert AuditEvent.objects.filter(deed="give_consent").count() == 1


def test_nobody_gives_a_consent_in_a_clients_place(clinic: SmallClinic) -> None:
    alma = clinic.as_actor(clinic.alma.person)
    draft = draft_consent(client=clinic.alma, form=WISH, language="en", by=alma, now=clinic.now)
    others = [clinic.as_actor(each) for each in (clinic.dana, clinic.omar, clinic.ruth)]
    for by in (*others, clinic.as_actor(clinic.bruno.person), SYSTEM):
        with pytest.raises(NotFound):
            draft_consent(client=clinic.alma, form=WISH, language="en", by=by, now=clinic.now)
        with pytest.raises(NotFound):
            give_consent(draft=draft, signature="Alma", by=by, now=clinic.now)
    bruno = clinic.as_actor(clinic.bruno.person)
    with pytest.raises(NotFound):
        draft_consent(
            client=clinic.bruno, form=WISH, language="en", by=bruno, now=clinic.now, draft=draft
        )


def test_the_statements_of_a_consent_for_all_care_come_by_themselves(clinic: SmallClinic) -> None:
    all_care = replace(
        WISH, purposes=frozenset({SharingPurpose.ALL_CARE}), expiry=Expiry(Until.NONE)
    )
    consent = given(clinic, all_care)
    assert form_of(consent).statements >= {
        Statement.ALL_CARE_REDISCLOSURE,
        Statement.ALL_CARE_REFUSAL,
    }
    assert consent.statements == [
        "all-care-redisclosure/1",
        "all-care-refusal/1",
        "right-to-revoke/1",
    ]


# --- Ending


def test_taken_back_it_stops_with_the_very_next_question(clinic: SmallClinic) -> None:
    consent = given(clinic)
    revoke_consent(consent=consent, by=clinic.as_actor(clinic.alma.person), now=clinic.now)
    assert may_leave(clinic) == frozenset()
    with pytest.raises(NotInThisState):
        revoke_consent(consent=consent, by=clinic.as_actor(clinic.alma.person), now=clinic.now)


def test_a_paper_that_revokes_is_entered_by_whoever_has_the_client_in_care(
    clinic: SmallClinic,
) -> None:
    consent = given(clinic)
    for stranger in (clinic.omar, clinic.ruth, clinic.ines, clinic.bruno.person):
        with pytest.raises(NotFound):
            revoke_consent(consent=consent, by=clinic.as_actor(stranger), now=clinic.now)  # type: ignore[arg-type]
    revoke_consent(consent=consent, by=clinic.as_actor(clinic.dana), now=clinic.now)
    assert may_leave(clinic) == frozenset()


def test_what_is_known_to_be_untrue_is_set_aside_with_a_reason(clinic: SmallClinic) -> None:
    consent = given(clinic)
    dana = clinic.as_actor(clinic.dana)
    with pytest.raises(NothingSaid):
        set_consent_aside(consent=consent, why=" ", by=dana, now=clinic.now)
    with pytest.raises(NotFound):
        set_consent_aside(
            consent=consent, why="x", by=clinic.as_actor(clinic.alma.person), now=clinic.now
        )
    set_consent_aside(consent=consent, why="Signed by another.", by=dana, now=clinic.now)
    assert may_leave(clinic) == frozenset()


def test_it_holds_through_its_last_day_on_the_clinics_calendar(clinic: SmallClinic) -> None:
    last = clinic.now.date() + 9 * A_DAY
    given(clinic, replace(WISH, expiry=Expiry(Until.DATE, last)))
    clinic.now = clinic.now.replace(hour=22, minute=59) + 9 * A_DAY  # 23:59 in Madrid
    assert may_leave(clinic) == WISH.segments
    clinic.now += timedelta(minutes=1)
    assert may_leave(clinic) == frozenset(), "before any clock has marked it"
    assert Consent.objects.get().state == ConsentState.SIGNED
    assert end_due_consents(now=clinic.now) == 1
    assert Consent.objects.get().state == ConsentState.EXPIRED
    assert end_due_consents(now=clinic.now) == 0


def test_it_ends_with_the_treatment(clinic: SmallClinic) -> None:
    given(clinic, replace(WISH, expiry=Expiry(Until.END_OF_TREATMENT)))
    clinic.now += 3 * A_DAY
    assert may_leave(clinic) == WISH.segments
    care = Care.objects.get(client=clinic.alma)
    end_care(care=care, ends_on=clinic.now.date(), by=SYSTEM, now=clinic.now)
    assert may_leave(clinic) == WISH.segments
    clinic.now += A_DAY
    assert may_leave(clinic) == frozenset()
    Care.objects.all().delete()
    assert may_leave(clinic) == frozenset(), "no care at all is no treatment"


def test_an_old_draft_is_forgotten(clinic: SmallClinic) -> None:
    by = clinic.as_actor(clinic.alma.person)
    draft_consent(client=clinic.alma, form=WISH, language="en", by=by, now=clinic.now)
    assert end_due_consents(now=clinic.now + DRAFT_IS_KEPT) == 0
    assert end_due_consents(now=clinic.now + DRAFT_IS_KEPT + A_DAY) == 1
    assert not Consent.objects.exists()


def test_the_recipient_is_told_of_an_end_and_not_of_what_stands(clinic: SmallClinic) -> None:
    consent, dana = given(clinic), clinic.as_actor(clinic.dana)
    with pytest.raises(NotFound):
        note_recipient_told(consent=consent, by=dana, now=clinic.now)
    revoke_consent(consent=consent, by=clinic.as_actor(clinic.alma.person), now=clinic.now)
    note_recipient_told(consent=consent, by=dana, now=clinic.now)
    assert Consent.objects.get().recipient_told_by == clinic.dana


# --- Keeping


@pytest.mark.parametrize(
    "change",
    [
        {"segments": ["plan"]},
        {"purposes": ["research"]},
        {"last_day": date(2031, 1, 1)},
        {"statements": []},
        {"document_sha256": "0" * 64},
        {"signed_by": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_database_keeps_a_signed_consent_as_it_was(
    clinic: SmallClinic, change: dict[str, object]
) -> None:
    consent = given(clinic)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Consent.objects.filter(pk=consent.pk).update(**change)
    by = clinic.as_actor(clinic.alma.person)
    draft = draft_consent(client=clinic.alma, form=WISH, language="en", by=by, now=clinic.now)
    Consent.objects.filter(pk=draft.pk).update(segments=["plan"])  # a draft can be changed


def test_a_signed_consent_without_its_document_cannot_be(clinic: SmallClinic) -> None:
    by = clinic.as_actor(clinic.alma.person)
    draft = draft_consent(client=clinic.alma, form=WISH, language="en", by=by, now=clinic.now)
    for change in ({"state": "signed", "signed_at": clinic.now}, {"state": "revoked"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Consent.objects.filter(pk=draft.pk).update(**change)


def test_the_table_of_states_names_every_state_and_every_event() -> None:
    assert {state for state, _ in NEXT} | set(NEXT.values()) == set(ConsentState)
    assert {event for _, event in NEXT} == set(ConsentEvent)
    for state, event in product(ConsentState, ConsentEvent):
        if (state, event) in NEXT:
            assert next_state(state, event) == NEXT[state, event]
        else:
            with pytest.raises(NotInThisState):
                next_state(state, event)


# --- Reading


def test_each_reads_their_own_and_a_therapist_those_in_care(clinic: SmallClinic) -> None:
    consent = given(clinic)
    viewers = {
        name: Viewer(person, clinic.now)  # type: ignore[arg-type]
        for name, person in {
            "alma": clinic.alma.person,
            "bruno": clinic.bruno.person,
            "dana": clinic.dana,
            "omar": clinic.omar,
            "ines": clinic.ines,
        }.items()
    }
    assert own_consent(viewers["alma"], consent.public_id) == consent
    assert consent_in_care(viewers["dana"], clinic.alma, consent.public_id) == consent
    assert not own_consents(viewers["bruno"]).exists()
    for name in ("bruno", "dana", "omar", "ines"):
        with pytest.raises(NotFound):
            own_consent(viewers[name], consent.public_id)
    for name in ("bruno", "omar", "ines"):
        with pytest.raises(NotFound):
            consent_in_care(viewers[name], clinic.alma, consent.public_id)


def test_a_draft_is_the_clients_own_affair(clinic: SmallClinic) -> None:
    by = clinic.as_actor(clinic.alma.person)
    draft = draft_consent(client=clinic.alma, form=WISH, language="en", by=by, now=clinic.now)
    assert clinic.alma.person is not None
    assert own_draft(Viewer(clinic.alma.person, clinic.now), draft.public_id) == draft
    for person in (clinic.dana, clinic.bruno.person, clinic.ines):
        assert person is not None
        with pytest.raises(NotFound):
            own_draft(Viewer(person, clinic.now), draft.public_id)
    with pytest.raises(NotFound):
        consent_in_care(Viewer(clinic.dana, clinic.now), clinic.alma, draft.public_id)
