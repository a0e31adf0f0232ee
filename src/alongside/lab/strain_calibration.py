"""How often clients without a rupture are signalled, against how often the threshold says.

Twice: by the chance that the detector's model gives, and by the chance that a clinic counts among
its own visits. The clinic's own visits are those of clients whose ruptures nobody knows: the more
of them there are, the fewer signals clients without a rupture get by the count, which is of all
signals together and not of those by chance alone.

Source: science notes 3.6; the demand is nominal 1 % within .7 to 1.3 %.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from alongside.lab.detection import Clinics
from alongside.lab.shares import SimulatedShare, share_of, share_of_visits
from alongside.methods.alliance.clinic_strain import ClinicStrain, detect_clinic_strain
from alongside.methods.alliance.conformal import MOST_SCORED_VISITS, VisitsHere, take_visits

NOMINAL: Final = (0.1, 0.05, 0.025, 0.01, 0.005)
ANY_DAY: Final = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What a nominal chance comes to among clients without a rupture.

    per_visit: of judged visits. per_client: clients with any such visit in twenty.
    """

    nominal: float
    per_visit: SimulatedShare
    per_client: SimulatedShare

    @property
    def ratio(self) -> float:
        """How many times as often as it should."""
        return self.per_visit.value / self.nominal


@dataclass(frozen=True, slots=True)
class Calibration:
    """By the model, by its window of one visit alone, and by counting the clinic's visits."""

    by_model: tuple[Calibrated, ...]
    by_one_visit: tuple[Calibrated, ...]
    by_count: tuple[Calibrated, ...]
    n_counted: int


def calibrate(clinics: Clinics, *, rng: np.random.Generator) -> Calibration:
    """The calibration of the detector in these clinics; n_counted is 0 if they are too small."""
    calm = detect_clinic_strain(clinics.calm, clinics.population)
    past = detect_clinic_strain(clinics.reference, clinics.population)
    statistics = rng.permutation(past.statistic[past.is_judged])
    here = take_visits(statistics[:MOST_SCORED_VISITS].tolist(), on=ANY_DAY)
    by_count: tuple[Calibrated, ...] = ()
    if isinstance(here, VisitsHere):
        by_count = tuple(
            _with_luck_of_the_count(row, here, past)
            for row in _against_nominal(here.chances_of(calm.statistic))
        )
    return Calibration(
        by_model=_against_nominal(calm.probability),
        by_one_visit=_against_nominal(calm.p_one_visit),
        by_count=by_count,
        n_counted=here.n if by_count else 0,
    )


def _against_nominal(chances: np.ndarray) -> tuple[Calibrated, ...]:
    is_judged = ~np.isnan(chances)
    return tuple(
        Calibrated(
            nominal,
            share_of_visits(np.asarray(chances < nominal), is_judged),
            share_of(np.any(chances < nominal, axis=1)),
        )
        for nominal in NOMINAL
    )


def _with_luck_of_the_count(row: Calibrated, here: VisitsHere, past: ClinicStrain) -> Calibrated:
    """The same with the error of which clients and visits the clinic happened to have."""
    is_beyond = here.chances_of(past.statistic) < row.nominal
    of_clients = share_of_visits(np.asarray(is_beyond), past.is_judged).error
    of_visits = math.sqrt(row.nominal * (1.0 - row.nominal) / here.n)
    return replace(row, per_visit=row.per_visit.with_error(math.hypot(of_clients, of_visits)))
