"""A link opens one form, and only whole and as it was made."""

from __future__ import annotations

import pytest
from django.conf import settings as django_settings
from django.core.signing import Signer
from hypothesis import given, settings
from hypothesis import strategies as st

from alongside.clinic.feedback.tokens import (
    ALPHABET,
    CODE_LENGTH,
    SIGNED_WAYS,
    LinkNotGood,
    code_hash,
    link_for,
    new_code,
    ticket_from,
    token_for,
)
from alongside.clinic.instruments.models import Slot, WayIn
from tests.factories.clinic import small_clinic

A_TOKEN = "lAbCdEfGh~" + "x" * 43


@pytest.fixture
def slot(db: None) -> Slot:
    slot = small_clinic().visit().feedback_slot
    assert slot is not None
    return slot


def test_each_way_in_opens_the_form_and_is_remembered(slot: Slot) -> None:
    tokens = {way: token_for(slot, way) for way in SIGNED_WAYS}
    assert len(set(tokens.values())) == 3
    for way, token in tokens.items():
        assert (ticket_from(token).slot, ticket_from(token).way_in) == (slot, way)
    assert link_for(slot) == f"{django_settings.BASE_URL}/f/{tokens[WayIn.LINK]}"


def test_a_link_is_not_a_kiosk_or_a_lent_device(slot: Slot) -> None:
    """Changing the mark at the front does not change the way in: the signature is another."""
    for way in SIGNED_WAYS:
        for mark in {*SIGNED_WAYS.values(), "x", ""} - {SIGNED_WAYS[way]}:
            with pytest.raises(LinkNotGood):
                ticket_from(mark + token_for(slot, way)[1:])


def test_a_link_that_was_cut_off_or_changed_by_one_letter_opens_nothing(slot: Slot) -> None:
    token = token_for(slot, WayIn.LINK)
    broken = [token[:n] for n in range(len(token))]
    broken += [token + "A", " " + token, token + " ", token.replace("~", ":"), token.upper()]
    for n, letter in enumerate(token):
        broken.append(token[:n] + ("A" if letter != "A" else "B") + token[n + 1 :])
    for each in broken:
        if each != token:
            with pytest.raises(LinkNotGood):
                ticket_from(each)


def test_a_link_signed_for_another_purpose_or_by_another_clinic_opens_nothing(
    slot: Slot, settings: object
) -> None:
    for salt in ("", "alongside.feedback", "alongside.feedback.kiosk", "django.core.signing"):
        with pytest.raises(LinkNotGood):
            ticket_from("l" + Signer(salt=salt, sep="~").sign(slot.link_key))
    token = token_for(slot, WayIn.LINK)
    settings.SECRET_KEY = "the secret of another clinic, long enough to be one"
    with pytest.raises(LinkNotGood):
        ticket_from(token)


def test_a_good_signature_over_a_form_that_is_gone_opens_nothing(slot: Slot) -> None:
    gone = Slot(link_key="AAAAAAAA")
    with pytest.raises(LinkNotGood):
        ticket_from(token_for(gone, WayIn.LINK))


@pytest.mark.django_db
@given(st.one_of(st.text(max_size=60), st.text("lhk~AbC012-_", max_size=60)))
@settings(max_examples=200, deadline=None)
def test_whatever_else_is_typed_is_refused_and_never_an_error(token: str) -> None:
    with pytest.raises(LinkNotGood):
        ticket_from(token)


def test_two_forms_have_two_links_and_a_link_names_nobody(slot: Slot) -> None:
    other = Slot(link_key="BBBBBBBB")
    assert token_for(slot, WayIn.LINK) != token_for(other, WayIn.LINK)
    assert slot.public_id not in link_for(slot)
    assert len(token_for(slot, WayIn.LINK)) < 70


def test_a_code_can_be_read_aloud_and_typed_in_any_way() -> None:
    code = new_code()
    assert len(code) == CODE_LENGTH
    assert not set(ALPHABET) & set("01ILO")
    typed = {code, code.lower(), f" {code[:3]}-{code[3:]} ", " ".join(code)}
    assert {code_hash(each) for each in typed} == {code_hash(code)}
    assert len({new_code() for _ in range(300)}) == 300


def test_what_is_stored_of_a_code_does_not_tell_it(settings: object) -> None:
    before = code_hash("ABC234")
    settings.SECRET_KEY = "the secret of another clinic, long enough to be one"
    assert "ABC234" not in before
    assert code_hash("ABC234") != before
