"""What browsers did not let run or load on our pages: a line in the log without the page's name."""

from __future__ import annotations

import json
import logging
import re
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from alongside.interfaces.shared.attempts import WrongTries
from alongside.interfaces.shared.declared import Nobody, about
from alongside.interfaces.shared.errors import too_many

logger = logging.getLogger(__name__)

REPORTS: Final = WrongTries("policy-report", most_from_one_address=1_000, most_in_all=1_000)
DIRECTIVE: Final = re.compile(r"[a-z-]{1,30}")
KNOWN_SOURCES: Final = frozenset({"inline", "eval", "wasm-eval", "data", "blob"})


@csrf_exempt
@about(post=Nobody.PUBLIC)
def policy_report(request: HttpRequest) -> HttpResponse:
    """A browser tells of one violation of the content-security policy; no page of ours makes any.

    It comes from browsers by themselves, so it bears no token, changes nothing and is believed in
    nothing but a known kind.
    """
    if REPORTS.is_flooded(request):
        return too_many(request)
    REPORTS.count(request)
    logger.warning("a browser refused %s on a page of ours", _kind(request.body))
    return HttpResponse(status=204)


def _kind(body: bytes) -> str:
    """Which rule was broken by what, in our own words: a report holds addresses with secrets."""
    try:
        report: Any = json.loads(body)["csp-report"]
        directive = str(report.get("effective-directive", ""))
        source = str(report.get("blocked-uri", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return "something unreadable"
    rule = directive if DIRECTIVE.fullmatch(directive) else "an unknown rule"
    return f"{rule} ({source if source in KNOWN_SOURCES else 'from elsewhere'})"
