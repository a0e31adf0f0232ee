"""Drawn courses: what is said to be in them is in them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from alongside.lab.growth_courses import NO_LOSSES, USUAL_COURSE, Losses, draw_courses
from alongside.methods.progress.forecast import forecasts_of_all


def drawn(losses: Losses = NO_LOSSES, *, seed: int = 1, n_clients: int = 4000):
    return draw_courses(
        USUAL_COURSE,
        n_clients=n_clients,
        n_visits=12,
        n_therapists=40,
        rng=np.random.default_rng(seed),
        losses=losses,
    )


def test_the_same_seed_draws_the_same_clients() -> None:
    one, other, third = drawn(), drawn(), drawn(seed=2)
    np.testing.assert_array_equal(one.courses.score, other.courses.score)
    assert (one.courses.score != third.courses.score).any()


def test_scores_lie_around_the_true_course() -> None:
    sample = drawn()
    courses = sample.courses
    expected = USUAL_COURSE.expected(12, 75.0)
    last = sample.visit == 12
    near = np.abs(courses.intake["intake"][courses.client[last]] - 75.0) < 2.0
    assert courses.score[last][near].mean() == pytest.approx(expected.mean, abs=2.0)
    assert courses.score[last][near].std() == pytest.approx(expected.sd, rel=0.15)


def test_losses_are_there_and_everyone_keeps_the_first_visit() -> None:
    sample = drawn(Losses(share_missing=0.3, probability_leaving=0.05))
    assert set(sample.courses.client[sample.visit == 1]) == set(range(4000))
    n_of_visit = np.bincount(sample.visit)[1:]
    # Who did not leave before visit j, and whose visit j is not missing by chance.
    for visit in (2, 6, 12):
        chance = 0.7 * 0.95 ** (visit - 1)
        assert n_of_visit[visit - 1] / 4000 == pytest.approx(chance, abs=0.03)


def test_heavy_noise_has_the_same_variance_and_longer_tails() -> None:
    def surprises(losses: Losses) -> np.ndarray:
        sample = drawn(losses)
        courses = sample.courses
        intake = courses.intake["intake"][courses.client]
        means, sds = forecasts_of_all(
            courses.client, sample.visit, courses.score, intake, USUAL_COURSE
        )
        return (courses.score - means) / sds

    plain, heavy = surprises(Losses()), surprises(Losses(is_heavy=True))
    assert abs(stats.kurtosis(plain)) < 0.2
    assert stats.kurtosis(heavy) > 1.0
    assert heavy.std() == pytest.approx(plain.std(), rel=0.1)
