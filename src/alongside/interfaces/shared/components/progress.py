"""How far someone is: "5 of 8", with a bar that says the same."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from alongside.interfaces.shared.component import Component, Words


@dataclass(frozen=True)
class Progress(Component):
    """A count of what is done; `is_live` lets the form script keep it true."""

    done: int
    total: int
    label: Words = ""
    is_live: bool = False

    @property
    def pattern(self) -> str:
        """The sentence with its two places still open, for the script."""
        return gettext("{done} of {total}")

    @property
    def sentence(self) -> str:
        """The count in words."""
        return self.pattern.format(done=self.done, total=self.total)
