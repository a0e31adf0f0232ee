"""Shrinkage and funnel limits against the values of science notes 11."""

from __future__ import annotations

import numpy as np
import pytest

from alongside.methods.progress.funnel import (
    LimitsAreImpossible,
    log_ratio_scores,
    ratio_limits,
    share_limits,
    spread_between,
)
from alongside.methods.progress.therapist_effects import NotAShare, shrinkage


@pytest.mark.parametrize(
    ("n", "share"),
    [(5, 0.261), (10, 0.414), (20, 0.586), (30, 0.679), (60, 0.809), (120, 0.895)],
)
def test_shrinkage_at_an_intraclass_correlation_of_066(n: int, share: float) -> None:
    assert shrinkage(n, 0.066) == pytest.approx(share, abs=5e-4)


def test_nothing_is_shown_below_33_clients() -> None:
    assert shrinkage(32, 0.066) < 0.7 < shrinkage(34, 0.066)
    with pytest.raises(NotAShare):
        shrinkage(10, 0.0)


@pytest.mark.parametrize(
    ("expected", "wide", "wider"),
    [
        (50, (0.7422, 1.3184), (0.6192, 1.5188)),
        (100, (0.8136, 1.2163), (0.7192, 1.3492)),
        (200, (0.8662, 1.1486), (0.7956, 1.2384)),
    ],
)
def test_exact_poisson_limits(
    expected: float, wide: tuple[float, float], wider: tuple[float, float]
) -> None:
    for coverage, (low, high) in ((0.95, wide), (0.998, wider)):
        limits = ratio_limits(expected, coverage)
        assert limits.low == pytest.approx(low, abs=5e-5)
        assert limits.high == pytest.approx(high, abs=5e-5)


def test_scores_of_observed_over_expected() -> None:
    observed = np.array([100.0, 150.0, 180.0, 80.0, 120.0, 225.0])
    expected = np.array([108.0, 112.0, 165.0, 95.0, 100.0, 220.0])
    printed = [-0.7998, 3.0917, 1.1177, -1.6750, 1.8232, 0.3333]
    np.testing.assert_allclose(log_ratio_scores(observed, expected), printed, atol=5e-5)
    assert np.isnan(log_ratio_scores(np.array([0.0]), np.array([3.0])))[0]


def test_shares_stay_shares() -> None:
    limits = share_limits(0.3, 50)
    assert limits.low == pytest.approx(
        np.sin(np.arcsin(np.sqrt(0.3)) - 1.959964 / 2 / 50**0.5) ** 2
    )
    assert (share_limits(0.0, 4).low, share_limits(1.0, 4).high) == (0.0, pytest.approx(1.0))
    with pytest.raises(LimitsAreImpossible):
        share_limits(1.2, 4)
    with pytest.raises(LimitsAreImpossible):
        ratio_limits(0.0)
    with pytest.raises(LimitsAreImpossible):
        ratio_limits(5.0, 1.0)


def test_a_spread_beyond_chance_is_found_and_none_is_not_made_up() -> None:
    rng = np.random.default_rng(1)
    variances = rng.uniform(0.5, 2.0, 400)
    by_chance = rng.normal(0.0, 1.0, 400)
    assert spread_between(by_chance, 1.0 / variances) < 0.05
    spread = rng.normal(0.0, np.sqrt(variances + 3.0)) / np.sqrt(variances)
    # Winsorised, so somewhat below the true 3.
    assert 1.2 < spread_between(spread, 1.0 / variances) < 3.2
