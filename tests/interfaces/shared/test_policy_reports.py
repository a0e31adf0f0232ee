"""What a browser refused on a page comes into the log, and nothing else of the report does."""

from __future__ import annotations

import json
import logging

import pytest
from django.test import Client as Browser

pytestmark = pytest.mark.django_db

ADDRESS = "/policy-report/"


def sent(browser: Browser, report: object) -> int:
    body = report if isinstance(report, bytes) else json.dumps(report).encode()
    return browser.post(ADDRESS, body, content_type="application/csp-report").status_code


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (
            {
                "csp-report": {
                    "effective-directive": "script-src-elem",
                    "blocked-uri": "inline",
                    "document-uri": "https://x.example/f/CANARY/",
                }
            },
            "a browser refused script-src-elem (inline) on a page of ours",
        ),
        (
            {"csp-report": {"effective-directive": "CANARY\n", "blocked-uri": "//CANARY.example"}},
            "a browser refused an unknown rule (from elsewhere) on a page of ours",
        ),
        ({"csp-report": "CANARY"}, "a browser refused something unreadable on a page of ours"),
        (b"\xffCANARY", "a browser refused something unreadable on a page of ours"),
    ],
)
def test_a_report_is_one_line_in_our_own_words(
    caplog: pytest.LogCaptureFixture, report: object, line: str
) -> None:
    caplog.set_level(logging.WARNING)
    assert sent(Browser(enforce_csrf_checks=True), report) == 204
    assert [each.getMessage() for each in caplog.records] == [line]


def test_a_flood_of_reports_does_not_fill_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    browser = Browser()
    answers = [sent(browser, {}) for _ in range(25)]
    assert answers == [204] * 20 + [429] * 5
    assert sum("a browser refused" in each.getMessage() for each in caplog.records) == 20


def test_every_page_says_where_to_report() -> None:
    policy = Browser().get("/sign-in/").headers["Content-Security-Policy"]
    assert "report-uri /policy-report/" in policy
    assert Browser().get(ADDRESS).status_code == 405
