"""Scores by the polynomial are the exact ones to far more digits than a chance ever means."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from alongside.methods.alliance.student_scores import (
    FEWEST_DEGREES,
    WORTH_IT,
    least_of,
    most_squared,
    tails_of,
    tails_where_many_share,
)


def test_the_exact_ones_are_those_of_the_textbook():
    t, degrees = np.array([-3.0, -0.5, 0.0, 2.0]), np.array([3.0, 8.5, 20.0, 5.0])
    chances, scores = tails_of(t, degrees)
    assert chances == pytest.approx(stats.t.cdf(t, degrees), rel=1e-12)
    assert scores == pytest.approx(-stats.norm.ppf(stats.t.cdf(t, degrees)), abs=1e-12)


@pytest.mark.parametrize("degrees", [FEWEST_DEGREES, 4.2, 6.0, 11.7, 40.0, 1e4, 1e8])
def test_the_polynomial_gives_the_exact_ones(degrees):
    rng = np.random.default_rng(1)
    t = np.concatenate([rng.standard_t(degrees, 20_000), np.linspace(-12, 12, 5001), [0.0]])
    every = np.full(t.shape, degrees)
    exact, fast = tails_of(t, every), tails_where_many_share(t, every, shared=degrees)
    assert np.abs(fast[0] - exact[0]).max() < 1e-11
    assert np.abs(fast[0] / exact[0] - 1.0).max() < 2e-10
    assert np.abs(fast[1] - exact[1]).max() < 1e-10


def test_values_with_other_degrees_and_far_ones_keep_their_exact_tails():
    rng = np.random.default_rng(2)
    t, degrees = rng.standard_t(4, 3000), np.full(3000, 9.0)
    degrees[::3] = rng.uniform(3.0, 30.0, 1000)
    t[:10] = -40.0
    exact, fast = tails_of(t, degrees), tails_where_many_share(t, degrees, shared=9.0)
    others = (degrees != 9.0) | (exact[1] > 4.0)
    assert np.array_equal(exact[0][others], fast[0][others])
    assert np.array_equal(exact[1][others], fast[1][others])
    assert 0 < np.abs(exact[1] - fast[1]).max() < 1e-10, "the others went the fast way"


def test_scores_lie_between_their_bounds():
    t, degrees = (
        each.ravel() for each in np.meshgrid(np.linspace(-60, 60, 601), np.geomspace(1.05, 1e6, 80))
    )
    _, scores = tails_of(t, degrees)
    most = np.sqrt(most_squared(t * t, degrees))
    least = least_of(most, degrees)
    assert (least <= np.abs(scores) + 1e-9).all()
    # Tails that are cut off have a score of 37.04 and no more.
    assert (np.abs(scores) <= most + 1e-9).all()
    is_usual = (degrees > 4.0) & (np.abs(scores) < 5.0)
    assert (most - least)[is_usual].max() < 0.35


@pytest.mark.parametrize(("n", "shared"), [(WORTH_IT - 1, 9.0), (1000, FEWEST_DEGREES - 0.1)])
def test_few_values_and_few_degrees_go_the_exact_way(n, shared):
    t, degrees = np.linspace(-3, 3, n), np.full(n, shared)
    exact, fast = tails_of(t, degrees), tails_where_many_share(t, degrees, shared=shared)
    assert np.array_equal(exact, fast)
