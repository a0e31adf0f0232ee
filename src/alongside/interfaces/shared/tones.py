"""What a colour means, so that colour is never the only bearer of a meaning."""

from __future__ import annotations

from enum import StrEnum


class Tone(StrEnum):
    """The meaning behind a soft surface; the stylesheet gives each its pair of colours."""

    NEUTRAL = "neutral"
    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    STRAIN = "strain"
    ATTENTION = "attention"
    DANGER = "danger"
