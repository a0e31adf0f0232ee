"""The one root of everything that must not happen.

The docstring of an exception is its message, written for the reader, with the fields of the
exception in braces. Pages translate the docstring and fill in the same fields, so that a mistake
reads the same on a page, on the command line and in a file of refused rows.
"""

from __future__ import annotations

import inspect


class AlongsideError(Exception):
    """Something went wrong that Alongside cannot name."""

    def __init__(self, **fields: object) -> None:
        super().__init__(fields)
        self.fields = fields

    @classmethod
    def sentence(cls) -> str:
        """The untranslated message, with the names of its fields in braces."""
        return " ".join(inspect.cleandoc(cls.__doc__ or "").split())

    def __str__(self) -> str:
        return self.sentence().format(**self.fields)
