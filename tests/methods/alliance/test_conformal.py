"""How rare a visit is at a site is counted among its own visits, whatever they are like."""

from __future__ import annotations

import json
import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alongside.lab.alliance_series import BENCHMARK, draw_series
from alongside.methods.alliance.clinic_strain import detect_clinic_strain
from alongside.methods.alliance.conformal import (
    FEWEST_SCORED_VISITS,
    MOST_SCORED_VISITS,
    Basis,
    StatisticIsNotANumber,
    TooFewScoredVisits,
    VisitsHere,
    chance_here,
    take_visits,
    threshold_of_share,
)
from alongside.methods.alliance.population import COLD_START, Population
from alongside.methods.alliance.strain import Threshold, VisitStrain, detect_strain

TODAY = date(2026, 3, 2)
VISIT = detect_strain([88.0, 90.0, 86.0, 90.0, 88.0, 68.0], COLD_START)[-1]
assert isinstance(VISIT, VisitStrain)


def test_a_visit_is_as_rare_as_its_rank_among_the_last_visits():
    here = take_visits([float(n) for n in range(999)], on=TODAY)
    assert isinstance(here, VisitsHere)
    assert here.chance_of(998.5) == 1 / 1000, "lower than any: itself alone"
    assert here.chance_of(989.0) == 11 / 1000
    assert here.chance_of(-1.0) == 1.0


def test_visits_that_look_the_same_count_as_at_least_as_low():
    """At the ceiling many visits share one statistic; none of them is made rare by that."""
    here = take_visits([-0.2] * 450 + [1.0] * 45 + [3.0] * 4 + [-1.0], on=TODAY)
    assert here.chance_of(-0.2) == (1 + 499) / 501
    assert here.chance_of(1.0) == (1 + 49) / 501
    assert here.chance_of(3.0) == 5 / 501


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.005, 0.02, 0.1]))
def test_whatever_the_visits_are_like_no_more_are_called_rare_than_should_be(seed, nominal):
    """Among n visits and one more, all alike, at most a share of `nominal` is below it."""
    rng = np.random.default_rng(seed)
    visits = np.round(rng.standard_t(1.5, 501), int(rng.integers(0, 3))).tolist()
    chances = []
    for left_out in range(501):
        here = take_visits(visits[:left_out] + visits[left_out + 1 :], on=TODAY)
        chances.append(here.chance_of(visits[left_out]))
    assert np.mean([chance < nominal for chance in chances]) <= nominal


def test_below_500_scored_visits_the_chance_is_that_of_the_model_and_says_so():
    few = take_visits([0.0] * (FEWEST_SCORED_VISITS - 1), on=TODAY)
    assert few == TooFewScoredVisits(n=499)
    assert str(few).startswith("Visits judged in this clinic: 499. Counting")
    chance = chance_here(VISIT, few)
    assert (chance.probability, chance.one_in) == (VISIT.probability, VISIT.one_in)
    assert (chance.basis, chance.n_visits) == (Basis.MODEL, 499)
    assert chance.is_strain(Threshold(0.02)) == VISIT.is_strain


def test_from_500_scored_visits_on_the_chance_is_counted_at_the_site():
    lively = take_visits([VISIT.statistic + 1.0] * 30 + [0.0] * 470, on=TODAY)
    chance = chance_here(VISIT, lively)
    assert (chance.probability, chance.basis, chance.n_visits) == (31 / 501, Basis.SITE, 500)
    assert chance.one_in == 15
    assert VISIT.is_strain
    assert not chance.is_strain(Threshold(0.02)), "one in sixteen visits here is as low"


def test_older_visits_are_forgotten():
    here = take_visits([9.0] * 400 + [0.0] * MOST_SCORED_VISITS, on=TODAY)
    assert here.n == MOST_SCORED_VISITS
    assert here.statistics[-1] == 0.0


def test_visits_are_taken_anew_after_a_month_and_kept_as_json_until_then():
    here = take_visits(np.linspace(-2, 3, 600).tolist(), on=TODAY)
    kept = VisitsHere.from_dict(json.loads(json.dumps(here.to_dict())))
    assert kept == here
    assert not kept.is_to_be_taken_anew(date(2026, 3, 30))
    assert kept.is_to_be_taken_anew(date(2026, 4, 1))


@pytest.mark.parametrize("statistic", [math.nan, math.inf])
def test_a_visit_that_was_not_judged_is_not_counted(statistic):
    with pytest.raises(StatisticIsNotANumber, match="Only visits that were judged"):
        take_visits([0.0] * 600 + [statistic], on=TODAY)


def test_a_whole_clinic_is_counted_as_each_visit_is():
    rng = np.random.default_rng(5)
    ratings = draw_series(BENCHMARK, n_clients=200, n_visits=8, rng=rng).ratings
    ratings[rng.random(ratings.shape) < 0.2] = np.nan
    clinic = detect_clinic_strain(ratings, COLD_START)
    here = take_visits(clinic.statistic[clinic.is_judged].tolist(), on=TODAY)
    chances = here.chances_of(clinic.statistic)
    assert np.isnan(chances[~clinic.is_judged]).all()
    assert chances[clinic.is_judged].tolist() == [
        here.chance_of(statistic) for statistic in clinic.statistic[clinic.is_judged].tolist()
    ]


def test_a_site_whose_ratings_defy_the_model_is_calibrated_by_counting():
    """The negative control is the model itself, with a noise that is half of the true one."""
    wrong = Population(phi=0.35, m0=56.0, k0=2.0, a0=20.0, b0=20.0 * 9.0)
    rng = np.random.default_rng(6)
    past, next_month = (
        detect_clinic_strain(
            draw_series(BENCHMARK, n_clients=400, n_visits=12, rng=rng).ratings, wrong
        )
        for _ in range(2)
    )
    here = take_visits(
        rng.permutation(past.statistic[past.is_judged])[:MOST_SCORED_VISITS].tolist(), on=TODAY
    )
    judged = next_month.is_judged
    by_model = (next_month.probability[judged] < 0.02).mean()
    by_count = (here.chances_of(next_month.statistic)[judged] < 0.02).mean()
    assert by_model > 0.05
    assert by_count == pytest.approx(0.02, abs=0.01)


@pytest.mark.parametrize(("share", "n_below"), [(0.0, 0), (0.01, 6), (0.1, 60), (0.333, 199)])
def test_the_threshold_of_a_share_points_out_that_share(share: float, n_below: int) -> None:
    chances = np.random.default_rng(5).uniform(0.0, 1.0, size=600)
    threshold = threshold_of_share(share, chances)
    assert isinstance(threshold, Threshold)
    assert (chances < threshold.probability).sum() == n_below


def test_of_equal_chances_none_is_pointed_out_where_all_would_be_too_many() -> None:
    chances = [0.01] * 300 + [0.4] * 300
    threshold = threshold_of_share(0.1, chances)
    assert isinstance(threshold, Threshold)
    assert sum(chance < threshold.probability for chance in chances) == 0


def test_only_the_newest_visits_count_and_too_few_tell_nothing() -> None:
    old, new = [0.001] * 5000, list(np.linspace(0.01, 0.4, 2000))
    threshold = threshold_of_share(0.05, [*old, *new])
    assert isinstance(threshold, Threshold)
    assert threshold.probability == pytest.approx(new[100])
    assert threshold_of_share(0.05, new[:499]) == TooFewScoredVisits(n=499)
