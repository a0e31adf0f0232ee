"""Keys besides a password: codes are good once, secrets are sealed, the last key stays."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import override_settings

from alongside.clinic.credentials.keys import (
    CodeRefused,
    LastKey,
    PasskeyRefused,
    Site,
    add_passkey,
    ask_for_passkey,
    ask_for_proof,
    has_key,
    is_code_right,
    keys_of,
    make_codes,
    name_of,
    new_app_secret,
    person_with_passkey,
    remove_key,
    turn_on_app,
)
from alongside.clinic.credentials.models import KeySecret
from alongside.clinic.vault.renewal import renew_keys
from alongside.config.settings import MFA_TOTP_TOLERANCE as SHIPPED_TOLERANCE
from tests.factories.clinic import SmallClinic, small_clinic
from tests.factories.entrance import by, code_of, give_app
from tests.factories.rows import change
from tests.factories.soft_key import SoftKey

pytestmark = pytest.mark.django_db
SITE = Site("notes.example", "https://notes.example", "Notebook")


@pytest.fixture
def clinic() -> SmallClinic:
    cache.clear()
    return small_clinic()


@override_settings(MFA_TOTP_TOLERANCE=SHIPPED_TOLERANCE)
def test_a_code_of_the_app_is_good_once_and_while_it_shows(clinic: SmallClinic) -> None:
    with time_machine.travel(clinic.now, tick=False):
        secret, codes = give_app(clinic.dana), {}
        for steps in (-2, -1, 0, 1, 2):
            codes[steps] = code_of(secret, steps=steps)
        good = [steps for steps, code in codes.items() if is_code_right(clinic.dana, code)]
        assert good == [0]
        assert not is_code_right(clinic.dana, codes[0]), (
            "nobody who looked over a shoulder uses it again"
        )
        assert not is_code_right(clinic.omar, codes[0])


def test_printed_codes_are_hashed_with_a_salt_and_sealed(clinic: SmallClinic) -> None:
    codes = make_codes(person=clinic.dana, by=by(clinic.dana), now=clinic.now)
    assert all(len(code) == 8 and code.isdigit() for code in codes)
    kept = json.loads(KeySecret.objects.get(person=clinic.dana).secret)
    assert len(kept["salt"]) == 32 and len(set(kept["hashes"])) == 10
    assert not any(code in str(kept) for code in codes)
    make_codes(person=clinic.omar, by=by(clinic.omar), now=clinic.now)
    other = json.loads(KeySecret.objects.get(person=clinic.omar).secret)
    assert other["salt"] != kept["salt"]
    assert not is_code_right(clinic.omar, codes[0])
    assert is_code_right(clinic.dana, f"{codes[0][:4]} {codes[0][4:]}")


def test_an_app_is_a_key_only_after_it_showed_a_right_code(clinic: SmallClinic) -> None:
    with pytest.raises(CodeRefused):
        turn_on_app(
            person=clinic.dana,
            secret=new_app_secret(),
            code="000000",
            by=by(clinic.dana),
            now=clinic.now,
        )
    assert not has_key(clinic.dana)


def test_each_printed_code_is_good_once_and_new_ones_end_the_old(clinic: SmallClinic) -> None:
    codes = make_codes(person=clinic.dana, by=by(clinic.dana), now=clinic.now)
    assert len(set(codes)) == 10
    assert is_code_right(clinic.dana, codes[3]) and not is_code_right(clinic.dana, codes[3])
    make_codes(person=clinic.dana, by=by(clinic.dana), now=clinic.now)
    assert not is_code_right(clinic.dana, codes[4])


def test_secrets_lie_in_the_vault_and_survive_new_keys(own_keys: None, clinic: SmallClinic) -> None:
    secret = give_app(clinic.dana)
    codes = make_codes(person=clinic.dana, by=by(clinic.dana), now=clinic.now)
    rows = [*Authenticator.objects.values(), *KeySecret.objects.values()]
    assert secret not in str(rows) and secret.encode() not in b"".join(
        bytes(row["secret"]) for row in KeySecret.objects.values()
    )
    renew_keys(pause=lambda _: None)
    assert is_code_right(clinic.dana, code_of(secret, steps=1))
    assert is_code_right(clinic.dana, codes[0])


def test_a_removed_key_leaves_no_secret_and_the_last_one_stays(clinic: SmallClinic) -> None:
    give_app(clinic.dana)
    (key,) = keys_of(clinic.dana)
    with pytest.raises(LastKey):
        remove_key(person=clinic.dana, number=key.pk, by=by(clinic.dana), now=clinic.now)
    first = KeySecret.objects.get()
    give_app(clinic.dana)
    assert KeySecret.objects.get() != first, "another app takes the place of the first"


def test_an_answer_to_nobodys_question_opens_nothing(clinic: SmallClinic) -> None:
    _, challenge = ask_for_proof(SITE)
    for answer in ("", "{}", "[]", "null", '{"response": {}}', '{"response": {"userHandle": "x"}}'):
        with pytest.raises(PasskeyRefused):
            person_with_passkey(site=SITE, challenge=challenge, answer=answer, now=clinic.now)
        with pytest.raises(PasskeyRefused):
            add_passkey(
                person=clinic.dana,
                site=SITE,
                challenge=challenge,
                answer=answer,
                name="",
                by=by(clinic.dana),
                now=clinic.now,
            )
    assert not has_key(clinic.dana)


def passkey_of(clinic: SmallClinic, key: SoftKey) -> None:
    options, challenge = ask_for_passkey(clinic.dana, SITE)
    add_passkey(
        person=clinic.dana,
        site=SITE,
        challenge=challenge,
        answer=key.made(options),
        name="Firefox/Android",
        by=by(clinic.dana),
        now=clinic.now,
    )


def lets_in(clinic: SmallClinic, key: SoftKey, site: Site = SITE) -> bool:
    options, challenge = ask_for_proof(site)
    try:
        person = person_with_passkey(
            site=site, challenge=challenge, answer=key.used(options), now=clinic.now
        )
    except PasskeyRefused:
        return False
    return person == clinic.dana


def test_a_passkey_lets_its_owner_in(clinic: SmallClinic) -> None:
    key = SoftKey(SITE.origin)
    passkey_of(clinic, key)
    assert lets_in(clinic, key)
    assert name_of(keys_of(clinic.dana).get()) == "Firefox/Android"
    assert keys_of(clinic.dana).get().last_used_at == clinic.now
    assert "Firefox" not in str([*Authenticator.objects.values(), *KeySecret.objects.values()])


def test_a_passkey_opens_nothing_elsewhere_nor_twice_nor_without_its_lock(
    clinic: SmallClinic,
) -> None:
    key = SoftKey(SITE.origin)
    passkey_of(clinic, key)
    asked, challenge = ask_for_proof(SITE)
    answer = key.used(asked)
    _, later = ask_for_proof(SITE)
    with pytest.raises(PasskeyRefused):
        person_with_passkey(site=SITE, challenge=later, answer=answer, now=clinic.now)
    assert person_with_passkey(site=SITE, challenge=challenge, answer=answer, now=clinic.now)

    key.origin = "https://notes.example.evil.example"
    assert not lets_in(clinic, key), "a look-alike passed the question on"
    key.origin = SITE.origin
    key.verifies = False
    assert not lets_in(clinic, key), "nobody unlocked the device"
    key.verifies = True
    stranger = SoftKey(SITE.origin, name=key.name, handle=key.handle)
    assert not lets_in(clinic, stranger), "the name of a key is not the key"
    change(clinic.dana, is_active=False)
    assert not lets_in(clinic, key)


def test_a_passkey_made_for_another_site_is_none(clinic: SmallClinic) -> None:
    for key in (SoftKey("https://evil.example"), SoftKey(SITE.origin, verifies=False)):
        with pytest.raises(PasskeyRefused):
            passkey_of(clinic, key)
    assert not has_key(clinic.dana)


def test_what_a_browser_is_asked_names_nobody(clinic: SmallClinic) -> None:
    options, _ = ask_for_proof(SITE)
    assert not options["publicKey"].get("allowCredentials")
    assert options["publicKey"]["userVerification"] == "required"
    made, _ = ask_for_passkey(clinic.dana, SITE)
    assert made["publicKey"]["rp"] == {"id": "notes.example", "name": "Notebook"}


def test_allauth_keeps_no_address_of_anybody(clinic: SmallClinic) -> None:
    give_app(clinic.dana)
    assert not EmailAddress.objects.exists()


def test_a_code_of_yesterday_is_none(clinic: SmallClinic) -> None:
    secret = give_app(clinic.dana)
    code = code_of(secret)
    with time_machine.travel(time.time() + timedelta(days=1).total_seconds()):
        assert not is_code_right(clinic.dana, code)
