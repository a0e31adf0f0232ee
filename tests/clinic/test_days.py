"""Today, this month and this week are those of the clinic, whatever zone the machine is in."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from alongside import clinic as clinic_package
from alongside.clinic.access.checks import can
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.instruments.models import Release
from alongside.clinic.instruments.release import release_time
from alongside.clinic.people.actions import end_care, open_clinic
from alongside.clinic.people.models import Care, Clinic
from alongside.clinic.people.queries import day_of
from tests.factories.clinic import small_clinic

pytestmark = pytest.mark.django_db


def clinic_in(zone: str) -> Clinic:
    return open_clinic(name="River House", time_zone=zone, by=OPERATOR, now=datetime.now(UTC))


@pytest.mark.parametrize(
    ("zone", "handed_in", "released"),
    [
        ("Europe/Madrid", "2026-03-10 12:00", "2026-04-01 00:00"),
        ("Europe/Madrid", "2026-12-31 23:59", "2027-01-01 00:00"),
        ("Europe/Madrid", "2027-01-01 00:00", "2027-02-01 00:00"),
        ("Europe/Madrid", "2028-02-29 08:00", "2028-03-01 00:00"),
        # The clocks go forward on the last Sunday of March, and back on that of October.
        ("Europe/Madrid", "2024-03-31 01:59", "2024-04-01 00:00"),
        ("Europe/Madrid", "2024-03-31 03:00", "2024-04-01 00:00"),
        ("Europe/Madrid", "2021-10-31 01:00", "2021-11-01 00:00"),
        ("America/New_York", "2026-10-31 23:30", "2026-11-01 00:00"),
        ("Pacific/Kiritimati", "2026-06-30 23:59", "2026-07-01 00:00"),
        ("Pacific/Pago_Pago", "2026-06-30 00:01", "2026-07-01 00:00"),
        ("Australia/Lord_Howe", "2026-09-30 12:00", "2026-10-01 00:00"),
        ("Asia/Kathmandu", "2026-12-31 00:00", "2027-01-01 00:00"),
    ],
)
def test_month_end_is_the_midnight_after_the_last_day_where_the_clinic_is(
    zone: str, handed_in: str, released: str
) -> None:
    clinic_in(zone)
    here = ZoneInfo(zone)
    now = datetime.fromisoformat(handed_in).replace(tzinfo=here).astimezone(UTC)
    wanted = datetime.fromisoformat(released).replace(tzinfo=here)
    for machine in ("UTC", "Asia/Tokyo", "America/Los_Angeles"):
        with timezone.override(machine):
            assert release_time(Release.MONTH_END, now=now) == wanted.astimezone(UTC)


def test_the_second_of_two_equal_hours_waits_for_the_same_month_end() -> None:
    """On the last of October 2021 Madrid's clocks showed half past two twice."""
    clinic_in("Europe/Madrid")
    madrid = ZoneInfo("Europe/Madrid")
    ends = {
        release_time(Release.MONTH_END, now=datetime(2021, 10, 31, 2, 30, fold=fold, tzinfo=madrid))
        for fold in (0, 1)
    }
    assert ends == {datetime(2021, 10, 31, 23, 0, tzinfo=UTC)}


def test_now_is_now_and_withheld_is_never() -> None:
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert release_time(Release.NOW, now=now) == now
    assert release_time(Release.WITHHELD, now=now) is None


def test_care_ends_at_the_clinics_midnight_and_not_at_that_of_the_machine() -> None:
    clinic = small_clinic()
    care = Care.objects.get(client=clinic.alma)
    last_day = date(2026, 7, 10)
    end_care(care=care, ends_on=last_day, by=OPERATOR, now=clinic.now)
    record = Record(Segment.IDENTITY, client_id=clinic.alma.pk)
    dana = clinic.as_actor(clinic.dana)
    # Madrid is two hours ahead of UTC in July.
    for moment, is_open in (
        (datetime(2026, 7, 10, 21, 59, tzinfo=UTC), True),
        (datetime(2026, 7, 10, 22, 0, tzinfo=UTC), False),
    ):
        for machine in ("UTC", "America/Los_Angeles", "Pacific/Kiritimati"):
            with timezone.override(machine):
                assert can(dana, Deed.SEE, record, now=moment) is is_open
                assert Viewer(clinic.dana, moment).clients.exists() is is_open


def test_the_day_changes_at_midnight_also_when_the_clocks_change() -> None:
    clinic_in("America/New_York")
    midnight = datetime(2026, 11, 1, tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)
    assert day_of(midnight - timedelta(seconds=1)) == date(2026, 10, 31)
    assert day_of(midnight) == date(2026, 11, 1)
    assert day_of(midnight + timedelta(hours=25, seconds=-1)) == date(2026, 11, 1)
    assert day_of(midnight + timedelta(hours=25)) == date(2026, 11, 2)


def test_no_rule_of_the_clinic_asks_the_machine_what_day_it_is() -> None:
    """`people.queries` has the clinic's day; Django's is that of the process."""
    source = Path(clinic_package.__file__ or "").parent
    asks = re.compile(r"\b(localdate|localtime|get_current_timezone|date\.today|datetime\.now)\b")
    found = [
        f"{path.relative_to(source)}:{number}"
        for path in sorted(source.rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if asks.search(line)
    ]
    assert found == []
