"""Behind an https address: what the settings become, and what the server makes of odd requests."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.interfaces.cli.shell import environment, new_clinic

ASKED = """
import json
import alongside.config
from django.core.wsgi import get_wsgi_application
get_wsgi_application()
from django.conf import settings
from django.test import Client
browser = Client(headers={"host": "notes.example"})
page, away = browser.get("/sign-in/"), browser.get("/leave/")
plain = browser.get("/sign-in/", headers={"X-Forwarded-Proto": "http"})
names = ("SESSION", "DEVICE", "AWAY", "CSRF", "LANGUAGE")
print(json.dumps({
    "names": [getattr(settings, f"{name}_COOKIE_NAME") for name in names],
    "headers": dict(page.headers),
    "plain": [plain.status_code, plain.headers.get("Location", "")],
    "cookies": {
        name: [cookie["secure"], cookie["path"], cookie["domain"]]
        for answer in (page, away) for name, cookie in answer.cookies.items()
    },
    "debug": settings.DEBUG,
    "apps": settings.INSTALLED_APPS,
}))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_clinic(tmp_path_factory.mktemp("deployed") / "clinic")


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    more = {
        "ALONGSIDE_DATA": str(folder),
        "ALONGSIDE_URL": "https://notes.example",
        "DJANGO_SETTINGS_MODULE": "alongside.config.settings",
    }
    around = environment(**more)
    around.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # the browser's test tool sets it
    asked = [sys.executable, *words]
    return subprocess.run(asked, env=around, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def deployed(folder: Path) -> dict[str, Any]:
    said = run(folder, "-c", ASKED)
    assert said.returncode == 0, said.stderr
    facts: dict[str, Any] = json.loads(said.stdout)
    return facts


def test_djangos_own_check_of_a_deployment_has_nothing_to_say(folder: Path) -> None:
    said = run(folder, "-m", "django", "check", "--deploy", "--fail-level", "WARNING")
    assert said.returncode == 0, said.stderr
    assert "no issues" in said.stdout


def test_cookies_belong_to_this_very_host_and_travel_only_over_tls(
    deployed: dict[str, Any],
) -> None:
    assert all(name.startswith("__Host-") for name in deployed["names"])
    assert {"__Host-csrf", "__Host-away"} <= set(deployed["cookies"])
    for name, cookie in deployed["cookies"].items():
        assert cookie == [True, "/", ""], name


def test_tls_is_asked_for_a_year_and_for_every_name_below(deployed: dict[str, Any]) -> None:
    asked = deployed["headers"]["Strict-Transport-Security"]
    assert asked == "max-age=31536000; includeSubDomains; preload"
    assert deployed["plain"] == [301, "https://notes.example/sign-in/"]


def test_a_page_stands_in_a_window_of_its_own_and_is_read_by_no_other_site(
    deployed: dict[str, Any],
) -> None:
    headers = deployed["headers"]
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    policy = headers["Content-Security-Policy"]
    for rule in (
        "default-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ):
        assert rule in policy
    assert not {"Server", "X-Powered-By"} & set(headers)


def test_nothing_of_a_workshop_is_installed(deployed: dict[str, Any]) -> None:
    assert deployed["debug"] is False
    assert [app for app in deployed["apps"] if "admin" in app and "alongside" not in app] == []
    assert [app for app in deployed["apps"] if "debug" in app or "silk" in app] == []


# --- What the web server itself makes of a request


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    web = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "alongside.config.wsgi:application"),
            *("--worker-class", "gthread", "--threads", "2", "--bind", f"127.0.0.1:{number}"),
        ],
        env=environment(
            ALONGSIDE_DATA=str(folder), DJANGO_SETTINGS_MODULE="alongside.config.settings"
        ),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", number)) == 0:
                    break
            if web.poll() is not None:
                pytest.fail("the web server ended")
            web.poll()
            _wait()
        yield number
    finally:
        web.terminate()
        web.wait(20)


def _wait() -> None:
    from time import sleep

    sleep(0.1)


def answers(port: int, sent: bytes) -> list[bytes]:
    """The first lines of every answer that came to these bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        came = b""
        while piece := line.recv(65_536):
            came += piece
    return [each for each in came.split(b"\r\n") if each.startswith(b"HTTP/1.")]


HOST = b"Host: 127.0.0.1\r\n"
SMUGGLED = b"GET /smuggled/ HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"


def test_a_plain_request_is_answered(port: int) -> None:
    (line,) = answers(port, b"GET /help/ HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    assert line.split()[1] in {b"200", b"503"}


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 6\r\nContent-Length: 5\r\n",
        b"Content-Length: +6\r\n",
        b"Content-Length: 0x6\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
    ],
)
def test_where_a_request_ends_is_never_a_matter_of_opinion(port: int, head: bytes) -> None:
    sent = b"POST /sign-in/ HTTP/1.1\r\n" + HOST + head + b"\r\n0\r\n\r\n" + SMUGGLED
    lines = answers(port, sent)
    assert len(lines) <= 1, "what stands in the body is no request of its own"
    assert not lines or lines[0].split()[1] in {b"400", b"403", b"501"}


@pytest.mark.parametrize(
    "path", [b"/static/", b"/static/shared/", b"/", b"/.git/config", b"/static/../settings.py"]
)
def test_no_folder_is_listed_and_no_source_handed_out(port: int, path: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(b"GET " + path + b" HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
        came = b""
        while piece := line.recv(65_536):
            came += piece
    assert came.split()[1] in {b"302", b"400", b"404", b"503"}, came[:200]
    assert b"Index of" not in came and b"SECRET_KEY" not in came


@pytest.mark.parametrize("method", [b"TRACE", b"TRACK", b"CONNECT", b"DEBUG", b"PUT", b"DELETE"])
def test_methods_that_no_page_has_are_refused(port: int, method: bytes) -> None:
    secret = b"Cookie: session=CANARY\r\n"
    sent = method + b" /sign-in/ HTTP/1.1\r\n" + HOST + secret + b"Connection: close\r\n\r\n"
    (line,) = answers(port, sent)
    assert line.split()[1] in {b"400", b"403", b"405", b"501"}
