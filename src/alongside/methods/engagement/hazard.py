"""How likely somebody is to drift away: at each contact, that none is attended for a while.

A discrete-time hazard by landmarks: every contact of somebody who still comes is one case, with
what was known up to then and what came wholly after. Published risks by misses in a row stand in
at first; a site's own landmarks take over as events come in. The chance serves to reach out, never
to judge: after two misses in a row somebody calls, whatever it says (`outreach.py`).

Source: science notes 4.2, 4.3. Coding the event as the beginning of a run of missed contacts is an
error: no run can begin after a miss, so missing would seem to protect
(tests/methods/engagement/test_run_start.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from scipy.special import expit, logit

from alongside.methods.engagement.known import Known
from alongside.methods.engagement.published_risks import probability_published
from alongside.methods.engagement.ridge_logistic import (
    LogisticFit,
    NotConverged,
    OneOutcome,
    Parted,
    fit_ridge_logistic,
)
from alongside.methods.vocabulary.errors import AlongsideError
from alongside.methods.vocabulary.folds import person_folds
from alongside.methods.vocabulary.results import NoResult
from alongside.methods.vocabulary.shapes import Chances, Columns, Counted, Groups, Outcomes, PerCase

USUAL_PENALTY: Final = 1.0
"""On columns of spread 1: as much as one more landmark would say. Few data are held back by it,
many hardly notice."""
FEWEST_PEOPLE: Final = 50
FEWEST_EVENTS: Final = 20
EVENTS_A_TERM: Final = 10
"""Events for each term at which a site's own model counts for one half (Peduzzi 1996)."""
SMALLEST_SPREAD: Final = 1e-9
"""A column that spreads less is the same everywhere."""
FURTHEST: Final = 5.0
"""Spreads from the mean beyond which a value counts no further, so that one odd figure cannot
carry a chance away."""


class OtherModelVersion(AlongsideError):
    """This model was kept as version {found}, and only version {known} can be read."""


@dataclass(frozen=True, slots=True)
class TooFewLandmarks(NoResult):
    """{n_landmarks} landmarks of {n_people} clients, {n_events} of them followed by drifting away.
    A model of the site’s own needs {people} clients and {events} landmarks of that kind.
    """

    n_people: int
    n_events: int
    n_landmarks: int
    people: int = FEWEST_PEOPLE
    events: int = FEWEST_EVENTS


@dataclass(frozen=True, slots=True)
class WorseThanPublished(NoResult):
    """For people whom it had not seen, a model of the site’s own was worse than published risks."""


NoModel = TooFewLandmarks | OneOutcome | Parted | NotConverged | WorseThanPublished


