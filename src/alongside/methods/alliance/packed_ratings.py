"""The ratings that were given, without those that were skipped, so that all clients step together.

A skipped visit changes nothing, so the nth ratings of all clients belong side by side, whichever
visits they are of. Clients with most ratings come first: those who have an nth rating are then the
first of its row, and no step has to look who is still there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from alongside.methods.alliance.strain import RatingIsNotANumber
from alongside.methods.vocabulary.arrays import Anything, Bools, Floats, Ints
from alongside.methods.vocabulary.shapes import ClientByVisit


@dataclass(frozen=True, slots=True, eq=False)
class PackedRatings:
    """The ratings that were given, nth rating x client, those with most ratings first.

    n_clients: how many clients gave so many ratings; they are the first of each row.
    place: row and column of each given rating, in the order of `is_given`; None where every
    client rated every visit.
    """

    ratings: Floats
    n_clients: tuple[int, ...]
    is_given: Bools
    place: tuple[Ints, Ints] | None

    @classmethod
    def of(cls, ratings: ClientByVisit) -> PackedRatings:
        """Missing: NaN where a visit was skipped. Raises: RatingIsNotANumber."""
        n_clients, n_visits = ratings.shape
        is_given: Bools = np.isfinite(ratings)
        if is_given.all():
            return cls(np.ascontiguousarray(ratings.T), (n_clients,) * n_visits, is_given, None)
        if np.isinf(ratings).any():
            raise RatingIsNotANumber(rating=float(ratings[np.isinf(ratings)][0]))
        n_ratings = is_given.sum(axis=1)
        column = np.empty(n_clients, dtype=np.intp)
        column[np.argsort(-n_ratings, kind="stable")] = np.arange(n_clients)
        nth = (is_given.cumsum(axis=1) - 1)[is_given]
        place = (nth, np.repeat(column, n_ratings))
        packed = np.full((int(n_ratings.max(initial=0)), n_clients), np.nan)
        packed[place] = ratings[is_given]
        n_with = np.bincount(nth, minlength=len(packed))
        return cls(packed, tuple(n_with.tolist()), is_given, place)

    def empty(self, value: Any) -> Anything:
        """As many cells as there are ratings, all of this value."""
        return np.full(self.ratings.shape, value)

    def back(self, values: Anything, empty: Any) -> Anything:
        """Values of the ratings as values of the visits, client x visit."""
        if self.place is None:
            return values.T
        visits = np.full(self.is_given.shape, empty, dtype=values.dtype)
        visits[self.is_given] = values[self.place]
        return visits
