"""A word or two that mark a thing; the colour only repeats them."""

from __future__ import annotations

from dataclasses import dataclass

from alongside.interfaces.shared.component import Component, Words
from alongside.interfaces.shared.tones import Tone


@dataclass(frozen=True)
class Badge(Component):
    """A small label."""

    text: Words
    tone: Tone = Tone.NEUTRAL
