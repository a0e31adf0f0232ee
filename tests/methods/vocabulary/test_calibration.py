"""How well stated chances hold, against closed forms and against slow twins."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from alongside.methods.vocabulary.calibration import (
    Brier,
    ChanceIsImpossible,
    Discrimination,
    NothingToCount,
    OneOutcomeOnly,
    ReliabilityCurve,
    Share,
    ShareIsImpossible,
    TooFewChances,
    TooFewValues,
    TransformHistogram,
    area_under_curve,
    brier_score,
    calibration_of,
    reliability_curve,
    share_of,
    transform_histogram,
)

SOURCES = Path(__file__).parents[3] / "src"


def drawn(n, seed, *, distortion=1.0):
    """Chances and what came of them; the true chance is the said one to a power."""
    rng = np.random.default_rng(seed)
    chances = rng.beta(1.2, 3.0, n)
    return chances, rng.random(n) < chances**distortion


def slow_area(chances, happened):
    """Every pair of an event and another case, one by one."""
    pairs = [
        (said > other) + 0.5 * (said == other)
        for said in chances[happened]
        for other in chances[~happened]
    ]
    return float(np.mean(pairs))


def slow_error(chances, happened):
    """DeLong's standard error from the definition: structural components, pair by pair."""
    events, others = chances[happened], chances[~happened]

    def above(x, y):
        return float(x > y) + 0.5 * float(x == y)

    v10 = [np.mean([above(x, y) for y in others]) for x in events]
    v01 = [np.mean([above(x, y) for x in events]) for y in others]
    return math.sqrt(np.var(v10, ddof=1) / len(v10) + np.var(v01, ddof=1) / len(v01))


few_chances = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), st.booleans()), min_size=4
).filter(lambda cases: 2 <= sum(came for _, came in cases) <= len(cases) - 2)


@given(few_chances)
def test_the_area_and_its_error_are_those_of_all_pairs_with_ties_as_one_half(cases):
    chances = np.array([said for said, _ in cases])
    happened = np.array([came for _, came in cases])
    found = area_under_curve(chances, happened)
    assert isinstance(found, Discrimination)
    assert found.value == pytest.approx(slow_area(chances, happened), abs=1e-12)
    assert found.standard_error == pytest.approx(slow_error(chances, happened), abs=1e-9)
    assert 0.0 <= found.lowest <= found.value <= found.highest <= 1.0


def test_the_area_is_the_mann_whitney_statistic_and_turns_with_the_chances():
    chances, happened = drawn(2000, 1)
    found = area_under_curve(chances, happened)
    u = stats.mannwhitneyu(chances[happened], chances[~happened]).statistic
    assert found.value == pytest.approx(u / (happened.sum() * (~happened).sum()))
    turned = area_under_curve(1.0 - chances, happened)
    assert turned.value == pytest.approx(1.0 - found.value)
    assert turned.standard_error == pytest.approx(found.standard_error)


def test_the_standard_error_is_the_spread_of_the_area_over_many_samples():
    found = [area_under_curve(*drawn(300, seed)) for seed in range(400)]
    spread = np.std([each.value for each in found], ddof=1)
    assert np.mean([each.standard_error for each in found]) == pytest.approx(spread, rel=0.1)


def test_a_case_counted_five_times_says_no_more_than_once_when_its_person_is_known():
    chances, happened = drawn(400, 3)
    once = area_under_curve(chances, happened)
    people = np.arange(400)
    repeated = [np.repeat(each, 5) for each in (chances, happened, people)]
    naive = area_under_curve(repeated[0], repeated[1])
    honest = area_under_curve(repeated[0], repeated[1], groups=repeated[2])
    assert honest.value == pytest.approx(once.value)
    assert honest.standard_error == pytest.approx(once.standard_error, rel=1e-9)
    assert honest.n_groups == 400
    assert naive.standard_error < 0.5 * once.standard_error


