"""Whatever is drawn with a known truth lets that truth be found again."""

from __future__ import annotations

import numpy as np
import pytest

from alongside.lab.alliance_series import BENCHMARK, VISIT_FEEDBACK, draw_series
from alongside.lab.attendance import USUAL_ATTENDANCE, Fate, draw_attendance
from alongside.lab.ruptures import SHALLOWEST, Rupture, Shape, draw_rupture
from alongside.lab.therapist_ratings import USUAL_THERAPISTS, draw_gaps, rate_visits
from alongside.lab.weekly_checks import ASKED, USUAL_WEEKS, draw_weeks, weeks_of


def test_the_benchmark_has_the_figures_of_its_source() -> None:
    """Science notes 3.6: mean 8.6, ICC .64, between SD .95, within SD .72."""
    ratings = draw_series(
        BENCHMARK, n_clients=3000, n_visits=20, rng=np.random.default_rng(21)
    ).ratings
    within = ratings.var(axis=1, ddof=1).mean()
    between = ratings.mean(axis=1).var(ddof=1)
    level = between - within / 20
    assert ratings.mean() == pytest.approx(86, abs=1)
    assert between**0.5 == pytest.approx(9.5, abs=0.5)
    assert within**0.5 == pytest.approx(7.2, abs=0.5)
    assert level / (level + within) == pytest.approx(0.64, abs=0.03)


def test_level_deviation_and_memory_are_found_again() -> None:
    sample = draw_series(BENCHMARK, n_clients=2000, n_visits=20, rng=np.random.default_rng(3))
    growth = BENCHMARK.growth * np.log(np.arange(1, 21))
    deviations = (sample.states - sample.levels[:, None] - growth) / sample.sds[:, None]
    memory = (deviations[:, 1:] * deviations[:, :-1]).mean() / (deviations**2).mean()
    assert sample.levels.mean() == pytest.approx(BENCHMARK.level_mean, abs=0.1)
    assert sample.levels.std() == pytest.approx(BENCHMARK.level_sd, abs=0.06)
    assert np.median(sample.sds) == pytest.approx(BENCHMARK.sd_median, abs=0.03)
    assert deviations.std() == pytest.approx(1.0, abs=0.02)
    assert memory == pytest.approx(BENCHMARK.phi, abs=0.02)


def test_answers_stay_on_the_steps_and_within_the_ends_of_the_scale() -> None:
    items = draw_series(
        VISIT_FEEDBACK, n_clients=300, n_visits=12, rng=np.random.default_rng(4)
    ).items
    assert items.shape == (300, 12, 5)
    assert set(np.unique(items)) <= set(range(11))
    assert (items == 10).mean() > 0.1


def test_a_rupture_lowers_its_visits_by_its_depth_and_no_other() -> None:
    sudden = Rupture(onset=3, depth=2.0, n_visits=2).drop(8)
    gradual = Rupture(onset=3, depth=2.0, shape=Shape.GRADUAL).drop(8)
    assert sudden.tolist() == [0, 0, 0, 2, 2, 0, 0, 0]
    assert gradual == pytest.approx([0, 0, 0, 0.68, 1.34, 2, 2, 2])


def test_a_rupture_shows_in_the_ratings_as_deep_as_it_is() -> None:
    n_clients, rupture = 1500, Rupture(onset=6, depth=2.0, n_visits=3)
    calm, ruptured = (
        draw_series(
            BENCHMARK,
            n_clients=n_clients,
            n_visits=12,
            rng=np.random.default_rng(5),
            ruptures=ruptures,
        ).ratings.mean(axis=0)
        for ruptures in ((), (rupture,) * n_clients)
    )
    depth = calm - ruptured
    assert depth[[0, 5, 9, 11]] == pytest.approx(0)
    assert 17 < depth[7] < 20  # a little less than 20: nobody can be lowered from above the top


@pytest.mark.parametrize("n_visits", [1, 4, 8, 20])
def test_a_drawn_rupture_begins_within_the_series(n_visits: int) -> None:
    rng = np.random.default_rng(6)
    for _ in range(100):
        rupture = draw_rupture(n_visits, rng, probability_repaired=0.5)
        assert 0 <= rupture.onset < n_visits
        assert rupture.depth >= SHALLOWEST


