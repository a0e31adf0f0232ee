"""Arrays with their axes in their types, checked while tests run.

An axis has the name of what one place on it stands for; arrays that share a name have one length
there. Outside tests an alias is a plain array, and jaxtyping need not be there.
See docs/decisions/0010-shapes-in-types.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int, Shaped
else:
    try:
        from jaxtyping import Bool, Float, Int, Shaped
    except ModuleNotFoundError:

        class _Plain:
            """Any array, whatever its axes."""

            def __class_getitem__(cls, _named: Any) -> type:
                return np.ndarray

        Bool = Float = Int = Shaped = _Plain

Chances = Float[np.ndarray, " case"]
"""What was said beforehand of each case: a probability between 0 and 1."""
Outcomes = Bool[np.ndarray, " case"]
"""Whether it came true, for each case."""
Groups = Int[np.ndarray, " case"]
"""To whom each case belongs: one number for each person."""
Values = Float[np.ndarray, " value"]
"""Numbers of which the order does not matter."""
ValueKeys = Int[np.ndarray, " value"]
"""A whole number beside each value: whose it is, or the number of its day."""
PerCase = Float[np.ndarray, " case"]
"""A number for each case."""
Columns = Float[np.ndarray, "case column"]
"""What is known of each case, a column for each kind of thing; NaN where it is not known."""
PerColumn = Float[np.ndarray, " column"]
"""A number for each column."""
Square = Float[np.ndarray, "column column"]
"""A number for each pair of columns."""
Counted = Int[np.ndarray, " case"]
"""A whole number for each case: how often, which kind, or the number of a day."""
VisitNumbers = Float[np.ndarray, " visit"]
"""A number for each visit of one client."""
ClientByVisit = Float[np.ndarray, "client visit"]
"""A number for each visit of each client; NaN where there is none."""
ClientByVisitCounts = Int[np.ndarray, "client visit"]
ClientByVisitFlags = Bool[np.ndarray, "client visit"]
ClientByVisitValues = Shaped[np.ndarray, "client visit"]
ClientValues = Shaped[np.ndarray, " client"]
"""Whatever tells clients apart, one each."""
RowNumbers = Float[np.ndarray, " row"]
"""A number for each row of a file."""
RowCounts = Int[np.ndarray, " row"]
RowValues = Shaped[np.ndarray, " row"]
