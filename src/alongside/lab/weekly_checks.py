"""Weekly checks of clients whose start, growth and noise are known.

A latent week, 0 to 100, begins somewhere, grows with the logarithm of the weeks, remembers the
week before and leans on how the alliance was: a better visit than usual for this client is
followed by a somewhat better week. Seven answers are drawn around it.

Source: science notes 3.3 for the size of the link between alliance and the next week
(standardised .16 to .21, PMC7776120); growth with log(session) after Finch, Lambert and Schaalje
2001. Start, growth and noise are choices of this project.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit

from alongside.lab.alliance_series import answers_near, remembered_noise

ASKED: Final = ("wellbeing", "use_days", "craving", "confidence", "support", "sleep", "stress")
"""The facets in the order of the answers; use_days counts 0 to 7, all others 0 to 10."""
REVERSED: Final = frozenset({"craving", "stress"})
HALF_THE_DAYS_AT: Final = 35.0
DAYS_SPREAD: Final = 10.0


@dataclass(frozen=True, slots=True)
class WeekTruth:
    """What weekly checks are drawn from. Units: points of the latent week, 0-100.

    growth: points a unit of ln(week), with its spread over clients; coupling: how far a week
    moves, in its own deviations, when the alliance lies one deviation above the client's usual.
    """

    start_mean: float = 45.0
    start_sd: float = 14.0
    growth_mean: float = 6.0
    growth_sd: float = 5.0
    phi: float = 0.4
    sd: float = 6.0
    item_sd: float = 1.0
    coupling: float = 0.18


USUAL_WEEKS = WeekTruth()


@dataclass(frozen=True, slots=True)
class WeekSample:
    """Drawn weeks with their truth; arrays are client x week (x answer in the order of `ASKED`)."""

    starts: np.ndarray
    growths: np.ndarray
    states: np.ndarray
    answers: np.ndarray


def draw_weeks(
    truth: WeekTruth, *, n_clients: int, n_weeks: int, rng: np.random.Generator
) -> WeekSample:
    """Weeks of that many clients."""
    return weeks_of(
        truth,
        rng.normal(truth.start_mean, truth.start_sd, n_clients),
        rng.normal(truth.growth_mean, truth.growth_sd, n_clients),
        n_weeks=n_weeks,
        rng=rng,
    )


def weeks_of(
    truth: WeekTruth,
    starts: np.ndarray,
    growths: np.ndarray,
    *,
    n_weeks: int,
    rng: np.random.Generator,
    alliance: np.ndarray | None = None,
) -> WeekSample:
    """Weeks of clients whose start and growth are given.

    alliance: each client's standardised deviation from their usual alliance in the week before.
    """
    shape = (len(starts), n_weeks)
    deviations = remembered_noise(truth.phi, shape, rng)
    if alliance is not None:
        deviations = deviations + truth.coupling * alliance
    states = (
        starts[:, None]
        + growths[:, None] * np.log(np.arange(1, n_weeks + 1))
        + truth.sd * deviations
    )
    states = np.clip(states, 0.0, 100.0)
    return WeekSample(starts, growths, states, _answers(truth, states, rng))


def _answers(truth: WeekTruth, states: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    noise = rng.normal(0.0, truth.item_sd, (*states.shape, len(ASKED)))
    answers = answers_near(states / 10.0, noise, 1.0)
    for place, facet in enumerate(ASKED):
        if facet in REVERSED:
            answers[..., place] = 10.0 - answers[..., place]
    probability_off_goal = expit((HALF_THE_DAYS_AT - states) / DAYS_SPREAD)
    answers[..., ASKED.index("use_days")] = rng.binomial(7, probability_off_goal)
    return answers
