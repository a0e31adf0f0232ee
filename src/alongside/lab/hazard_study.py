"""How well the chance to drift away holds where every true chance is known.

Each client misses as often as they do: a level of their own, which nobody sees, and the more
likely the more they have missed in a row. From that follows for each contact the true chance that
none of the next is attended. The model sees the contacts alone. What it says of clients whom it
had not seen is held against what came, and against the true chance: no model can know more.

Drawn from choices of this project that come near the published risks after 0, 1 and 2 misses in a
row (science notes 4.2); they are no finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit

from alongside.methods.engagement.attendance import (
    HORIZON_CONTACTS,
    ContactKind,
    Contacts,
    attendance_known,
    consecutive_misses,
    landmarks_by_contacts,
)
from alongside.methods.engagement.hazard import out_of_fold_chances
from alongside.methods.vocabulary.arrays import Floats, Ints
from alongside.methods.vocabulary.calibration import Calibration, calibration_of
from alongside.methods.vocabulary.shapes import Chances, Counted, Outcomes


@dataclass(frozen=True, slots=True)
class MissingTruth:
    """How clients miss contacts.

    Somebody of level a misses the next with probability expit(a + by_miss r) after r misses in a
    row; a is normal. A contact is cancelled by its client with `probability_cancelled`, which
    neither lengthens nor ends a run.
    """

    level_mean: float = -1.55
    level_sd: float = 0.8
    by_miss: float = 1.0
    probability_cancelled: float = 0.05

    def probability_missed(self, level: Floats, misses: Floats | Ints | int) -> Floats:
        """Of the next contact, if it is not cancelled."""
        missed: Floats = expit(level + self.by_miss * misses)
        return missed

    def probability_none(self, level: Floats, misses: Ints, n_contacts: int) -> Floats:
        """That none of the next contacts is attended."""
        if n_contacts == 0:
            return np.ones(len(level))
        cancelled = self.probability_cancelled
        missed = (1.0 - cancelled) * self.probability_missed(level, misses)
        return cancelled * self.probability_none(
            level, misses, n_contacts - 1
        ) + missed * self.probability_none(level, misses + 1, n_contacts - 1)


USUAL_MISSING: Final = MissingTruth()


@dataclass(frozen=True)
class DrawnContacts:
    """Contacts, and for each the true chance that none of the next four is attended."""

    contacts: Contacts
    chance: Chances


@dataclass(frozen=True, slots=True)
class HazardStudied:
    """What the model came to for clients whom it had not seen, and the best that could be.

    ours: of the model. by_truth: of the true chances, on the same contacts. mean_error: how far
    the model's chances lie from the true ones, on average; of_always: of saying the overall share
    each time. n_clients: drawn; landmarks are in the calibrations.
    """

    ours: Calibration
    by_truth: Calibration
    mean_error: float
    of_always: float
    n_clients: int
    n_contacts: int
    n_folds: int


def draw_contacts(
    n_clients: int,
    n_contacts: int,
    *,
    rng: np.random.Generator,
    truth: MissingTruth = USUAL_MISSING,
) -> DrawnContacts:
    """So many clients with so many planned contacts each; everyone attends the first."""
    level = rng.normal(truth.level_mean, truth.level_sd, n_clients)
    kind = np.full((n_clients, n_contacts), ContactKind.ATTENDED)
    run = np.zeros((n_clients, n_contacts), dtype=int)
    for place in range(1, n_contacts):
        before = run[:, place - 1]
        is_missed = rng.random(n_clients) < truth.probability_missed(level, before)
        is_cancelled = rng.random(n_clients) < truth.probability_cancelled
        kind[is_missed, place] = ContactKind.MISSED
        kind[is_cancelled, place] = ContactKind.CANCELLED_BY_CLIENT
        run[:, place] = np.where(is_cancelled, before, np.where(is_missed, before + 1, 0))
    client = np.repeat(np.arange(n_clients), n_contacts)
    chance = truth.probability_none(level[client], run.ravel(), HORIZON_CONTACTS)
    return DrawnContacts(Contacts(client, kind.ravel()), chance)


def study_hazard(
    drawn: DrawnContacts, *, rng: np.random.Generator, n_folds: int = 10
) -> HazardStudied:
    """The model on these contacts, each client's chances from a fit on the other folds."""
    contacts = drawn.contacts
    landmarks = landmarks_by_contacts(contacts)
    chosen = landmarks.is_landmark
    drifted_away, people = landmarks.drifted_away[chosen], contacts.client[chosen]
    chances = out_of_fold_chances(
        attendance_known(contacts).among(chosen),
        consecutive_misses(contacts)[chosen],
        *(drifted_away, people),
        rng=rng,
        n_folds=n_folds,
    )
    return held_against(drawn, chances, chosen, drifted_away, n_folds=n_folds)


def held_against(
    drawn: DrawnContacts,
    chances: Chances,
    chosen: Outcomes,
    drifted_away: Outcomes,
    *,
    n_folds: int,
) -> HazardStudied:
    """Chances of the chosen contacts, held against what came and against the true chances."""
    people: Counted = drawn.contacts.client[chosen]
    truth = drawn.chance[chosen]
    return HazardStudied(
        ours=calibration_of(chances, drifted_away, groups=people),
        by_truth=calibration_of(truth, drifted_away, groups=people),
        mean_error=float(abs(chances - truth).mean()),
        of_always=float(abs(drifted_away.mean() - truth).mean()),
        n_clients=len(np.unique(drawn.contacts.client)),
        n_contacts=len(drawn.contacts),
        n_folds=n_folds,
    )
