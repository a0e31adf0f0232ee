"""What hangs in the gallery."""

from __future__ import annotations

from dataclasses import dataclass

from alongside.interfaces.shared.component import Component, Words


@dataclass(frozen=True)
class Exhibit:
    """One component in one state."""

    state: Words
    value: Component

    @property
    def component(self) -> str:
        """The name of the component."""
        return type(self.value).name()
