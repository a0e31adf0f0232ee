"""Passkeys, the app with codes that change, and the codes for when both are lost.

The records are django-allauth's (`allauth.mfa`): it knows how codes are made, used up and kept
from being used twice. The two ceremonies of a passkey are python-fido2's, asked here with the one
address that this clinic has. Decision 0020.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, validate_totp_code
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestedCredentialData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from alongside.clinic.access.checks import NotFound
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import Actor
from alongside.clinic.credentials.changes import note_change
from alongside.clinic.credentials.models import ChangedMeans, KeySecret
from alongside.clinic.credentials.sealing import secrets_of
from alongside.clinic.credentials.sign_ins import check_may_change, client_id_of
from alongside.clinic.people.models import Person
from alongside.methods.vocabulary.errors import AlongsideError

PASSKEY: Final = Authenticator.Type.WEBAUTHN
APP: Final = Authenticator.Type.TOTP
CODES: Final = Authenticator.Type.RECOVERY_CODES
N_CODES: Final = 10
CODE_DIGITS: Final = 8
MUST: Final = UserVerificationRequirement.REQUIRED

Challenge = Mapping[str, Any]
"""What has to be remembered between the two halves of a ceremony."""


class PasskeyRefused(AlongsideError):
    """That passkey did not work. Try again, or come in another way."""


class CodeRefused(AlongsideError):
    """That code did not work. Codes change every 30 seconds: type the one that shows now."""


class LastKey(AlongsideError):
    """This is your last key. Set up another one first."""


@dataclass(frozen=True)
class Site:
    """The one address for which passkeys are made, and the name that devices show for it."""

    host: str
    origin: str
    name: str

    @property
    def server(self) -> Fido2Server:
        return Fido2Server(
            PublicKeyCredentialRpEntity(id=self.host, name=self.name),
            verify_origin=lambda origin: origin == self.origin,
        )


def keys_of(person: Person) -> QuerySet[Any]:
    """The person's passkeys and their app, the oldest first."""
    keys: QuerySet[Any] = Authenticator.objects.filter(user=person, type__in=(PASSKEY, APP))
    return keys.order_by("pk")


def has_key(person: Person) -> bool:
    """Whether the person can prove by more than a password who they are."""
    return keys_of(person).exists()


def ask_for_passkey(person: Person, site: Site) -> tuple[dict[str, Any], Challenge]:
    """What a browser needs in order to make a passkey for this person."""
    options, challenge = site.server.register_begin(
        PublicKeyCredentialUserEntity(
            id=person.public_id.encode(),
            name=person.display_name,
            display_name=person.display_name,
        ),
        credentials=_credentials_of(person),
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=MUST,
    )
    return dict(options), challenge


def add_passkey(
    *,
    person: Person,
    site: Site,
    challenge: Challenge,
    answer: str,
    name: str,
    by: Actor,
    now: datetime,
) -> Authenticator:
    """A passkey that lets the person in from now on.

    Raises: NotFound, PasskeyRefused.
    """
    check_may_change(person, by=by, now=now)
    try:
        made = json.loads(answer)
        site.server.register_complete(challenge, made)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise PasskeyRefused from None
    with transaction.atomic(), secrets_of(person):
        data = {"name": get_adapter().encrypt(name), "credential": made}
        key = Authenticator.objects.create(user=person, type=PASSKEY, data=data, created_at=now)
        _audit("add_passkey", person, key, ChangedMeans.PASSKEY, by=by, now=now)
    return key


def ask_for_proof(site: Site) -> tuple[dict[str, Any], Challenge]:
    """What a browser needs in order to use any passkey that was made for this site.

    It names none, so that it says nothing about who belongs here.
    """
    options, challenge = site.server.authenticate_begin(user_verification=MUST)
    return dict(options), challenge


def person_with_passkey(*, site: Site, challenge: Challenge, answer: str, now: datetime) -> Person:
    """The person whose passkey this is.

    Raises: PasskeyRefused.
    """
    try:
        proof = json.loads(answer)
        handle = websafe_decode(proof["response"]["userHandle"]).decode()
        person = Person.objects.get(public_id=handle, is_active=True)
        used = site.server.authenticate_complete(challenge, _credentials_of(person), proof)
    except (ValueError, TypeError, KeyError, AttributeError, Person.DoesNotExist):
        raise PasskeyRefused from None
    for key in Authenticator.objects.filter(user=person, type=PASSKEY):
        if _credential(key).credential_id == used.credential_id:
            Authenticator.objects.filter(pk=key.pk).update(last_used_at=now)
    return person


def _credentials_of(person: Person) -> list[AttestedCredentialData]:
    return [_credential(key) for key in Authenticator.objects.filter(user=person, type=PASSKEY)]