def test_with_persons_the_error_is_the_spread_over_many_samples_of_persons():
    """Cases of one person are alike in chance and in what comes: forgetting it claims too much."""
    found, by_person, by_case = [], [], []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        people = np.repeat(np.arange(60), 8)
        level, luck = rng.normal(size=60)[people], 1.5 * rng.normal(size=60)[people]
        happened = rng.random(480) < 1.0 / (1.0 + np.exp(0.8 - level - luck))
        chances = 1.0 / (1.0 + np.exp(0.8 - level - 0.2 * rng.normal(size=480)))
        grouped = area_under_curve(chances, happened, groups=people)
        found.append(grouped.value)
        by_person.append(grouped.standard_error)
        by_case.append(area_under_curve(chances, happened).standard_error)
    spread = np.std(found, ddof=1)
    assert np.mean(by_person) == pytest.approx(spread, rel=0.12)
    assert np.mean(by_case) < 0.6 * spread


def test_with_one_case_a_person_the_error_is_delongs():
    chances, happened = drawn(150, 4)
    alone = area_under_curve(chances, happened)
    grouped = area_under_curve(chances, happened, groups=np.arange(150) * 7)
    assert grouped.standard_error == pytest.approx(alone.standard_error, rel=1e-9)


def test_one_outcome_only_is_an_answer_and_no_area():
    chances = np.array([0.2, 0.3, 0.4])
    answer = area_under_curve(chances, np.array([True, False, False]))
    assert answer == OneOutcomeOnly(n_events=1, n_others=2)
    assert "came true for 1 and did not for 2" in str(answer)
    of_one = np.array([True, True, False, False])
    answer = area_under_curve(np.full(4, 0.5), of_one, groups=np.array([1, 1, 2, 3]))
    assert answer == OneOutcomeOnly(n_events=1, n_others=2)


def test_chances_that_hold_lie_on_the_diagonal_and_chances_that_do_not_are_seen_to():
    """The intervals of a true curve hold the chance 95 times in 100; a false one's do not."""
    inside = []
    for seed in range(60):
        curve = reliability_curve(*drawn(2000, seed))
        assert isinstance(curve, ReliabilityCurve)
        assert (len(curve.bins), curve.n) == (10, 2000)
        inside += [each.predicted in each.observed for each in curve.bins]
    assert 0.92 < np.mean(inside) < 0.98
    boasting = reliability_curve(*drawn(2000, 1, distortion=2.0))
    assert sum(each.predicted in each.observed for each in boasting.bins) < 5
    assert boasting.mean_error > 3 * reliability_curve(*drawn(2000, 1)).mean_error


def test_equal_chances_are_never_parted_into_two_bins():
    chances = np.repeat([0.1, 0.4, 0.7], [50, 30, 20])
    happened = np.zeros(100, dtype=bool)
    curve = reliability_curve(chances, happened)
    assert [each.predicted for each in curve.bins] == pytest.approx([0.1, 0.4, 0.7])
    assert [each.n for each in curve.bins] == [50, 30, 20]


def test_few_chances_have_few_bins_and_fewer_have_no_curve():
    chances, happened = drawn(25, 5)
    assert len(reliability_curve(chances, happened).bins) == 2
    answer = reliability_curve(chances[:19], happened[:19])
    assert answer == TooFewChances(n=19) == brier_score(chances[:19], happened[:19])
    assert str(answer) == (
        "Chances whose outcome is known: 19. How well they hold can be told from 20 on."
    )


def test_the_brier_score_is_the_sum_of_its_parts():
    chances, happened = drawn(3000, 6)
    found = brier_score(chances, happened)
    assert isinstance(found, Brier)
    assert found.value == pytest.approx(np.mean((chances - happened) ** 2))
    parts = found.reliability - found.resolution + found.uncertainty + found.within_bins
    assert parts == pytest.approx(found.value)
    assert 0.0 < found.skill < 1.0


def test_with_as_many_bins_as_chances_the_parts_are_murphys_own():
    """Murphy's worked identity: within bins of equal chances nothing is left over."""
    chances = np.repeat([0.1, 0.4, 0.7], 100)
    happened = np.tile(np.repeat([True, False], [20, 80]), 3)
    found = brier_score(chances, happened, n_bins=3)
    assert found.within_bins == pytest.approx(0.0, abs=1e-12)
    assert found.reliability == pytest.approx((0.1**2 + 0.2**2 + 0.5**2) / 3)
    assert found.resolution == pytest.approx(0.0, abs=1e-12)
    assert found.uncertainty == pytest.approx(0.16)


