"""Shapes of arrays, by the names of their axes.

jaxtyping checks them while tests run (decision 0010); it is not needed to run the clinic, and
without it the same names stand for plain arrays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

Numbers: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
Counts: TypeAlias = np.ndarray[Any, np.dtype[np.intp]]
Flags: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]
Values: TypeAlias = np.ndarray[Any, np.dtype[Any]]
"""Arrays of any shape, for use inside a module."""

if TYPE_CHECKING:
    VisitNumbers: TypeAlias = Numbers
    ClientByVisit: TypeAlias = Numbers
    ClientByVisitCounts: TypeAlias = Counts
    ClientByVisitFlags: TypeAlias = Flags
    RowNumbers: TypeAlias = Numbers
    RowCounts: TypeAlias = Counts
    RowFlags: TypeAlias = Flags
    ClientByVisitValues: TypeAlias = Values
    RowValues: TypeAlias = Values
    ClientValues: TypeAlias = Values
else:
    try:
        from jaxtyping import Bool, Float, Integer, Shaped
    except ImportError:
        VisitNumbers = ClientByVisit = ClientByVisitCounts = ClientByVisitFlags = np.ndarray
        RowNumbers = RowCounts = RowFlags = np.ndarray
        ClientByVisitValues = RowValues = ClientValues = np.ndarray
    else:
        VisitNumbers = Float[np.ndarray, " visit"]
        ClientByVisit = Float[np.ndarray, "client visit"]
        ClientByVisitCounts = Integer[np.ndarray, "client visit"]
        ClientByVisitFlags = Bool[np.ndarray, "client visit"]
        RowNumbers = Float[np.ndarray, " row"]
        RowCounts = Integer[np.ndarray, " row"]
        RowFlags = Bool[np.ndarray, " row"]
        ClientByVisitValues = Shaped[np.ndarray, "client visit"]
        RowValues = Shaped[np.ndarray, " row"]
        ClientValues = Shaped[np.ndarray, " client"]
