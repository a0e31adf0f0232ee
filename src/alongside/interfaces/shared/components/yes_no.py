"""A question with two answers."""

from __future__ import annotations

from dataclasses import dataclass

from alongside.interfaces.shared.component import Component, Words


@dataclass(frozen=True)
class YesNo(Component):
    """Yes and no, side by side; `value` stays None until a person chooses."""

    field_name: str
    label: Words
    value: bool | None = None
    hint: Words = ""
    error: Words = ""
    yes_label: Words = ""
    no_label: Words = ""
    may_decline: bool = False
    has_declined: bool = False
    declined_value: str = "declined"

    @property
    def id(self) -> str:
        """The id of the first choice, where an error summary leads."""
        return f"id_{self.field_name}"

    @property
    def described_by(self) -> str:
        """The ids of the texts that explain the choices."""
        texts = ((self.hint, "hint"), (self.error, "error"))
        return " ".join(f"{self.id}-{end}" for text, end in texts if text)
