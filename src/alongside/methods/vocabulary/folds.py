"""Parts of a set of cases, so that a method is judged on people whom it has not seen.

Source: science notes 13.3 (leakage: all cases of one person belong into one fold).
"""

from __future__ import annotations

import numpy as np

from alongside.methods.vocabulary.shapes import Counted, Groups


def person_folds(people: Groups, *, n_folds: int, rng: np.random.Generator) -> Counted:
    """For each case its fold; nobody's cases are in two folds."""
    everybody, place = np.unique(people, return_inverse=True)
    fold_of = np.empty(len(everybody), dtype=int)
    fold_of[rng.permutation(len(everybody))] = np.arange(len(everybody)) % n_folds
    folds: np.ndarray = fold_of[place]
    return folds
