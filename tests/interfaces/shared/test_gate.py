"""The gate before the door: closed to a flood, and to nothing else."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.urls import reverse

from alongside.config.wsgi import application as served
from alongside.config.wsgi import django_application
from alongside.interfaces.shared.entrance.gate import DOORS, Allowance, Gate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """A request leaves the connection of the test open, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def asked(path: str, method: str = "POST", *, language: str = "", cookie: str = "") -> Any:
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_ACCEPT_LANGUAGE": language,
        "HTTP_COOKIE": cookie,
        "CONTENT_LENGTH": "5",
        "wsgi.input": io.BytesIO(b"a=b&c"),
        "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(),
    }


def answer_of(gate: Gate, environ: Any) -> tuple[str, dict[str, str], str]:
    told: list[Any] = []
    body = b"".join(gate(environ, lambda status, headers, *_: told.extend((status, headers))))
    return told[0], dict(told[1]), body.decode()


def a_gate(at_once: int = 2) -> tuple[Gate, Clock]:
    clock = Clock()
    return Gate(django_application, Allowance(at_once=at_once, a_second=1, clock=clock)), clock


def test_a_flood_is_turned_away_and_who_comes_later_is_not() -> None:
    gate, clock = a_gate()
    path = reverse("sign_in")
    statuses = [answer_of(gate, asked(path))[0][:3] for _ in range(5)]
    assert statuses == ["403", "403", "503", "503", "503"]  # 403: no token of a form
    clock.now = 1.0
    assert answer_of(gate, asked(path))[0][:3] == "403"
    assert answer_of(gate, asked(path))[0][:3] == "503"
    clock.now = 3_600.0
    assert [answer_of(gate, asked(path))[0][:3] for _ in range(3)] == ["403", "403", "503"]


@pytest.mark.parametrize("door", DOORS)
def test_every_door_that_looks_at_a_secret_has_the_gate(door: str) -> None:
    gate, _ = a_gate(at_once=0)
    assert answer_of(gate, asked(reverse(door)))[0][:3] == "503"
    assert answer_of(gate, asked(reverse(door), "GET"))[0][:3] != "503"


def test_nobody_else_notices() -> None:
    gate, _ = a_gate(at_once=0)
    for path in (reverse("help"), "/f/nothing/", reverse("kiosk")):
        assert answer_of(gate, asked(path))[0][:3] != "503"


def test_it_says_when_to_come_back_in_the_language_of_the_browser() -> None:
    gate, _ = a_gate(at_once=0)
    path = reverse("sign_in")
    cookie = f"{settings.LANGUAGE_COOKIE_NAME}=es"
    for environ, words in (
        (asked(path), "Wait a few seconds"),
        (asked(path, language="es-MX,es;q=0.9"), "Espera unos segundos"),
        (asked(path, cookie=cookie), "Espera unos segundos"),
        (asked(path, cookie='language="broken'), "Wait a few seconds"),
        (asked(path, language="xx"), "Wait a few seconds"),
    ):
        for _ in range(2):  # made, and then kept
            status, headers, body = answer_of(gate, dict(environ))
            assert (status[:3], headers["Retry-After"]) == ("503", "5")
            assert words in body
            assert "Set-Cookie" not in headers
            assert "csrfmiddlewaretoken" not in body
            assert headers["Content-Security-Policy"]
            assert "no-store" in headers["Cache-Control"]


def test_the_web_server_stands_behind_it() -> None:
    assert isinstance(served, Gate)
