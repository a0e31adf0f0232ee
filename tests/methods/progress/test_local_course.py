"""A clinic's course: assumed at first, its own in the end, and never a jump between."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from alongside.lab.growth_courses import USUAL_COURSE, draw_courses
from alongside.methods.progress.expected_course import OFF_COURSE
from alongside.methods.progress.local_course import blended, cold_start, weight_of_own
from alongside.methods.progress.norms import Better, Norms

NORMS = Norms(clinical_mean=60.0, clinical_sd=15.0, reliability=0.85, better=Better.LOWER)
ASSUMED = cold_start(NORMS)
COHORT = draw_courses(
    USUAL_COURSE, n_clients=600, n_visits=8, n_therapists=1, rng=np.random.default_rng(7)
).courses


def test_before_there_are_data_nobody_is_expected_to_change_but_by_chance() -> None:
    for visit in (1, 3, 12):
        assert ASSUMED.expected(visit, 60.0).mean == 60.0
        # An extreme first score is partly chance, and is expected to fall back.
        assert ASSUMED.expected(visit, 90.0).mean == pytest.approx(60.0 + 0.85 * 30.0)
    assert ASSUMED.expected(12, 60.0).sd > ASSUMED.expected(3, 60.0).sd


def test_somebody_unchanged_is_off_course_no_more_often_than_said() -> None:
    rng = np.random.default_rng(1)
    true = rng.normal(60.0, 15.0 * 0.85**0.5, 200_000)
    intake, later = true + rng.normal(0.0, NORMS.sem, (2, 200_000))
    badness = ASSUMED.badness_of(np.full(200_000, 3), later, intake)
    assert 0.05 < (badness > OFF_COURSE).mean() <= 0.10


def test_the_weight_grows_from_nothing_to_all() -> None:
    assert [weight_of_own(n) for n in (0, 50, 125, 200, 9000)] == [0.0, 0.0, 0.5, 1.0, 1.0]


@pytest.mark.parametrize("n", [0, 49, 50])
def test_a_small_clinic_lives_by_what_was_assumed(n: int) -> None:
    own = replace(USUAL_COURSE, n_clients=n, n_ratings=5 * n)
    found = blended(ASSUMED, own, COHORT)
    assert replace(found, n_clients=0, n_ratings=0) == ASSUMED
    assert (found.n_clients, found.n_ratings) == (n, 5 * n)


def test_a_large_clinic_lives_by_its_own() -> None:
    own = replace(USUAL_COURSE, n_clients=200)
    assert blended(ASSUMED, own, COHORT) == own


def test_between_the_two_each_expectation_lies_between() -> None:
    # The clinic's own mean intake is another than that of the norms.
    own = replace(USUAL_COURSE, intake_mean=50.0, level=48.0)
    for visit in (1, 5, 12):
        for intake in (30.0, 60.0, 90.0):
            ends = [each.expected(visit, intake).mean for each in (ASSUMED, own)]
            means = [
                blended(ASSUMED, replace(own, n_clients=n), COHORT).expected(visit, intake).mean
                for n in range(50, 201, 15)
            ]
            assert means == sorted(means, reverse=ends[0] > ends[1])
            assert means[0] == pytest.approx(ends[0])
            assert means[-1] == pytest.approx(ends[1])
            halfway = blended(ASSUMED, replace(own, n_clients=125), COHORT).expected(visit, intake)
            assert halfway.mean == pytest.approx(sum(ends) / 2)


def test_what_is_mixed_is_exceeded_by_one_rating_in_ten_as_well() -> None:
    mixed = blended(ASSUMED, replace(USUAL_COURSE, n_clients=100), COHORT)
    intake = COHORT.intake["intake"][COHORT.client]
    visit = np.rint(np.exp(COHORT.time)).astype(int)
    shares = [
        (each.badness_of(visit, COHORT.score, intake) > OFF_COURSE).mean()
        for each in (mixed, replace(mixed, boundary=None))
    ]
    assert shares[0] == pytest.approx(0.10, abs=0.02)
    assert shares[1] < 0.06, "without a boundary of its own it would be seldom"
