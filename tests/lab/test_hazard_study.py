"""The study of drifting away knows every true chance, and tells chances that hold from others.

A stated small sample: 1,500 clients of 16 contacts. The lab's report draws 6,000.
"""

from __future__ import annotations

import numpy as np
import pytest

from alongside.lab.hazard_study import (
    USUAL_MISSING,
    HazardStudied,
    MissingTruth,
    draw_contacts,
    held_against,
    study_hazard,
)
from alongside.methods.engagement.attendance import (
    ContactKind,
    consecutive_misses,
    landmarks_by_contacts,
)
from alongside.methods.vocabulary.calibration import (
    Brier,
    Calibration,
    Discrimination,
    ReliabilityCurve,
)


@pytest.fixture(scope="module")
def drawn():
    return draw_contacts(1500, 16, rng=np.random.default_rng(1))


@pytest.fixture(scope="module")
def studied(drawn) -> HazardStudied:
    return study_hazard(drawn, rng=np.random.default_rng(2))


def parts(found: Calibration) -> tuple[Brier, ReliabilityCurve, Discrimination]:
    assert isinstance(found.brier, Brier)
    assert isinstance(found.curve, ReliabilityCurve)
    assert isinstance(found.discrimination, Discrimination)
    return found.brier, found.curve, found.discrimination


def test_the_true_chance_is_that_of_staying_away_from_all_of_the_next_contacts():
    truth = MissingTruth(level_mean=-0.5, level_sd=0.0, by_miss=0.7, probability_cancelled=0.1)
    said = truth.probability_none(np.array([-0.5]), np.array([1]), 3)[0]
    rng = np.random.default_rng(3)
    n, misses, came = 200_000, np.ones(200_000, dtype=int), np.zeros(200_000, dtype=bool)
    for _ in range(3):
        missed = rng.random(n) < truth.probability_missed(np.full(n, -0.5), misses)
        cancelled = rng.random(n) < 0.1
        came |= ~cancelled & ~missed
        misses += ~cancelled & missed
    assert said == pytest.approx((~came).mean(), abs=0.005)


def test_what_is_drawn_comes_near_the_published_risks_and_runs_are_told_as_the_methods_do(drawn):
    landmarks = landmarks_by_contacts(drawn.contacts)
    misses = consecutive_misses(drawn.contacts)
    for run, published in enumerate((0.048, 0.214, 0.629)):
        here = landmarks.is_landmark & (misses == run)
        seen = landmarks.drifted_away[here].mean()
        assert seen == pytest.approx(published, abs=0.08)
        assert drawn.chance[here].mean() == pytest.approx(seen, abs=0.04)
    cancelled = drawn.contacts.is_kind(ContactKind.CANCELLED_BY_CLIENT).mean()
    assert cancelled == pytest.approx(USUAL_MISSING.probability_cancelled, abs=0.01)


def test_chances_of_clients_not_seen_before_hold_and_the_truth_is_better_still(studied):
    (brier, curve, area), (best, _, best_area) = parts(studied.ours), parts(studied.by_truth)
    assert curve.mean_error < 0.015
    assert best.value < brier.value < brier.uncertainty
    assert 0.7 < area.value < best_area.value
    assert studied.mean_error < 0.7 * studied.of_always
    assert (brier.n, curve.n) == (best.n, studied.ours.n)


def test_chances_of_half_the_size_are_found_not_to_hold(drawn, studied):
    landmarks = landmarks_by_contacts(drawn.contacts)
    chosen = landmarks.is_landmark
    halved = held_against(
        drawn, drawn.chance[chosen] / 2.0, chosen, landmarks.drifted_away[chosen], n_folds=1
    )
    (brier, curve, area), (best, best_curve, best_area) = (
        parts(halved.ours),
        parts(studied.by_truth),
    )
    assert curve.mean_error > 4.0 * best_curve.mean_error
    assert brier.value > best.value
    assert area.value == pytest.approx(best_area.value), "order alone cannot tell"
    n_off = sum(each.predicted not in each.observed for each in curve.bins)
    assert n_off >= len(curve.bins) / 2
