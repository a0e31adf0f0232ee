"""What therapists differ in, for their own learning: shrunken, adjusted, and silent when unsure.

An effect is what is left of a therapist's clients' courses after the intake of each client, pulled
towards nothing as far as few clients can tell little. Below a reliability of .7, with fewer than
ten clients, or among fewer than eight therapists, where the own effect would tell of the others',
nothing is shown. Effects are never put in an order.

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
FEWEST_THERAPISTS: Final = 8
NORMAL_95: Final = 1.959963984540054


class NotAShare(AlongsideError):
    """An intraclass correlation lies between 0 and 1, and {value} does not."""


@dataclass(frozen=True, slots=True)
class TooFewTherapistsToTell(NoResult):
    """A therapist’s part is told where at least {needed} work. Among fewer, one’s own number would
    tell of the others.
    """

    needed: int = FEWEST_THERAPISTS


@dataclass(frozen=True, slots=True)
class TooFewClientsToTell(NoResult):
    """Too few clients with checks so far. A therapist’s part is told from {needed} on."""

    n_clients: int
    needed: int = FEWEST_CLIENTS


@dataclass(frozen=True, slots=True)
class TooUncertain(NoResult):
    """The checks so far tell {percent} % of a therapist’s part. It is shown from 70 % on: below,
    too much of it would be chance.
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


Told = TherapistEffect | TooFewTherapistsToTell | TooFewClientsToTell | TooUncertain


def effects_of(fit: GrowthFit, therapist: Ints, better: Better) -> tuple[Told, ...]:
    """What may be told of each therapist of a fit, in the order of their numbers.

    therapist: of each client, as the fit was given. A fit without therapists gives nothing.
    """
    if fit.therapists is None:
        return ()
    n_therapists = len(fit.therapists.effect)
    n_clients = np.bincount(therapist[therapist >= 0], minlength=n_therapists)
    if np.count_nonzero(n_clients) < FEWEST_THERAPISTS:
        return (TooFewTherapistsToTell(),) * n_therapists
    return tuple(
        _told(int(n), better.sign * float(effect), float(reliability), fit.therapist)
        for n, effect, reliability in zip(
            n_clients, fit.therapists.effect, fit.therapists.reliability, strict=True
        )
    )


def _told(n_clients: int, effect: float, reliability: float, variance: float) -> Told:
    if n_clients < FEWEST_CLIENTS:
        return TooFewClientsToTell(n_clients)
    if reliability < LEAST_RELIABILITY:
        return TooUncertain(n_clients, percent=math.floor(100.0 * reliability))
    reach = NORMAL_95 * math.sqrt(variance * (1.0 - reliability))
    return TherapistEffect(effect, effect - reach, effect + reach, reliability, n_clients)
