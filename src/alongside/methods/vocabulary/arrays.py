"""What arrays hold whose axes need no names; `shapes` has those with names."""

from __future__ import annotations

from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.floating[Any]]]
Ints = np.ndarray[Any, np.dtype[np.integer[Any]]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]
Anything = np.ndarray[Any, np.dtype[Any]]
