"""What therapists differ in, for their own learning: shrunken, adjusted, and silent when unsure.

An effect is what is left of a therapist's clients' courses after the intake of each client, pulled
towards nothing as far as few clients can tell little. Below a reliability of .7, or with fewer than
ten clients, nothing is shown. Effects are never put in an order.

Source: Wampold and Brown 2005; Saxon and Barkham 2012 (shrunken residuals of a three-level model);
science notes 11, checked by tests/published/test_therapist_effects.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from alongside.methods.progress.growth_model import GrowthFit
from alongside.methods.progress.norms import Better
from alongside.methods.vocabulary.arrays import Ints
from alongside.methods.vocabulary.errors import AlongsideError
from alongside.methods.vocabulary.results import NoResult

LEAST_RELIABILITY: Final = 0.7
FEWEST_CLIENTS: Final = 10
NORMAL_95: Final = 1.959963984540054


class NotAShare(AlongsideError):
    """An intraclass correlation lies between 0 and 1, and {value} does not."""


@dataclass(frozen=True, slots=True)
class TooFewClientsToTell(NoResult):
    """{n_clients} clients. What is due to the therapist is told from {needed} on."""

    n_clients: int
    needed: int = FEWEST_CLIENTS


@dataclass(frozen=True, slots=True)
class TooUncertain(NoResult):
    """{n_clients} clients so far tell {percent} % of what is due to the therapist. It is shown
    from 70 % on.
    """

    n_clients: int
    percent: int


@dataclass(frozen=True, slots=True)
class TherapistEffect:
    """How much better than expected a therapist's clients are doing, in score points.

    effect: shrunken; above 0 is better whichever way the scale runs. low, high: the range in which
    it lies with 95 % certainty. reliability: the share of it that the ratings tell.
    """

    effect: float
    low: float
    high: float
    reliability: float
    n_clients: int


def shrinkage(n_clients: int, icc: float) -> float:
    """The share of a therapist's mean that is theirs: n / (n + (1 - icc) / icc).

    icc: the share of the variance of outcomes that lies between therapists.
    Raises: NotAShare.
    """
    if not 0.0 < icc < 1.0:
        raise NotAShare(value=icc)
    return n_clients / (n_clients + (1.0 - icc) / icc)


def effects_of(
    fit: GrowthFit, therapist: Ints, better: Better
) -> tuple[TherapistEffect | TooFewClientsToTell | TooUncertain, ...]:
    """What may be told of each therapist of a fit, in the order of their numbers.

    therapist: of each client, as the fit was given. A fit without therapists gives nothing.
    """
    if fit.therapists is None:
        return ()
    n_clients = np.bincount(therapist[therapist >= 0], minlength=len(fit.therapists.effect))
    return tuple(
        _told(int(n), better.sign * float(effect), float(reliability), fit.therapist)
        for n, effect, reliability in zip(
            n_clients, fit.therapists.effect, fit.therapists.reliability, strict=True
        )
    )


def _told(
    n_clients: int, effect: float, reliability: float, variance: float
) -> TherapistEffect | TooFewClientsToTell | TooUncertain:
    if n_clients < FEWEST_CLIENTS:
        return TooFewClientsToTell(n_clients)
    if reliability < LEAST_RELIABILITY:
        return TooUncertain(n_clients, percent=math.floor(100.0 * reliability))
    reach = NORMAL_95 * math.sqrt(variance * (1.0 - reliability))
    return TherapistEffect(effect, effect - reach, effect + reach, reliability, n_clients)
