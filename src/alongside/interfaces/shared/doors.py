"""Sign in, sign out, choose a language, and be shown to one's own first page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from alongside.clinic.access.checks import NotFound
from alongside.clinic.people.models import Person, Role
from alongside.interfaces.shared.attempts import WrongTries
from alongside.interfaces.shared.forms import SignInForm
from alongside.interfaces.shared.middleware import viewer_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

WRONG_PASSWORDS = WrongTries("sign-in", most_from_one_address=10, most_in_all=100)
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60


def signed_in(view: View[P]) -> View[P]:
    """The view for someone signed in; a stranger is sent to sign in first."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not isinstance(request.user, Person):
            return redirect(f"{reverse(settings.LOGIN_URL)}?next={quote(request.path)}")
        return view(request, *args, **kwargs)

    return guarded


def only_for(role: Role) -> Callable[[View[P]], View[P]]:
    """The view for people with this role; for everyone else it does not exist."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not viewer_of(request).is_a(role):
                raise NotFound
            return view(request, *args, **kwargs)

        return signed_in(guarded)

    return decorate


def only_for_clients(view: View[P]) -> View[P]:
    """The view for clients; for everyone else it does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if viewer_of(request).own_client is None:
            raise NotFound
        return view(request, *args, **kwargs)

    return signed_in(guarded)


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by name and password. A wrong name and a wrong password look the same."""
    goes_on = safe_path(request.POST.get("next") or request.GET.get("next"))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"].strip().casefold()
        if not WRONG_PASSWORDS.may_try(request, name):
            form.add_error(None, gettext("Too many tries. Wait 15 minutes, then try again."))
        else:
            person = authenticate(request, username=name, password=form.cleaned_data["password"])
            if isinstance(person, Person):
                login(request, person)
                WRONG_PASSWORDS.forget(request, name)
                response = redirect(goes_on)
                has_chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
                return response if has_chosen else speaking(response, person.language)
            WRONG_PASSWORDS.count(request, name)
            form.add_error(None, gettext("That name and password do not go together. Try again."))
    return render(
        request,
        "shared/sign_in.html",
        {"form": form, "next": goes_on},
        status=422 if form.errors else 200,
    )


def safe_path(address: str | None) -> str:
    """The address if it is a path on this very site, else the front door."""
    if address and url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return address
    return "/"


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Signed out, and nothing of this person left in the browser, their language included."""
    logout(request)
    response = redirect("sign_in")
    response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """The page one came from, in the other language."""
    goes_on = safe_path(request.POST.get("next"))
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
        (Role.PRIVACY_OFFICER, "privacy"),
    ):
        if viewer.is_a(role):
            return redirect(route)
    if viewer.own_client is not None:
        return redirect("client_home")
    raise NotFound
