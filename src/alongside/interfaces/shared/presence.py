"""Who is here: the sign-in behind a request, open or locked, and what the person does."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from alongside.clinic.credentials.models import SignIn, Standing
from alongside.clinic.credentials.sign_ins import note_seen
from alongside.clinic.people.models import Person
from alongside.interfaces.shared.sessions import SessionStore

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponse)
IN_BACKGROUND = "is_in_background"
KEPT = "kept"


def in_background(
    view: Callable[Concatenate[HttpRequest, P], R],
) -> Callable[Concatenate[HttpRequest, P], R]:
    """A view that pages ask for by themselves: it does not show that somebody is there.

    The view is marked and not the request, so that nothing in a request can keep a page open.
    """

    @wraps(view)
    def marked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return view(request, *args, **kwargs)

    setattr(marked, IN_BACKGROUND, True)
    return marked


class PresenceMiddleware:
    """Gives each request its person: nobody while their sign-in is locked or over."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = SimpleLazyObject(lambda: _person_of(request))  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_: object
    ) -> None:
        """Remembers whether this view counts as something that the person did."""
        request.counts_as_deed = not getattr(  # type: ignore[attr-defined]
            view, IN_BACKGROUND, False
        )


def _person_of(request: HttpRequest) -> Person | AnonymousUser:
    sign_in = sign_in_of(request)
    if sign_in is None or sign_in.standing(timezone.now()) is not Standing.OPEN:
        return AnonymousUser()
    person = get_user(request)
    if not isinstance(person, Person) or not person.is_active:
        return AnonymousUser()
    if getattr(request, "counts_as_deed", False):
        note_seen(sign_in, now=timezone.now())
    return person


def session_of(request: HttpRequest) -> SessionStore:
    """The session of this request."""
    session = request.session
    assert isinstance(session, SessionStore)
    return session


def sign_in_of(request: HttpRequest) -> SignIn | None:
    """The sign-in of this browser, whatever it is good for."""
    session = session_of(request)
    if session.session_key is None:
        return None
    sign_in = session.sign_in
    return sign_in if sign_in is not None and sign_in.person_id is not None else None


def closed_sign_in(request: HttpRequest) -> SignIn | None:
    """The sign-in of this browser if it has locked or run out, so that its owner can go on."""
    sign_in = sign_in_of(request)
    if sign_in is None or sign_in.person is None or not sign_in.person.is_active:
        return None
    return None if sign_in.standing(timezone.now()) is Standing.OPEN else sign_in


def note_deed(request: HttpRequest) -> None:
    """What came in the background was done by the person after all."""
    sign_in = sign_in_of(request)
    if sign_in is not None and isinstance(request.user, Person):
        note_seen(sign_in, now=timezone.now())
