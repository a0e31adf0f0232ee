"""Reliable change of a whole cohort: against the same rule told pair by pair, and the limit.

R's clinicalsignificance is in no package archive that this can install from, so nothing is measured
against it in this run.
"""

from __future__ import annotations

import numpy as np

from alongside.methods.progress.changes_of_all import CATEGORIES, changes_of_all
from alongside.methods.progress.norms import Better, Norms
from alongside.methods.progress.reliable_change import reliable_change
from benchmarks.figures import Result, Table, repeated
from benchmarks.timing import bandwidth, seconds_of

N_PAIRS, N_SLOW = 200_000, 20_000
CUT_OFF = 16.0
NORMS = Norms(clinical_mean=25.0, clinical_sd=10.0, reliability=0.9, better=Better.LOWER)


def measure(*, rounds: int = 5) -> Result:
    """Both in turns; that they say the same of each pair is seen first."""
    rng = np.random.default_rng(1)
    pre = rng.normal(25.0, 10.0, N_PAIRS)
    post = pre - rng.normal(5.0, 8.0, N_PAIRS)

    def at_once() -> np.ndarray:
        return changes_of_all(pre, post, NORMS, cut_off=CUT_OFF).category

    def one_by_one() -> list[int]:
        return [
            CATEGORIES.index(reliable_change(first, later, NORMS, cut_off=CUT_OFF).category)
            for first, later in zip(pre[:N_SLOW].tolist(), post[:N_SLOW].tolist(), strict=True)
        ]

    if at_once()[:N_SLOW].tolist() != one_by_one():
        raise RuntimeError("a cohort and its pairs are told differently")
    turns = [(seconds_of(at_once), seconds_of(one_by_one)) for _ in range(rounds)]
    ours = repeated(1000.0 * first for first, _ in turns)
    slow = repeated(1000.0 * second * N_PAIRS / N_SLOW for _, second in turns)
    reading = 1000.0 * (pre.nbytes + post.nbytes) / bandwidth()
    return Result(
        title="Reliable change of a cohort",
        conditions=(
            f"{N_PAIRS:,} pairs, Jacobson and Truax with a cut-off; {rounds} rounds in turns. Pair "
            f"by pair is measured on {N_SLOW:,} of them, which get the same categories.",
        ),
        tables=(
            Table(
                ("what", "ms"),
                (("the cohort at once", ours.told()), ("pair by pair", slow.told(0))),
            ),
        ),
        verdicts=(
            f"{slow.median / ours.median:.0f} times as fast as pair by pair.",
            f"Reading both columns once takes {reading:.2f} ms here: {ours.median / reading:.0f} "
            "times that, so bound by arithmetic and far from the limit.",
        ),
        misses=(
            "**R's clinicalsignificance could not be installed, so the target of 20 times its "
            "speed is not measured.**",
        ),
    )
