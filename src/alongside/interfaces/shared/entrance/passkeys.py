"""The two halves of a passkey's ceremony, and what is remembered between them."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, JsonResponse

from alongside.clinic.credentials.keys import (
    Challenge,
    PasskeyRefused,
    Site,
    ask_for_passkey,
    ask_for_proof,
    person_with_passkey,
)
from alongside.clinic.people.models import Person
from alongside.clinic.people.queries import the_clinic
from alongside.interfaces.shared.middleware import now_of
from alongside.interfaces.shared.presence import session_of

PASSKEY: Final = "passkey"
LOCALHOST: Final = "localhost"


def site_of(request: HttpRequest) -> Site:
    """The address that passkeys are made for: that of the clinic, or of a demo on this machine.

    A browser makes none for a bare number such as 127.0.0.1, so a demo is opened at "localhost".
    """
    origin = settings.BASE_URL
    if urlsplit(origin).scheme != "https":
        origin = f"http://{LOCALHOST}:{request.get_port()}"
    return Site(
        host=urlsplit(origin).hostname or LOCALHOST, origin=origin, name=the_clinic().shown_name
    )


def to_make_one(request: HttpRequest, person: Person) -> JsonResponse:
    """What the browser needs in order to make a passkey."""
    return _remembered(request, *ask_for_passkey(person, site_of(request)))


def to_use_one(request: HttpRequest) -> JsonResponse:
    """What the browser needs in order to use a passkey, whoever sits there."""
    return _remembered(request, *ask_for_proof(site_of(request)))


def _remembered(
    request: HttpRequest, options: dict[str, Any], challenge: Challenge
) -> JsonResponse:
    session_of(request)[PASSKEY] = dict(challenge)
    return JsonResponse(options)


def challenge_of(request: HttpRequest) -> Challenge:
    """What was asked, which is good for one answer.

    Raises: PasskeyRefused.
    """
    challenge: Challenge | None = session_of(request).pop(PASSKEY, None)
    if challenge is None:
        raise PasskeyRefused
    return challenge


def person_by_passkey(request: HttpRequest) -> Person:
    """The person whose passkey the browser used.

    Raises: PasskeyRefused.
    """
    return person_with_passkey(
        site=site_of(request),
        challenge=challenge_of(request),
        answer=request.POST.get("credential", ""),
        now=now_of(request),
    )
