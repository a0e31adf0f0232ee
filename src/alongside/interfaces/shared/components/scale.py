"""A row of numbered boxes, tapped once: 0 to 10, or relief from −5 to +5."""

from __future__ import annotations

from dataclasses import dataclass

from alongside.interfaces.shared.component import Component, Words

MINUS = "−"
MOST_IN_A_NARROW_ROW = 11


@dataclass(frozen=True)
class Box:
    """One box: what is sent, and what is read."""

    value: int
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Scale(Component):
    """Boxes from lowest to highest; nothing is chosen until a person chooses.

    Assumes: at most 12 boxes; the words of the ends come with the instrument.
    """

    field_name: str
    label: Words
    low_label: Words = ""
    high_label: Words = ""
    lowest: int = 0
    highest: int = 10
    value: int | None = None
    hint: Words = ""
    error: Words = ""
    may_decline: bool = False
    has_declined: bool = False
    declined_value: str = "declined"

    @property
    def id(self) -> str:
        """The id of the first box, where an error summary leads."""
        return f"id_{self.field_name}"

    @property
    def is_signed(self) -> bool:
        """Whether the scale runs through zero, so that numbers carry their sign."""
        return self.lowest < 0

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The boxes from left to right."""
        return tuple(
            Box(value, self._label_of(value), value == self.value)
            for value in range(self.lowest, self.highest + 1)
        )

    @property
    def is_long(self) -> bool:
        """Whether the boxes need two even rows on a phone, where eleven fit into one."""
        return len(self.boxes) > MOST_IN_A_NARROW_ROW

    @property
    def described_by(self) -> str:
        """The ids of the texts that explain the boxes."""
        texts = ((self.hint, "hint"), (self.error, "error"))
        return " ".join(f"{self.id}-{end}" for text, end in texts if text)

    def _label_of(self, value: int) -> str:
        if value < 0:
            return f"{MINUS}{-value}"
        return f"+{value}" if self.is_signed and value else str(value)
