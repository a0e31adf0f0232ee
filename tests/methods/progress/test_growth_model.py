"""Courses of many clients, fitted: against the definition of the likelihood, and where it fails."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alongside.methods.progress.courses import (
    ColumnsDiffer,
    Courses,
    NotANumber,
    WrongVisit,
    log_visits,
    sums_of,
)
from alongside.methods.progress.growth_model import (
    Growth,
    GrowthFit,
    NoSuchIntake,
    NothingVaries,
    NotToldApart,
    OneRatingEach,
    TherapistsNotTold,
    TooFewClients,
    TooFewRatings,
    fit_growth,
)
from alongside.methods.progress.growth_search import FitState
from alongside.methods.progress.restricted_likelihood import Explaining, Spreads
from alongside.methods.progress.visit_patterns import group_by_pattern

THERAPISTS = Growth(("intake",), ("intake",), has_therapists=True)


def drawn(
    seed: int,
    *,
    n_clients: int = 40,
    most_visits: int = 8,
    n_therapists: int = 5,
    level_sd: float = 6.0,
    slope_sd: float = 2.0,
    therapist_sd: float = 3.0,
    noise_sd: float = 5.0,
) -> Courses:
    """Clients who came to some of the visits, in a random order of rows."""
    rng = np.random.default_rng(seed)
    visits = [
        np.sort(rng.choice(np.arange(1, 13), int(rng.integers(1, most_visits + 1)), replace=False))
        for _ in range(n_clients)
    ]
    client = np.repeat(np.arange(n_clients), [len(each) for each in visits])
    time = log_visits(np.concatenate(visits))
    intake = rng.normal(60.0, 15.0, n_clients)
    therapist = np.arange(n_clients) % n_therapists
    score = (
        20.0
        + 0.6 * intake[client]
        - 4.0 * time
        - 0.05 * intake[client] * time
        + rng.normal(0.0, level_sd, n_clients)[client]
        + rng.normal(0.0, slope_sd, n_clients)[client] * time
        + rng.normal(0.0, therapist_sd, n_therapists)[therapist][client]
        + rng.normal(0.0, noise_sd, len(client))
    )
    order = rng.permutation(len(client))
    return Courses(client[order], time[order], score[order], {"intake": intake}, therapist)


def design_of(courses: Courses) -> np.ndarray:
    """The fixed effects of `THERAPISTS` rating by rating."""
    intake = courses.intake["intake"][courses.client]
    return np.column_stack((np.ones(len(intake)), intake, courses.time, intake * courses.time))


def covariance_of(
    courses: Courses, clients: np.ndarray, therapist: float, noise: float
) -> np.ndarray:
    """The covariance of all ratings, written out whole: the slow twin of the sums by pattern."""
    assert courses.therapist is not None
    design = np.column_stack((np.ones(len(courses.time)), courses.time))
    same_client = courses.client[:, None] == courses.client
    seen_by = courses.therapist[courses.client]
    return (
        noise * np.eye(len(courses.time))
        + same_client * (design @ clients @ design.T)
        + therapist * (seen_by[:, None] == seen_by)
    )


def log_likelihood_of(
    courses: Courses, clients: np.ndarray, therapist: float, noise: float, *, is_restricted: bool
) -> float:
    """The log-likelihood by its definition, the fixed effects being the best ones."""
    whole, design = covariance_of(courses, clients, therapist, noise), design_of(courses)
    inverse = np.linalg.inv(whole)
    information = design.T @ inverse @ design
    effects = np.linalg.solve(information, design.T @ inverse @ courses.score)
    rest = courses.score - design @ effects
    n_free = len(rest) - (design.shape[1] if is_restricted else 0)
    deviance = (
        n_free * math.log(2.0 * math.pi) + np.linalg.slogdet(whole)[1] + rest @ inverse @ rest
    )
    if is_restricted:
        deviance += np.linalg.slogdet(information)[1]
    return -0.5 * float(deviance)


@pytest.mark.parametrize("is_restricted", [True, False])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_likelihood_is_that_of_the_definition(seed: int, is_restricted: bool) -> None:
    courses = drawn(seed)
    model = Growth(("intake",), ("intake",), has_therapists=True, is_restricted=is_restricted)
    fit = fit_growth(courses, model)
    assert isinstance(fit, GrowthFit)
    found = (fit.clients, fit.therapist, fit.noise)
    slow = log_likelihood_of(courses, *found, is_restricted=is_restricted)
    assert fit.log_likelihood == pytest.approx(slow, abs=1e-7)
    inverse, design = np.linalg.inv(covariance_of(courses, *found)), design_of(courses)
    covariance = np.linalg.inv(design.T @ inverse @ design)
    effects = covariance @ design.T @ inverse @ courses.score
    # The effects in their order: level, intake, time, intake with time.
    np.testing.assert_allclose(fit.effects, effects, rtol=1e-8)
    np.testing.assert_allclose(fit.covariance, covariance, rtol=1e-6)
    rest = courses.score - design @ effects
    assert courses.therapist is not None
    assert fit.therapists is not None
    mine = courses.therapist[courses.client][:, None] == np.arange(5)
    predicted = fit.therapist * mine.T @ inverse @ rest
    np.testing.assert_allclose(fit.therapists.effect, predicted, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("seed", range(4, 10))
def test_nothing_near_is_more_likely(seed: int) -> None:
    courses = drawn(seed)
    fit = fit_growth(courses, THERAPISTS)
    assert isinstance(fit, GrowthFit)
    assert fit.state is not FitState.NOT_CONVERGED
    rng = np.random.default_rng(seed)
    factor = np.linalg.cholesky(fit.clients + 1e-9 * np.eye(2))
    for size in (1e-3, 1e-2, 0.1, 0.5):
        for _ in range(10):
            other = factor + size * rng.normal(size=(2, 2)) * [[1.0, 0.0], [1.0, 1.0]]
            therapist = (math.sqrt(fit.therapist) + size * rng.normal()) ** 2
            noise = fit.noise * math.exp(size * rng.normal() / 10.0)
            there = log_likelihood_of(
                courses, other @ other.T, therapist, noise, is_restricted=True
            )
            assert there <= fit.log_likelihood + 1e-6


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    level=st.floats(0.0, 3.0),
    tilt=st.floats(-2.0, 2.0),
    slope=st.floats(0.0, 3.0),
    therapist=st.floats(0.0, 2.0),
)
def test_its_slopes_are_exact(
    seed: int, level: float, tilt: float, slope: float, therapist: float
) -> None:
    courses = drawn(seed, n_clients=12)
    sums = sums_of(courses)
    intake = np.column_stack((np.ones(12), (courses.intake["intake"] - 60.0) / 15.0))
    patterns = group_by_pattern(sums, intake, courses.therapist)
    explaining = Explaining(patterns, np.array([0, 1]), np.array([0, 1]))
    place = np.array([level, tilt, slope, therapist])
    width = 1e-5
    differences = [
        (
            explaining.at(Spreads(*(place + width * way))).deviance
            - explaining.at(Spreads(*(place - width * way))).deviance
        )
        / (2.0 * width)
        for way in np.eye(4)
    ]
    np.testing.assert_allclose(
        explaining.at(Spreads(*place)).gradient, differences, rtol=1e-4, atol=1e-4
    )


def test_the_truth_is_found_again() -> None:
    courses = drawn(7, n_clients=4000, n_therapists=200)
    fit = fit_growth(courses, THERAPISTS)
    assert isinstance(fit, GrowthFit)
    assert fit.state is FitState.CONVERGED
    truth = np.array([20.0, 0.6, -4.0, -0.05])
    assert (np.abs(fit.effects - truth) < 4.0 * fit.standard_errors).all()
    assert fit.noise == pytest.approx(25.0, rel=0.05)
    assert fit.clients[0, 0] == pytest.approx(36.0, rel=0.15)
    assert fit.clients[1, 1] == pytest.approx(4.0, rel=0.3)
    assert fit.therapist == pytest.approx(9.0, rel=0.4)


def test_the_order_of_rows_and_the_unit_change_nothing() -> None:
    courses = drawn(8)
    fit = fit_growth(courses, THERAPISTS)
    order = np.lexsort((courses.time, courses.client))
    sorted_rows = Courses(
        courses.client[order],
        courses.time[order],
        courses.score[order],
        courses.intake,
        courses.therapist,
    )
    again = fit_growth(sorted_rows, THERAPISTS)
    assert isinstance(fit, GrowthFit)
    assert isinstance(again, GrowthFit)
    assert again.log_likelihood == pytest.approx(fit.log_likelihood, abs=1e-8)
    far_away = Courses(
        courses.client,
        courses.time * 365.0,
        courses.score * 1e-3 + 1e4,
        courses.intake,
        courses.therapist,
    )
    there = fit_growth(far_away, THERAPISTS)
    assert isinstance(there, GrowthFit)
    np.testing.assert_allclose(there.clients[0, 0], fit.clients[0, 0] * 1e-6, rtol=1e-3)
    np.testing.assert_allclose(there.effects[2], fit.effects[2] * 1e-3 / 365.0, rtol=1e-5)


# --- Where nothing, or not everything, can be told

TIME = log_visits(np.tile(np.arange(1, 7), 40))
CLIENT = np.repeat(np.arange(40), 6)
NOISE = np.random.default_rng(3).normal(0.0, 1.0, 240)
LEVELS, SLOPES = np.random.default_rng(4).normal(0.0, 3.0, (2, 40))


@pytest.mark.parametrize(
    ("score", "zero"),
    [
        (NOISE, "clients differ in nothing"),
        (LEVELS[CLIENT] * (1.0 + 0.5 * TIME) + NOISE, "slopes follow from levels"),
        (SLOPES[CLIENT] * TIME * 0.0 + LEVELS[CLIENT] + 0.2 * NOISE, "no slopes"),
    ],
)
def test_a_variance_at_zero_is_a_result_that_says_so(score: np.ndarray, zero: str) -> None:
    fit = fit_growth(Courses(CLIENT, TIME, score, {}, np.arange(40) % 5), Growth())
    assert isinstance(fit, GrowthFit), zero
    assert np.linalg.eigvalsh(fit.clients)[0] < 0.1 * fit.noise
    assert np.isfinite(fit.standard_errors).all()
    assert fit.state in (FitState.SINGULAR, FitState.CONVERGED)
    assert "converged" in fit.state.sentence


def test_a_singular_fit_is_called_so() -> None:
    fit = fit_growth(Courses(CLIENT, TIME, NOISE), Growth())
    assert isinstance(fit, GrowthFit)
    assert fit.state is FitState.SINGULAR
    assert "zero" in fit.state.sentence


ONES = np.ones(40)
FEW = np.array([0, 0, 1])


@pytest.mark.parametrize(
    ("courses", "model", "answer"),
    [
        (Courses(CLIENT, TIME, np.full(240, 7.0)), Growth(), NothingVaries()),
        (Courses(CLIENT, TIME, 7.0 - 2.0 * TIME), Growth(), NothingVaries()),
        (Courses(CLIENT, TIME, (LEVELS + SLOPES)[CLIENT] * TIME), Growth(), NothingVaries()),
        (Courses(np.arange(240), np.zeros(240), NOISE), Growth(), OneRatingEach(240)),
        (Courses(np.arange(240), TIME, NOISE), Growth(), OneRatingEach(240)),
        (Courses(CLIENT * 0, TIME, NOISE), Growth(), TooFewClients(1)),
        (Courses(FEW[:0], TIME[:0], NOISE[:0]), Growth(), TooFewRatings(0, 2)),
        (
            Courses(FEW, TIME[:3], NOISE[:3], {"intake": ONES[:2]}),
            Growth(("intake",), ("intake",)),
            TooFewRatings(3, 4),
        ),
        (Courses(CLIENT, TIME, NOISE, {"intake": ONES}), Growth(("intake",)), NotToldApart()),
        (
            Courses(CLIENT, TIME, NOISE, {"a": LEVELS, "b": 2.0 * LEVELS + 1.0}),
            Growth(("a", "b")),
            NotToldApart(),
        ),
        (
            Courses(CLIENT, TIME, NOISE, {}, np.zeros(40, int)),
            Growth(has_therapists=True),
            TherapistsNotTold(1, 40),
        ),
        (
            Courses(CLIENT, TIME, NOISE, {}, np.arange(40)),
            Growth(has_therapists=True),
            TherapistsNotTold(40, 40),
        ),
    ],
)
def test_what_cannot_be_told_is_said(courses: Courses, model: Growth, answer: object) -> None:
    found = fit_growth(courses, model)
    assert found == answer
    assert str(found).endswith(".")


def test_wrong_columns_are_refused() -> None:
    with pytest.raises(ColumnsDiffer, match="score has 2 entries, and client has 3"):
        Courses(FEW, TIME[:3], NOISE[:2])
    with pytest.raises(NotANumber, match="score has an entry"):
        Courses(FEW, TIME[:3], np.array([1.0, np.nan, 2.0]))
    with pytest.raises(NotANumber, match="intake"):
        Courses(FEW, TIME[:3], NOISE[:3], {"intake": np.array([1.0, np.inf])})
    with pytest.raises(WrongVisit, match="0 is not one"):
        log_visits(np.array([1, 0]))
    with pytest.raises(NoSuchIntake, match="severity"):
        fit_growth(Courses(CLIENT, TIME, NOISE), Growth(("severity",)))


@pytest.mark.parametrize("seed", range(40))
def test_small_odd_cohorts_are_results(seed: int) -> None:
    rng = np.random.default_rng(seed)
    courses = drawn(
        seed,
        n_clients=int(rng.integers(2, 12)),
        n_therapists=int(rng.integers(1, 4)),
        level_sd=float(rng.choice([0.0, 0.1, 6.0])),
        slope_sd=float(rng.choice([0.0, 0.1, 6.0])),
        therapist_sd=float(rng.choice([0.0, 6.0])),
    )
    found = fit_growth(courses, Growth(has_therapists=bool(seed % 2)))
    if isinstance(found, GrowthFit):
        assert np.isfinite(found.log_likelihood)
        assert np.linalg.eigvalsh(found.clients)[0] > -1e-9 * (1.0 + np.trace(found.clients))
    else:
        assert str(found)


def test_a_vast_visit_number_needs_no_vast_table() -> None:
    np.testing.assert_allclose(log_visits(np.array([1, 10**9])), [0.0, math.log(10**9)])
    assert len(log_visits(np.array([], int))) == 0
