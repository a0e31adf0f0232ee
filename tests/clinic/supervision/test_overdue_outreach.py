"""A supervisor learns how many of a team wait to be reached out to, and not who or whose."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser

from alongside.clinic.access.models import KeptFrom
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.supervision.queries import board_of
from alongside.clinic.visits.actions import hold_visit, miss_visit
from tests.clinic.engagement.reaching import reach_out
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> SmallClinic:
    """Alma came once and then missed two visits; the second was just now."""
    clinic = small_clinic()
    by = clinic.as_actor(clinic.dana)
    for deed in (hold_visit, miss_visit, miss_visit):
        deed(visit=clinic.visit(), by=by, now=clinic.now)
    return clinic


def n_overdue(clinic: SmallClinic) -> int:
    return board_of(Viewer(clinic.ruth, clinic.now)).n_overdue


def test_it_counts_from_the_day_after_it_was_due_until_somebody_has_reached_out(
    clinic: SmallClinic,
) -> None:
    assert n_overdue(clinic) == 0, "there are two working days for it"
    clinic.now += timedelta(days=3)
    assert n_overdue(clinic) == 1
    reach_out(clinic)
    assert n_overdue(clinic) == 0


def test_whom_a_client_keeps_out_counts_nothing_of_them(clinic: SmallClinic) -> None:
    clinic.now += timedelta(days=3)
    KeptFrom.objects.create(client=clinic.alma, person=clinic.ruth, since=clinic.now)
    assert n_overdue(clinic) == 0


def test_the_board_says_the_number_and_no_name(clinic: SmallClinic) -> None:
    clinic.now += timedelta(days=3)
    browser = Browser()
    browser.force_login(clinic.ruth)
    with time_machine.travel(clinic.now, tick=False):
        board = browser.get("/supervision/").content.decode()
    assert "Open now: 1 client to reach out to, overdue." in board
    assert "Alma" not in board
