"""Who looks, at every request; and what a refusal looks like."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.looks import remember_looks
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.credentials.hashing import ManyAtTheDoor
from alongside.clinic.people.models import Person
from alongside.clinic.people.queries import NoClinic
from alongside.interfaces.shared.errors import (
    crowded,
    long_header,
    no_clinic,
    not_found,
    refused,
    unavailable,
    unreadable,
)
from alongside.methods.vocabulary.errors import AlongsideError

logger = logging.getLogger(__name__)

LONGEST_HEADER: Final = 8_190  # what our web server takes in one line
LARGEST_UPLOAD: Final = 12_000_000  # a form can say of a file up to here that it is too large
MOST_THROWN_AWAY: Final = 32_000_000
PIECE: Final = 65_536
SHOWING: Final = (200, 422)


class NoStoreMiddleware:
    """Keeps every answer out of caches, also redirects and refusals of other middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class LongestHeaderMiddleware:
    """Refuses a header that no browser sends, before anything reads it.

    A web server joins headers of one name, and Python up to 3.11.9 takes a time that grows with
    the square of its length to read a quoted cookie (CVE-2024-7592).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = (value for name, value in request.META.items() if name.startswith("HTTP_"))
        if any(len(value) > LONGEST_HEADER for value in sent):
            return long_header(request)
        return self.get_response(request)


class LargestBodyMiddleware:
    """Refuses what is far too large before anything of it is read into memory or onto the disk."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdecimal()):
            return unreadable(request)
        is_upload = request.content_type == "multipart/form-data"
        most = LARGEST_UPLOAD if is_upload else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if int(length) <= most:
            return self.get_response(request)
        _throw_away(request, int(length))
        return unreadable(request, RequestDataTooBig())


def _throw_away(request: HttpRequest, length: int) -> None:
    """Reads the body and keeps nothing, since a browser shows no answer before all is sent."""
    left = min(length, MOST_THROWN_AWAY)
    while left > 0 and (piece := request.read(min(PIECE, left))):
        left -= len(piece)


class ViewerMiddleware:
    """Gives each request its moment, and words refusals."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = timezone.now()  # type: ignore[attr-defined]  # read through now_of()
        response = self.get_response(request)
        try:
            _remember_looks(request, response)
        except DatabaseError:
            logger.exception("a page was kept back: who looks could not be remembered")
            return unavailable(request)
        return response

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """A page for a refusal that no view has worded: not found, or what went wrong."""
        if isinstance(problem, NotFound):
            _log_refusal(request)
            return not_found(request)
        if isinstance(problem, ManyAtTheDoor):
            return crowded(request)
        if isinstance(problem, NoClinic):
            return no_clinic(request)
        if isinstance(problem, AlongsideError):
            return refused(request, problem)
        return None


def _log_refusal(request: HttpRequest) -> None:
    """Which page was refused to whom; the number of a person tells nobody who they are."""
    viewer: Viewer | None = getattr(request, "_viewer", None)
    match = request.resolver_match
    page = match.view_name if match else ""
    logger.warning("refused %s to person %s", page, viewer.person.pk if viewer else "unknown")


def _remember_looks(request: HttpRequest, response: HttpResponse) -> None:
    """Whose record the page shows, on the audit before it leaves: else it does not leave."""
    viewer: Viewer | None = getattr(request, "_viewer", None)
    shows_something = response.status_code in SHOWING and request.method != "HEAD"
    if viewer is not None and shows_something:
        match = request.resolver_match
        page = match.view_name if match else ""
        remember_looks(viewer.looks, page=page, by=viewer.actor, now=viewer.now)


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
