"""How soon ruptures are found, by the detector and by simpler rules, at equally few false alarms.

Every rule is set on clients without a rupture so that one in five of them has any false alarm in
twenty visits. Then it looks at clients with one rupture each, whose onset is known. Simple rules
may know what a deviation of a rating is for clients on the average. Those with a setting stand
here with that of the literature, and again with the one that found most ruptures of the
undisturbed generator, which nobody could have known beforehand. The bars of our own windows were
chosen on other draws of the same generators (decision 0023). No drawn rupture begins before
the fifth visit, so a rule that is silent until then saves false alarms where there is nothing to
find: one of the simple ones is, and so is the detector in a line of its own.

Source: science notes 3.6. Ruptures are drawn, not observed: no figure here says how often real
ones are found.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from alongside.lab.disturbances import UNDISTURBED, Condition, draw_disturbed
from alongside.lab.ruptures import FIRST_ONSET, Rupture, Shape, draw_rupture
from alongside.lab.shares import SimulatedShare, paired_difference, share_of
from alongside.methods.alliance.clinic_ratings import series_of
from alongside.methods.alliance.clinic_strain import detect_clinic_strain
from alongside.methods.alliance.control_charts import (
    Alarms,
    cusum,
    drop_from_last,
    ewma,
    own_baseline,
    standardised,
)
from alongside.methods.alliance.population import Population, population_of

N_VISITS: Final = 20
FALSE_ALARMS: Final = 0.2
"""Clients without a rupture who have any false alarm in twenty visits."""
STEP: Final = 0.25
"""The smallest difference of the benchmark's ratings: a quarter of a tenth, times ten."""
OURS: Final = "detector"
ONE_VISIT: Final = "detector, each visit alone"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many clients are drawn. share_ruptured: of the reference, whose ruptures nobody knows."""

    n_reference: int = 600
    n_calm: int = 4000
    n_ruptured: int = 4000
    share_ruptured: float = 1.0


FULL_SIZE: Final = Sizes()
"""That of science notes 3.6."""


@dataclass(frozen=True, slots=True)
class Clinics:
    """What one run draws: clients to learn from, clients without a rupture, and with one."""

    condition: Condition
    reference: np.ndarray
    calm: np.ndarray
    ruptured: np.ndarray
    ruptures: tuple[Rupture, ...]
    population: Population
    sd: float


def draw_clinics(
    condition: Condition = UNDISTURBED, sizes: Sizes = FULL_SIZE, *, rng: np.random.Generator
) -> Clinics:
    """The clients of one run, and what is learned from those of the reference."""

    def ratings(n_clients: int, ruptures: tuple[Rupture | None, ...] = ()) -> np.ndarray:
        return draw_disturbed(
            condition, n_clients=n_clients, n_visits=N_VISITS, rng=rng, ruptures=ruptures
        ).ratings

    unknown = tuple(
        draw_rupture(N_VISITS, rng) if rng.random() < sizes.share_ruptured else None
        for _ in range(sizes.n_reference)
    )
    ruptures = tuple(draw_rupture(N_VISITS, rng) for _ in range(sizes.n_ruptured))
    reference = ratings(sizes.n_reference, unknown)
    return Clinics(
        condition=condition,
        reference=reference,
        calm=ratings(sizes.n_calm),
        ruptured=ratings(sizes.n_ruptured, ruptures),
        ruptures=ruptures,
        population=population_of(series_of(reference), step=STEP),
        sd=math.sqrt(float(np.nanmean(np.nanvar(reference, axis=1, ddof=1)))),
    )


Detector = Callable[[np.ndarray, Clinics], np.ndarray]
"""How alarming each visit is, client x visit; NaN where it does not say."""


def alarms_of(rule: Callable[[tuple[float, ...]], Alarms], ratings: np.ndarray) -> np.ndarray:
    """A rule for one client's ratings over those of many; NaN where it does not say."""
    alarms = np.full(ratings.shape, np.nan)
    for client, series in enumerate(series_of(ratings)):
        found = [np.nan if alarm is None else alarm for alarm in rule(series)]
        alarms[client, ~np.isnan(ratings[client])] = found
    return alarms


