"""The invented clinic: alive at whatever moment it is made for, and the same for the same seed."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import numpy as np
import pytest

from alongside.lab.draw_clinic import draw_clinic
from alongside.lab.stories import STORIES
from alongside.lab.synthetic_clinic import Planned, SyntheticClinic

MOMENTS = (
    datetime(2026, 3, 11, 14, 20),  # a Wednesday afternoon
    datetime(2026, 3, 15, 3, 0),  # a Sunday night, a week after the clocks went forward
    datetime(2026, 11, 2, 23, 50),  # a Monday night, the day after they went back
)


def clinic_at(now: datetime, seed: int = 1) -> SyntheticClinic:
    return draw_clinic(now=now, rng=np.random.default_rng(seed))


@pytest.mark.parametrize("now", MOMENTS)
def test_every_therapist_has_visits_a_short_while_ago_or_soon(now: datetime) -> None:
    clinic = clinic_at(now)
    for place in range(len(clinic.therapists)):
        hours = [v.starts_at for c in clinic.clients for v in c.visits if v.therapist == place]
        assert any(abs(hour - now) <= timedelta(hours=16) for hour in hours)


@pytest.mark.parametrize("now", MOMENTS)
def test_what_is_over_lies_behind_and_what_is_ahead_lies_ahead(now: datetime) -> None:
    for client in clinic_at(now).clients:
        for visit in client.visits:
            assert (visit.starts_at > now) is (visit.planned is Planned.AHEAD)
        assert all(week.answered_at <= now for week in client.weeks)


@pytest.mark.parametrize("now", MOMENTS)
def test_nobody_is_in_two_visits_at_once(now: datetime) -> None:
    clinic = clinic_at(now)
    hours = Counter[tuple[str, datetime]]()
    for client in clinic.clients:
        for visit in client.visits:
            hours[f"therapist {visit.therapist}", visit.starts_at] += 1
            hours[client.code, visit.starts_at] += 1
    assert set(hours.values()) == {1}


def test_the_same_seed_draws_the_same_clinic_and_another_seed_another() -> None:
    now = MOMENTS[0]
    assert clinic_at(now) == clinic_at(now)
    assert clinic_at(now) != clinic_at(now, seed=2)


def test_the_hour_changes_when_people_come_and_not_how_they_rate() -> None:
    def ratings(now: datetime) -> list[tuple[int, ...] | None]:
        client = clinic_at(now).telling("repaired")
        return [visit.answers.ratings if visit.answers else None for visit in client.visits]

    assert ratings(MOMENTS[0]) == ratings(MOMENTS[1])


def test_the_clinic_has_the_people_it_should() -> None:
    clinic = clinic_at(MOMENTS[0])
    codes = [client.code for client in clinic.clients]
    assert codes == [f"DEMO-{n:02d}" for n in range(1, 41)]
    assert len({client.name for client in clinic.clients}) == 40
    assert len(clinic.therapists) == 5 and len(clinic.supervisors) == 2
    assert {client.language for client in clinic.clients} == {"en", "es"}
    assert all(client.phone or client.email for client in clinic.clients)
    assert all(not c.phone or c.phone.startswith("+1 555 01") for c in clinic.clients)
    assert all(not c.email or c.email.endswith("@example.org") for c in clinic.clients)
    for story in STORIES:
        for name in story.names:
            assert name in clinic.telling(name).stories
