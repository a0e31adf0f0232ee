"""The simple rules do what they say, by hand; their published run lengths are checked elsewhere."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alongside.lab.alliance_series import BENCHMARK, draw_series
from alongside.methods.alliance.clinic_ratings import series_of
from alongside.methods.alliance.control_charts import (
    cusum,
    drop_from_last,
    ewma,
    flag_own_baseline,
    own_baseline,
    run_length_of_cusum,
    run_length_of_ewma,
    standardised,
)


def test_the_own_chart_waits_for_three_ratings_and_counts_own_deviations_below_the_own_mean():
    assert own_baseline([80.0, 82.0, 84.0, 76.0, 90.0]) == (
        *(None, None, None, 3.0),
        (80.5 - 90.0) / statistics.stdev([80, 82, 84, 76]),
    )


def test_below_ratings_that_were_all_the_same_is_infinitely_far_below():
    assert own_baseline([90.0, 90, 90, 90, 89.0, 95.0])[3:5] == (0.0, math.inf)
    assert own_baseline([90.0, 90, 90, 91])[-1] == -math.inf


def flags_one_by_one(ratings, limit):
    """The chart of each client's given ratings alone."""
    flags = np.zeros(ratings.shape, dtype=bool)
    for client, row in enumerate(ratings):
        given_at = np.flatnonzero(~np.isnan(row))
        alarms = own_baseline(row[given_at].tolist())
        flags[client, given_at] = [alarm is not None and alarm > limit for alarm in alarms]
    return flags


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.lists(st.one_of(st.just(np.nan), st.integers(0, 10).map(float)), min_size=9, max_size=9),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([1.937, 2.011, 3.017]),
)
def test_the_own_chart_of_a_clinic_is_that_of_each_client(rows, limit):
    ratings = np.array(rows)
    assert np.array_equal(flag_own_baseline(ratings, limit=limit), flags_one_by_one(ratings, limit))


def test_the_own_chart_of_drawn_clients_is_that_of_each_client():
    rng = np.random.default_rng(1)
    ratings = draw_series(BENCHMARK, n_clients=300, n_visits=20, rng=rng).ratings
    ratings[rng.random(ratings.shape) < 0.2] = np.nan
    ratings[0] = 100.0
    flags = flag_own_baseline(ratings)
    assert np.array_equal(flags, flags_one_by_one(ratings, 2.0))
    assert 0.02 < flags.mean() < 0.08
    assert [len(each) for each in series_of(ratings[:1])] == [20]


def test_a_drop_is_counted_from_the_last_rating_in_units_of_one_deviation():
    assert drop_from_last([80.0, 70.0, 75.0], sd=5.0) == (None, 2.0, -1.0)
    assert drop_from_last([], sd=5.0) == ()


def test_scores_allow_for_how_uncertain_the_own_mean_still_is():
    scores = standardised([80.0, 82.0, 84.0, 76.0], sd=6.0)
    assert scores[:3] == (None, None, None)
    assert scores[3] == pytest.approx(-1.0 / math.sqrt(4.0 / 3.0))
    fixed = standardised([80.0, 82.0, 76.0, 84.0], sd=6.0, n_baseline=2)
    assert fixed == (None, None, *(pytest.approx(away / 6.0 / math.sqrt(1.5)) for away in (-5, 3)))


def test_an_ewma_smooths_and_is_told_in_units_of_its_own_deviation():
    unit = math.sqrt(0.5 / 1.5)
    assert ewma((None, -2.0, 0.0, 1.0), weight=0.5) == (
        None,
        *(pytest.approx(value / unit) for value in (1.0, 0.5, -0.25)),
    )
    assert ewma((2.0,), weight=0.5, is_two_sided=True) == (pytest.approx(1.0 / unit),)


def test_a_cusum_adds_what_lies_beyond_the_allowance_and_never_falls_below_nothing():
    scores = (-1.5, None, 2.0, -1.0, -1.0)
    assert cusum(scores, allowance=0.5) == (1.0, None, 0.0, 0.5, 1.0)
    assert cusum(scores, allowance=0.5, is_two_sided=True) == (1.0, None, 1.5, 0.5, 1.0)


CHARTS = {
    "EWMA": (
        lambda scores: ewma(scores, weight=0.5, is_two_sided=True),
        lambda shift: run_length_of_ewma(weight=0.5, limit=2.0, shift=shift),
        2.0,
    ),
    "CUSUM": (
        lambda scores: cusum(scores, allowance=0.5),
        lambda shift: run_length_of_cusum(allowance=0.5, limit=2.5, shift=shift),
        2.5,
    ),
    "two-sided CUSUM": (
        lambda scores: cusum(scores, allowance=0.5, is_two_sided=True),
        lambda shift: run_length_of_cusum(allowance=0.5, limit=3.0, shift=shift, is_two_sided=True),
        3.0,
    ),
}


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_a_rule_runs_as_long_as_its_integral_says(name, shift):
    """The rules look downward and the published tables upward, so ratings fall by the shift."""
    rule, run_length, limit = CHARTS[name]
    expected = run_length(shift)
    rng = np.random.default_rng(2)
    lengths = []
    for _ in range(600):
        scores = tuple(rng.normal(-shift, 1.0, int(9 * expected) + 50).tolist())
        alarms = enumerate(rule(scores), start=1)
        lengths.append(next(n for n, alarm in alarms if alarm > limit))
    error = np.std(lengths) / math.sqrt(len(lengths))
    assert np.mean(lengths) == pytest.approx(expected, abs=4.0 * error)