def test_repairs_come_as_often_as_asked() -> None:
    rng = np.random.default_rng(7)
    repaired = [draw_rupture(20, rng, probability_repaired=0.7).is_repaired for _ in range(1500)]
    assert np.mean(repaired) == pytest.approx(0.7, abs=0.04)


def test_start_growth_and_noise_of_the_weeks_are_found_again() -> None:
    sample = draw_weeks(USUAL_WEEKS, n_clients=2000, n_weeks=12, rng=np.random.default_rng(8))
    g = np.log(np.arange(1, 13))
    slopes = ((g - g.mean()) * sample.states).sum(axis=1) / ((g - g.mean()) ** 2).sum()
    starts = sample.states.mean(axis=1) - slopes * g.mean()
    assert starts.mean() == pytest.approx(USUAL_WEEKS.start_mean, abs=1)
    assert slopes.mean() == pytest.approx(USUAL_WEEKS.growth_mean, abs=0.5)


def test_a_better_visit_is_followed_by_a_better_week_by_as_much_as_asked() -> None:
    n_clients, n_weeks = 3000, 6
    rng = np.random.default_rng(9)
    alliance = rng.normal(size=(n_clients, n_weeks))
    states = weeks_of(
        USUAL_WEEKS,
        np.full(n_clients, 50.0),
        np.zeros(n_clients),
        n_weeks=n_weeks,
        rng=rng,
        alliance=alliance,
    ).states
    slope = (alliance * (states - 50.0)).mean() / USUAL_WEEKS.sd
    assert slope == pytest.approx(USUAL_WEEKS.coupling, abs=0.03)


def test_better_weeks_have_better_answers_whichever_way_they_are_asked() -> None:
    low, high = (
        weeks_of(
            USUAL_WEEKS, np.full(400, start), np.zeros(400), n_weeks=1, rng=np.random.default_rng(1)
        ).answers[:, 0]
        for start in (30.0, 80.0)
    )
    rises = dict(zip(ASKED, high.mean(axis=0) - low.mean(axis=0), strict=True))
    assert {facet for facet, rise in rises.items() if rise < 0} == {"use_days", "craving", "stress"}
    assert low[:, ASKED.index("use_days")].max() <= 7


def test_the_gap_between_both_raters_is_found_again() -> None:
    rng = np.random.default_rng(10)
    truth = VISIT_FEEDBACK
    sample = draw_series(truth, n_clients=1500, n_visits=10, rng=rng)
    middling = np.abs(sample.states.mean(axis=1) - 6.5) < 1.5  # away from the ends of the scale
    gaps = draw_gaps(USUAL_THERAPISTS, level_sd=truth.level_sd, n_pairs=1500, rng=rng)
    own = rate_visits(USUAL_THERAPISTS, sample, gaps, rng=rng)
    seen = (own - sample.items).mean(axis=(1, 2))[middling]
    assert seen.mean() == pytest.approx(gaps[middling].mean(), abs=0.1)
    assert np.corrcoef(seen, gaps[middling])[0, 1] > 0.9


def test_as_many_stop_coming_as_published() -> None:
    rng = np.random.default_rng(11)
    drawn = [draw_attendance(USUAL_ATTENDANCE, 13, rng) for _ in range(3000)]
    left = [Fate.GONE in each.fates or each.fates[-1] is Fate.MISSED for each in drawn]
    held = [fate for each in drawn for fate in each.fates if fate is not Fate.GONE]
    answered = [
        a
        for each in drawn
        for f, a in zip(each.fates, each.is_answered, strict=True)
        if f is Fate.HELD
    ]
    assert np.mean([each.is_gone for each in drawn]) == pytest.approx(0.28, abs=0.03)
    assert np.mean(left) >= np.mean([each.is_gone for each in drawn])
    assert held.count(Fate.CANCELLED) / len(held) == pytest.approx(
        USUAL_ATTENDANCE.probability_cancelled, abs=0.01
    )
    assert np.mean(answered) == pytest.approx(USUAL_ATTENDANCE.probability_answered, abs=0.02)


def test_nobody_comes_back_after_they_stopped_coming() -> None:
    rng = np.random.default_rng(12)
    for _ in range(300):
        fates = draw_attendance(USUAL_ATTENDANCE, 12, rng).fates
        if Fate.GONE in fates:
            gone = fates.index(Fate.GONE)
            assert set(fates[gone:]) == {Fate.GONE}
            assert fates[gone - 1] is Fate.MISSED
