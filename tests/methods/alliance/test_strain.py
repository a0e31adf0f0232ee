"""What a strain signal promises: calibrated, scale-free, monotone, silent without cause."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alongside.methods.alliance.last_visits import LONGEST
from alongside.methods.alliance.population import (
    COLD_START,
    Population,
    PopulationIsImpossible,
    cold_start,
)
from alongside.methods.alliance.strain import (
    AFTER_TRAUMA_WORK,
    FEWEST_RATINGS,
    RatingIsNotANumber,
    Threshold,
    ThresholdIsImpossible,
    VisitStrain,
    begin,
    detect_strain,
    follow,
)
from alongside.methods.vocabulary.natural_frequency import natural_frequency

scores = st.floats(0.0, 100.0, allow_nan=False, width=32)
series = st.lists(scores, min_size=3, max_size=30)


def judged(ratings, population=COLD_START, **options) -> list[VisitStrain]:
    visits = detect_strain(ratings, population, **options)
    return [visit for visit in visits if isinstance(visit, VisitStrain)]


def draw_clients(rng, population: Population, n_clients: int, n_visits: int):
    """Clients without strain, exactly as the model describes them."""
    phi = population.phi
    variance = population.b0 / rng.gamma(population.a0, size=n_clients)
    m = rng.normal(population.m0, np.sqrt(variance / population.k0))
    ratings = np.empty((n_clients, n_visits))
    ratings[:, 0] = rng.normal(m / (1 - phi), np.sqrt(variance / (1 - phi**2)))
    for t in range(1, n_visits):
        ratings[:, t] = rng.normal(m + phi * ratings[:, t - 1], np.sqrt(variance))
    return ratings


@pytest.mark.parametrize("phi", [0.0, 0.35, 0.6])
def test_clients_without_strain_are_signalled_about_as_often_as_the_threshold_says(phi):
    population = cold_start(phi=phi)
    rng = np.random.default_rng(20)
    visits = [
        visit
        for ratings in draw_clients(rng, population, 1200, 12)
        for visit in judged(ratings.tolist(), population)
    ]
    with_three = [visit for visit in visits if visit.n_before >= FEWEST_RATINGS + LONGEST - 2]
    for nominal in (0.10, 0.02):
        tolerance = 4.0 * math.sqrt(nominal / len(visits)) + 0.15 * nominal
        single = np.mean([visit.p_one_visit < nominal for visit in visits])
        any_window = np.mean([visit.probability < nominal for visit in with_three])
        assert single == pytest.approx(nominal, abs=tolerance)
        assert any_window == pytest.approx(nominal, abs=tolerance)
    first = [visit for visit in visits if visit.n_before == FEWEST_RATINGS - 1]
    assert np.mean([visit.probability < 0.1 for visit in first]) < 0.1, "on the safe side"
    quoted_single_chance = np.mean([visit.statistic > 2.0537 for visit in with_three])
    print(f"{quoted_single_chance:.4f} of {len(with_three)}")
    assert quoted_single_chance > 0.03, "the largest of three windows is no 1 in 50"


@settings(max_examples=100, deadline=None)
@given(series, st.sampled_from([0.1, 10.0, 3.7]))
def test_a_series_on_another_scale_gives_the_same_signals(ratings, factor):
    ours = judged(ratings)
    theirs = judged([rating * factor for rating in ratings], COLD_START.scaled(factor))
    for one, other in zip(ours, theirs, strict=True):
        assert other.statistic == pytest.approx(one.statistic, abs=1e-7)
        assert other.expected == pytest.approx(one.expected * factor, rel=1e-9, abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(series, st.floats(0.0, 60.0))
def test_a_lower_last_rating_never_gives_a_smaller_signal(ratings, drop):
    (*_, higher), (*_, lower) = judged(ratings), judged([*ratings[:-1], ratings[-1] - drop])
    assert lower.statistic >= higher.statistic - 1e-12
    assert lower.probability <= higher.probability + 1e-12
    assert lower.one_in >= higher.one_in


@settings(max_examples=60, deadline=None)
@given(series, scores)
def test_earlier_signals_do_not_change_when_a_rating_is_added(ratings, more):
    assert detect_strain([*ratings, more], COLD_START)[:-1] == detect_strain(ratings, COLD_START)


@pytest.mark.parametrize("level", [30.0, 84.0, 100.0])
def test_a_client_who_always_gives_the_same_rating_is_never_signalled(level):
    assert not any(visit.is_strain for visit in judged([level] * 500))


def test_a_client_unlike_all_others_is_known_after_five_ratings():
    """The lowest possible rating each time lies ten deviations of clients' levels below."""
    assert not any(visit.is_strain for visit in judged([0.0] * 500)[LONGEST:])