def _smoothed(weight: float, *, n_baseline: int | None = None) -> Detector:
    return lambda ratings, known: alarms_of(
        lambda series: ewma(
            standardised(series, sd=known.sd, n_baseline=n_baseline), weight=weight
        ),
        ratings,
    )


def _summed(allowance: float) -> Detector:
    return lambda ratings, known: alarms_of(
        lambda series: cusum(standardised(series, sd=known.sd), allowance=allowance), ratings
    )


def _of_the_clinic(ratings: np.ndarray, known: Clinics) -> np.ndarray:
    return detect_clinic_strain(ratings, known.population).statistic


def _one_visit(ratings: np.ndarray, known: Clinics) -> np.ndarray:
    return detect_clinic_strain(ratings, known.population).one_visit_score


def _silent_at_first(ratings: np.ndarray, known: Clinics) -> np.ndarray:
    alarms = _of_the_clinic(ratings, known).copy()
    alarms[:, :FIRST_ONSET] = np.nan
    return alarms


def _smoothed_scores(ratings: np.ndarray, known: Clinics) -> np.ndarray:
    """The detector's one-visit scores under an EWMA, as if each were standard normal."""
    return alarms_of(
        lambda scores: ewma(tuple(-score for score in scores), weight=0.5),
        _one_visit(ratings, known),
    )


DETECTORS: Final[Mapping[str, Detector]] = {
    OURS: _of_the_clinic,
    ONE_VISIT: _one_visit,
    "drop from the last visit": lambda ratings, known: alarms_of(
        lambda series: drop_from_last(series, sd=known.sd), ratings
    ),
    "own-baseline chart": lambda ratings, _: alarms_of(own_baseline, ratings),
    "EWMA (weight .2)": _smoothed(0.2),
    "CUSUM (allowance .5)": _summed(0.5),
    "EWMA set by the truth (weight .6)": _smoothed(0.6),
    "CUSUM set by the truth (allowance .75)": _summed(0.75),
    "EWMA on the first four visits (weight .7)": _smoothed(0.7, n_baseline=4),
    "detector, silent until the fifth visit": _silent_at_first,
    "EWMA of the detector's scores (weight .5)": _smoothed_scores,
}
BASELINES: Final = tuple(DETECTORS)[2:6]
"""The four rules of science notes 3.5 with the settings of the literature."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one detector found; all in visits that were booked, held or not.

    limit: the alarm beyond which it signals. lead: by how large a share more the first of the
    detectors found within two visits, on the same clients.
    """

    detector: str
    limit: float
    false_alarms: SimulatedShare
    at_onset: SimulatedShare
    within_one: SimulatedShare
    within_two: SimulatedShare
    sudden_within_one: SimulatedShare
    gradual_within_two: SimulatedShare
    lead: SimulatedShare


def compare_detectors(
    clinics: Clinics, detectors: Mapping[str, Detector] = DETECTORS
) -> tuple[Found, ...]:
    """What each detector finds, all set to the same share of clients with any false alarm."""
    onsets = np.array([rupture.onset for rupture in clinics.ruptures])
    is_sudden = np.array([rupture.shape is Shape.SUDDEN for rupture in clinics.ruptures])
    since = np.arange(N_VISITS) - onsets[:, None]
    found: list[Found] = []
    by_the_first: np.ndarray | None = None
    for name, detector in detectors.items():
        highest = np.nan_to_num(detector(clinics.calm, clinics), nan=-np.inf).max(axis=1)
        limit = float(np.quantile(highest, 1.0 - FALSE_ALARMS, method="higher"))
        is_signal = detector(clinics.ruptured, clinics) > limit
        at_onset, within_one, within_two = (
            (is_signal & (since >= 0) & (since <= later)).any(axis=1) for later in range(3)
        )
        if by_the_first is None:
            by_the_first = within_two
        found.append(
            Found(
                detector=name,
                limit=limit,
                false_alarms=share_of(highest > limit),
                at_onset=share_of(at_onset),
                within_one=share_of(within_one),
                within_two=share_of(within_two),
                sudden_within_one=share_of(within_one[is_sudden]),
                gradual_within_two=share_of(within_two[~is_sudden]),
                lead=paired_difference(by_the_first, within_two),
            )
        )
    return tuple(found)
