"""Sign in, sign out, choose a language, and be shown to one's own first page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from alongside.clinic.access.checks import NotFound
from alongside.clinic.people.models import Person, Role
from alongside.interfaces.shared.middleware import viewer_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

MOST_ATTEMPTS = 10
ATTEMPTS_FORGOTTEN_AFTER = 15 * 60
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60


def signed_in(view: View[P]) -> View[P]:
    """The view for someone signed in; a stranger is sent to sign in first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not isinstance(request.user, Person):
            return redirect(f"{settings_sign_in_url()}?next={request.path}")
        return view(request, *args, **kwargs)

    return guarded


def only_for(role: Role) -> Callable[[View[P]], View[P]]:
    """The view for people with this role; for everyone else it does not exist."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not viewer_of(request).is_a(role):
                raise NotFound
            return view(request, *args, **kwargs)

        return signed_in(guarded)

    return decorate


def only_for_clients(view: View[P]) -> View[P]:
    """The view for clients; for everyone else it does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if viewer_of(request).own_client is None:
            raise NotFound
        return view(request, *args, **kwargs)

    return signed_in(guarded)


def settings_sign_in_url() -> str:
    from django.urls import reverse

    return reverse(settings.LOGIN_URL)


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by name and password. A wrong name and a wrong password look the same."""
    goes_on = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(goes_on, allowed_hosts=None):
        goes_on = "/"
    problem, name = "", request.POST.get("name", "").strip().casefold()[:80]
    if request.method == "POST":
        key = f"sign-in:{name}"
        if cache.get(key, 0) >= MOST_ATTEMPTS:
            problem = gettext("Too many tries. Wait 15 minutes, then try again.")
        else:
            person = authenticate(request, username=name, password=request.POST.get("password", ""))
            if isinstance(person, Person):
                login(request, person)
                return speaking(redirect(goes_on), person.language)
            cache.set(key, cache.get(key, 0) + 1, ATTEMPTS_FORGOTTEN_AFTER)
            problem = gettext("That name and password do not go together. Try again.")
    return render(
        request,
        "shared/sign_in.html",
        {"problem": problem, "name": name, "next": goes_on},
        status=422 if problem else 200,
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Signed out, and nothing of this session left in the browser."""
    logout(request)
    response = redirect("sign_in")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """The page one came from, in the other language."""
    goes_on = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(goes_on, allowed_hosts=None):
        goes_on = "/"
    return speaking(HttpResponseRedirect(goes_on), request.POST.get("language", ""))


def speaking(response: HttpResponse, language: str) -> HttpResponse:
    """The response, with the language remembered."""
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=LANGUAGE_COOKIE_AGE,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


@signed_in
def front_door(request: HttpRequest) -> HttpResponse:
    """The first page that is this person's own."""
    viewer = viewer_of(request)
    for role, route in (
        (Role.THERAPIST, "caseload"),
        (Role.SUPERVISOR, "supervision"),
        (Role.ADMINISTRATOR, "staff"),
    ):
        if viewer.is_a(role):
            return redirect(route)
    if viewer.own_client is not None:
        return redirect("client_home")
    raise NotFound
