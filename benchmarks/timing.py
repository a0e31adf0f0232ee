"""How long something takes, and how fast this machine reads."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np


def seconds_of(deed: Callable[[], object]) -> float:
    """How long it takes, once."""
    began = time.perf_counter()
    deed()
    return time.perf_counter() - began


def bandwidth() -> float:
    """Bytes a second that this machine reads, by the sum of an array far beyond the caches."""
    numbers = np.ones(2**25)
    return numbers.nbytes / min(seconds_of(numbers.sum) for _ in range(5))
