"""Who may open a page: the decorators of every view, and the first page of each person."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from alongside.clinic.access.checks import NotFound
from alongside.clinic.credentials.kept_forms import Typed, keep_form
from alongside.clinic.credentials.models import SignIn, Standing
from alongside.clinic.people.models import Person, Role
from alongside.interfaces.shared.declared import CLIENTS, DOOR, OR, SIGNED_IN, Nobody, about
from alongside.interfaces.shared.middleware import now_of, viewer_of
from alongside.interfaces.shared.presence import closed_sign_in, sign_in_of
from alongside.interfaces.shared.speaking import speaking

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

NOT_TYPED: Final = {"csrfmiddlewaretoken"}


def signed_in(view: View[P]) -> View[P]:
    """The view for someone signed in; a stranger is sent to sign in first."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not isinstance(request.user, Person):
            return turned_away(request)
        return view(request, *args, **kwargs)

    guarded.__dict__.setdefault(DOOR, SIGNED_IN)
    return guarded


def fresh(view: View[P]) -> View[P]:
    """The view for someone who showed a short while ago that it is they; others do so first.

    For what one would not leave to whoever picks up an open phone. Use beneath `signed_in` or
    `only_for`.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        sign_in = sign_in_of(request)
        if sign_in is None or not sign_in.is_fresh(now_of(request)):
            return sent_to("unlock", request, sign_in)
        return view(request, *args, **kwargs)

    return guarded


def only_for(*roles: Role) -> Callable[[View[P]], View[P]]:
    """The view for people with one of these roles; for everyone else it does not exist."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if viewer_of(request).roles.isdisjoint(roles):
                raise NotFound
            return view(request, *args, **kwargs)

        setattr(guarded, DOOR, OR.join(roles))
        return signed_in(guarded)

    return decorate


def only_for_clients(view: View[P]) -> View[P]:
    """The view for clients; for everyone else it does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if viewer_of(request).own_client is None:
            raise NotFound
        return view(request, *args, **kwargs)

    setattr(guarded, DOOR, CLIENTS)
    return signed_in(guarded)


def turned_away(request: HttpRequest) -> HttpResponse:
    """The way to sign in, or to unlock what locked; what was typed is kept meanwhile."""
    closed = closed_sign_in(request)
    is_locked = closed is not None and closed.standing(now_of(request)) is Standing.LOCKED
    return sent_to("unlock" if is_locked else "sign_in", request, closed)


def sent_to(door: str, request: HttpRequest, sign_in: SignIn | None) -> HttpResponse:
    """The way to a door, with the way back behind it."""
    if request.headers.get("Accept") == "application/json":
        words = gettext("This page is locked. Unlock it to go on.")
        return JsonResponse({"message": words, "is_locked": True}, status=401)
    goes_on = request.get_full_path()
    if request.method == "POST":
        goes_on = _kept(request, sign_in)
    return redirect(f"{reverse(door)}?next={quote(goes_on)}")


def _kept(request: HttpRequest, sign_in: SignIn | None) -> str:
    """Where the person finds what they sent, once they are in again."""
    if sign_in is None or sign_in.person is None:
        return request.path
    fields = [
        (name, str(value))
        for name, values in request.POST.lists()
        if name not in NOT_TYPED
        for value in values
    ]
    typed = Typed(request.get_full_path(), tuple(fields), was_sent=True)
    kept = keep_form(person=sign_in.person, typed=typed, now=now_of(request))
    return reverse("kept_form", args=[kept.public_id])


def safe_path(address: str | None) -> str:
    """The address if it is a path on this very site, else the front door."""
    if address and url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return address
    return "/"


@about(post=Nobody.PUBLIC)
def set_language(request: HttpRequest) -> HttpResponse:
    """The page one came from, in the other language."""
    goes_on = safe_path(request.POST.get("next"))
    return speaking(HttpResponseRedirect(goes_on), request.POST.get("language", ""))


@about(Nobody.OWN)
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
    return redirect("own_sign_ins")
