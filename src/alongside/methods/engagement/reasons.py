"""Why a chance is what it is: how far each kind of sign pulls it, and a sentence for those that
raise it.

Signs that say nearly the same (the last visit missed, two of the last four missed) are summed
before anything is said of them, since their weights alone can point both ways.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from scipy.special import logit

from alongside.methods.engagement.attendance import LAST_FEW
from alongside.methods.engagement.hazard import HazardModel, NoModel, pulls_of
from alongside.methods.engagement.known import Known
from alongside.methods.engagement.published_risks import PUBLISHED_SHARE, probability_published
from alongside.methods.vocabulary.results import Because
from alongside.methods.vocabulary.shapes import Columns, Counted, PerColumn

WORTH_SAYING: Final = math.log(1.25)
"""A kind of sign is named where it raises the odds by a quarter."""

EARLY_VISITS: Final = 8
"""So long care may be said to have only begun."""


class Kind(StrEnum):
    """What a sign is about."""

    MISSES = "misses"
    CANCELLING = "cancelling"
    TIME = "time"
    GAPS = "gaps"
    CHECK_INS = "check_ins"
    ALLIANCE = "alliance"
    RETURN = "return"
    FLAT = "flat"
    COURSE = "course"
    USE = "use"
    THERAPIST = "therapist"
    UNKNOWN = "unknown"


KINDS: Final = tuple(Kind)
KIND_OF: Final[Mapping[str, Kind]] = {
    "ln_contacts": Kind.TIME,
    "last_missed": Kind.MISSES,
    "missed_run": Kind.MISSES,
    "missed_last_4": Kind.MISSES,
    "missed_share": Kind.MISSES,
    "cancelled_by_client_last_4": Kind.CANCELLING,
    "cancelled_by_clinic_last_4": Kind.CANCELLING,
    "ln_days_between": Kind.GAPS,
    "last_used": Kind.USE,
    "last_not_used": Kind.USE,
    "used_last_4": Kind.USE,
    "used_rate": Kind.USE,
    "not_used_run": Kind.USE,
    "check_in_latency": Kind.CHECK_INS,
    "share_answered": Kind.CHECK_INS,
    "alliance_change": Kind.ALLIANCE,
    "unrepaired_strain": Kind.ALLIANCE,
    "wish_to_return": Kind.RETURN,
    "flat_ratings": Kind.FLAT,
    "off_course": Kind.COURSE,
    "used_last_14_days": Kind.USE,
    "ln_days_since_new_therapist": Kind.THERAPIST,
}


@dataclass(frozen=True, slots=True)
class MissedLast(Because):
    """The last visit was missed."""


@dataclass(frozen=True, slots=True)
class MissedInARow(Because):
    """The last {n} visits were missed."""

    n: int


@dataclass(frozen=True, slots=True)
class MissedSinceAttended(Because):
    """Missed since the last attended visit: {n}."""

    n: int


@dataclass(frozen=True, slots=True)
class MissedOneLately(Because):
    """One of the last {of} visits was missed."""

    of: int


@dataclass(frozen=True, slots=True)
class MissedSomeLately(Because):
    """{n} of the last {of} visits were missed."""

    n: int
    of: int


@dataclass(frozen=True, slots=True)
class MissedOften(Because):
    """{percent}% of all visits so far were missed."""

    percent: int


@dataclass(frozen=True, slots=True)
class CancelledLately(Because):
    """Cancelled among the last few visits: {n}."""

    n: int


@dataclass(frozen=True, slots=True)
class CareHasBegun(Because):
    """Care has only begun: this is visit number {n}."""

    n: int


@dataclass(frozen=True, slots=True)
class VisitsSoFar(Because):
    """This is visit number {n}."""

    n: int


@dataclass(frozen=True, slots=True)
class DaysApart(Because):
    """Days from one visit to the next, on average: {days}."""

    days: int


@dataclass(frozen=True, slots=True)
class AnswersLate(Because):
    """Check-ins are answered later or more seldom than is usual for this client."""


@dataclass(frozen=True, slots=True)
class LowerThanUsual(Because):
    """The last rating was lower than is usual for this client."""


@dataclass(frozen=True, slots=True)
class StrainNotRepaired(Because):
    """A strain has not been repaired yet."""


@dataclass(frozen=True, slots=True)
class WishToReturn(Because):
    """Asked about coming back, the client said {value} of 10."""

    value: int


@dataclass(frozen=True, slots=True)
class SameAnswers(Because):
    """Every question gets the same answer, visit after visit."""


@dataclass(frozen=True, slots=True)
class BehindCourse(Because):
    """Progress is behind the expected course."""


@dataclass(frozen=True, slots=True)
class UseLately(Because):
    """Use was told of or found lately."""


@dataclass(frozen=True, slots=True)
class NewTherapist(Because):
    """Days since the therapist changed: {days}."""

    days: int


@dataclass(frozen=True, slots=True)
class LittleKnown(Because):
    """Less is known of this client than usual, and people of whom less is known drift away more
    often.
    """


@dataclass(frozen=True, slots=True)
class Why:
    """One reason, and by how much it multiplies the odds to drift away."""

    kind: Kind
    odds_ratio: float
    reason: Because


Values = Mapping[str, float]
"""What is known of one case, by name."""


def pulls_by_kind(model: HazardModel | NoModel, known: Known, misses: Counted) -> Columns:
    """How far each kind of sign pulls each case from the mean landmark, on the logit scale.

    A column for each of `KINDS`. What the published risks add stands with the misses.
    """
    pulls = np.zeros((len(known), len(KINDS)))
    of_misses = pulls[:, KINDS.index(Kind.MISSES)]
    of_misses += logit(probability_published(misses)) - logit(PUBLISHED_SHARE)
    if isinstance(model, HazardModel):
        of_misses *= 1.0 - model.own_share
        by_term = pulls_of(model, known)
        for place, term in enumerate(model.terms):
            kind = Kind.UNKNOWN if term.is_unknown else KIND_OF[term.name]
            pulls[:, KINDS.index(kind)] += by_term[:, place]
    return pulls


def reasons_why(pulls: PerColumn, values: Values, misses: int) -> tuple[Why, ...]:
    """What raises one chance, from the strongest on.

    pulls: one row of `pulls_by_kind`. values: what is known of the case, by name.
    """
    found = []
    for place in np.argsort(-pulls, kind="stable"):
        if pulls[place] < WORTH_SAYING:
            break
        reason = SENTENCES[KINDS[place]](values, misses)
        if reason is not None:
            found.append(Why(KINDS[place], math.exp(float(pulls[place])), reason))
    return tuple(found)


def _of_misses(values: Values, misses: int) -> Because | None:
    if misses and values.get("last_missed", 1.0) == 0.0:
        return MissedSinceAttended(misses)  # the last one was cancelled
    if misses:
        return MissedLast() if misses == 1 else MissedInARow(misses)
    share = values.get("missed_last_4", 0.0)
    if share > 0.0:
        due = round(min(_number(values), LAST_FEW) - _cancelled(values))
        n = round(share * due)
        return MissedOneLately(due) if n == 1 else MissedSomeLately(n, due)
    overall = values.get("missed_share", 0.0)
    return MissedOften(round(100.0 * overall)) if overall > 0.0 else None


def _of_cancelling(values: Values, _misses: int) -> Because | None:
    n = round(_cancelled(values))
    return CancelledLately(n) if n else None


def _of_time(values: Values, _misses: int) -> Because | None:
    n = round(_number(values))
    return CareHasBegun(n) if n <= EARLY_VISITS else VisitsSoFar(n)


def _of_gaps(values: Values, _misses: int) -> Because | None:
    return DaysApart(round(math.expm1(values["ln_days_between"])))


def _of_alliance(values: Values, _misses: int) -> Because | None:
    if values.get("unrepaired_strain") == 1.0:
        return StrainNotRepaired()
    return LowerThanUsual() if values.get("alliance_change", 0.0) < 0.0 else None


def _of_return(values: Values, _misses: int) -> Because | None:
    return WishToReturn(round(values["wish_to_return"]))


def _of_use(values: Values, _misses: int) -> Because | None:
    is_lately = any(
        values.get(name, 0.0) > 0.0 for name in ("last_used", "used_last_4", "used_last_14_days")
    )
    return UseLately() if is_lately else None


def _of_therapist(values: Values, _misses: int) -> Because | None:
    return NewTherapist(round(math.expm1(values["ln_days_since_new_therapist"])))


def _number(values: Values) -> float:
    return math.expm1(values["ln_contacts"])


def _cancelled(values: Values) -> float:
    """How many of the last few were cancelled; 0 where cancelling is not told."""
    both = [values.get(f"cancelled_by_{who}_last_4", 0.0) for who in ("client", "clinic")]
    return sum(n for n in both if not math.isnan(n))


def _of_check_ins(values: Values, _: int) -> Because | None:
    """Only of who answers later or less than is usual for them, whatever the weights say."""
    is_later = values.get("check_in_latency", math.nan) > 0.0
    is_less = values.get("share_answered", math.nan) < 0.0
    return AnswersLate() if is_later or is_less else None


SENTENCES: Final[Mapping[Kind, Callable[[Values, int], Because | None]]] = {
    Kind.MISSES: _of_misses,
    Kind.CANCELLING: _of_cancelling,
    Kind.TIME: _of_time,
    Kind.GAPS: _of_gaps,
    Kind.CHECK_INS: _of_check_ins,
    Kind.ALLIANCE: _of_alliance,
    Kind.RETURN: _of_return,
    Kind.FLAT: lambda values, _misses: SameAnswers() if values["flat_ratings"] else None,
    Kind.COURSE: lambda values, _misses: BehindCourse() if values["off_course"] else None,
    Kind.USE: _of_use,
    Kind.THERAPIST: _of_therapist,
    Kind.UNKNOWN: lambda _values, _misses: LittleKnown(),
}
