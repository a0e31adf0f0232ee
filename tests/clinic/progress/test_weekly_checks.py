"""Every client in care gets one check a week, from Monday to Sunday on the clinic's calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.instruments.models import Instrument, Purpose, Slot
from alongside.clinic.people.actions import end_care
from alongside.clinic.people.models import Care, Client, Clinic
from alongside.clinic.progress.actions import open_weekly_checks
from tests.factories.clinic import small_clinic

pytestmark = pytest.mark.django_db


def checks_of(client: Client) -> list[Slot]:
    checks = Slot.objects.filter(
        client=client, version__instrument__purpose=Purpose.WEEKLY_CHECK
    ).order_by("opens_at")
    return list(checks)


def test_a_check_opens_on_monday_and_closes_on_sunday_and_is_opened_once() -> None:
    clinic = small_clinic()
    wednesday = datetime(2026, 3, 4, 9, tzinfo=UTC)
    assert open_weekly_checks(now=wednesday) == 2
    assert open_weekly_checks(now=wednesday + timedelta(minutes=1)) == 0
    (check,) = checks_of(clinic.alma)
    madrid = ZoneInfo("Europe/Madrid")
    assert check.opens_at == datetime(2026, 3, 2, tzinfo=madrid)
    assert check.expires_at == datetime(2026, 3, 9, tzinfo=madrid)
    assert check.therapist is None
    assert AuditEvent.objects.filter(deed="open_weekly_check").count() == 2


def test_a_visit_this_week_does_not_take_the_place_of_the_check() -> None:
    """Found here: an earlier check and a booked visit together were taken for this week's."""
    clinic = small_clinic()
    open_weekly_checks(now=clinic.now)
    visit = clinic.visit()
    assert open_weekly_checks(now=visit.ends_at) == 2
    assert len(checks_of(clinic.alma)) == 2


@pytest.mark.parametrize("zone", ["Europe/Madrid", "America/New_York", "Asia/Beirut", "UTC"])
def test_there_is_one_check_each_week_through_a_whole_year(zone: str) -> None:
    """Also over the changes of the clock and the turn of the year, without a gap or an overlap."""
    clinic = small_clinic()
    Clinic.objects.update(time_zone=zone)
    here = ZoneInfo(zone)
    moment = datetime(2026, 9, 28, 12, tzinfo=UTC)
    while moment < datetime(2027, 4, 12, tzinfo=UTC):
        with timezone.override("Asia/Tokyo"):
            open_weekly_checks(now=moment)
        moment += timedelta(hours=37)
    checks = checks_of(clinic.alma)
    assert len(checks) == 28
    for check, following in pairwise(checks):
        assert check.expires_at == following.opens_at
    for check in checks:
        local = check.opens_at.astimezone(here)
        assert local.weekday() == 0
        assert (local.hour, local.minute) == (0, 0)


def test_who_is_in_nobodys_care_is_not_asked() -> None:
    clinic = small_clinic()
    care = Care.objects.get(client=clinic.alma)
    end_care(care=care, ends_on=clinic.now.date(), by=OPERATOR, now=clinic.now)
    assert open_weekly_checks(now=clinic.now + timedelta(days=7)) == 1
    assert checks_of(clinic.alma) == []


def test_a_clinic_without_a_weekly_check_asks_nothing() -> None:
    clinic = small_clinic()
    Instrument.objects.filter(purpose=Purpose.WEEKLY_CHECK).update(purpose=None)
    assert open_weekly_checks(now=clinic.now) == 0
