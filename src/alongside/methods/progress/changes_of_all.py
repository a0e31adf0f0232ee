"""Reliable change of a whole cohort at once: `reliable_change`, over arrays.

Equal to it pair by pair; the index of each method is the very same formula.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from alongside.methods.progress.norms import Norms
from alongside.methods.progress.reliable_change import (
    CRITICAL,
    INDICES,
    Category,
    Method,
    PostGroup,
    true_side_of,
)
from alongside.methods.vocabulary.shapes import Counted, PerCase

CATEGORIES: Final = tuple(Category)
UNKNOWN: Final = -1
"""The category of a pair of which a score is missing."""


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """The changes of a cohort, in the order of its pairs.

    index: signed as the scores are; NaN where a score is missing. category: its place in
    `CATEGORIES`; `UNKNOWN` where a score is missing.
    """

    index: PerCase
    critical: float
    category: Counted

    def count_of(self, category: Category) -> int:
        """How many changes are of this category."""
        return int((self.category == CATEGORIES.index(category)).sum())


def changes_of_all(
    pre: PerCase,
    post: PerCase,
    norms: Norms,
    *,
    cut_off: float | None = None,
    method: Method = Method.JACOBSON_TRUAX,
    post_group: PostGroup | None = None,
) -> Changes:
    """The change from a first to a later score of each, and its category.

    cut_off: as in `reliable_change`; without it nobody is called recovered or harmed.
    Missing: NaN in either score.
    Raises: MethodNeedsPostGroup.
    """
    group, sign, critical = post_group or PostGroup(), norms.better.sign, CRITICAL[method]
    index: PerCase = np.asarray(INDICES[method](pre, post, norms, group))
    better_by = index * sign
    place = CATEGORIES.index
    category = np.full(len(index), place(Category.UNCHANGED))
    category[better_by > critical] = place(Category.IMPROVED)
    category[better_by < -critical] = place(Category.DETERIORATED)
    if cut_off is not None:
        beyond_before = (pre - cut_off) * sign > 0.0
        beyond_after, doubt = true_side_of(post, cut_off, norms, method, group)
        is_better = category == place(Category.IMPROVED)
        is_worse = category == place(Category.DETERIORATED)
        category[is_better & ~beyond_before & (beyond_after > doubt)] = place(Category.RECOVERED)
        category[is_worse & beyond_before & (beyond_after <= -doubt)] = place(Category.HARMED)
    category[np.isnan(index)] = UNKNOWN
    return Changes(index, critical, category)
