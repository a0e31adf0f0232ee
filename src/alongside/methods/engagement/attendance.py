"""Who came, who stayed away, and what that says at each contact about the weeks to come.

A landmark is a contact of somebody who still comes: all that is known up to it is set against
what came after it. Everything is computed for a whole clinic at once.

A contact that was cancelled is no miss: whoever cancels has been in touch. It neither lengthens
nor ends a run of misses; only coming ends one.

Source: science notes 4.2 and 4.3. Assumes nothing about where a person lives, looks like or
earns: race, neighbourhood and income are no inputs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from alongside.methods.engagement.known import Known
from alongside.methods.vocabulary.errors import AlongsideError
from alongside.methods.vocabulary.shapes import Counted, Outcomes, PerCase

GONE_AFTER: Final = 3
"""Misses in a row after which somebody no longer comes; no forecast is made of them."""
LAST_FEW: Final = 4
LONGEST_RUN: Final = 8
"""From here on a longer run without use says no more."""
HORIZON_DAYS: Final = 28
HORIZON_CONTACTS: Final = 4
DAYS_OF_ANSWERS: Final = 14


class ContactKind(IntEnum):
    """What became of a contact that was planned."""

    ATTENDED = 0
    MISSED = 1
    CANCELLED_BY_CLIENT = 2
    CANCELLED_BY_CLINIC = 3


class ContactsOutOfOrder(AlongsideError):
    """Contacts have to stand client by client, each client’s from the first to the last."""


class UnknownContactKind(AlongsideError):
    """There is no kind of contact with the number {kind}."""


@dataclass(frozen=True, slots=True, eq=False)
class Contacts:
    """The contacts of a clinic, client by client, each client’s from the first to the last.

    client: one number for each client. kind: a `ContactKind`. day: the number of the day
    (`date.toordinal`), or None where days are not known. knows_cancellations: whether a cancelled
    contact would stand here as such; else nothing is said of cancelling.
    Raises: ContactsOutOfOrder, UnknownContactKind.
    """

    client: Counted
    kind: Counted
    day: Counted | None = None
    knows_cancellations: bool = True

    def __post_init__(self) -> None:
        wrong = ~np.isin(self.kind, list(ContactKind))
        if wrong.any():
            raise UnknownContactKind(kind=int(self.kind[wrong][0]))
        begins = self._begins
        is_split = int(begins.sum()) != len(np.unique(self.client))
        goes_back = self.day is not None and bool(
            (np.diff(self.day, prepend=self.day[:1])[~begins] < 0).any()
        )
        if is_split or goes_back:
            raise ContactsOutOfOrder

    def __len__(self) -> int:
        return len(self.client)

    @property
    def _begins(self) -> Outcomes:
        """Whether a contact is its client's first."""
        begins: np.ndarray = np.diff(self.client, prepend=self.client[:1] - 1) != 0
        return begins

    @property
    def first(self) -> Counted:
        """For each contact the place of its client's first."""
        begins = self._begins
        first: np.ndarray = np.flatnonzero(begins)[np.cumsum(begins) - 1]
        return first

    @property
    def after_last(self) -> Counted:
        """For each contact the place after its client's last."""
        begins = self._begins
        ends = np.append(np.flatnonzero(begins), len(self))[1:]
        after: np.ndarray = ends[np.cumsum(begins) - 1]
        return after

    @property
    def number(self) -> Counted:
        """The number of each contact of its client, from 1."""
        number: np.ndarray = np.arange(len(self)) - self.first + 1
        return number

    def is_kind(self, kind: ContactKind) -> Outcomes:
        """Whether each contact is of this kind."""
        is_it: np.ndarray = self.kind == kind
        return is_it


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """What came after each contact.

    is_landmark: whether it was somebody who still came and what came after was wholly seen.
    drifted_away: whether no attended contact came within the horizon; of landmarks alone.
    """

    is_landmark: Outcomes
    drifted_away: Outcomes


def consecutive_misses(contacts: Contacts) -> Counted:
    """How many contacts were missed in a row up to each contact, that one included."""
    missed, came = contacts.is_kind(ContactKind.MISSED), contacts.is_kind(ContactKind.ATTENDED)
    return _since(missed, came, contacts)


def still_comes(contacts: Contacts) -> Outcomes:
    """Whether somebody has come before and missed fewer than `GONE_AFTER` contacts since."""
    attended = _so_far(contacts.is_kind(ContactKind.ATTENDED), contacts)
    comes: np.ndarray = (attended > 0) & (consecutive_misses(contacts) < GONE_AFTER)
    return comes


def landmarks_by_contacts(contacts: Contacts, *, n_contacts: int = HORIZON_CONTACTS) -> Landmarks:
    """Whether none of the next contacts was attended; the last contacts of a client are left out.

    Assumes: contacts that were planned and not kept stand among the contacts.
    """
    attended = _sums(contacts.is_kind(ContactKind.ATTENDED))
    reaches_to = np.arange(len(contacts)) + 1 + n_contacts
    is_seen = reaches_to <= contacts.after_last
    until = np.minimum(reaches_to, len(contacts))
    came = attended[until] - attended[np.arange(len(contacts)) + 1]
    is_landmark = is_seen & still_comes(contacts)
    return Landmarks(is_landmark, is_landmark & (came == 0))


