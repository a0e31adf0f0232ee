"""A short code, typed large, on a shared tablet or with tired hands."""

from __future__ import annotations

from dataclasses import dataclass

from alongside.interfaces.shared.component import Component, Words


@dataclass(frozen=True)
class CodeInput(Component):
    """One field for the whole code; digits bring up the number pad."""

    field_name: str
    label: Words
    length: int = 6
    has_letters: bool = False
    value: str = ""
    hint: Words = ""
    error: Words = ""

    @property
    def id(self) -> str:
        """The id of the control, as Django names it."""
        return f"id_{self.field_name}"

    @property
    def described_by(self) -> str:
        """The ids of the texts that explain the control."""
        texts = ((self.hint, "hint"), (self.error, "error"))
        return " ".join(f"{self.id}-{end}" for text, end in texts if text)
