"""Clients grouped by when they were scored, and what a growth model needs of each group.

All clients of a pattern share the matrix of their times, so that they enter a likelihood together:
through the second moments of what is known of each (intake and two sums of scores) and, for the
therapist's part, through the first moments by therapist.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alongside.methods.progress.courses import ClientSums
from alongside.methods.vocabulary.arrays import Floats, Ints

_WEIGHTS = np.array([1.0, np.sqrt(2.0), np.sqrt(3.0)])


@dataclass(frozen=True)
class Cells:
    """Clients of one therapist with one pattern: how many, and the sums of what is known."""

    therapist: Ints
    pattern: Ints
    n: Floats
    known: Floats


@dataclass(frozen=True)
class PatternSums:
    """All that the likelihood of a growth model needs.

    times: pattern x 2 x 2, the sums of 1, time and time squared over the ratings of one client.
    n: clients of each pattern. moments: pattern x m x m, the second moments of `known`, which is
    client x m: the intake columns, then the two sums of scores. cells: None without therapists.
    """

    times: Floats
    n: Floats
    moments: Floats
    cells: Cells | None
    n_ratings: int
    n_therapists: int
    squares: float


def group_by_pattern(sums: ClientSums, intake: Floats, therapist: Ints | None) -> PatternSums:
    """The sums by pattern; `intake` is client x column, the first column being 1."""
    pattern, examples = _patterns_of(sums)
    known = np.column_stack((intake, sums.score, sums.score_by_time))
    n_patterns = len(examples)
    times = np.empty((n_patterns, 2, 2))
    times[:, 0, 0] = sums.n[examples]
    times[:, 0, 1] = times[:, 1, 0] = sums.time[examples]
    times[:, 1, 1] = sums.time_squared[examples]
    width = known.shape[1]
    moments = np.empty((n_patterns, width, width))
    for a in range(width):
        for b in range(a, width):
            products = sums_by(pattern, known[:, a] * known[:, b], n_patterns)
            moments[:, a, b] = moments[:, b, a] = products
    return PatternSums(
        times=times,
        n=np.bincount(pattern, minlength=n_patterns).astype(np.float64),
        moments=moments,
        cells=None if therapist is None else _cells_of(therapist, pattern, known),
        n_ratings=sums.n_ratings,
        n_therapists=0 if therapist is None else int(therapist.max()) + 1,
        squares=sums.squares,
    )


def sums_by(group: Ints, values: Floats, n_groups: int) -> Floats:
    """The sum of the values of each group, column by column if there are several."""
    if values.ndim == 1:
        return np.asarray(np.bincount(group, values, minlength=n_groups), dtype=np.float64)
    return np.column_stack([sums_by(group, column, n_groups) for column in values.T])


def _patterns_of(sums: ClientSums) -> tuple[Ints, Ints]:
    """The pattern of each client, and one client of each pattern."""
    columns = np.column_stack((sums.n, sums.time, sums.time_squared))
    _, examples, pattern = np.unique(columns @ _WEIGHTS, return_index=True, return_inverse=True)
    if (columns != columns[examples][pattern]).any():  # two patterns that add up to the same
        _, examples, pattern = np.unique(columns, axis=0, return_index=True, return_inverse=True)
    return pattern, examples


def _cells_of(therapist: Ints, pattern: Ints, known: Floats) -> Cells:
    n_patterns = int(pattern.max()) + 1
    keys, cell = np.unique(therapist * n_patterns + pattern, return_inverse=True)
    return Cells(
        therapist=keys // n_patterns,
        pattern=keys % n_patterns,
        n=np.bincount(cell).astype(np.float64),
        known=sums_by(cell, known, len(keys)),
    )
