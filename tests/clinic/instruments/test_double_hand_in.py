"""Many at once: one set of answers gets in, and what it sets in motion happens once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from alongside.clinic.alliance.models import AllianceSeries, Repair, RepairStep
from alongside.clinic.audit.actor import Actor
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.feedback.actions import (
    CodeNotGood,
    issue_kiosk_code,
    record_feedback,
    use_kiosk_code,
)
from alongside.clinic.instruments.actions import AlreadyHandedIn, Given
from alongside.clinic.instruments.models import Answer, Response, Slot, WayIn
from alongside.clinic.progress.actions import open_weekly_checks
from alongside.clinic.visits.actions import TimeTaken, book_visit
from alongside.clinic.visits.models import Visit
from tests.factories.clinic import scored, small_clinic

pytestmark = pytest.mark.django_db(transaction=True)

N = 16


def at_once(deed: Callable[[int], object], n: int = N) -> Counter[str]:
    """What came of doing it n times at the same moment, each on a connection of its own."""
    assert connection.vendor == "sqlite"
    assert "memory" not in str(connection.settings_dict["NAME"])
    start = threading.Barrier(n)

    def one(number: int) -> str:
        try:
            start.wait(timeout=20)
            deed(number)
        except Exception as problem:
            return type(problem).__name__
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(n) as pool:
        return Counter(pool.map(one, range(n)))


def test_sixteen_hand_ins_of_one_form_leave_one() -> None:
    clinic = small_clinic()
    for _ in range(4):
        clinic.feedback(clinic.visit(), 8)
    low = clinic.visit()
    slot_id = low.feedback_slot_id
    before = AuditEvent.objects.count()

    def hand_in(number: int) -> None:
        slot = Slot.objects.select_related("version").get(pk=slot_id)
        answers = {**scored(slot, 2), "O1": f"Words of try {number}", "F1": True}
        record_feedback(
            slot=slot,
            given=[Given(name, raw) for name, raw in answers.items()],
            way_in=WayIn.LINK,
            language="en",
            by=Actor.bearer_of(slot.pk),
            now=clinic.now,
        )

    assert at_once(hand_in) == {"done": 1, AlreadyHandedIn.__name__: N - 1}
    assert Response.objects.filter(slot=slot_id).count() == 1
    assert Answer.objects.filter(response__slot=slot_id).count() == 10
    assert Repair.objects.filter(visit=low).count() == 2  # the strain and the concern
    assert RepairStep.objects.count() == 2
    assert AllianceSeries.objects.get().summary["n"] == 5
    assert Counter(AuditEvent.objects.order_by("pk").values_list("deed", flat=True)[before:]) == {
        "hand_in_answers": 1,
        "visit_held": 1,
        "repair_noticed": 2,
    }


def test_one_hour_is_booked_once() -> None:
    clinic = small_clinic()
    dana = clinic.as_actor(clinic.dana)
    starts_at = clinic.visit().ends_at.replace(hour=20)

    def book(number: int) -> None:
        book_visit(
            client=clinic.alma,
            therapist=clinic.dana,
            starts_at=starts_at,
            ends_at=starts_at.replace(minute=starts_at.minute + 5),
            by=dana,
            now=clinic.now,
        )

    assert at_once(book) == {"done": 1, TimeTaken.__name__: N - 1}
    assert Visit.objects.filter(starts_at=starts_at).count() == 1


def test_a_kiosk_code_lets_one_in() -> None:
    clinic = small_clinic()
    visit = clinic.visit()
    code = issue_kiosk_code(
        slot=visit.feedback_slot,
        issued_by=clinic.dana,
        by=clinic.as_actor(clinic.dana),
        now=clinic.now,
    )
    found = at_once(lambda _: use_kiosk_code(code=code, now=clinic.now))
    assert found == {"done": 1, CodeNotGood.__name__: N - 1}
    assert AuditEvent.objects.filter(deed="use_kiosk_code").count() == 1


def test_two_clocks_open_one_weekly_check() -> None:
    clinic = small_clinic()
    assert at_once(lambda _: open_weekly_checks(now=clinic.now), n=4) == {"done": 4}
    assert Slot.objects.count() == 2  # Alma's and Bruno's
