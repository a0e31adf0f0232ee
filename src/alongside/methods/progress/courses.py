"""The scores of many clients over time, and the few sums that a growth model needs of them.

A growth model sees a client only through the times at which they were scored, through two sums of
their scores and through what was known at intake. Clients scored at the same times share the first
of these, so that what is left of millions of scores are sums by pattern of times: they are read
once, and an iteration of a fit costs the number of patterns, not of clients or scores.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from alongside.methods.vocabulary.arrays import Floats, Ints
from alongside.methods.vocabulary.errors import AlongsideError

ROWS_AT_ONCE: Final = 1 << 16
"""Few enough to stay in the processor's cache while they are summed."""


class ColumnsDiffer(AlongsideError):
    """The columns are not equally long: {column} has {found} entries, and client has {needed}."""


class NotANumber(AlongsideError):
    """{column} has an entry that is not a finite number. Leave such rows out first."""


class WrongVisit(AlongsideError):
    """Visits are counted 1, 2, 3, …, and {visit} is not one of these."""


@dataclass(frozen=True)
class Courses:
    """Scores as long columns, one entry a rating.

    client: whole numbers that tell clients apart; the ratings of one may stand anywhere.
    time: when each was given, on the scale on which courses are straight (see `log_visits`).
    intake: by name, what was known of each client before, one entry a client in the order of
    their numbers. therapist: likewise, one whole number a client; None without therapists.
    Missing: a visit without a score is left out.
    Raises: ColumnsDiffer, NotANumber.
    """

    client: Ints
    time: Floats
    score: Floats
    intake: Mapping[str, Floats] = field(default_factory=dict)
    therapist: Ints | None = None

    def __post_init__(self) -> None:
        for name, column in (("time", self.time), ("score", self.score)):
            if len(column) != len(self.client):
                raise ColumnsDiffer(column=name, found=len(column), needed=len(self.client))
        for name, column in (("time", self.time), ("score", self.score), *self.intake.items()):
            # A sum is finite only if every entry is; it is read faster than asked one by one.
            if not np.isfinite(column.sum()) and not np.isfinite(column).all():
                raise NotANumber(column=name)


def log_visits(visit: Ints) -> Floats:
    """The natural logarithm of the number of each visit: change is fast first and slows down.

    Raises: WrongVisit.
    Source: Finch, Lambert and Schaalje 2001 (recovery curves on the log of the session).
    """
    if len(visit) == 0:
        return np.zeros(0)
    first, last = int(visit.min()), int(visit.max())
    if first < 1:
        raise WrongVisit(visit=first)
    if last > max(len(visit), 1000):
        return np.log(visit)
    logs: Floats = np.log(np.maximum(np.arange(last + 1), 1))[visit]
    return logs


@dataclass(frozen=True)
class ClientSums:
    """What is left of each client's scores; one entry a client, in the order of their numbers.

    n: ratings. time, time_squared: sums of the times. score, score_by_time: sums of the scores
    less `centre`, alone and times the time. squares: one sum over all, of the same scores.
    """

    clients: Ints
    n: Floats
    time: Floats
    time_squared: Floats
    score: Floats
    score_by_time: Floats
    squares: float
    centre: float

    @property
    def n_ratings(self) -> int:
        """How many ratings there are."""
        return int(self.n.sum())


def sums_of(courses: Courses) -> ClientSums:
    """Every client's sums, from one reading of the ratings."""
    client, time, score = courses.client, courses.time, courses.score
    if len(client) and (client[1:] < client[:-1]).any():
        order = np.argsort(client, kind="stable")
        client, time, score = client[order], time[order], score[order]
    starts = np.concatenate(([0], np.flatnonzero(client[1:] != client[:-1]) + 1))[: len(client)]
    centre = float(score.mean()) if len(score) else 0.0
    sums = np.empty((4, len(starts)))
    squares = 0.0
    for first, last, begin, end in _blocks(starts, len(client)):
        local = starts[first:last] - begin
        times, scores = time[begin:end], score[begin:end] - centre
        squares += float(scores @ scores)
        for row, products in zip(sums, (times, times * times, scores, scores * times), strict=True):
            np.add.reduceat(products, local, out=row[first:last])
    lengths = np.diff(np.append(starts, len(client))).astype(np.float64)
    times, squared, scores, products = sums
    return ClientSums(client[starts], lengths, times, squared, scores, products, squares, centre)


def _blocks(starts: Ints, n_rows: int) -> Iterator[tuple[int, int, int, int]]:
    """Runs of whole clients: the first and the one past the last, and their rows likewise."""
    first = 0
    while first < len(starts):
        last = int(np.searchsorted(starts, starts[first] + ROWS_AT_ONCE, side="right"))
        last = max(last - 1, first + 1) if last < len(starts) else len(starts)
        end = int(starts[last]) if last < len(starts) else n_rows
        yield first, last, int(starts[first]), end
        first = last
