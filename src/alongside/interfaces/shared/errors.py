"""Pages for what went wrong. Hidden and missing look the same."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext

from alongside.interfaces.shared.sentences import sentence_of
from alongside.methods.vocabulary.errors import AlongsideError


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for what is not there, and for what one may not see."""
    return render(request, "404.html", status=404)


def refused(request: HttpRequest, problem: AlongsideError) -> HttpResponse:
    """The page for a refusal, with what to do."""
    return render(request, "400.html", {"sentence": sentence_of(problem)}, status=400)


def too_many(request: HttpRequest) -> HttpResponse:
    """The page for an address from which too much was tried within a minute."""
    response = render(request, "429.html", status=429)
    response.headers["Retry-After"] = "60"
    return response


def crowded(request: HttpRequest) -> HttpResponse:
    """The page for a moment with too many at the door, made without touching the database."""
    response = HttpResponse(render_to_string("503.html"), status=503)
    response.headers["Retry-After"] = "5"
    return response


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for what could not be read, or was far too much to read. Nothing was kept."""
    if isinstance(exception, RequestDataTooBig):
        sentence = gettext("That is more than we can take at once. Nothing was kept.")
        return render(request, "400.html", {"sentence": sentence}, status=413)
    return render(request, "400.html", status=400)


def long_header(request: HttpRequest) -> HttpResponse:
    """The page for a header that no browser sends, made without reading any."""
    return HttpResponse(render_to_string("400.html"), status=431)


def no_clinic(request: HttpRequest) -> HttpResponse:
    """The page for an installation without a clinic."""
    return HttpResponse(
        "There is no clinic here yet. Make one with: alongside demo",
        status=503,
        content_type="text/plain; charset=utf-8",
    )


def unavailable(request: HttpRequest) -> HttpResponse:
    """The page that is kept back while nobody could be told later who saw it."""
    sentence = gettext("This cannot be shown just now. Please try again in a few minutes.")
    response = render(request, "400.html", {"sentence": sentence}, status=503)
    response.headers["Retry-After"] = "60"
    return response


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form that was open too long or came from elsewhere. Nothing was sent."""
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for our own mistake, made without touching the database."""
    return HttpResponse(render_to_string("500.html"), status=500)
