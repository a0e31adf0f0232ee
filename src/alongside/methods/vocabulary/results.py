"""What a method answers in words: why something stands out, or that it has no number to give.

A result that may be missing is a value and not an exception: it says in one sentence what is
lacking. As with errors, the docstring of the class is the sentence, with its fields in braces,
so that a page can translate it and fill in the same fields.
"""

from __future__ import annotations

import dataclasses
import inspect


class Spoken:
    """A value that says itself in one sentence."""

    __slots__ = ()

    @classmethod
    def sentence(cls) -> str:
        """The untranslated sentence, with the names of its fields in braces."""
        return " ".join(inspect.cleandoc(cls.__doc__ or "").split())

    @property
    def fields(self) -> dict[str, object]:
        """The values that fill the sentence, by name."""
        if not dataclasses.is_dataclass(self):
            return {}
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    def __str__(self) -> str:
        return self.sentence().format(**self.fields)


class NoResult(Spoken):
    """There is no result."""

    __slots__ = ()


class Because(Spoken):
    """There is a reason."""

    __slots__ = ()
