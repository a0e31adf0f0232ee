"""The largest of three windows, and its chance against integration and against drawing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from alongside.methods.alliance.last_visits import (
    BARS,
    LONGEST,
    chance_of,
    chances_of,
    largest_window,
    largest_windows,
    statistic_of,
)

scores = st.floats(-37.0, 37.0, allow_nan=False)


def by_two_integrals(statistic: float) -> float:
    """The chance with nothing solved beforehand: over this visit's score and the one before."""
    one, two, three = (
        math.sqrt(visits) * (statistic + bar) for visits, bar in enumerate(BARS, start=1)
    )

    def above_with(y: float, x: float) -> float:
        rest = 1.0 if x + y > two else stats.norm.sf(three - x - y)
        return float(stats.norm.pdf(x) * stats.norm.pdf(y) * rest)

    options = {"epsabs": 1e-10, "epsrel": 1e-8}
    low, _ = integrate.dblquad(above_with, -9.0, one, -9.0, lambda x: two - x, **options)
    high, _ = integrate.dblquad(above_with, -9.0, one, lambda x: two - x, 12.0, **options)
    return float(stats.norm.sf(one) + low + high)


@pytest.mark.parametrize("statistic", [-2.0, -0.5, 0.0, 0.71, 1.5, 2.085, 2.5, 3.3, 4.0])
def test_the_chance_is_exact(statistic):
    assert chance_of(statistic) == pytest.approx(by_two_integrals(statistic), abs=1e-6, rel=1e-5)


def test_the_chance_is_what_drawing_gives_and_that_of_one_window_is_not():
    drawn = np.random.default_rng(1).standard_normal((LONGEST, 400_000))
    largest, _ = largest_windows(list(drawn))
    for statistic in (0.0, 1.0, 2.0, 2.5):
        share = (largest >= statistic).mean()
        error = math.sqrt(share / len(largest))
        assert chance_of(statistic) == pytest.approx(share, abs=4 * error)
        assert stats.norm.sf(statistic + BARS[0]) < share - 10 * error, "the negative control"


def test_chances_fall_from_all_to_nothing_and_are_finite_everywhere():
    chances = chances_of(np.linspace(-70.0, 70.0, 20_000))
    assert np.all(np.diff(chances) <= 0.0)
    assert chances[0] == 1.0
    assert 0.0 <= chances[-1] < 1e-300
    assert np.isnan(chances_of(np.array([np.nan]))[0])


@pytest.mark.parametrize("chance", [1e-303, 1e-9, 0.002, 0.02, 0.1, 0.499])
def test_a_chance_leads_back_to_its_statistic(chance):
    assert chance_of(statistic_of(chance)) == pytest.approx(chance, rel=1e-8)


def test_one_deep_drop_counts_alone_and_a_decline_by_its_sum():
    assert largest_window([0.0, 0.0, 4.0]) == (pytest.approx(4.0 - BARS[0]), 1)
    assert largest_window([0.0, 2.5, 2.5]) == (pytest.approx(5 / math.sqrt(2) - BARS[1]), 2)
    assert largest_window([2.0, 2.0, 2.0]) == (pytest.approx(6 / math.sqrt(3) - BARS[2]), 3)
    assert largest_window([2.0])[1] == 1, "no window is longer than what there is"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(scores, scores), min_size=1, max_size=LONGEST))
def test_many_clients_at_once_are_judged_as_each_alone(pairs):
    statistics, spans = largest_windows([np.array(pair) for pair in pairs])
    for client in (0, 1):
        statistic, span = largest_window([pair[client] for pair in pairs])
        assert statistics[client] == pytest.approx(statistic, abs=1e-12)
        assert spans[client] == span
        assert chances_of(statistics)[client] == pytest.approx(chance_of(statistic), rel=1e-9)
