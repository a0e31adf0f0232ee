"""What is known of each case, as columns with names; what is not known stays unknown.

Parts that a clinic does not use, and answers that nobody gave, are NaN. They are never filled
with a value that would mean that all is well: `hazard.py` gives not knowing a weight of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from alongside.methods.vocabulary.errors import AlongsideError
from alongside.methods.vocabulary.shapes import (
    Columns,
    Counted,
    Outcomes,
    PerCase,
    ValueKeys,
    Values,
)

SIGNS: Final = (
    "check_in_latency",
    "share_answered",
    "alliance_change",
    "unrepaired_strain",
    "wish_to_return",
    "flat_ratings",
    "off_course",
    "used_last_14_days",
    "ln_days_since_new_therapist",
)
"""What other parts can add to attendance, in the order of science notes 4.2.

check_in_latency: hours to answer a check-in less what is usual for the client.
share_answered: of the check-ins of the last 14 days, less what is usual for the client.
alliance_change: the last rating against what is usual for the client, as a normal score.
wish_to_return: the last answer to whether one wants to come back, 0 to 10.
unrepaired_strain, flat_ratings, off_course, used_last_14_days: 1 or 0.
ln_days_since_new_therapist: the logarithm of 1 + the days since the therapist changed.
"""


class UnknownSign(AlongsideError):
    """There is no sign of drifting away with the name {name}."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Columns with names. NaN: not known."""

    names: tuple[str, ...]
    columns: Columns

    @classmethod
    def of(cls, columns: Mapping[str, PerCase]) -> Known:
        """These columns, side by side."""
        return cls(tuple(columns), np.column_stack([*columns.values()]).astype(float))

    def __len__(self) -> int:
        return len(self.columns)

    def beside(self, other: Known) -> Known:
        """These columns and those of the same cases."""
        return Known((*self.names, *other.names), np.hstack([self.columns, other.columns]))

    def among(self, chosen: Outcomes) -> Known:
        """The chosen cases alone."""
        return Known(self.names, self.columns[chosen])

    def only(self, *names: str) -> Known:
        """These columns alone."""
        return Known(names, self.columns[:, [self.names.index(name) for name in names]])

    def column(self, name: str) -> PerCase:
        """One column; NaN throughout where there is none of this name."""
        if name not in self.names:
            return np.full(len(self), np.nan)
        found: np.ndarray = self.columns[:, self.names.index(name)]
        return found


def signs_known(n_cases: int, given: Mapping[str, PerCase]) -> Known:
    """The signs of other parts; those that are not given are not known.

    Raises: UnknownSign.
    """
    for name in given:
        if name not in SIGNS:
            raise UnknownSign(name=name)
    unknown = np.full(n_cases, np.nan)
    return Known.of({name: given.get(name, unknown) for name in SIGNS})


def last_told(
    client: Counted, day: Counted, *, of_client: ValueKeys, told_on: ValueKeys, value: Values
) -> PerCase:
    """For each case the last value that was told of its client by its day; nothing of later days.

    of_client, told_on, value: what was told of whom and when, in any order. Of several on one day
    the last one counts.
    Missing: NaN where nothing had been told yet.
    """
    if not len(value):
        return np.full(len(client), np.nan)
    _, place = np.unique(np.concatenate([client, of_client]), return_inverse=True)
    earliest = min(int(told_on.min()), int(day.min(initial=0)))
    latest = max(int(told_on.max()), int(day.max(initial=0)))
    span = latest - earliest + 1
    asked = place[: len(client)] * span + (day - earliest)
    told = place[len(client) :] * span + (told_on - earliest)
    order = np.argsort(told, kind="stable")
    found = np.searchsorted(told[order], asked, side="right") - 1
    is_own = (found >= 0) & (told[order][found] // span == asked // span)
    return np.where(is_own, value[order][found], np.nan)
