"""Whether what was tapped is kept: the form script speaks through this line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy

from alongside.interfaces.shared.component import Component, Words


class SaveState(StrEnum):
    """What is true of the answers on this page."""

    IDLE = "idle"
    SAVING = "saving"
    SAVED = "saved"
    UNSAVED = "unsaved"
    REFUSED = "refused"
    OFFLINE = "offline"


SENTENCES: Final = {
    SaveState.IDLE: gettext_lazy("Each answer is kept as you tap."),
    SaveState.SAVING: gettext_lazy("Saving…"),
    SaveState.SAVED: gettext_lazy("Saved"),
    SaveState.UNSAVED: gettext_lazy("Not saved yet. We keep trying. Please leave this page open."),
    SaveState.REFUSED: gettext_lazy("This could not be saved. Tap Send to see why."),
    SaveState.OFFLINE: gettext_lazy(
        "You have no network, so this was not sent. Your answers are still on this page."
    ),
}


@dataclass(frozen=True)
class SaveStatus(Component):
    """A line that is read out when it changes; without script it is not there."""

    state: SaveState = SaveState.IDLE
    is_scripted: bool = True

    @property
    def sentence(self) -> Words:
        """What the state says."""
        return SENTENCES[self.state]

    @property
    def sentences(self) -> tuple[tuple[str, Words], ...]:
        """Every state with its sentence, for the script."""
        return tuple((state.value, words) for state, words in SENTENCES.items())
