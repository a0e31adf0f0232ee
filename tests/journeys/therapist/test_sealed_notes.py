"""A sealed note: written and opened in the author's browser, and in no other place at all."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.serialization import load_der_private_key
from playwright.sync_api import Page, expect

from alongside.clinic.sealed_notes.models import SealedNote, SealingKey
from alongside.interfaces.therapist.pages.sealed_notes import info_of
from tests.factories.clinic import SmallClinic, small_clinic
from tests.journeys.browser import NewPage, Stop
from tests.journeys.therapist.test_a_week_of_dana import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
PASSPHRASE = "four words by the río"
WORDS = "She spoke of her brother; nobody else should read this. Ñandú."
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def notes_page(page: Page, clinic: SmallClinic) -> None:
    page.goto(f"/caseload/clients/{clinic.alma.public_id}/notes/")


def make_key(page: Page) -> None:
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_label("The same again").fill(PASSPHRASE)
    page.get_by_role("button", name="Make my key").click()
    expect(page.get_by_text("Your key is made.")).to_be_visible()


def private_key(kept: SealingKey) -> X25519PrivateKey:
    """The author's key as another program opens it: by the passphrase and what is stored."""
    drawn = PBKDF2HMAC(SHA256(), 32, bytes(kept.salt or b""), kept.n_iterations)
    wrapped = bytes(kept.wrapped or b"")
    key = AESGCM(drawn.derive(PASSPHRASE.encode()))
    found: Any = load_der_private_key(key.decrypt(wrapped[:12], wrapped[12:], None), None)
    assert isinstance(found, X25519PrivateKey)
    return found


def test_a_note_is_written_sealed_closed_and_opened_again(new_page: NewPage, stop: Stop) -> None:
    clinic, sent = small_clinic(), []
    page = new_page()
    sign_in(page)
    page.on("request", lambda request: sent.append(request.post_data or ""))
    notes_page(page, clinic)
    stop(page, "before-the-key")
    make_key(page)
    page.get_by_label("Your words").fill(WORDS)
    expect(page.get_by_text("Sealed and saved.")).to_be_visible()
    stop(page, "writing")
    page.get_by_role("button", name="Close the note").click()
    expect(page.get_by_text("Sealed and kept.")).to_be_visible()

    page.get_by_label("Your passphrase").fill("not the passphrase")
    page.get_by_role("button", name="Open my notes").click()
    expect(page.get_by_text("That passphrase does not open your key.")).to_be_visible()
    page.get_by_label("Your passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Open my notes").click()
    expect(page.get_by_text(WORDS)).to_be_visible()
    stop(page, "opened")
    assert not any(WORDS[:12] in each or "four words" in each for each in sent)

    note = SealedNote.objects.get()
    info = info_of(clinic.dana, clinic.alma, note.public_id).encode()
    opened = SUITE.decrypt(bytes(note.envelope or b""), private_key(note.key), info=info)
    assert opened.decode() == WORDS
    with pytest.raises(InvalidTag):
        elsewhere = info_of(clinic.dana, clinic.bruno, note.public_id).encode()
        SUITE.decrypt(bytes(note.envelope or b""), private_key(note.key), info=elsewhere)


def test_a_note_sealed_by_another_program_opens_in_the_browser(new_page: NewPage) -> None:
    clinic = small_clinic()
    page = new_page()
    sign_in(page)
    notes_page(page, clinic)
    make_key(page)
    key = SealingKey.objects.get()
    public = X25519PublicKey.from_public_bytes(bytes(key.public_key))
    info = info_of(clinic.dana, clinic.alma, "another-note").encode()
    SealedNote.objects.create(
        public_id="another-note",
        client=clinic.alma,
        author=clinic.dana,
        key=key,
        envelope=SUITE.encrypt(WORDS.encode(), public, info=info),
        began_at=clinic.now,
        saved_at=clinic.now,
    )
    notes_page(page, clinic)
    page.get_by_label("Your passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Open my notes").click()
    expect(page.get_by_text(WORDS)).to_be_visible()


def test_without_script_nothing_can_be_typed_that_would_be_sent_in_the_clear(
    new_page: NewPage, stop: Stop
) -> None:
    clinic = small_clinic()
    page = new_page(script=False)
    sign_in(page)
    notes_page(page, clinic)
    expect(page.get_by_text("This browser cannot seal notes")).to_be_visible()
    expect(page.locator("[data-passphrase]").first).to_be_hidden()
    stop(page, "without-script")
