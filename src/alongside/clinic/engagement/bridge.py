"""Visits, ratings and checks of clients as what the methods work on, and back.

Learning and telling read signs in one way: what was told of whom, on which day. Only what was
released is ever told, so an answer that is withheld and one that was skipped say the same here.
What a client rates with one therapist is a sign for that therapist alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

from alongside.clinic.engagement.days import numbers_of_days
from alongside.clinic.people.models import Care
from alongside.clinic.visits.models import VisitState
from alongside.methods.engagement.attendance import (
    ContactKind,
    Contacts,
    attendance_known,
    share_answered,
)
from alongside.methods.engagement.known import Known, last_told, signs_known
from alongside.methods.progress.expected_course import Standing
from alongside.methods.vocabulary.shapes import Counted, PerCase

KIND_OF_STATE: Final = {
    VisitState.HELD.value: ContactKind.ATTENDED,
    VisitState.MISSED.value: ContactKind.MISSED,
}
"""A visit in any other state is no contact: nobody knows who cancelled it, or what became of it."""

NEW_FOR_DAYS: Final = 365
"""So long a change of therapist is one; whoever never had any stands where it has worn off."""

SMALLEST_CHANCE: Final = 1e-6
USUAL: Final = NormalDist()

OF_PAIR: Final = ("alliance_change", "wish_to_return", "flat_ratings", "unrepaired_strain")
OF_CLIENT: Final = ("off_course",)

IN, OVER = "in", "over"
ANSWERED: Final = {IN: 1.0, OVER: 0.0, None: np.nan}

VisitRow = tuple[int, int, str, str, str | None]
"""Client, therapist, when it began as the database writes it, state; whether feedback is in or its
time is over, None while it may still come."""


@dataclass
class Told:
    """What was told of a sign: of whom, on the day of which number, and its value."""

    of: list[tuple[int, int]] = field(default_factory=list)
    on: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def add(self, of: tuple[int, int], on: int, value: float | None) -> None:
        self.of.append(of)
        self.on.append(on)
        self.values.append(np.nan if value is None else value)

    def at(self, asked: Counted, day: Counted, numbers: Mapping[tuple[int, int], int]) -> PerCase:
        """For each case what was told last by its day."""
        known = [place for place, of in enumerate(self.of) if of in numbers]
        return last_told(
            asked,
            day,
            of_client=np.array([numbers[self.of[place]] for place in known], dtype=np.int64),
            told_on=np.array([self.on[place] for place in known], dtype=np.int64),
            value=np.array([self.values[place] for place in known], dtype=np.float64),
        )


@dataclass(frozen=True)
class Span:
    """Numbers of days from `since` until before `until`; without one it goes on."""

    since: int
    until: int | None


Signs = defaultdict[str, Told]
"""What was told of each sign. A sign of a pair is told of client and therapist, a sign of a client
of the client and 0."""


@dataclass(frozen=True, eq=False)
class Seen:
    """The contacts of some clients, each with its therapist and whether it was answered."""

    contacts: Contacts
    therapist: Counted
    answered: PerCase

    def known(self, signs: Signs, *, on: int | None = None) -> Known:
        """All that is known at each contact; of signs, all that is known by the day `on`."""
        contacts = self.contacts
        assert contacts.day is not None  # visits have days
        day = contacts.day if on is None else np.full(len(contacts), on)
        clients, therapists = contacts.client.tolist(), self.therapist.tolist()
        given = {"share_answered": share_answered(contacts, self.answered)}
        for names, asked in (
            (OF_PAIR, list(zip(clients, therapists, strict=True))),
            (OF_CLIENT, [(client, 0) for client in clients]),
            (("changed",), [(client, 0) for client in clients]),
        ):
            numbers = {of: number for number, of in enumerate(dict.fromkeys(asked))}
            places = np.array([numbers[of] for of in asked], dtype=np.int64)
            given |= {name: signs[name].at(places, day, numbers) for name in names}
        changed = given.pop("changed")
        days = np.where(np.isnan(changed), NEW_FOR_DAYS, np.minimum(day - changed, NEW_FOR_DAYS))
        given["ln_days_since_new_therapist"] = np.log1p(days)
        return attendance_known(contacts).beside(signs_known(len(contacts), given))


def seen_in(rows: Iterable[VisitRow], zone: ZoneInfo, *, by: int | None = None) -> Seen | None:
    """The contacts in these rows, which stand client by client, each from the first to the last.

    by: the therapist whose signs count at every contact; else each contact's own.
    Missing: None where there is no contact.
    """
    kept = [row for row in rows if row[3] in KIND_OF_STATE]
    if not kept:
        return None
    contacts = Contacts(
        client=np.array([row[0] for row in kept], dtype=np.int64),
        kind=np.array([KIND_OF_STATE[row[3]] for row in kept], dtype=np.int64),
        day=numbers_of_days([row[2] for row in kept], zone),
        knows_cancellations=False,
    )
    return Seen(
        contacts,
        np.array([row[1] if by is None else by for row in kept], dtype=np.int64),
        np.array([ANSWERED[row[4]] for row in kept], dtype=np.float64),
    )


def tell_ratings(signs: Signs, of: tuple[int, int], on: int, summary: Mapping[str, Any]) -> None:
    """What the ratings of a pair say on a day, by the summary of its course.

    Missing: all of it before the first rating.
    """
    if not summary.get("n"):
        return
    chance = summary.get("p_one_visit")
    usual = None if chance is None else USUAL.inv_cdf(_within(chance))
    signs["alliance_change"].add(of, on, usual)
    signs["wish_to_return"].add(of, on, summary.get("wish_to_return"))
    signs["flat_ratings"].add(of, on, float(summary["straight_lining"]))


def tell_strains(signs: Signs, of: tuple[int, int], spans: Iterable[Span], *, since: int) -> None:
    """On which days a strain of a pair was open, from the day of the first rating on."""
    spans = tuple(spans)
    ends = (span.until for span in spans if span.until is not None)
    for day in sorted({since, *(span.since for span in spans), *ends}):
        is_open = any(
            span.since <= day and (span.until is None or day < span.until) for span in spans
        )
        signs["unrepaired_strain"].add(of, day, float(is_open))


def tell_standing(
    signs: Signs, client_id: int, on: int, standing: Mapping[str, Any] | None
) -> None:
    """Whether a client is off the expected course on a day. Missing: while it is too early."""
    is_off = None if standing is None else float(standing["standing"] == Standing.OFF_COURSE)
    signs["off_course"].add((client_id, 0), on, is_off)


def tell_changes(signs: Signs, care: Iterable[Care]) -> None:
    """When the therapist of each client changed: care that began after other care had ended."""
    of_client: dict[int, list[Care]] = defaultdict(list)
    for each in care:
        of_client[each.client_id].append(each)
    for client_id, spans in of_client.items():
        for each in spans:
            others = (other.ends_on for other in spans if other is not each)
            if any(ended is not None and ended <= each.starts_on for ended in others):
                day = each.starts_on.toordinal()
                signs["changed"].add((client_id, 0), day, float(day))


def _within(chance: float) -> float:
    return min(max(chance, SMALLEST_CHANCE), 1.0 - SMALLEST_CHANCE)
