"""A number that never stands alone: what it means and how sure it is stand beside it."""

from __future__ import annotations

from dataclasses import dataclass

from alongside.interfaces.shared.component import Component, Words


@dataclass(frozen=True)
class Stat(Component):
    """A figure with its meaning and its certainty; without a value, why there is none."""

    label: Words
    value: Words
    meaning: Words
    certainty: Words
    unit: Words = ""
