"""An administrator sees when the audit is not signed or a witness is away, and only then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client as Browser
from pytest_django import Settings

from alongside.clinic.audit.checkpoints import sign_when_due
from alongside.clinic.audit.witnesses import deliver_to
from tests.clinic.audit.conftest import keys as keys  # noqa: PLC0414  # a fixture
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def clinic() -> SmallClinic:
    return small_clinic(NOW)


def page_at(now: datetime, clinic: SmallClinic, language: str = "en") -> str:
    with time_machine.travel(now, tick=False):
        browser = Browser(headers={"accept-language": language})
        browser.force_login(clinic.ines)
        return browser.get("/administration/staff/").content.decode()


def test_an_audit_that_nobody_signs_is_told_with_its_time(clinic: SmallClinic) -> None:
    assert "not being sealed" not in page_at(NOW + timedelta(minutes=1), clinic)
    assert "Entries have waited since Mon 2 Mar, 10:00 AM" in page_at(LATER, clinic)
    sign_when_due(now=LATER)
    assert "not being sealed" not in page_at(LATER, clinic)


def test_a_witness_that_is_away_is_named_until_it_has_everything(
    clinic: SmallClinic, tmp_path: Path, settings: Settings
) -> None:
    place = tmp_path / "witness"
    settings.WITNESSES = (place,)
    sign_when_due(now=NOW)
    deliver_to(place, now=NOW)
    page = page_at(LATER, clinic)
    assert "A witness outside cannot be reached" in page
    assert f"{place} has had nothing new since Mon 2 Mar, 10:00 AM" in page
    assert "No se puede llegar a un testigo de fuera" in page_at(LATER, clinic, "es")
    place.mkdir()
    deliver_to(place, now=LATER)
    assert "witness" not in page_at(LATER, clinic)
