"""Totals: from ten clients up, to the nearest five, and nothing to subtract."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alongside.clinic.access.viewer import Viewer
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.people.actions import add_client, supervise, take_into_care
from alongside.clinic.supervision.totals import FewerThanTen, Share, rounded, share_of, totals_for
from tests.factories.clinic import SmallClinic, small_clinic


@given(st.integers(0, 200), st.integers(0, 200))
@settings(max_examples=200)
def test_no_small_group_can_be_read_or_worked_out(n: int, rest: int) -> None:
    share = share_of(n, n + rest)
    if n < 10 or rest < 10:
        assert share == FewerThanTen()
    else:
        assert isinstance(share, Share)
        assert share.n % 5 == share.of % 5 == 0
        assert abs(share.n - n) <= 2
        assert abs(share.of - (n + rest)) <= 2


def test_numbers_are_rounded_to_the_nearest_five() -> None:
    assert [rounded(n) for n in (10, 12, 13, 17, 18, 101)] == [10, 10, 15, 15, 20, 100]


def with_clients(clinic: SmallClinic, n: int) -> None:
    """So many clients more in Dana's care."""
    for number in range(n):
        client = add_client(
            code=f"X-{number}", display_name=f"X{number}", by=OPERATOR, now=clinic.now
        )
        take_into_care(
            client=client,
            therapist=clinic.dana,
            starts_on=clinic.now.date(),
            by=OPERATOR,
            now=clinic.now,
        )
        if number % 2:
            clinic.feedback(clinic.visit(client), 7)


@pytest.mark.django_db
def test_totals_start_at_ten_clients() -> None:
    clinic = small_clinic()
    with_clients(clinic, 8)
    few = totals_for(Viewer(clinic.ruth, clinic.now))
    assert few.n_clients == few.gave_feedback == few.repaired_in_time == FewerThanTen()


@pytest.mark.django_db
def test_totals_of_a_larger_group_hide_its_small_parts() -> None:
    clinic = small_clinic()
    with_clients(clinic, 23)
    totals = totals_for(Viewer(clinic.ruth, clinic.now))
    assert totals.n_clients == 25
    assert totals.gave_feedback == Share(10, 25)
    assert totals.has_open_strain == FewerThanTen(), "no client has one, and that is not said"
    supervise(
        supervisor=clinic.ines,
        therapist=clinic.dana,
        starts_on=clinic.now.date(),
        by=OPERATOR,
        now=clinic.now,
    )
    assert totals_for(Viewer(clinic.ines, clinic.now)).n_clients == FewerThanTen(), "no supervisor"
