"""Numbers over many people, told so that nobody can be known by them."""

from __future__ import annotations

ROUNDED_TO = 5


def rounded(n: int) -> int:
    """The number to the nearest five."""
    return (2 * n + ROUNDED_TO) // (2 * ROUNDED_TO) * ROUNDED_TO
