"""What a model card tells of the chance to drift away, for staff and clients alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext

from alongside.clinic.engagement.models import LearnedHazard
from alongside.methods.engagement.attendance import GONE_AFTER, HORIZON_DAYS
from alongside.methods.engagement.hazard import FEWEST_EVENTS, FEWEST_PEOPLE, HazardModel
from alongside.methods.engagement.outreach import (
    HIGH_CHANCE,
    MISSES_OF_RULE,
    WORKING_DAYS_OF_RULE,
)
from alongside.methods.engagement.published_risks import PUBLISHED, PublishedRisk


@dataclass(frozen=True)
class Weight:
    """How much one thing weighs in the clinic's own model: a spread more of it multiplies the odds.

    is_unknown: of not knowing it.
    """

    label: str
    is_unknown: bool
    odds_ratio: float
    lowest: float
    highest: float


@dataclass(frozen=True)
class SaidAndSeen:
    """Of landmarks with like chances: what was said, what came true with its interval, and n."""

    said: float
    seen: float
    lowest: float
    highest: float
    n: int


@dataclass(frozen=True)
class HazardCard:
    """Everything a model card tells.

    learned_at: None before anything was learned. own_share: how much the clinic's own model counts
    beside the published risks. Figures are of people whom the model had not seen; None where the
    clinic has seen too few to tell. no_model: why there is no own model; else empty.
    """

    learned_at: datetime | None
    formula: tuple[str, ...]
    data: str
    own_share: float
    n_people: int | None
    n_landmarks: int | None
    n_events: int | None
    brier: float | None
    brier_of_published: float | None
    area: tuple[float, float, float] | None
    curve: tuple[SaidAndSeen, ...]
    weights: tuple[Weight, ...]
    published: tuple[PublishedRisk, ...]
    no_model: str
    is_not: tuple[str, ...]


LABELS: Final[Mapping[str, Callable[[], str]]] = {
    "ln_contacts": lambda: gettext("How many visits so far"),
    "last_missed": lambda: gettext("The last visit was missed"),
    "missed_run": lambda: gettext("Visits missed in a row"),
    "missed_last_4": lambda: gettext("Share missed of the last four visits"),
    "missed_share": lambda: gettext("Share missed of all visits"),
    "ln_days_between": lambda: gettext("Days from one visit to the next"),
    "share_answered": lambda: gettext("Feedback of the last two weeks, against what is usual"),
    "alliance_change": lambda: gettext("The last rating, against what is usual"),
    "unrepaired_strain": lambda: gettext("A strain that is not repaired"),
    "wish_to_return": lambda: gettext("The last answer about coming back"),
    "flat_ratings": lambda: gettext("The same answer to every question"),
    "off_course": lambda: gettext("Progress off the expected course"),
    "ln_days_since_new_therapist": lambda: gettext("Days since the therapist changed"),
}
NO_MODEL: Final[Mapping[str, Callable[[], str]]] = {
    "TooFewLandmarks": lambda: gettext(
        "A model of the clinic’s own needs {people} clients and {events} visits after which one of "
        "them drifted away. There are not as many yet."
    ).format(people=FEWEST_PEOPLE, events=FEWEST_EVENTS),
    "OneOutcome": lambda: gettext("Everybody came, or nobody did. There is nothing to tell apart."),
    "Parted": lambda: gettext("The visits part people so sharply that no weight can be trusted."),
    "WorseThanPublished": lambda: gettext(
        "For people whom it had not seen, a model of the clinic’s own was worse than the studies. "
        "So the studies count alone."
    ),
    "NotConverged": lambda: gettext("The fit did not settle. It is tried again next month."),
}
Z_95: Final = 1.959964


def card_of(learned: LearnedHazard | None) -> HazardCard:
    """The card of what was learned; without it, of published risks alone."""
    facts: Mapping[str, Any] = (learned.facts if learned else None) or {}
    area = facts.get("area")
    return HazardCard(
        learned_at=learned.learned_at if learned else None,
        formula=_formula(),
        data=gettext(
            "Visits that took place and visits that were missed, in the order of their days; what "
            "clients rated and let their therapist see; and when a therapist changed. Where "
            "somebody lives, how they look and what they earn is not used. A visit that was "
            "called off is left out, since nobody notes who called it off."
        ),
        own_share=facts.get("own_share", 0.0),
        n_people=facts.get("n_people"),
        n_landmarks=facts.get("n_landmarks"),
        n_events=facts.get("n_events"),
        brier=facts.get("brier"),
        brier_of_published=facts.get("brier_of_published"),
        area=(area[0], area[1], area[2]) if area else None,
        curve=tuple(SaidAndSeen(*each) for each in facts.get("curve") or ()),
        weights=_weights(learned),
        published=PUBLISHED,
        no_model=NO_MODEL[learned.no_model]() if learned and learned.no_model else "",
        is_not=_is_not(),
    )


def _formula() -> tuple[str, ...]:
    return (
        gettext(
            "A rule stands first: {misses} visits missed in a row ask for somebody to reach out "
            "within {days} working days, and no chance can hold that back."
        ).format(misses=MISSES_OF_RULE, days=WORKING_DAYS_OF_RULE),
        gettext(
            "The chance is that of no visit in the next {days} days. It is worked out at the last "
            "visit, kept or missed, of whoever still comes: came before, and missed fewer than "
            "{gone} in a row since."
        ).format(days=HORIZON_DAYS, gone=GONE_AFTER),
        gettext(
            "It mixes published risks by misses in a row with a logistic regression on the "
            "clinic’s own visits. The more people have drifted away here, the more the clinic’s "
            "own part counts."
        ),
        gettext("Somebody is named from a chance of {percent} in 100 on.").format(
            percent=round(100 * HIGH_CHANCE)
        ),
    )


def _is_not() -> tuple[str, ...]:
    return (
        gettext("It is no judgement of a person, and no reason to end care."),
        gettext(
            "It does not say why somebody stays away, and a weight is no cause. Ask the person."
        ),
        gettext("It does not show that reaching out helps."),
        gettext(
            "The clinic does not record whether care ended as agreed. Where care ended, what came "
            "after is left out, so some who drifted away are not counted."
        ),
        gettext("It is made for weekly visits. Of people who come once a month it says little."),
    )


def _weights(learned: LearnedHazard | None) -> tuple[Weight, ...]:
    if learned is None or not learned.parameters:
        return ()
    model = HazardModel.from_dict(learned.parameters)
    terms = sorted(model.terms, key=lambda term: -abs(term.coefficient))
    return tuple(
        Weight(
            LABELS[term.name](),
            term.is_unknown,
            *(_odds(term.coefficient + z * term.standard_error) for z in (0.0, -Z_95, Z_95)),
        )
        for term in terms
    )


def _odds(logit: float) -> float:
    return math.exp(logit)
