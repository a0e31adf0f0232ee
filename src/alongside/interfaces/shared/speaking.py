"""The language of a browser: chosen by whoever sits there, remembered by a cookie."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

LANGUAGE_COOKIE_AGE: Final = 365 * 24 * 60 * 60


def has_chosen_language(request: HttpRequest) -> bool:
    """Whether a language was chosen in this browser."""
    return settings.LANGUAGE_COOKIE_NAME in request.COOKIES


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
