"""What is told of a therapist: shrunken, with its range, and nothing while it is unsure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from alongside.lab.growth_courses import USUAL_COURSE, draw_courses
from alongside.methods.progress.courses import Courses
from alongside.methods.progress.growth_model import Growth, GrowthFit, fit_growth
from alongside.methods.progress.norms import Better
from alongside.methods.progress.therapist_effects import (
    TherapistEffect,
    TooFewClientsToTell,
    TooFewTherapistsToTell,
    TooUncertain,
    effects_of,
)

MODEL = Growth(("intake",), ("intake",), has_therapists=True)


def fitted(therapist: np.ndarray, *, variance: float = 20.0) -> tuple[GrowthFit, np.ndarray]:
    """A fit of clients with these therapists, and the therapists' true effects."""
    rng = np.random.default_rng(3)
    truth = replace(USUAL_COURSE, therapist_variance=0.0)
    drawn = draw_courses(truth, n_clients=len(therapist), n_visits=8, n_therapists=1, rng=rng)
    true = rng.normal(0.0, variance**0.5, int(therapist.max()) + 1)
    courses = drawn.courses
    shifted = courses.score + true[therapist][courses.client]
    fit = fit_growth(
        Courses(courses.client, courses.time, shifted, courses.intake, therapist), MODEL
    )
    assert isinstance(fit, GrowthFit)
    return fit, true


def test_the_range_holds_the_truth_nineteen_times_of_twenty() -> None:
    therapist = np.arange(6000) % 150
    fit, true = fitted(therapist)
    told = effects_of(fit, therapist, Better.HIGHER)
    assert all(isinstance(each, TherapistEffect) for each in told)
    holds = [
        each.low <= truth <= each.high
        for each, truth in zip(told, true, strict=True)
        if isinstance(each, TherapistEffect)
    ]
    assert np.mean(holds) == pytest.approx(0.95, abs=0.05)


def test_a_therapist_of_few_clients_is_pulled_further() -> None:
    therapist = np.concatenate((np.arange(4000) % 40, np.repeat(np.arange(40, 60), 12)))
    fit, _ = fitted(therapist)
    assert fit.therapists is not None
    assert fit.therapists.reliability[:40].min() > fit.therapists.reliability[40:].max()
    assert fit.therapists.effect[40:].std() < fit.therapists.effect[:40].std() * 1.2


def test_below_ten_clients_or_70_percent_nothing_is_told() -> None:
    therapist = np.concatenate((np.arange(3000) % 30, np.repeat([30, 31], [9, 12])))
    fit, _ = fitted(therapist, variance=3.0)
    told = effects_of(fit, therapist, Better.HIGHER)
    assert told[30] == TooFewClientsToTell(9)
    assert isinstance(told[31], TooUncertain)
    assert f"tell {told[31].percent} % of a therapist" in str(told[31])


def test_among_seven_nobody_is_told_what_would_tell_of_the_others() -> None:
    therapist = np.arange(1400) % 7
    fit, _ = fitted(therapist)
    assert set(effects_of(fit, therapist, Better.HIGHER)) == {TooFewTherapistsToTell()}
    eight = np.arange(1600) % 8
    fit, _ = fitted(eight)
    assert TooFewTherapistsToTell() not in effects_of(fit, eight, Better.HIGHER)


def test_better_is_above_zero_whichever_way_the_scale_runs() -> None:
    therapist = np.arange(4000) % 40
    fit, _ = fitted(therapist)
    for up, down in zip(
        effects_of(fit, therapist, Better.HIGHER),
        effects_of(fit, therapist, Better.LOWER),
        strict=True,
    ):
        assert isinstance(up, TherapistEffect)
        assert isinstance(down, TherapistEffect)
        assert up.effect == -down.effect
        assert (up.low, up.high) == (-down.high, -down.low)


def test_a_fit_without_therapists_tells_of_none() -> None:
    therapist = np.arange(400) % 4
    fit, _ = fitted(therapist)
    assert effects_of(replace(fit, therapists=None), therapist, Better.HIGHER) == ()
