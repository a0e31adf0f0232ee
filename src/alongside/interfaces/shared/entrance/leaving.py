"""Out: signed out, locked, or gone at once to a page that says nothing."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from alongside.clinic.credentials.kept_forms import Typed, keep_form
from alongside.clinic.credentials.models import Standing
from alongside.clinic.credentials.sign_ins import lock_sign_in
from alongside.clinic.people.queries import day_of
from alongside.interfaces.shared.declared import Nobody, about
from alongside.interfaces.shared.doors import safe_path
from alongside.interfaces.shared.entrance.calendar_page import calendar_page
from alongside.interfaces.shared.middleware import now_of
from alongside.interfaces.shared.presence import KEPT, in_background, session_of, sign_in_of

NOTHING_LEFT: Final = '"cache", "storage"'
NOTHING_AT_ALL: Final = '"cache", "cookies", "storage"'
LOCK_FIELDS: Final = frozenset({"csrfmiddlewaretoken", "lock_address"})


@about(post=Nobody.OWN)
def sign_out(request: HttpRequest) -> HttpResponse:
    """Signed out, and nothing of this person left in the browser, their language included."""
    sign_in = sign_in_of(request)
    is_shared = sign_in is not None and sign_in.is_shared_device
    logout(request)
    response = redirect("sign_in")
    response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    response.headers["Clear-Site-Data"] = NOTHING_AT_ALL if is_shared else NOTHING_LEFT
    return response


@about(post=Nobody.OWN)
@in_background
def lock(request: HttpRequest) -> HttpResponse:
    """Locked by the page itself, at which nobody looked for a while. What was typed is kept."""
    sign_in, now = sign_in_of(request), now_of(request)
    if sign_in is not None and sign_in.person is not None:
        if sign_in.standing(now) is Standing.OVER:
            return HttpResponse(status=204)
        fields = tuple(
            (name, str(value))
            for name, values in request.POST.lists()
            if name not in LOCK_FIELDS
            for value in values
        )
        if fields:
            address = safe_path(request.POST.get("lock_address"))
            keep_form(person=sign_in.person, typed=Typed(address, fields, was_sent=False), now=now)
            session_of(request)[KEPT] = True
        lock_sign_in(sign_in, now=now)
    return HttpResponse(status=204)


@about(Nobody.OWN, post=Nobody.OWN)
def leave(request: HttpRequest) -> HttpResponse:
    """Away at once: locked, with nothing left in the browser that shows what was open."""
    sign_in = sign_in_of(request)
    is_shared = sign_in is not None and sign_in.is_shared_device
    if sign_in is not None:
        lock_sign_in(sign_in, now=now_of(request))
    response = redirect("calendar")
    response.headers["Clear-Site-Data"] = NOTHING_AT_ALL if is_shared else NOTHING_LEFT
    response.set_cookie(
        settings.AWAY_COOKIE_NAME,
        "1",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


@about(Nobody.PUBLIC)
def calendar(request: HttpRequest) -> HttpResponse:
    """A month, which is what somebody sees who looks over a shoulder."""
    page = calendar_page(day_of(now_of(request)))
    return render(request, "shared/entrance/calendar.html", {"page": page})


@about(post=Nobody.OWN)
def come_back(request: HttpRequest) -> HttpResponse:
    """The page that was left, opened again on purpose."""
    response = redirect(safe_path(request.POST.get("next")))
    response.delete_cookie(settings.AWAY_COOKIE_NAME)
    return response


def is_away(request: HttpRequest) -> bool:
    """Whether somebody left in this browser, and pages that need no sign-in stay closed too."""
    return request.method != "POST" and bool(request.COOKIES.get(settings.AWAY_COOKIE_NAME))


def closed(request: HttpRequest) -> HttpResponse:
    """What stands in the place of a page that was left."""
    return render(request, "shared/entrance/closed.html", {"goes_on": request.path})
