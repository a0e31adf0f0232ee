"""What ratings are judged by: what is usual of all clients, and how rare a strain has to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alongside.methods.alliance.population import COLD_START, Population
from alongside.methods.alliance.strain import USUAL_THRESHOLD, Threshold


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What is known of all clients who rate with an instrument, and when to point something out."""

    population: Population = COLD_START
    threshold: Threshold = USUAL_THRESHOLD

    def to_dict(self) -> dict[str, Any]:
        """The yardstick as plain values for JSON."""
        return {**self.population.to_dict(), "threshold": self.threshold.probability}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Yardstick:
        """The yardstick that `to_dict` wrote, or a population that was kept before budgets were."""
        kept = dict(values)
        threshold = kept.pop("threshold", USUAL_THRESHOLD.probability)
        return cls(Population.from_dict(kept), Threshold(threshold))


USUAL_YARDSTICK = Yardstick()
