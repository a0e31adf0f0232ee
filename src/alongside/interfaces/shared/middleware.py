"""Who looks, at every request; and what a refusal looks like."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.people.models import Person
from alongside.clinic.people.queries import NoClinic
from alongside.interfaces.shared.errors import no_clinic, not_found, refused
from alongside.methods.vocabulary.errors import AlongsideError


class ViewerMiddleware:
    """Gives each request its moment, keeps every page out of caches, and words refusals."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = timezone.now()  # type: ignore[attr-defined]  # read through now_of()
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """A page for a refusal that no view has worded: not found, or what went wrong."""
        if isinstance(problem, NotFound):
            return not_found(request)
        if isinstance(problem, NoClinic):
            return no_clinic(request)
        if isinstance(problem, AlongsideError):
            return refused(request, problem)
        return None


def now_of(request: HttpRequest) -> datetime:
    """The moment of this request, the same for everything that it does."""
    moment: datetime = request.now  # type: ignore[attr-defined]  # set by ViewerMiddleware
    return moment


def viewer_of(request: HttpRequest) -> Viewer:
    """The signed-in person who looks. Use behind `signed_in`.

    Raises: NotFound when nobody is signed in.
    """
    if not isinstance(request.user, Person) or not request.user.is_active:
        raise NotFound
    known: Viewer | None = getattr(request, "_viewer", None)
    if known is None:
        known = Viewer(person=request.user, now=now_of(request))
        request._viewer = known  # type: ignore[attr-defined]  # one viewer a request
    return known