def test_always_saying_the_overall_share_scores_its_uncertainty():
    happened = np.repeat([True, False], [30, 70])
    found = brier_score(np.full(100, 0.3), happened)
    assert (found.value, found.uncertainty) == pytest.approx((0.21, 0.21))
    assert found.skill == pytest.approx(0.0)
    assert brier_score(np.zeros(40), np.zeros(40, dtype=bool)).skill == 0.0


@given(st.integers(0, 400), st.integers(1, 400))
def test_the_interval_of_a_share_is_wilsons(found, n):
    found = min(found, n)
    share = share_of(found, n)
    assert isinstance(share, Share)
    low, high = stats.binomtest(found, n).proportion_ci(method="wilson")
    assert (share.lowest, share.highest) == pytest.approx((low, high), abs=1e-9)
    assert share.value in share
    assert (share.lowest == 0.0, share.highest == 1.0) == (found == 0, found == n)


def test_a_share_of_nothing_is_an_answer_and_more_than_all_is_a_mistake():
    assert str(share_of(0, 0)) == "There is nothing to count yet, so no share can be given."
    assert isinstance(share_of(0, 0), NothingToCount)
    with pytest.raises(ShareIsImpossible, match="5 of 4 is no share"):
        share_of(5, 4)


@pytest.mark.parametrize("chance", [-0.01, 1.01, math.nan, math.inf])
@pytest.mark.parametrize("judge", [reliability_curve, brier_score, area_under_curve])
def test_what_is_no_chance_is_refused(judge, chance):
    chances, happened = drawn(30, 7)
    chances[3] = chance
    with pytest.raises(ChanceIsImpossible, match="lies between 0 and 1"):
        judge(chances, happened)


def test_forecasts_that_fit_fill_the_bins_evenly_and_too_narrow_ones_do_not():
    """The chi-square doubts one fitting forecast in twenty, and finds a spread of .7 for 1."""
    rng = np.random.default_rng(8)
    called_uneven = [
        transform_histogram(stats.norm.cdf(rng.normal(size=500))).probability < 0.05
        for _ in range(400)
    ]
    assert 0.02 < np.mean(called_uneven) < 0.09
    narrow = transform_histogram(stats.norm.cdf(rng.normal(size=500) / 0.7))
    assert isinstance(narrow, TransformHistogram)
    assert narrow.probability < 1e-4
    assert narrow.counts[0] + narrow.counts[-1] > 3 * narrow.expected


def test_the_chi_square_is_that_of_scipy_and_the_ends_belong_to_the_outer_bins():
    transforms = np.concatenate([[0.0, 1.0], np.random.default_rng(9).random(98)])
    found = transform_histogram(transforms)
    expected = stats.chisquare(found.counts)
    assert (found.chi_square, found.probability) == pytest.approx(tuple(expected))
    assert (found.n, found.expected) == (100, 10.0)
    assert transform_histogram(transforms[:49]) == TooFewValues(n=49, needed=50)


def test_all_that_is_told_of_chances_comes_together():
    chances, happened = drawn(500, 10)
    whole = calibration_of(chances, happened, groups=np.arange(500) // 4)
    assert (whole.n, whole.n_events) == (500, happened.sum())
    assert whole.brier == brier_score(chances, happened)
    assert whole.discrimination.n_groups == 125
    nothing = calibration_of(np.empty(0), np.empty(0, dtype=bool))
    assert (nothing.n, nothing.brier) == (0, TooFewChances(n=0))


def test_a_clinic_needs_no_jaxtyping():
    """Shapes are checked in tests alone; where the package is missing an alias is a plain array."""
    script = (
        "import sys; sys.modules['jaxtyping'] = None\n"
        "import numpy as np\n"
        "from alongside.methods.vocabulary import calibration, shapes\n"
        "assert shapes.Chances is np.ndarray\n"
        "print(calibration.share_of(1, 2).value)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": str(SOURCES)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "0.5\n"
