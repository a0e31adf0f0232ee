"""What has to be done or seen inside a clinic, each in a process of its own: `stage WHAT FOLDER`.

A process opens one clinic, because Django does. Each answers with one JSON value on standard
output; what it needs to know comes as JSON on standard input.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.machine import ROOT
from benchmarks.processes import environment, python

FIVE_MINUTES = timedelta(minutes=5)


def on_stage(what: str, folder: Path, told: Any = None) -> Any:
    """The answer of one of the functions below, in a process that has the clinic open."""
    done = subprocess.run(
        python("benchmarks.stage", what, str(folder)),
        input=json.dumps(told),
        env=environment(folder),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"stage {what} failed\n{done.stderr[-3000:]}")
    return json.loads(done.stdout)


def signed_in(therapist: str) -> str:
    """The cookie of a therapist who has just signed in, second key and all."""
    from django.conf import settings

    from alongside.clinic.people.models import Person

    browser = _browser()
    browser.force_login(Person.objects.get(sign_in_index=therapist))
    return f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"


def bare_table(_: None) -> str:
    """The table that the bare view writes to: Django's own sessions, which the clinic has not."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS django_session (session_key varchar(40) NOT NULL PRIMARY "
            "KEY, session_data text NOT NULL, expire_date datetime NOT NULL)"
        )
        cursor.execute(
            "CREATE INDEX IF NOT EXISTS django_session_expire ON django_session (expire_date)"
        )
    return "made"


def fresh_slots(n: int) -> list[dict[str, Any]]:
    """That many feedback forms of visits that have just ended, each with its link.

    Every client gets one before any gets a second; a client's later visit is later in the list.
    """
    from django.db import transaction

    from alongside.clinic.feedback.tokens import token_for
    from alongside.clinic.instruments.actions import open_slot, version_for
    from alongside.clinic.instruments.models import Purpose, Respondent, WayIn
    from alongside.clinic.people.models import Care
    from alongside.clinic.visits.models import Visit

    pairs = list(Care.objects.select_related("client", "therapist").order_by("client_id"))
    version, now = version_for(Purpose.VISIT_FEEDBACK), datetime.now(UTC)
    rounds = -(-n // len(pairs))
    made = []
    with transaction.atomic():
        for number in range(n):
            pair, later = pairs[number % len(pairs)], rounds - number // len(pairs)
            ends_at = now - FIVE_MINUTES - timedelta(hours=1) * later
            slot = open_slot(
                client=pair.client,
                therapist=pair.therapist,
                version=version,
                respondent=Respondent.CLIENT,
                opens_at=ends_at,
                expires_at=now + timedelta(days=2),
            )
            Visit.objects.create(
                client=pair.client,
                therapist=pair.therapist,
                starts_at=ends_at - timedelta(minutes=50),
                ends_at=ends_at,
                feedback_slot=slot,
            )
            made.append({"slot": slot.pk, "path": f"/f/{token_for(slot, WayIn.LINK)}/"})
    return made


def book_ahead(_: None) -> int:
    """How many clients now have a visit booked for next week."""
    from django.db import transaction

    from alongside.clinic.people.models import Care
    from alongside.clinic.visits.models import Visit

    now, booked = datetime.now(UTC), []
    for number, pair in enumerate(Care.objects.order_by("client_id")):
        starts_at = now + timedelta(days=2 + number % 5, minutes=number)
        booked.append(
            Visit(
                client_id=pair.client_id,
                therapist_id=pair.therapist_id,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=50),
            )
        )
    with transaction.atomic():
        Visit.objects.bulk_create(booked)
    return len(booked)


def kept(slots: list[int]) -> dict[str, int]:
    """How many of these slots hold a whole response, its audit row and its point in the series."""
    from alongside.clinic.alliance.models import CoursePoint
    from alongside.clinic.audit.models import AuditEvent
    from alongside.clinic.instruments.bridge import questionnaire_of
    from alongside.clinic.instruments.models import Response

    points = CoursePoint.objects.filter(visit__feedback_slot__in=slots).select_related("visit")
    in_course = {
        point.visit.feedback_slot_id for point in points if point.seen["score"] is not None
    }
    audited = set(
        AuditEvent.objects.filter(deed="hand_in_answers", subject="response").values_list(
            "subject_id", flat=True
        )
    )
    rows = list(
        Response.objects.filter(slot__in=slots, submitted_at__isnull=False)
        .select_related("slot__version")
        .prefetch_related("answers")
    )
    whole = [
        row
        for row in rows
        if len(row.answers.all()) == len(questionnaire_of(row.slot.version).questions)
    ]
    return {
        "responses": len(whole),
        "audited": sum(row.pk in audited for row in whole),
        "in_course": sum(row.slot_id in in_course for row in whole),
    }


def submits_in_process(told: dict[str, Any]) -> dict[str, Any]:
    """Statements and processor time of one submit without a server, by Django's test client."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = _browser(enforce_csrf_checks=True)
    page = browser.get(told["form"]).content.decode()
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    sent = urlencode({**told["answers"], "csrfmiddlewaretoken": token})

    def submit(path: str) -> Any:
        return browser.post(path, sent, content_type="application/x-www-form-urlencoded")

    first, *others = told["paths"]
    submit(first)
    with CaptureQueriesContext(connection) as seen:
        answer = submit(others[0])
    statements = [query["sql"][:400] for query in seen.captured_queries]
    assert answer.status_code == 302, answer.status_code
    cpu = [_cpu_of(submit, path) for path in others[1:]]
    return {
        "statements": len(statements),
        "sql": statements,
        "cpu_ms_min": min(cpu),
        "cpu_ms_median": statistics.median(cpu),
    }


def boards_in_process(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Statements, size and processor time of each therapist's board by Django's test client."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from alongside.clinic.people.models import Person

    boards = []
    for name in told["therapists"]:
        browser = _browser()
        browser.force_login(Person.objects.get(sign_in_index=name))
        for _ in range(3):
            answer = browser.get("/caseload/")
        assert answer.status_code == 200, answer.status_code
        with CaptureQueriesContext(connection) as seen:
            browser.get("/caseload/")
        statements = [query["sql"][:400] for query in seen.captured_queries]
        cpu = [_cpu_of(browser.get, "/caseload/") for _ in range(told["n"])]
        boards.append(
            {
                "therapist": name,
                "clients": answer.content.count(b'class="caseload-row'),
                "bytes": len(answer.content),
                "statements": len(statements),
                "sql": statements,
                "cpu_ms_min": min(cpu),
                "cpu_ms_median": statistics.median(cpu),
            }
        )
    return boards


def _browser(**more: Any) -> Any:
    from django.test import Client

    return Client(SERVER_NAME="127.0.0.1", **more)


def _cpu_of(deed: Callable[..., object], *told: object) -> float:
    began = time.process_time()
    deed(*told)
    return (time.process_time() - began) * 1000


def main() -> None:
    what, folder = sys.argv[1], Path(sys.argv[2])
    from alongside.interfaces.cli.clinic_folder import clinic_in

    clinic_in(folder)
    print(json.dumps(globals()[what](json.load(sys.stdin))))


if __name__ == "__main__":
    main()