def _credential(key: Authenticator) -> AttestedCredentialData:
    made = RegistrationResponse.from_dict(key.data["credential"])
    credential: AttestedCredentialData | None = (
        made.response.attestation_object.auth_data.credential_data
    )
    assert credential is not None
    return credential


def new_app_secret() -> str:
    """What an app needs in order to show codes; it is nobody's before a code of it came back."""
    return str(generate_totp_secret())


def app_address(person: Person, secret: str) -> str:
    """The secret in the form that apps read from a picture."""
    return str(get_adapter().build_totp_url(person, secret))


def turn_on_app(*, person: Person, secret: str, code: str, by: Actor, now: datetime) -> None:
    """The app as a key of this person, in place of an earlier one.

    Raises: NotFound, CodeRefused.
    """
    check_may_change(person, by=by, now=now)
    if not validate_totp_code(secret, code):
        raise CodeRefused
    with transaction.atomic(), secrets_of(person):
        _forget(Authenticator.objects.filter(user=person, type=APP))
        key = TOTP.activate(person, secret).instance
        _audit("turn_on_app", person, key, ChangedMeans.APP, by=by, now=now)


def make_codes(*, person: Person, by: Actor, now: datetime) -> tuple[str, ...]:
    """New codes for when the person's keys are lost; those before are good no more.

    Raises: NotFound.
    """
    check_may_change(person, by=by, now=now)
    codes = tuple(f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}" for _ in range(N_CODES))
    salt = secrets.token_hex(16)
    kept = json.dumps({"salt": salt, "hashes": [make_password(code, salt) for code in codes]})
    with transaction.atomic(), secrets_of(person):
        _forget(Authenticator.objects.filter(user=person, type=CODES))
        data = {"codes": get_adapter().encrypt(kept)}
        key = Authenticator.objects.create(user=person, type=CODES, data=data, created_at=now)
        _audit("make_codes", person, key, ChangedMeans.CODES, by=by, now=now)
    return codes


def is_code_right(person: Person, code: str) -> bool:
    """Whether this is the code that the person's app shows, or one for when it is lost.

    Either is good once.
    """
    app = Authenticator.objects.filter(user=person, type=APP).first()
    if app is not None and TOTP(app).validate_code(code):
        return True
    return _use_code(person, "".join(code.split()))


def _use_code(person: Person, code: str) -> bool:
    """Whether it is one of the printed codes, which is used up then.

    All of one person have one salt, so that a try costs one hash and not ten.
    """
    codes = Authenticator.objects.filter(user=person, type=CODES).first()
    if codes is None or len(code) != CODE_DIGITS:
        return False
    place = KeySecret.objects.get(public_id=codes.data["codes"])
    hashed = make_password(code, json.loads(place.secret)["salt"])
    with transaction.atomic():
        kept = KeySecret.objects.filter(pk=place.pk).first()
        told = json.loads(kept.secret) if kept is not None else {"hashes": []}
        if kept is None or hashed not in told["hashes"]:
            return False
        told["hashes"].remove(hashed)
        kept.secret = json.dumps(told)
        kept.save(update_fields=["secret"])
    return True


def name_of(key: Authenticator) -> str:
    """What the device called itself on which a passkey was made."""
    return str(get_adapter().decrypt(key.data["name"]))


def remove_key(*, person: Person, number: int, by: Actor, now: datetime) -> None:
    """One key that opens nothing any more; the last one stays.

    Raises: NotFound, LastKey.
    """
    check_may_change(person, by=by, now=now)
    with transaction.atomic():
        key = keys_of(person).filter(pk=number).first()
        if key is None:
            raise NotFound
        if keys_of(person).count() == 1 and must_keep_a_key(person):
            raise LastKey
        _audit("remove_key", person, key, ChangedMeans.KEY_GONE, by=by, now=now)
        _forget(keys_of(person).filter(pk=key.pk))


def must_keep_a_key(person: Person) -> bool:
    """Whether the person could not come back in without one: they have no PIN anywhere."""
    return not person.devices.exclude(pin_hash="").exists()


def _forget(keys: QuerySet[Any]) -> None:
    """The keys gone, with their secrets."""
    for key in keys:
        named = [key.data[place] for place in ("name", "secret", "codes") if place in key.data]
        KeySecret.objects.filter(public_id__in=named).delete()
        key.delete()


def _audit(
    deed: str, person: Person, key: Authenticator, what: ChangedMeans, *, by: Actor, now: datetime
) -> None:
    audit(deed, by=by, now=now, subject=key, client_id=client_id_of(person), kind=key.type)
    note_change(person, what, now=now)
