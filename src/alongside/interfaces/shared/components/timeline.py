"""The steps of a loop: what was noticed, talked about, confirmed, and came back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from alongside.interfaces.shared.component import Component, Content, Words, flow


class StepState(StrEnum):
    """Where a step stands."""

    DONE = "done"
    CURRENT = "current"
    AHEAD = "ahead"
    NOT_MET = "not_met"


STATE_WORDS: Final = {
    StepState.DONE: gettext_lazy("Done"),
    StepState.CURRENT: gettext_lazy("Now"),
    StepState.AHEAD: gettext_lazy("Still to come"),
    StepState.NOT_MET: gettext_lazy("Not this time"),
}


@dataclass(frozen=True)
class Step:
    """One step; `when` is already in the reader's words."""

    label: Words
    state: StepState
    when: Words = ""
    detail: Content = ()

    @property
    def state_words(self) -> Words:
        """The state in words."""
        return STATE_WORDS[self.state]

    @property
    def detail_html(self) -> SafeString:
        """The detail as markup."""
        return flow(self.detail)


@dataclass(frozen=True)
class Timeline(Component):
    """The steps in order, under a name."""

    label: Words
    steps: tuple[Step, ...]
