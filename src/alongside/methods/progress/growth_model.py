"""A growth model of many clients' scores, fitted by restricted maximum likelihood.

Every client has a level and a slope of their own around those that their intake lets expect, and
every therapist may have an effect of their own. What a fit came to is a value even when it went
wrong: whether it converged, whether a variance ran to zero, and in which words to say so.

Source: Laird and Ware 1982; Bates, Maechler, Bolker and Walker 2015 (the criterion). Checked by
tests/published/test_lme4_fits.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from alongside.methods.progress.courses import ClientSums, Courses, sums_of
from alongside.methods.progress.growth_search import FitState, MostLikely, most_likely
from alongside.methods.progress.restricted_likelihood import (
    EffectsNotToldApart,
    Explaining,
    NothingIsLeft,
)
from alongside.methods.progress.visit_patterns import PatternSums, group_by_pattern
from alongside.methods.vocabulary.arrays import Floats, Ints
from alongside.methods.vocabulary.errors import AlongsideError
from alongside.methods.vocabulary.results import NoResult

ROUNDING: Final = 1e-12


class NoSuchIntake(AlongsideError):
    """No column of the intake is called "{name}"."""


@dataclass(frozen=True, slots=True)
class TooFewRatings(NoResult):
    """Ratings: {n}. A course with {effects} fixed effects needs more."""

    n: int
    effects: int


@dataclass(frozen=True, slots=True)
class TooFewClients(NoResult):
    """Clients: {n}. What clients differ in needs at least two of them."""

    n: int


@dataclass(frozen=True, slots=True)
class OneRatingEach(NoResult):
    """No client has two ratings at different times, so no course can be told."""

    n_clients: int


@dataclass(frozen=True, slots=True)
class TherapistsNotTold(NoResult):
    """Therapists: {n_therapists}, clients: {n_clients}. What therapists differ in needs two of
    them, and one with two clients.
    """

    n_therapists: int
    n_clients: int


@dataclass(frozen=True, slots=True)
class NotToldApart(NoResult):
    """What is asked of the intake cannot be told apart: a column is constant, or follows from
    the others.
    """


@dataclass(frozen=True, slots=True)
class NothingVaries(NoResult):
    """Every rating is exactly as expected, so nothing is left from which a noise could be told."""


@dataclass(frozen=True)
class Growth:
    """Which model: what of the intake moves the level, what the slope, and who varies in what.

    The constant is always among both. Without `has_slopes` clients differ in their level alone;
    without `has_therapists` nothing of a therapist is asked.
    """

    level: tuple[str, ...] = ()
    slope: tuple[str, ...] = ()
    has_trend: bool = True
    has_slopes: bool = True
    has_therapists: bool = False
    is_restricted: bool = True

    @property
    def effects(self) -> tuple[str, ...]:
        """The names of the fixed effects, in their order."""
        trend = ("time", *(f"{name}:time" for name in self.slope)) if self.has_trend else ()
        return ("level", *self.level, *trend)


@dataclass(frozen=True)
class TherapistPart:
    """What is known of each therapist's effect, in the order of their numbers.

    effect: the prediction, in score points, shrunken towards 0. reliability: the share of its
    variance that the ratings tell (0 to 1).
    """

    effect: Floats
    reliability: Floats


@dataclass(frozen=True)
class GrowthFit:
    """A fitted growth model. Units: score points, and those of the time.

    effects, covariance: the fixed effects and how sure they are, in the order of `model.effects`.
    clients: covariance of level and slope, 2 x 2; therapist and noise: variances.
    log_likelihood: restricted if the model asks so. n_steps: evaluations of the criterion.
    """

    model: Growth
    effects: Floats
    covariance: Floats
    clients: Floats
    therapist: float
    noise: float
    log_likelihood: float
    n_ratings: int
    n_clients: int
    n_therapists: int
    state: FitState
    n_steps: int
    therapists: TherapistPart | None

    @property
    def standard_errors(self) -> Floats:
        """Of the fixed effects."""
        errors: Floats = np.sqrt(np.diag(self.covariance))
        return errors


NoFit = (
    TooFewRatings | TooFewClients | OneRatingEach | TherapistsNotTold | NotToldApart | NothingVaries
)


def fit_growth(courses: Courses, model: Growth) -> GrowthFit | NoFit:
    """The model that makes the ratings most likely; a `NoResult` where none can be told.

    Missing: clients without ratings are left out.
    Raises: NoSuchIntake.
    """
    names = tuple(dict.fromkeys((*model.level, *model.slope)))
    for name in names:
        if name not in courses.intake:
            raise NoSuchIntake(name=name)
    sums = sums_of(courses)
    lacking = _what_is_lacking(sums, courses, model)
    if lacking is not None:
        return lacking
    scale = _Scale.of(sums, [courses.intake[name] for name in names])
    therapist = courses.therapist if model.has_therapists else None
    patterns = group_by_pattern(
        scale.times_of(sums), scale.intake, None if therapist is None else therapist[sums.clients]
    )
    where = {name: place for place, name in enumerate(("", *names))}
    level = np.array([0, *(where[name] for name in model.level)])
    slope = np.array([0, *(where[name] for name in model.slope)] if model.has_trend else [], int)
    explaining = Explaining(patterns, level, slope, is_restricted=model.is_restricted)
    free = np.array([True, model.has_slopes, model.has_slopes, model.has_therapists])
    try:
        explaining.check_effects()
        found = most_likely(explaining, free)
    except NothingIsLeft:
        return NothingVaries()
    except EffectsNotToldApart:
        return NotToldApart()
    return _told(found, scale, model, sums.centre, level, slope, patterns)


def _what_is_lacking(sums: ClientSums, courses: Courses, model: Growth) -> NoFit | None:
    n_effects, n_clients = len(model.effects), len(sums.n)
    has_course = (sums.n * sums.time_squared > sums.time**2 * (1.0 + 1e-12)).any()
    n_therapists = 0
    if model.has_therapists and courses.therapist is not None:
        n_therapists = len(np.unique(courses.therapist[sums.clients]))
    answers: tuple[tuple[bool, NoFit], ...] = (
        (sums.n_ratings <= n_effects, TooFewRatings(sums.n_ratings, n_effects)),
        (n_clients < 2, TooFewClients(n_clients)),
        (model.has_trend and not has_course, OneRatingEach(n_clients)),
        (
            model.has_therapists and not 2 <= n_therapists < n_clients,
            TherapistsNotTold(n_therapists, n_clients),
        ),
    )
    return next((answer for is_lacking, answer in answers if is_lacking), None)


@dataclass(frozen=True)
class _Scale:
    """The scale on which a fit is well-conditioned: intake in standard deviations, time in its
    root mean square.
    """

    intake: Floats
    means: Floats
    sds: Floats
    time: float

    @classmethod
    def of(cls, sums: ClientSums, columns: list[Floats]) -> _Scale:
        """The scale of a cohort; a column that is the same for all is a column of zeros."""
        known = [column[sums.clients] for column in columns]
        means = [0.0, *(float(column.mean()) for column in known)]
        sds = [1.0]
        for column in known:
            sd = float(column.std())
            sds.append(sd if sd > ROUNDING * abs(float(column.mean())) else np.inf)
        mean_square = float(sums.time_squared.sum()) / sums.n_ratings
        return cls(
            intake=(np.column_stack((np.ones(len(sums.n)), *known)) - means) / sds,
            means=np.array(means),
            sds=np.array(sds),
            time=float(np.sqrt(mean_square)) or 1.0,
        )

    def times_of(self, sums: ClientSums) -> ClientSums:
        """The sums with their times on this scale."""
        return replace(
            sums,
            time=sums.time / self.time,
            time_squared=sums.time_squared / self.time**2,
            score_by_time=sums.score_by_time / self.time,
        )

    def back(self, level: Ints, slope: Ints) -> Floats:
        """The matrix by which scaled effects become effects in the units of the data."""
        whole = np.zeros((len(level) + len(slope), len(level) + len(slope)))
        for first, columns, unit in ((0, level, 1.0), (len(level), slope, self.time)):
            for place, column in enumerate(columns):
                whole[first + place, first + place] = 1.0 / (self.sds[column] * unit)
                if column:
                    whole[first, first + place] = -self.means[column] / (self.sds[column] * unit)
        return whole


def _told(
    found: MostLikely,
    scale: _Scale,
    model: Growth,
    centre: float,
    level: Ints,
    slope: Ints,
    patterns: PatternSums,
) -> GrowthFit:
    """What was found, in the units of the data."""
    explained, noise = found.explained, found.explained.noise
    back = scale.back(level, slope)
    effects = back @ explained.effects
    effects[0] += centre
    to_units = np.diag([1.0, 1.0 / scale.time])
    deviance = explained.deviance
    if model.is_restricted:
        deviance -= 2.0 * float(np.linalg.slogdet(back)[1])
    return GrowthFit(
        model=model,
        effects=effects,
        covariance=noise * back @ explained.inverse @ back.T,
        clients=noise * to_units @ found.spreads.matrix @ to_units,
        therapist=noise * found.spreads.therapist**2,
        noise=noise,
        log_likelihood=-0.5 * deviance,
        n_ratings=patterns.n_ratings,
        n_clients=int(patterns.n.sum()),
        n_therapists=patterns.n_therapists,
        state=found.state,
        n_steps=found.n_steps,
        therapists=None if explained.therapists is None else TherapistPart(*explained.therapists),
    )
