"""Who is called first. The fixed rule stands above every chance: two visits missed in a row, and
somebody reaches out within two working days, whatever a model says of it.

Source: science notes 4.2. Reaching out means asking how somebody is; it is no reproach.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from typing import Final

from alongside.methods.engagement.reasons import MissedInARow, Why
from alongside.methods.vocabulary.errors import AlongsideError
from alongside.methods.vocabulary.results import Because

MISSES_OF_RULE: Final = 2
WORKING_DAYS_OF_RULE: Final = 2
MONDAY_TO_FRIDAY: Final = frozenset(range(5))
"""As `date.weekday` counts: Monday is 0."""
HIGH_CHANCE: Final = 1.0 / 3.0
"""A chance from which somebody is named, short of the rule: drifting away is half as likely as
staying. Between the published risks after one and after two misses."""


class NoWorkingDays(AlongsideError):
    """A clinic needs at least one working day a week, Monday to Sunday."""


@dataclass(frozen=True, slots=True)
class ReachOutSince(Because):
    """{n} visits in a row were missed. By the rule somebody reaches out by {due_on}, whatever
    the forecast says.
    """

    n: int
    due_on: date


@dataclass(frozen=True, slots=True)
class ReachOutOverdue(Because):
    """{n} visits in a row were missed. By the rule somebody should have reached out by {due_on}."""

    n: int
    due_on: date


@dataclass(frozen=True, slots=True)
class MayDriftAway(Because):
    """About {percent} of 100 people like this drift away in the next weeks. The rule asks for
    nothing yet.
    """

    percent: int


class Urgency(IntEnum):
    """What comes first, lowest first."""

    OVERDUE = 0
    DUE = 1
    CHANCE = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """One client as outreach sees them.

    missed_on: the days of the visits missed in a row up to now, first to last. reached_on: when
    somebody last reached out, if ever. probability: to drift away; None where no forecast is made.
    why: what raises it.
    """

    client: str
    missed_on: tuple[date, ...] = ()
    reached_on: date | None = None
    probability: float | None = None
    why: tuple[Why, ...] = ()


@dataclass(frozen=True, slots=True)
class Outreach:
    """One client to reach out to, how urgently, by when, and why."""

    client: str
    urgency: Urgency
    due_on: date | None
    probability: float | None
    reason: Because
    why: tuple[Why, ...] = ()


def is_rule_reached(misses: int) -> bool:
    """Whether so many misses in a row ask for outreach."""
    return misses >= MISSES_OF_RULE


def working_days_after(
    day: date,
    n: int,
    *,
    working_days: Set[int] = MONDAY_TO_FRIDAY,
    holidays: Set[date] = frozenset(),
) -> date:
    """The n-th working day after a day. Raises: NoWorkingDays."""
    if not working_days & frozenset(range(7)):
        raise NoWorkingDays
    while n > 0:
        day += timedelta(days=1)
        n -= day.weekday() in working_days and day not in holidays
    return day


def outreach_of(
    candidate: Candidate,
    *,
    today: date,
    working_days: Set[int] = MONDAY_TO_FRIDAY,
    holidays: Set[date] = frozenset(),
    high_chance: float = HIGH_CHANCE,
) -> Outreach | None:
    """What one client needs; None if nothing, or if somebody has reached out since the last miss.

    The rule never looks at the chance, so a low one cannot hold it back. Each further miss after
    somebody reached out asks for it anew.
    """
    unanswered = [
        day
        for day in candidate.missed_on
        if candidate.reached_on is None or day > candidate.reached_on
    ]
    if candidate.missed_on and not unanswered:
        return None
    asking = [day for day in candidate.missed_on[MISSES_OF_RULE - 1 :] if day in unanswered]
    if asking:
        due_on = working_days_after(
            asking[0], WORKING_DAYS_OF_RULE, working_days=working_days, holidays=holidays
        )
        told = ReachOutOverdue if due_on < today else ReachOutSince
        return Outreach(
            candidate.client,
            Urgency.OVERDUE if due_on < today else Urgency.DUE,
            due_on,
            candidate.probability,
            told(len(candidate.missed_on), due_on),
            tuple(each for each in candidate.why if not isinstance(each.reason, MissedInARow)),
        )
    if candidate.probability is not None and candidate.probability >= high_chance:
        return Outreach(
            candidate.client,
            Urgency.CHANCE,
            None,
            candidate.probability,
            MayDriftAway(round(100 * candidate.probability)),
            candidate.why,
        )
    return None


def first_in_line(
    candidates: Iterable[Candidate],
    *,
    today: date,
    working_days: Set[int] = MONDAY_TO_FRIDAY,
    holidays: Set[date] = frozenset(),
    high_chance: float = HIGH_CHANCE,
) -> tuple[Outreach, ...]:
    """Whom to reach out to, in the order in which to do it.

    What the rule asks for comes first, the longest overdue before the rest; then the highest
    chances. Equals stay in the order in which they were given.
    """
    found = [
        outreach_of(
            each,
            today=today,
            working_days=working_days,
            holidays=holidays,
            high_chance=high_chance,
        )
        for each in candidates
    ]
    needed = [each for each in found if each is not None]
    return tuple(
        sorted(needed, key=lambda each: (each.urgency, each.due_on or today, -_chance(each)))
    )


def _chance(outreach: Outreach) -> float:
    return outreach.probability if outreach.probability is not None else 0.0
