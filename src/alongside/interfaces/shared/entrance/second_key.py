"""The key that staff have besides a password: a passkey, or an app with codes that change."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from alongside.clinic.access.policy import Segment
from alongside.clinic.credentials.keys import (
    CodeRefused,
    PasskeyRefused,
    add_passkey,
    app_address,
    has_key,
    make_codes,
    new_app_secret,
    turn_on_app,
)
from alongside.clinic.credentials.models import Means
from alongside.clinic.credentials.queries import is_staff
from alongside.clinic.credentials.sign_ins import actor_at_the_door
from alongside.clinic.people.models import Person
from alongside.interfaces.shared.declared import Nobody, about, recording
from alongside.interfaces.shared.doors import fresh, signed_in
from alongside.interfaces.shared.entrance.beginning import show_once
from alongside.interfaces.shared.entrance.device_words import device_words
from alongside.interfaces.shared.entrance.pages import Refusal, second_key_page
from alongside.interfaces.shared.entrance.passkeys import challenge_of, site_of, to_make_one
from alongside.interfaces.shared.entrance.qr import qr_picture
from alongside.interfaces.shared.entrance.sign_in import HALF, all_in, half_in
from alongside.interfaces.shared.forms import CodeForm
from alongside.interfaces.shared.middleware import now_of
from alongside.interfaces.shared.presence import session_of

SECRET: Final = "app_secret"  # noqa: S105  # the name of a place in the session


def _whose(request: HttpRequest) -> Person | HttpResponse:
    """Who sets up a key: someone half in who has none, or someone who is in and freshly so."""
    half = half_in(request)
    if half is not None:
        return redirect("second_step") if has_key(half) else half
    answer = signed_in(fresh(lambda _: HttpResponse()))(request)
    return (
        request.user if isinstance(request.user, Person) and answer.status_code == 200 else answer
    )


@about(Nobody.OWN, post=recording(Segment.SIGN_IN))
def second_key(request: HttpRequest) -> HttpResponse:
    """A passkey or an app. Nobody who works here gets further by a password alone."""
    person = _whose(request)
    if isinstance(person, HttpResponse):
        return person
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            turn_on_app(
                person=person,
                secret=session_of(request).get(SECRET, ""),
                code=form.cleaned_data["code"],
                by=actor_at_the_door(person),
                now=now_of(request),
            )
        except CodeRefused:
            form.add_error("code", Refusal.CODE.words)
        else:
            return _with_key(request, person, Means.APP)
    return _page(request, person, form)


@about(post=Nobody.OWN)
def passkey_to_add(request: HttpRequest) -> HttpResponse:
    """What the browser needs in order to make a passkey."""
    person = _whose(request)
    return person if isinstance(person, HttpResponse) else to_make_one(request, person)


@about(post=recording(Segment.SIGN_IN))
def add_own_passkey(request: HttpRequest) -> HttpResponse:
    """A passkey, the first or one more."""
    person = _whose(request)
    if isinstance(person, HttpResponse):
        return person
    try:
        add_passkey(
            person=person,
            site=site_of(request),
            challenge=challenge_of(request),
            answer=request.POST.get("credential", ""),
            name=device_words(request.headers.get("User-Agent", "")),
            by=actor_at_the_door(person),
            now=now_of(request),
        )
    except PasskeyRefused:
        return _page(request, person, CodeForm(), passkey_refused=True)
    return _with_key(request, person, Means.PASSKEY)


def _with_key(request: HttpRequest, person: Person, means: Means) -> HttpResponse:
    """On, with codes for the day when the key is lost; in, for whoever was half in."""
    session = session_of(request)
    is_half = HALF in session
    response = all_in(request, person, means) if is_half else redirect("own_sign_ins")
    session.pop(SECRET, None)
    if is_half and is_staff(person):
        codes = make_codes(person=person, by=actor_at_the_door(person), now=now_of(request))
        show_once(request, codes, response["Location"])
        response["Location"] = redirect("keep_codes")["Location"]
    return response


def _page(
    request: HttpRequest, person: Person, form: CodeForm, *, passkey_refused: bool = False
) -> HttpResponse:
    session = session_of(request)
    if SECRET not in session:
        session[SECRET] = new_app_secret()
    secret = str(session[SECRET])
    page = second_key_page(
        form,
        picture=qr_picture(app_address(person, secret)),
        secret=secret,
        is_first=not has_key(person),
        is_staff=is_staff(person),
        passkey_refused=passkey_refused,
    )
    status = 422 if form.errors or passkey_refused else 200
    return render(request, "shared/entrance/second_key.html", {"page": page}, status=status)
