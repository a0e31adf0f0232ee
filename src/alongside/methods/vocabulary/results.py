"""Results that may be missing, with the reason as a sentence.

A score from too few answers or a signal from too few visits is no mistake: it is an answer, and
the reader is owed the reason. The docstring of each such class is that sentence, with its fields
in braces, as the docstring of an exception is its message.
"""

from __future__ import annotations

import inspect
from dataclasses import fields, is_dataclass


class Missing:
    """There is no result yet."""

    __slots__ = ()

    @classmethod
    def sentence(cls) -> str:
        """The untranslated sentence, with the names of its fields in braces."""
        return " ".join(inspect.cleandoc(cls.__doc__ or "").split())

    def __str__(self) -> str:
        known: dict[str, object] = {}
        if is_dataclass(self):
            known = {field.name: getattr(self, field.name) for field in fields(self)}
        return self.sentence().format(**known)
