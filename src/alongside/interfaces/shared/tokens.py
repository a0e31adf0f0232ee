"""Which colours stand on which, and how far apart they must be.

Source: WCAG 2.2, success criteria 1.4.3 (text, 4.5 to 1) and 1.4.11 (graphics, 3 to 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from alongside.interfaces.shared.tones import Tone

TEXT: Final = 4.5
GRAPHIC: Final = 3.0
GROUNDS: Final = ("paper", "surface", "sunken")


@dataclass(frozen=True)
class Pair:
    """A colour on a ground and the least contrast that it must have there."""

    colour: str
    ground: str
    least: float


PAIRS: Final[tuple[Pair, ...]] = (
    *(Pair("ink", ground, TEXT) for ground in GROUNDS),
    *(Pair("ink-soft", ground, TEXT) for ground in (*GROUNDS, "primary-soft")),
    *(Pair("link", ground, TEXT) for ground in GROUNDS),
    *(Pair("primary", ground, TEXT) for ground in (*GROUNDS, "primary-soft")),
    *(Pair("primary-strong", ground, TEXT) for ground in (*GROUNDS, "primary-soft")),
    *(Pair("on-primary", ground, TEXT) for ground in ("primary", "primary-strong")),
    *(Pair("ink", f"{tone}-soft", TEXT) for tone in Tone),
    *(Pair("ink", ground, TEXT) for ground in ("primary-soft", "band")),
    *(Pair(tone, f"{tone}-soft", TEXT) for tone in Tone),
    *(Pair(tone, ground, TEXT) for tone in Tone for ground in GROUNDS),
    *(Pair("primary", f"{tone}-soft", TEXT) for tone in Tone),
    *(Pair("link", f"{tone}-soft", TEXT) for tone in Tone),
    *(Pair("focus", ground, GRAPHIC) for ground in (*GROUNDS, "primary-soft")),
    *(Pair("focus", f"{tone}-soft", GRAPHIC) for tone in Tone),
    *(Pair("line-strong", ground, GRAPHIC) for ground in GROUNDS),
    *(Pair("series", ground, GRAPHIC) for ground in ("surface", "paper", "band")),
    *(Pair("series-other", ground, GRAPHIC) for ground in ("surface", "paper")),
    *(Pair("strain", ground, GRAPHIC) for ground in ("surface", "band")),
    *(Pair("success", ground, GRAPHIC) for ground in ("surface", "band")),
    *(Pair("ink-soft", ground, GRAPHIC) for ground in ("surface", "band")),
)