@dataclass(frozen=True, slots=True)
class Term:
    """One column of the model: z = (value - mean) / sd, and its weight on the logit.

    is_unknown: the column says 1 where the value is not known and 0 where it is; the value itself
    then stands at the mean.
    """

    name: str
    is_unknown: bool
    mean: float
    sd: float
    coefficient: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class HazardModel:
    """A fitted model, whole: what it was made of, when, and how it went.

    horizon: over what time the chance is, in words for the model card. fitted_on: an ISO date,
    given from outside. is_parted: the landmarks are parted perfectly, so only the penalty holds
    the weights.
    """

    version: str
    fitted_on: str
    horizon: str
    penalty: float
    n_landmarks: int
    n_people: int
    n_events: int
    intercept: float
    intercept_error: float
    terms: tuple[Term, ...]
    n_steps: int
    slope: float
    is_parted: bool

    FORMAT = "alongside-hazard/1"

    @property
    def own_share(self) -> float:
        """How much the site's own model counts beside the published risks: 0 to 1."""
        return self.n_events / (self.n_events + EVENTS_A_TERM * (1 + len(self.terms)))

    def to_dict(self) -> dict[str, Any]:
        """The model as plain values for JSON."""
        return {"format": self.FORMAT, **asdict(self)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> HazardModel:
        """The model that `to_dict` wrote. Raises: OtherModelVersion."""
        kept = dict(values)
        found = kept.pop("format", None)
        if found != cls.FORMAT:
            raise OtherModelVersion(found=found, known=cls.FORMAT)
        return cls(**{**kept, "terms": tuple(Term(**each) for each in kept["terms"])})


def fit_hazard(
    known: Known,
    drifted_away: Outcomes,
    people: Groups,
    *,
    version: str,
    fitted_on: str,
    horizon: str,
    penalty: float = USUAL_PENALTY,
    is_gated: bool = True,
) -> HazardModel | NoModel:
    """The model that a site's own landmarks give; by a gate only where they are enough.

    known, drifted_away, people: one case for each landmark. Columns of which nothing is known, or
    that are the same everywhere, are left out.
    """
    n_people, n_events = len(np.unique(people)), int(drifted_away.sum())
    if is_gated and (n_people < FEWEST_PEOPLE or n_events < FEWEST_EVENTS):
        return TooFewLandmarks(n_people, n_events, len(known))
    blanks = _blanks(known)
    fit = fit_ridge_logistic(_standing(known, blanks), drifted_away, people=people, penalty=penalty)
    if not isinstance(fit, LogisticFit):
        return fit
    return HazardModel(
        version=version,
        fitted_on=fitted_on,
        horizon=horizon,
        penalty=penalty,
        n_landmarks=len(known),
        n_people=n_people,
        n_events=n_events,
        intercept=fit.intercept,
        intercept_error=fit.intercept_error,
        terms=tuple(
            Term(each.name, each.is_unknown, each.mean, each.sd, float(weight), float(error))
            for each, weight, error in zip(
                blanks, fit.coefficients, fit.standard_errors, strict=True
            )
        ),
        n_steps=fit.n_steps,
        slope=fit.slope,
        is_parted=fit.is_parted,
    )


def chances_of(model: HazardModel | NoModel, known: Known, misses: Counted) -> Chances:
    """For each case the chance to drift away.

    misses: in a row, up to the contact. Without a model of the site the published risk; with one
    the two together on the logit scale, the site's share growing with its events.
    """
    published = logit(probability_published(misses))
    if not isinstance(model, HazardModel):
        return probability_published(misses)
    own = model.own_share
    blended: np.ndarray = expit((1.0 - own) * published + own * own_logits(model, known))
    return blended


def own_logits(model: HazardModel, known: Known) -> PerCase:
    """What the site's own model alone says of each case, on the logit scale."""
    weights = np.array([term.coefficient for term in model.terms])
    logits: np.ndarray = model.intercept + _standing(known, model.terms) @ weights
    return logits


def pulls_of(model: HazardModel, known: Known) -> Columns:
    """How far each term pulls each case from the mean landmark, on the logit scale; in the order
    of the terms."""
    weights = np.array([term.coefficient for term in model.terms])
    pulls: np.ndarray = _standing(known, model.terms) * weights * model.own_share
    return pulls


def out_of_fold_chances(
    known: Known,
    misses: Counted,
    drifted_away: Outcomes,
    people: Groups,
    *,
    rng: np.random.Generator,
    n_folds: int = 10,
    penalty: float = USUAL_PENALTY,
) -> Chances:
    """For each landmark the chance from a model that has seen nothing of that person.

    These are what a model is judged by: `calibration_of(out_of_fold_chances(...), drifted_away)`.
    Assumes: all landmarks together are enough for a model; a fold asks for no number of its own.
    """
    folds = person_folds(people, n_folds=n_folds, rng=rng)
    chances = np.empty(len(known))
    for fold in range(n_folds):
        held, kept = folds == fold, folds != fold
        model = fit_hazard(
            known.among(kept),
            drifted_away[kept],
            people[kept],
            version="",
            fitted_on="",
            horizon="",
            penalty=penalty,
            is_gated=False,
        )
        chances[held] = chances_of(model, known.among(held), misses[held])
    return chances


def _blanks(known: Known) -> tuple[Term, ...]:
    """The terms that these cases can tell something of, without weights yet."""
    terms, unknowns = [], set()
    for name in known.names:
        values = known.column(name)
        unknown = np.isnan(values)
        if _varies(values[~unknown]):
            terms.append(_blank(name, values[~unknown], is_unknown=False))
        # Parts that are not known together say it once.
        if _varies(unknown) and unknown.tobytes() not in unknowns:
            terms.append(_blank(name, unknown, is_unknown=True))
            unknowns.add(unknown.tobytes())
    return tuple(terms)


def _varies(column: np.ndarray) -> bool:
    return len(column) > 0 and float(np.std(column)) > SMALLEST_SPREAD


def _blank(name: str, column: np.ndarray, *, is_unknown: bool) -> Term:
    return Term(name, is_unknown, float(np.mean(column)), float(np.std(column)), 0.0, 0.0)


def _standing(known: Known, terms: tuple[Term, ...]) -> np.ndarray:
    """The cases on the scale of the terms: a column each, mean 0 and spread 1 where they came
    from; 0 where a value is not known."""
    columns = np.empty((len(known), len(terms)))
    for place, term in enumerate(terms):
        values = known.column(term.name)
        unknown = np.isnan(values)
        values = unknown if term.is_unknown else np.where(unknown, term.mean, values)
        columns[:, place] = np.clip((values - term.mean) / term.sd, -FURTHEST, FURTHEST)
    return columns
