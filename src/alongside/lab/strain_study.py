"""The study of the strain detector: what it finds and how often it errs, in every condition.

One call draws everything, compares and calibrates; the result is values, and text for reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from alongside.lab.detection import (
    FULL_SIZE,
    Found,
    Sizes,
    compare_detectors,
    draw_clinics,
)
from alongside.lab.disturbances import CONDITIONS, Condition
from alongside.lab.strain_calibration import Calibrated, Calibration, calibrate


@dataclass(frozen=True, slots=True)
class ConditionStudied:
    """What one condition came to. sizes: how many clients it rests on."""

    condition: Condition
    sizes: Sizes
    found: tuple[Found, ...]
    calibration: Calibration

    def of(self, detector: str) -> Found:
        """What the detector of that name found."""
        return next(found for found in self.found if found.detector == detector)

    def lines(self) -> Iterator[str]:
        """The condition as text, a table of detectors and one of chances."""
        sizes = self.sizes
        yield (
            f"{self.condition.name}: n = {sizes.n_calm} clients without a rupture and "
            f"{sizes.n_ruptured} with one, 20 visits each; learned from {sizes.n_reference}, "
            f"{sizes.share_ruptured:.0%} of them with a rupture"
        )
        yield (
            f"  {'':42} {'limit':>6} {'any false':>9} {'at onset':>15} {'within 1':>15} "
            f"{'within 2':>15} {'sudden in 1':>15} {'gradual in 2':>15} {'our lead in 2':>16}"
        )
        for each in self.found:
            yield (
                f"  {each.detector:42} {each.limit:6.2f} {each.false_alarms.value:9.3f} "
                f"{each.at_onset!s:>15} {each.within_one!s:>15} {each.within_two!s:>15} "
                f"{each.sudden_within_one!s:>15} {each.gradual_within_two!s:>15} {each.lead!s:>16}"
            )
        for name, rows in (
            ("by the model", self.calibration.by_model),
            ("by each visit alone", self.calibration.by_one_visit),
            (f"by counting {self.calibration.n_counted} visits", self.calibration.by_count),
        ):
            yield from _calibrated(name, rows)


def study_strain(
    conditions: Sequence[Condition] = CONDITIONS,
    sizes: Sizes = FULL_SIZE,
    *,
    rng: np.random.Generator,
) -> Iterator[ConditionStudied]:
    """Each condition as it is done, each with chance of its own; at full size about 6 s each."""
    for condition, own in zip(conditions, rng.spawn(len(conditions)), strict=True):
        clinics = draw_clinics(condition, sizes, rng=own)
        yield ConditionStudied(
            condition, sizes, compare_detectors(clinics), calibrate(clinics, rng=own)
        )


def _calibrated(name: str, rows: tuple[Calibrated, ...]) -> Iterator[str]:
    for row in rows:
        yield (
            f"  {name:28} nominal {row.nominal:6.1%}: per visit {row.per_visit.value:.4f} ± "
            f"{row.per_visit.error:.4f} (n = {row.per_visit.n}, {row.ratio:.2f} times nominal), "
            f"any in 20 visits {row.per_client}"
        )
