"""Parameter recovery tells a fit that finds the truth from a truth that is another.

A stated small sample: 60 draws of 200 clients. The lab's report runs 600 of 300.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from alongside.lab.course_recovery import (
    COHORTS,
    FIXED,
    LOSSY,
    VARIANCES,
    WHOLE,
    Cohort,
    estimates_of,
    recovery_of,
)
from alongside.lab.growth_courses import USUAL_COURSE

N_DRAWS = 60
ERROR_OF_COVERAGE = math.sqrt(0.95 * 0.05 / N_DRAWS)


@pytest.fixture(scope="module", params=COHORTS, ids=["whole", "lossy", "heavy"])
def estimates(request):
    smaller = replace(request.param, n_clients=200)
    return estimates_of(smaller, np.random.default_rng(5).spawn(N_DRAWS))


def test_no_fit_is_biased_and_intervals_hold_the_truth(estimates):
    recovery = recovery_of(estimates)
    assert [each.name for each in recovery.parameters] == [*FIXED, *VARIANCES]
    assert recovery.n_draws == N_DRAWS
    for each in recovery.parameters:
        assert each.is_found, each
        assert each.n == N_DRAWS - recovery.n_unfitted
        if each.name in FIXED:
            assert each.coverage is not None
            assert each.coverage.value == pytest.approx(0.95, abs=3.0 * ERROR_OF_COVERAGE)
            assert each.said == pytest.approx(each.spread, rel=0.35)
        else:
            assert each.coverage is None


@pytest.mark.parametrize(
    ("name", "wrong"), [("trend", -6.0), ("by_intake", 0.7), ("noise_variance", 52.0)]
)
def test_a_truth_that_is_another_is_found_to_be(name, wrong):
    estimates = estimates_of(replace(WHOLE, n_clients=200), np.random.default_rng(5).spawn(N_DRAWS))
    recovery = recovery_of(estimates, replace(USUAL_COURSE, **{name: wrong}))
    assert [each.name for each in recovery.parameters if not each.is_found] == [name]
    coverage = recovery.of(name).coverage
    assert coverage is None or coverage.highest < 0.9


def test_fits_where_a_variance_runs_to_zero_are_counted():
    flat = replace(USUAL_COURSE, therapist_variance=0.0)
    cohort = Cohort("hardly any", n_clients=30, n_visits=4, n_therapists=5)
    estimates = estimates_of(cohort, np.random.default_rng(6).spawn(20), flat)
    assert estimates.n_singular > 3
    assert len(estimates.values) + estimates.n_unfitted == 20


def test_without_a_fit_nothing_is_told():
    alone = Cohort("one visit each", n_visits=1)
    recovery = recovery_of(estimates_of(alone, np.random.default_rng(7).spawn(3)))
    assert (recovery.parameters, recovery.n_draws, recovery.n_unfitted) == ((), 3, 3)


def test_what_is_lost_costs_certainty():
    rngs = [np.random.default_rng(8).spawn(30) for _ in range(2)]
    whole, lossy = (
        recovery_of(estimates_of(replace(cohort, n_clients=150), own))
        for cohort, own in zip((WHOLE, LOSSY), rngs, strict=True)
    )
    said, with_losses = whole.of("trend").said, lossy.of("trend").said
    assert said is not None
    assert with_losses is not None
    assert with_losses > 1.1 * said
