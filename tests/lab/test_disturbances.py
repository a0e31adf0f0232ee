"""Each disturbance is really there, as large as it says, and alone."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kurtosis

from alongside.lab.alliance_series import BENCHMARK, draw_series
from alongside.lab.disturbances import CONDITIONS, TOP, UNDISTURBED, draw_disturbed

BY_NAME = {condition.name: condition for condition in CONDITIONS}


def drawn(name, n_clients=3000):
    rng = np.random.default_rng(1)
    return draw_disturbed(BY_NAME[name], n_clients=n_clients, n_visits=20, rng=rng)


def figures(name):
    """Memory, share at the top, share missing and excess kurtosis of the deviations."""
    sample = drawn(name)
    growth = BENCHMARK.growth * np.log(np.arange(1, 21))
    levels, sds = sample.drawn.levels[:, None], sample.drawn.sds[:, None]
    deviations = (sample.drawn.states - levels - growth) / sds
    rated = sample.ratings[~np.isnan(sample.ratings)]
    assert deviations.std() == pytest.approx(1.0, abs=0.05), "as noisy as without"
    return (
        (deviations[:, 1:] * deviations[:, :-1]).mean() / (deviations**2).mean(),
        np.isclose(rated, TOP).mean(),
        np.isnan(sample.ratings).mean(),
        kurtosis(deviations, axis=None),
    )


MEMORY, AT_TOP = pytest.approx(0.35, abs=0.03), pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize(
    ("name", "memory", "at_top", "missing"),
    [
        ("benchmark", MEMORY, AT_TOP, 0.0),
        ("no memory (phi 0)", pytest.approx(0.0, abs=0.03), AT_TOP, 0.0),
        ("long memory (phi .6)", pytest.approx(0.6, abs=0.03), AT_TOP, 0.0),
        ("40 % at the top", MEMORY, pytest.approx(0.4, abs=0.01), 0.0),
        ("30 % of visits missing", MEMORY, AT_TOP, pytest.approx(0.3, abs=0.01)),
        ("heavy tails (t, 3 degrees)", MEMORY, AT_TOP, 0.0),
    ],
)
def test_a_disturbance_is_there_and_nothing_else_is(name, memory, at_top, missing):
    tails = figures(name)
    assert tails[:3] == (memory, at_top, missing)
    assert (tails[3] > 5.0) == (name == "heavy tails (t, 3 degrees)")
    assert tails[3] > 5.0 or abs(tails[3]) < 0.2


def test_the_undisturbed_condition_is_the_benchmark_itself():
    ours = draw_disturbed(UNDISTURBED, n_clients=50, n_visits=20, rng=np.random.default_rng(2))
    theirs = draw_series(BENCHMARK, n_clients=50, n_visits=20, rng=np.random.default_rng(2))
    assert np.array_equal(ours.ratings, theirs.ratings)
