"""The ratings of a clinic as one array, client x visit, from whatever form they come in.

Files of ratings have a row for each visit, records have a series for each client. A visit that
was skipped changes nothing for the next one, so the array holds the nth row of each client and
not the visit number n: numbers with large holes between them take no room.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from alongside.methods.vocabulary.arrays import Bools, Floats
from alongside.methods.vocabulary.errors import AlongsideError
from alongside.methods.vocabulary.shapes import (
    ClientByVisit,
    ClientByVisitCounts,
    ClientByVisitValues,
    ClientValues,
    RowNumbers,
    RowValues,
)


class ColumnsAreNotAsLong(AlongsideError):
    """Each row needs a client, a visit and a score: there are {clients}, {visits} and {scores}."""


class SameVisitTwice(AlongsideError):
    """Client {client} has two rows for visit {visit}. Leave one of them in."""


@dataclass(frozen=True, slots=True, eq=False)
class ClinicRatings:
    """The rows of a file in the order of clients and visits.

    clients: whose ratings the rows of `ratings` are. ratings: NaN where a row has no score, and
    after a client's last row. row: from which row of the file each comes, -1 after the last.
    """

    clients: ClientValues
    ratings: ClientByVisit
    row: ClientByVisitCounts

    def by_row(self, values: ClientByVisitValues) -> RowValues:
        """Values of visits, client x visit, as a column in the order of the file's rows."""
        is_row: Bools = self.row >= 0
        column = np.empty(int(is_row.sum()), dtype=values.dtype)
        column[self.row[is_row]] = values[is_row]
        return column


def ratings_of_series(series: Iterable[Sequence[float] | RowNumbers]) -> ClientByVisit:
    """The series of the clients, one after the other, with NaN after the last of each."""
    kept = [np.asarray(ratings, dtype=np.float64) for ratings in series]
    lengths = np.array([len(ratings) for ratings in kept], dtype=np.intp)
    table: Floats = np.full((len(kept), int(lengths.max(initial=0))), np.nan)
    if kept:
        table[np.arange(table.shape[1]) < lengths[:, None]] = np.concatenate(kept)
    return table


def series_of(ratings: ClientByVisit) -> tuple[tuple[float, ...], ...]:
    """The ratings that each client gave, first to last, without the visits that were skipped."""
    return tuple(tuple(row[~np.isnan(row)].tolist()) for row in ratings)


def ratings_of_columns(client: RowValues, visit: RowValues, score: RowNumbers) -> ClinicRatings:
    """The ratings of a file with a row for each visit, in any order of rows.

    Missing: a row whose score is NaN is a visit that was skipped, the same as no row.
    Raises: ColumnsAreNotAsLong, SameVisitTwice.
    """
    if not len(client) == len(visit) == len(score):
        raise ColumnsAreNotAsLong(clients=len(client), visits=len(visit), scores=len(score))
    clients, code = np.unique(client, return_inverse=True)
    order = np.lexsort((visit, code))
    code, sorted_visits = code[order], visit[order]
    again = np.flatnonzero((code[1:] == code[:-1]) & (sorted_visits[1:] == sorted_visits[:-1]))
    if len(again):
        first = order[again[0]]
        raise SameVisitTwice(client=client[first], visit=visit[first])
    n_rows = np.bincount(code, minlength=len(clients))
    nth = np.arange(len(order)) - np.repeat(n_rows.cumsum() - n_rows, n_rows)
    shape = len(clients), int(n_rows.max(initial=0))
    ratings, row = np.full(shape, np.nan), np.full(shape, -1, dtype=np.intp)
    ratings[code, nth], row[code, nth] = score[order], order
    return ClinicRatings(clients, ratings, row)
