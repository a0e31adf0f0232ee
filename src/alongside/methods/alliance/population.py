"""The population of clients: what to expect of a client before they have rated anything.

How far clients' levels lie apart, how noisy their ratings are and how long a deviation lasts
is learned from the series of all clients, without knowing which of them held a strain
(empirical Bayes); until there are enough of them, a cold start stands in.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from alongside.methods.vocabulary.errors import AlongsideError


class PopulationIsImpossible(AlongsideError):
    """No population of clients has {name} = {value}: {rule}."""


@dataclass(frozen=True, slots=True)
class Population:
    """What is known of all clients before this client has rated anything.

    A client's level is mu and noise sigma; m = (1 - phi) mu.
    phi: how much of a deviation is left at the next visit.
    m0, k0: m given sigma is normal around m0 with variance sigma^2 / k0.
    a0, b0: sigma^2 is inverse-gamma with shape a0 and scale b0 (squared rating points).
    n_series: how many clients' series it rests on; 0 for a cold start.
    """

    phi: float
    m0: float
    k0: float
    a0: float
    b0: float
    n_series: int = 0

    def __post_init__(self) -> None:
        for name in ("phi", "m0", "k0", "a0", "b0"):
            if not math.isfinite(getattr(self, name)):
                raise PopulationIsImpossible(
                    name=name, value=getattr(self, name), rule="it must be a finite number"
                )
        if not -1.0 < self.phi < 1.0:
            raise PopulationIsImpossible(
                name="phi", value=self.phi, rule="it must lie between -1 and 1"
            )
        for name, least in (("k0", 0.0), ("a0", 0.5), ("b0", 0.0)):
            if getattr(self, name) <= least:
                raise PopulationIsImpossible(
                    name=name, value=getattr(self, name), rule=f"it must be above {least}"
                )

    @property
    def mean(self) -> float:
        """The mean rating over clients."""
        return self.m0 / (1.0 - self.phi)

    @property
    def sigma(self) -> float:
        """The mean visit-to-visit noise over clients, in rating points."""
        return mean_sigma(self.a0, self.b0)

    def scaled(self, factor: float) -> Population:
        """The same population on a scale that is `factor` times as long."""
        return replace(self, m0=self.m0 * factor, b0=self.b0 * factor * factor)

    def to_dict(self) -> dict[str, Any]:
        """The population as plain values for JSON."""
        return {
            "phi": self.phi,
            "m0": self.m0,
            "k0": self.k0,
            "a0": self.a0,
            "b0": self.b0,
            "n_series": self.n_series,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Population:
        """The population that `to_dict` wrote."""
        return cls(**values)


def cold_start(*, mean: float = 84.0, sigma: float = 7.0, phi: float = 0.35) -> Population:
    """The population to assume for a 0-100 score until there are enough series to learn from.

    Assumes: mean 84 as in the benchmark simulation of science notes 3.6 (8.4 of 10, ratings
    of a visit lie near the top everywhere); mean noise 7, phi .35, a0 3, k0 2 as in 3.4.
    Clients' levels then spread by about 8 points around the mean.
    """
    a0 = 3.0
    root = sigma / mean_sigma(a0, 1.0)
    return Population(phi=phi, m0=(1.0 - phi) * mean, k0=2.0, a0=a0, b0=root * root)


def mean_sigma(a: float, b: float) -> float:
    """The mean of sigma where sigma^2 is inverse-gamma with shape a and scale b."""
    return math.sqrt(b) * math.exp(math.lgamma(a - 0.5) - math.lgamma(a))


COLD_START: Final = cold_start()
