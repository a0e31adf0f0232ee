"""Before the door: tries to sign in are counted before anything else is done about them.

A flood of tries would take the processor from everybody who is in already. So each process lets in
as many as it can look at, and turns the others away with a page that it made before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from http.cookies import CookieError, SimpleCookie
from threading import Lock
from time import monotonic
from typing import Any, Final, TypeAlias

from django.conf import settings
from django.urls import reverse

Environ: TypeAlias = dict[str, Any]
StartResponse: TypeAlias = Callable[..., Any]
Application: TypeAlias = Callable[[Environ, StartResponse], Iterable[bytes]]

A_SECOND: Final = 2.0
"""Tries that a process looks at in a second, as long as more come: a hash takes 50 ms of it."""
AT_ONCE: Final = 10
"""Tries that may come at once after a quiet while, as in the morning."""
COME_BACK: Final = "5"
DOORS: Final = ("sign_in", "sign_in_pin", "second_step", "begin", "recover")


@dataclass
class Allowance:
    """So many at once, refilled by so many a second."""

    at_once: float = AT_ONCE
    a_second: float = A_SECOND
    clock: Callable[[], float] = monotonic

    def __post_init__(self) -> None:
        self._left, self._at, self._lock = float(self.at_once), self.clock(), Lock()

    def takes_one(self) -> bool:
        """Whether one more may come in now."""
        with self._lock:
            now = self.clock()
            self._left = min(self.at_once, self._left + (now - self._at) * self.a_second)
            self._at = now
            if self._left < 1:
                return False
            self._left -= 1
            return True


class Gate:
    """The application behind a gate that is closed only to a flood."""

    def __init__(self, application: Application, allowance: Allowance | None = None) -> None:
        self.application = application
        self.allowance = allowance or Allowance()
        self._answers: dict[str, tuple[list[tuple[str, str]], bytes]] = {}

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        is_try = environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"] in self._doors
        if is_try and not self.allowance.takes_one():
            return self._turned_away(environ, start_response)
        return self.application(environ, start_response)

    @cached_property
    def _doors(self) -> frozenset[str]:
        return frozenset(map(reverse, DOORS))

    def _turned_away(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        language = _language_of(environ)
        if language not in self._answers:
            self._answers[language] = self._answer_in(language, environ)
        headers, body = self._answers[language]
        start_response("503 Service Unavailable", [*headers, ("Retry-After", COME_BACK)])
        return [body]

    def _answer_in(self, language: str, environ: Environ) -> tuple[list[tuple[str, str]], bytes]:
        """The page that says to wait, as the application makes it for nobody in particular."""
        told: list[tuple[str, str]] = []

        def start(_: str, headers: list[tuple[str, str]], *__: object) -> None:
            told.extend(headers)

        kept = {
            name: value
            for name, value in environ.items()
            if not name.startswith(("HTTP_COOKIE", "CONTENT_", "QUERY_STRING"))
        }
        asked = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": reverse("turned_away"),
            "HTTP_COOKIE": f"{settings.LANGUAGE_COOKIE_NAME}={language}",
        }
        answer = self.application({**kept, **asked}, start)
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        return [each for each in told if each[0].lower() != "set-cookie"], body


def _language_of(environ: Mapping[str, Any]) -> str:
    """The language of this browser, as far as it can be told at a glance."""
    try:
        cookies = SimpleCookie(environ.get("HTTP_COOKIE", ""))
    except CookieError:
        cookies = SimpleCookie()
    chosen = cookies.get(settings.LANGUAGE_COOKIE_NAME)
    asked = chosen.value if chosen else str(environ.get("HTTP_ACCEPT_LANGUAGE", ""))[:2].lower()
    offered = dict(settings.LANGUAGES)
    return asked if asked in offered else str(settings.LANGUAGE_CODE)[:2]
