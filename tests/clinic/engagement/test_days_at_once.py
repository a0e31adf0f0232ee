"""Days of many moments at once are the days of each."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.clinic.engagement.days import number_of_day, numbers_of_days

MOMENTS = st.datetimes(datetime(2019, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC))
# Where clocks change, the days around it are the odd ones.
AROUND_A_CHANGE = st.datetimes(
    datetime(2026, 3, 28, 20), datetime(2026, 3, 29, 23), timezones=st.just(UTC)
)


@pytest.mark.parametrize(
    "name", ["Europe/Madrid", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "UTC"]
)
@given(moments=st.lists(MOMENTS | AROUND_A_CHANGE, max_size=20))
def test_days_at_once_are_the_days_of_each(name: str, moments: list[datetime]) -> None:
    zone = ZoneInfo(name)
    written = [f"{moment:%Y-%m-%d %H:%M:%S.%f}" for moment in moments]
    assert numbers_of_days(written, zone).tolist() == [
        number_of_day(moment, zone) for moment in moments
    ]
