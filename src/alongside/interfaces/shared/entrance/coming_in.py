"""The last step of every way in: a new session, a device that is known from now on."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from alongside.clinic.credentials.actions import know_device
from alongside.clinic.credentials.changes import has_changed
from alongside.clinic.credentials.codes import new_token
from alongside.clinic.credentials.models import Device, Means, SignIn
from alongside.clinic.credentials.queries import device_of, has_news
from alongside.clinic.credentials.sign_ins import Manner
from alongside.clinic.people.models import Person
from alongside.interfaces.shared.entrance.device_words import device_words
from alongside.interfaces.shared.middleware import now_of
from alongside.interfaces.shared.presence import session_of
from alongside.interfaces.shared.speaking import has_chosen_language, speaking

BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
A_YEAR: Final = 365 * 24 * 60 * 60
SHARED: Final = "not_mine"


def is_shared(request: HttpRequest) -> bool:
    """Whether the person said that this is not their device."""
    return SHARED in request.POST


def token_of(request: HttpRequest) -> str:
    """What this browser is known by, or nothing."""
    return request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")


def let_in(
    request: HttpRequest,
    person: Person,
    response: HttpResponse,
    *,
    means: Means,
    is_proof: bool = True,
    is_on_shared_device: bool | None = None,
    token: str = "",
) -> HttpResponse:
    """The response, by which the person is signed in. A new `token` takes the place of the old."""
    shared = is_shared(request) if is_on_shared_device is None else is_on_shared_device
    words = device_words(request.headers.get("User-Agent", ""))
    device, is_new = (
        (None, False)
        if shared
        else _device(person, token or token_of(request), words, request, response)
    )
    last = person.sign_ins.order_by("seen_at").last()
    session = session_of(request)
    session.flush()
    session.manner = Manner(
        means=means,
        is_proof=is_proof,
        device=device,
        device_words=words,
        is_new_device=is_new,
        is_shared_device=shared,
    )
    login(request, person, backend=BACKEND)
    session.save()
    warn_of_new_device(request, person)
    if last is not None:
        tell_of_changes(request, person, since=last.seen_at)
    return response if has_chosen_language(request) else speaking(response, person.language)


def _device(
    person: Person, token: str, words: str, request: HttpRequest, response: HttpResponse
) -> tuple[Device, bool]:
    """The browser as this person's, and whether it is new for somebody who was here before."""
    known = device_of(person, token) if token else None
    token = token or new_token()
    device = known or know_device(person=person, token=token, words=words, now=now_of(request))
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        token,
        max_age=A_YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return device, known is None and person.sign_ins.exists()


def warn_of_new_device(request: HttpRequest, person: Person, *, here: SignIn | None = None) -> None:
    """Tells the person that somebody came in as them where they never were, until they look."""
    if has_news(person, besides=here):
        words = gettext("Somebody signed in as you on a new device. See it under your name.")
        messages.warning(request, words)


def tell_of_changes(request: HttpRequest, person: Person, *, since: datetime) -> None:
    """Tells the person that how they come in was changed since they were last there."""
    if has_changed(person, since=since, until=now_of(request)):
        words = gettext("How you sign in was changed since you were last here.")
        messages.warning(request, f"{words} {gettext('See it under your name.')}")
