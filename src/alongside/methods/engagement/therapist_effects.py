"""How far clients of one therapist drift away more or less often than their chances say.

Therapists differ widely, and a site's chances fit better when that is allowed for. It serves
calibration alone: it is no reason that a page gives, and nobody is ranked by it.

Source: science notes 4.1, 4.2 and 11; the therapists' share of the variance of drop-out is 12.6%
(Saxon, Barkham, Foster and Parry 2016: 10,521 patients, 85 therapists).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit, logit

from alongside.methods.vocabulary.shapes import Chances, Groups, Outcomes

SHARE_OF_VARIANCE: Final = 0.126
USUAL_VARIANCE: Final = SHARE_OF_VARIANCE / (1.0 - SHARE_OF_VARIANCE) * math.pi**2 / 3.0
"""Of therapists on the logit scale, where the logistic distribution has pi^2 / 3."""
MOST_STEPS: Final = 100


@dataclass(frozen=True, slots=True)
class TherapistEffects:
    """For each therapist, by number, how far to move the logit of their clients' chances."""

    logits: dict[int, float]

    def applied(self, chances: Chances, therapist: Groups) -> Chances:
        """The chances as they are with these therapists; unchanged for one who is not known."""
        everybody, place = np.unique(therapist, return_inverse=True)
        moved = np.array([self.logits.get(int(each), 0.0) for each in everybody])
        applied: np.ndarray = expit(logit(chances) + moved[place])
        return applied


def therapist_effects(
    chances: Chances,
    drifted_away: Outcomes,
    therapist: Groups,
    *,
    variance: float = USUAL_VARIANCE,
) -> TherapistEffects:
    """The most likely effects, pulled towards none as a normal spread of this variance pulls them.

    Assumes: chances strictly between 0 and 1, from landmarks of other persons or other times.
    """
    everybody, place = np.unique(therapist, return_inverse=True)
    effects, offset = np.zeros(len(everybody)), logit(chances)
    for _ in range(MOST_STEPS):
        fitted = expit(offset + effects[place])
        slope = np.bincount(place, drifted_away - fitted) - effects / variance
        bend = np.bincount(place, fitted * (1.0 - fitted)) + 1.0 / variance
        # A step of one logit at most: the curve is steep where chances are near 0 or 1.
        change = np.clip(slope / bend, -1.0, 1.0)
        effects += change
        if float(np.abs(change).max(initial=0.0)) < 1e-10:
            break
    return TherapistEffects(
        {int(each): float(effect) for each, effect in zip(everybody, effects, strict=True)}
    )
