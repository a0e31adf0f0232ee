"""A line in the log: when, how grave, where, what; one line, and no person in it but a number."""

from __future__ import annotations

import logging
import logging.config
import re
import sys

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse

from alongside.config.log_lines import OneLine
from tests.factories.clinic import SmallClinic, small_clinic


def record(message: str, *args: object, broken: bool = False) -> logging.LogRecord:
    problem = None
    if broken:
        try:
            raise ValueError("first\nsecond\x1b[31m")
        except ValueError:
            problem = sys.exc_info()
    made = logging.LogRecord("alongside.x", logging.WARNING, "", 0, message, args, problem)
    made.created = 1_772_442_000.0
    return made


def test_a_line_says_when_in_utc_how_grave_and_where() -> None:
    assert OneLine().format(record("a word")) == "2026-03-02T09:00:00Z WARNING alongside.x a word"
    assert settings.LOGGING["handlers"]["console"]["formatter"] == "line"
    assert settings.LOGGING["formatters"]["line"]["()"] == "alongside.config.log_lines.OneLine"


@pytest.mark.parametrize(
    "typed", ["x\n2026-01-01T00:00:00Z forged", "x\r\ny", "\x1b[2J", "\u2028", "\x00", "\x85y"]
)
def test_nobody_writes_a_second_line_into_the_log(typed: str) -> None:
    line = OneLine().format(record("said %s", typed))
    assert len(line.splitlines()) == 1 and line.isprintable()


def test_a_traceback_follows_indented() -> None:
    first, *rest = OneLine().format(record("failed", broken=True)).split("\n")
    assert first.endswith("failed")
    assert len(rest) > 3 and all(line.startswith("  ") for line in rest)
    assert "\x1b" not in "".join(rest)


@pytest.mark.django_db
def test_a_refusal_says_which_page_and_to_whom_by_number(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clinic: SmallClinic = small_clinic()
    browser = Browser()
    browser.force_login(clinic.omar)
    browser.get(reverse("client_record", args=[clinic.alma.public_id]))
    lines = [each.getMessage() for each in caplog.records if "refused" in each.getMessage()]
    assert lines == [f"refused client_record to person {clinic.omar.pk}"]
    assert re.search(r"\d{6,}$", lines[0])
    caplog.clear()
    Browser().post("/sign-in/", {"name": "omar", "password": "wrong wrong"})
    assert "Unprocessable Entity: /sign-in/" in {each.getMessage() for each in caplog.records}
