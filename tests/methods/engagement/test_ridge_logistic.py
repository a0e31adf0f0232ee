"""The fit against closed forms, an optimiser that knows only the objective, and data that cannot be
fitted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from alongside.methods.engagement.ridge_logistic import (
    LogisticFit,
    NotConverged,
    OneOutcome,
    Parted,
    fit_ridge_logistic,
)


def two_by_two(a, b, c, d):
    """a of those exposed had the event and b had not; c and d of the others."""
    exposed = np.repeat([1.0, 1.0, 0.0, 0.0], [a, b, c, d])
    return exposed[:, None], np.repeat([True, False, True, False], [a, b, c, d])


def drawn(n, seed, weights=(1.0, -0.5, 0.0)):
    rng = np.random.default_rng(seed)
    columns = rng.normal(size=(n, len(weights)))
    return columns, rng.random(n) < 1.0 / (1.0 + np.exp(2.0 - columns @ np.array(weights)))


@given(*[st.integers(1, 60)] * 4)
def test_without_a_penalty_two_groups_give_the_log_odds_ratio_and_woolfs_error(a, b, c, d):
    fit = fit_ridge_logistic(*two_by_two(a, b, c, d), penalty=0.0)
    assert isinstance(fit, LogisticFit)
    assert fit.coefficients[0] == pytest.approx(np.log(a * d / (b * c)), abs=1e-6)
    assert fit.intercept == pytest.approx(np.log(c / d), abs=1e-6)
    assert fit.standard_errors[0] == pytest.approx((1 / a + 1 / b + 1 / c + 1 / d) ** 0.5)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.1, 1.0, 30.0]))
def test_the_fit_is_the_top_of_its_objective(seed, penalty):
    columns, happened = drawn(120, seed)
    fit = fit_ridge_logistic(columns, happened, penalty=penalty)

    def loss(at):
        eta = at[0] + columns @ at[1:]
        return np.logaddexp(0, eta).sum() - happened @ eta + penalty / 2 * at[1:] @ at[1:]

    best = minimize(loss, np.zeros(4), method="BFGS", options={"gtol": 1e-9})
    assert loss(np.array([fit.intercept, *fit.coefficients])) <= best.fun + 1e-9
    assert fit.slope < 1e-9


def test_the_chances_sum_to_the_events_whatever_the_penalty():
    columns, happened = drawn(500, 1)
    for penalty in (0.0, 1.0, 1e4):
        fit = fit_ridge_logistic(columns, happened, penalty=penalty)
        chances = 1.0 / (1.0 + np.exp(-fit.intercept - columns @ fit.coefficients))
        assert chances.sum() == pytest.approx(happened.sum())


def test_the_error_of_the_persons_is_the_spread_over_samples_and_that_of_the_cases_is_too_small():
    """Each person gives five equal cases, which say no more than one."""
    found, by_person, by_case = [], [], []
    for seed in range(150):
        columns, happened = (np.repeat(each, 5, axis=0) for each in drawn(200, seed))
        people = np.repeat(np.arange(200), 5)
        fit = fit_ridge_logistic(columns, happened, people=people, penalty=0.0)
        found.append(fit.coefficients[0])
        by_person.append(fit.standard_errors[0])
        naive = fit_ridge_logistic(columns, happened, penalty=0.0)
        by_case.append(naive.standard_errors[0])
    spread = np.std(found, ddof=1)
    assert np.mean(by_person) == pytest.approx(spread, rel=0.15)
    assert np.mean(by_case) < 0.6 * spread


def test_one_outcome_alone_is_an_answer():
    answer = fit_ridge_logistic(np.ones((7, 1)), np.zeros(7, dtype=bool), penalty=1.0)
    assert answer == OneOutcome(n=7, n_events=0)
    assert str(answer).startswith("Of 7 landmarks 0 were followed by drifting away.")


def test_outcomes_that_are_parted_perfectly_are_held_by_the_penalty_and_said_to_be():
    columns, happened = np.linspace(-1, 1, 20)[:, None], np.linspace(-1, 1, 20) > 0
    fit = fit_ridge_logistic(columns, happened, penalty=1.0)
    assert isinstance(fit, LogisticFit)
    assert fit.is_parted
    assert np.isfinite([fit.coefficients[0], fit.standard_errors[0]]).all()
    answer = fit_ridge_logistic(columns, happened, penalty=0.0)
    assert answer == Parted(n=20)
    assert "parted perfectly" in str(answer)
    assert not fit_ridge_logistic(*drawn(200, 2), penalty=1.0).is_parted


def test_columns_that_say_the_same_need_a_penalty():
    columns, happened = drawn(100, 3)
    twice = np.hstack([columns, columns])
    assert isinstance(fit_ridge_logistic(twice, happened, penalty=0.0), NotConverged)
    fit = fit_ridge_logistic(twice, happened, penalty=1.0)
    assert fit.coefficients[:3] == pytest.approx(fit.coefficients[3:])


def test_no_column_at_all_gives_the_overall_share():
    fit = fit_ridge_logistic(np.empty((10, 0)), np.arange(10) < 3, penalty=1.0)
    assert fit.intercept == pytest.approx(np.log(3 / 7))
