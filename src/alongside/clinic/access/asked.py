"""What the policy is asked while a page is made: a page may ask for no more than it declares."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from alongside.clinic.access.policy import Deed, Segment

Asked = tuple[Segment, Deed]

_asked: ContextVar[set[Asked] | None] = ContextVar("asked", default=None)


@contextmanager
def listening() -> Iterator[set[Asked]]:
    """All that is asked inside, whether the answer is yes or no."""
    asked: set[Asked] = set()
    before = _asked.set(asked)
    try:
        yield asked
    finally:
        _asked.reset(before)


def note_asked(segment: Segment, deed: Deed) -> None:
    """Somebody wants to do this deed to a record of this kind."""
    asked = _asked.get()
    if asked is not None:
        asked.add((segment, deed))
