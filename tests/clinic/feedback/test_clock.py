"""Steps of the clock that are due once an hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alongside.clinic.feedback.clock import hourly

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_an_hourly_step_waits_an_hour_and_holds_up_no_other() -> None:
    taken: list[tuple[str, datetime]] = []

    def step(name: str, now: datetime) -> int:
        taken.append((name, now))
        return 1

    for minutes in (0, 59, 60):
        for name in ("looks of a test", "sums of a test"):
            hourly(name, lambda now, name=name: step(name, now))(NOON + timedelta(minutes=minutes))

    later = NOON + timedelta(hours=1)
    assert taken == [
        ("looks of a test", NOON),
        ("sums of a test", NOON),
        ("looks of a test", later),
        ("sums of a test", later),
    ]


def test_an_hourly_step_that_failed_is_tried_again_at_once() -> None:
    tries: list[datetime] = []

    def step(now: datetime) -> int:
        tries.append(now)
        if len(tries) == 1:
            raise OSError
        return 1

    with pytest.raises(OSError):
        hourly("a failing step", step)(NOON)

    assert hourly("a failing step", step)(NOON + timedelta(minutes=1)) == 1