def test_better_ratings_are_never_a_strain():
    assert not any(visit.is_strain for visit in judged([70.0 + t for t in range(30)]))


def test_a_sudden_drop_is_seen_at_once_and_by_the_visit_itself():
    *calm, visit = judged([88, 90, 86, 90, 88, 62])
    assert visit.is_strain
    assert visit.window == 1
    assert visit.usual == visit.expected
    assert not any(earlier.is_strain for earlier in calm)


@pytest.mark.parametrize(("decline", "window"), [([78, 72], 2), ([80, 76, 71], 3)])
def test_a_slow_decline_is_seen_by_its_visits_before_any_alone_would_show_it(decline, window):
    *_, before, visit = judged([88, 90, 86, 90, 88, *decline])
    assert visit.window == window
    assert visit.usual > visit.expected, "what was usual is taken from before the decline"
    assert visit.is_strain
    assert visit.p_one_visit > 0.02
    assert not before.is_strain


def test_what_the_first_ratings_say_of_a_level_is_in_no_window():
    """A client far below all others: only visits that are judged themselves can add up."""
    visits = judged([50.0] * 12)
    assert [visit.window for visit in visits[:2]] == [1, 2]
    assert not any(visit.is_strain for visit in visits)


def test_a_strain_does_not_become_what_is_usual():
    calm, strained = [88.0, 90, 86, 90, 88, 89], [88.0, 90, 86, 90, 20, 89]
    before, after = (judged([*ratings, 88.0])[-1] for ratings in (calm, strained))
    assert after.expected > before.expected - 7.0


def test_the_threshold_decides_and_changes_nothing_else():
    ratings = [88, 90, 86, 90, 88, 68]
    usual, strict = judged(ratings)[-1], judged(ratings, threshold=AFTER_TRAUMA_WORK)[-1]
    assert usual.is_strain
    assert 0.005 < usual.probability < 0.02
    assert not strict.is_strain
    assert strict.probability == usual.probability


@pytest.mark.parametrize(
    "ratings",
    [
        [100.0, 0.0] * 250,
        [0.0] * 250 + [100.0] * 250,
        [50.0] * 499 + [-1e6],
        [1e-9, 1e9, -1e9],
        [84.0] * 499 + [83.999],
    ],
    ids=["alternating", "one jump", "far out", "huge", "tiny"],
)
def test_every_number_stays_finite_and_in_range(ratings):
    for visit in judged(ratings):
        numbers = (visit.statistic, visit.expected, visit.usual, visit.sigma)
        assert all(math.isfinite(number) for number in numbers)
        for chance in (visit.p_one_visit, visit.probability):
            assert 0.0 <= chance <= 1.0
        assert visit.sigma > 0.0
        assert 1 <= visit.one_in <= 1000


@settings(max_examples=100, deadline=None)
@given(st.floats(0.0, 1.0))
def test_a_natural_frequency_never_overstates_how_rare_a_visit_is(probability):
    one_in = natural_frequency(probability)
    assert 1 <= one_in <= 100
    assert one_in * probability <= 1.0 + 1e-6
    if 0.01 < probability < 0.5:
        assert one_in * probability > 0.6, "nor understates it by more than its rounding"


def test_natural_frequencies_are_round():
    assert [natural_frequency(p) for p in (0.9, 0.5, 0.02, 0.0184, 0.0123, 0.0)] == [
        *(1, 2, 50, 50, 80, 100)
    ]


@pytest.mark.parametrize("rating", [math.nan, math.inf, -math.inf])
def test_a_rating_that_is_no_number_is_refused(rating):
    with pytest.raises(RatingIsNotANumber, match="not a finite number"):
        follow(begin(COLD_START), rating, COLD_START)


@pytest.mark.parametrize(
    ("name", "value"),
    [("phi", 1.0), ("phi", -1.0), ("k0", 0.0), ("a0", 0.5), ("b0", -1.0), ("m0", math.nan)],
)
def test_an_impossible_population_is_refused_by_name(name, value):
    values = COLD_START.to_dict() | {name: value}
    with pytest.raises(PopulationIsImpossible, match=name):
        Population.from_dict(values)


@pytest.mark.parametrize("probability", [0.0, 0.5, -0.1, math.nan])
def test_an_impossible_threshold_is_refused(probability):
    with pytest.raises(ThresholdIsImpossible):
        Threshold(probability)


def test_the_cold_start_is_what_its_source_says():
    assert (COLD_START.phi, COLD_START.a0, COLD_START.k0) == (0.35, 3.0, 2.0)
    assert COLD_START.sigma == pytest.approx(7.0)
    assert COLD_START.mean == pytest.approx(84.0)