def landmarks_by_days(
    contacts: Contacts, *, seen_until: Counted | int, n_days: int = HORIZON_DAYS
) -> Landmarks:
    """Whether no attended contact came in the days after each contact.

    seen_until: the last day that is on record, for all or for each contact; where care ended as
    agreed, the day it ended, so that leaving well is not taken for drifting away.
    Raises: ContactsOutOfOrder, without days.
    """
    if contacts.day is None:
        raise ContactsOutOfOrder
    day = contacts.day - contacts.day.min(initial=0)
    _, client = np.unique(contacts.client, return_inverse=True)
    # Client and day as one number that rises with both, so that a client's days are found at once.
    span = int(day.max(initial=0)) + n_days + 2
    moment = client * span + day
    attended = np.sort(moment[contacts.is_kind(ContactKind.ATTENDED)])
    came = np.searchsorted(attended, moment + n_days, side="right") - np.searchsorted(
        attended, moment, side="right"
    )
    is_landmark = (contacts.day + n_days <= seen_until) & still_comes(contacts)
    return Landmarks(is_landmark, is_landmark & (came == 0))


def attendance_known(contacts: Contacts) -> Known:
    """What coming and staying away says at each contact, that one included and none after it.

    Missing: shares of nothing; gaps between contacts without days; cancelling where it is not told.
    """
    attended, missed = contacts.is_kind(ContactKind.ATTENDED), contacts.is_kind(ContactKind.MISSED)
    due = attended | missed
    number = contacts.number
    by_client = contacts.is_kind(ContactKind.CANCELLED_BY_CLIENT)
    by_clinic = contacts.is_kind(ContactKind.CANCELLED_BY_CLINIC)
    columns = {
        "ln_contacts": np.log(number + 1.0),
        "last_missed": missed.astype(float),
        "missed_run": np.minimum(consecutive_misses(contacts), GONE_AFTER).astype(float),
        "missed_last_4": _share(_lately(missed, contacts), _lately(due, contacts)),
        "missed_share": _share(_so_far(missed, contacts), _so_far(due, contacts)),
        "cancelled_by_client_last_4": _lately(by_client, contacts).astype(float),
        "cancelled_by_clinic_last_4": _lately(by_clinic, contacts).astype(float),
        "ln_days_between": np.full(len(contacts), np.nan),
    }
    if not contacts.knows_cancellations:
        columns["cancelled_by_client_last_4"] = np.full(len(contacts), np.nan)
        columns["cancelled_by_clinic_last_4"] = np.full(len(contacts), np.nan)
    if contacts.day is not None:
        in_care = contacts.day - contacts.day[contacts.first]
        columns["ln_days_between"] = np.log(1.0 + _share(in_care, number - 1))
    return Known.of(columns)


def share_answered(
    contacts: Contacts, answered: PerCase, *, n_days: int = DAYS_OF_ANSWERS
) -> PerCase:
    """For each contact the share that was answered of those that were asked about in the last
    days, less what is usual for the client; that contact included and none after it.

    answered: for each contact 1 if it was answered, 0 if it was not, NaN if nobody was asked or
    the answer may still come.
    Missing: where nobody was asked in those days.
    Raises: ContactsOutOfOrder, without days.
    """
    if contacts.day is None:
        raise ContactsOutOfOrder
    asked, came = _sums(~np.isnan(answered)), _sums(answered == 1.0)
    day = contacts.day - contacts.day.min(initial=0)
    # Client and day as one number that rises with both; the gap keeps clients apart.
    moment = (np.cumsum(contacts.number == 1) - 1) * (int(day.max(initial=0)) + n_days + 1) + day
    here, first = np.arange(len(contacts)) + 1, contacts.first
    since = np.searchsorted(moment, moment - n_days, side="right")
    usual = _share(came[here] - came[first], asked[here] - asked[first])
    lately = _share(came[here] - came[since], asked[here] - asked[since])
    change: np.ndarray = lately - usual
    return change


def use_known(contacts: Contacts, used: PerCase) -> Known:
    """What was found of use at each contact, that one included and none after it.

    used: for each contact 1 if use was found, 0 if none was, NaN if nobody can tell.
    Missing: all of it until something was found out for the first time.
    Source: science notes 4.3, the five of its ten features that speak of use.
    """
    found, none_found = used == 1.0, used == 0.0
    told = found | none_found
    n_told = _so_far(told, contacts)
    run = np.minimum(_since(none_found, ~none_found, contacts), LONGEST_RUN)
    columns = {
        "last_used": found.astype(float),
        "last_not_used": none_found.astype(float),
        "used_last_4": _share(_lately(found, contacts), _lately(told, contacts)),
        "used_rate": (_so_far(found, contacts) + 0.5) / (n_told + 1.0),
        "not_used_run": run.astype(float),
    }
    return Known.of(
        {name: np.where(n_told > 0, values, np.nan) for name, values in columns.items()}
    )


def _since(counted: np.ndarray, ended: np.ndarray, contacts: Contacts) -> np.ndarray:
    """How many were counted since the last one that ended the run, within each client."""
    total = np.cumsum(counted)
    before = (total - counted)[contacts.first]
    # The total never falls, so the last end of a run is where it stood highest at an end.
    run: np.ndarray = total - np.maximum.accumulate(np.where(ended, total, before))
    return run


def _sums(is_it: np.ndarray) -> np.ndarray:
    """How many before each place, and in all at the end."""
    return np.concatenate([[0], np.cumsum(is_it)])


def _so_far(is_it: np.ndarray, contacts: Contacts) -> np.ndarray:
    sums = _sums(is_it)
    so_far: np.ndarray = sums[1:] - sums[contacts.first]
    return so_far


def _lately(is_it: np.ndarray, contacts: Contacts) -> np.ndarray:
    sums, after = _sums(is_it), np.arange(len(contacts)) + 1
    lately: np.ndarray = sums[after] - sums[np.maximum(after - LAST_FEW, contacts.first)]
    return lately


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    share = np.full(len(part), np.nan)
    np.divide(part, whole, out=share, where=whole > 0)
    return share
