"""A whole clinic is judged at once, and nobody otherwise than by themselves.

The twin is the detector of one client, `detect_strain`, which has a slow twin of its own.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alongside.lab.alliance_series import BENCHMARK, VISIT_FEEDBACK, draw_series
from alongside.methods.alliance.clinic_ratings import (
    ColumnsAreNotAsLong,
    SameVisitTwice,
    ratings_of_columns,
    ratings_of_series,
    series_of,
)
from alongside.methods.alliance.clinic_strain import (
    ClinicStrain,
    detect_clinic_strain,
    flag_clinic_strain,
)
from alongside.methods.alliance.population import COLD_START, Population, population_of
from alongside.methods.alliance.strain import (
    USUAL_THRESHOLD,
    RatingIsNotANumber,
    Threshold,
    TooFewVisits,
    VisitStrain,
    detect_strain,
)

NUMBERS = (
    *("p_one_visit", "statistic", "probability", "expected", "usual", "sigma"),
    *("window", "n_before", "is_strain"),
)
populations = st.builds(
    Population,
    phi=st.floats(-0.5, 0.9),
    m0=st.floats(5.0, 90.0),
    k0=st.floats(0.05, 50.0),
    a0=st.floats(0.6, 50.0),
    b0=st.floats(1.0, 2000.0),
)
scores = st.one_of(st.just(np.nan), st.integers(0, 50).map(lambda half: 2.0 * half))
clinics = st.integers(0, 14).flatmap(
    lambda n: st.lists(st.lists(scores, min_size=n, max_size=n), min_size=1, max_size=6)
)
thresholds = st.builds(Threshold, st.sampled_from((1e-303, 1e-6, 0.005, 0.02, 0.1, 0.3, 0.499)))


def by_themselves(ratings, population, threshold):
    """Each rated visit with what the detector of one client says of it."""
    for client, row in enumerate(ratings):
        rated = np.flatnonzero(~np.isnan(row))
        visits = detect_strain(row[rated].tolist(), population, threshold)
        yield from ((client, visit, found) for visit, found in zip(rated, visits, strict=True))


def assert_everybody_as_by_themselves(clinic: ClinicStrain, ratings, population, threshold):
    n_rated = n_judged = 0
    for client, visit, found in by_themselves(ratings, population, threshold):
        n_rated += 1
        assert clinic.is_too_early[client, visit] == isinstance(found, TooFewVisits)
        if isinstance(found, VisitStrain):
            n_judged += 1
            for name in NUMBERS:
                one, all_at_once = getattr(found, name), getattr(clinic, name)[client, visit]
                assert float(all_at_once) == pytest.approx(float(one), rel=1e-9, abs=1e-9), name
    assert clinic.is_judged.sum() == n_judged
    assert clinic.is_too_early.sum() == n_rated - n_judged
    for name in NUMBERS:
        values = getattr(clinic, name)
        nothing = values[~clinic.is_judged].astype(float)
        assert np.all(np.isnan(nothing) | (nothing == 0.0)), f"{name} of a visit not judged"


@settings(max_examples=150, deadline=None)
@given(clinics, populations, thresholds)
def test_everybody_is_judged_as_by_themselves_whatever_was_skipped(rows, population, threshold):
    ratings = np.array(rows, dtype=float).reshape(len(rows), -1)
    clinic = detect_clinic_strain(ratings, population, threshold)
    assert_everybody_as_by_themselves(clinic, ratings, population, threshold)
    flags = flag_clinic_strain(ratings, population, threshold)
    assert flags.shape == ratings.shape
    assert np.array_equal(flags, clinic.is_strain)


@pytest.mark.parametrize("truth", [BENCHMARK, VISIT_FEEDBACK], ids=["tenths", "whole numbers"])
@pytest.mark.parametrize("share_skipped", [0.0, 0.3])
def test_drawn_clients_are_judged_as_by_themselves(truth, share_skipped):
    rng = np.random.default_rng(1)
    ratings = draw_series(truth, n_clients=120, n_visits=20, rng=rng).ratings
    ratings[rng.random(ratings.shape) < share_skipped] = np.nan
    population = population_of(series_of(ratings))
    clinic = detect_clinic_strain(ratings, population)
    assert_everybody_as_by_themselves(clinic, ratings, population, USUAL_THRESHOLD)


@pytest.mark.parametrize("probability", [0.001, 0.02, 0.2])
@pytest.mark.parametrize("share_skipped", [0.0, 0.3])
def test_flags_alone_are_the_flags_of_everything(probability, share_skipped):
    rng = np.random.default_rng(2)
    ratings = draw_series(BENCHMARK, n_clients=8000, n_visits=20, rng=rng).ratings
    ratings[rng.random(ratings.shape) < share_skipped] = np.nan
    threshold = Threshold(probability)
    for population in (COLD_START, population_of(series_of(ratings[:300]))):
        every = detect_clinic_strain(ratings, population, threshold).is_strain
        assert every.sum() > 20
        assert np.array_equal(flag_clinic_strain(ratings, population, threshold), every)


def test_a_skipped_visit_changes_nothing_and_has_no_answer():
    whole = np.array([[88.0, 90, 86, 90, 62]])
    holes = np.array([[np.nan, 88.0, 90, np.nan, np.nan, 86, 90, 62, np.nan]])
    one, other = (detect_clinic_strain(each, COLD_START) for each in (whole, holes))
    rated = ~np.isnan(holes)
    assert one.is_strain.tolist() == [[False, False, False, False, True]]
    for name in NUMBERS:
        assert np.array_equal(getattr(one, name)[whole > 0], getattr(other, name)[rated], True)
    assert np.isnan(other.probability[~rated]).all()
    assert not (other.is_strain | other.is_too_early)[~rated].any()


def test_the_order_of_clients_does_not_matter():
    rng = np.random.default_rng(3)
    ratings = draw_series(BENCHMARK, n_clients=60, n_visits=12, rng=rng).ratings
    ratings[rng.random(ratings.shape) < 0.4] = np.nan
    order = rng.permutation(60)
    one = detect_clinic_strain(ratings, COLD_START)
    other = detect_clinic_strain(ratings[order], COLD_START)
    for field in dataclasses.fields(one):
        values = getattr(one, field.name)[order].astype(float)
        assert np.array_equal(values, getattr(other, field.name).astype(float), equal_nan=True)


@pytest.mark.parametrize("shape", [(0, 0), (0, 7), (3, 0), (2, 1), (2, 2)])
def test_a_clinic_with_nothing_to_judge_is_judged_all_the_same(shape):
    clinic = detect_clinic_strain(np.full(shape, 80.0), COLD_START)
    assert clinic.statistic.shape == shape
    assert clinic.is_too_early.all()
    assert not flag_clinic_strain(np.full(shape, 80.0), COLD_START).any()


@pytest.mark.parametrize("judge", [detect_clinic_strain, flag_clinic_strain])
def test_an_infinite_rating_is_refused(judge):
    with pytest.raises(RatingIsNotANumber, match="inf"):
        judge(np.array([[80.0, np.inf]]), COLD_START)


def test_series_of_many_lengths_become_one_array():
    table = ratings_of_series([[80.0, 82.0, 84.0], [], np.array([70.0])])
    assert np.array_equal(table, [[80, 82, 84], [np.nan] * 3, [70, np.nan, np.nan]], equal_nan=True)
    assert series_of(table) == ((80.0, 82.0, 84.0), (), (70.0,))
    assert ratings_of_series([]).shape == (0, 0)


def test_rows_of_a_file_in_any_order_get_their_answers_back_in_that_order():
    rng = np.random.default_rng(4)
    clients = np.repeat(np.array(["ann", "bo", "cy"]), (9, 4, 12))
    visits = np.concatenate([np.sort(rng.choice(10_000_000, n, replace=False)) for n in (9, 4, 12)])
    scores = rng.integers(30, 50, 25) * 2.0
    shuffled = rng.permutation(25)
    clinic = ratings_of_columns(clients[shuffled], visits[shuffled], scores[shuffled])
    assert clinic.clients.tolist() == ["ann", "bo", "cy"]
    assert clinic.ratings.shape == (3, 12)
    found = clinic.by_row(detect_clinic_strain(clinic.ratings, COLD_START).statistic)
    for name in clinic.clients:
        own = [
            getattr(visit, "statistic", np.nan)
            for visit in detect_strain(scores[clients == name].tolist(), COLD_START)
        ]
        back = found[np.argsort(shuffled)][clients == name]
        assert np.allclose(back, own, rtol=0, atol=1e-9, equal_nan=True)


def test_a_visit_that_stands_twice_in_a_file_is_refused_by_name():
    client, visit = np.array(["bo", "ann", "bo"]), np.array([3, 3, 3])
    with pytest.raises(SameVisitTwice, match="Client bo has two rows for visit 3"):
        ratings_of_columns(client, visit, np.array([1.0, 2.0, 3.0]))


def test_columns_of_different_lengths_are_refused():
    with pytest.raises((ColumnsAreNotAsLong, Exception), match=r"rows?|Type-check"):
        ratings_of_columns(np.array([1]), np.array([1, 2]), np.array([80.0, 82.0]))
