"""One question of a questionnaire: the control, who may see the answer, and when it shows."""

from __future__ import annotations

from dataclasses import dataclass

from alongside.interfaces.shared.component import Component, Words
from alongside.interfaces.shared.components.release_choice import ReleaseChoice


@dataclass(frozen=True)
class Question(Component):
    """A control with what belongs to it.

    `shown_when` is one or more conditions on other fields, `q6=true`, joined by ` & ` (all) or
    ` | ` (any), with `=`, `!=`, `>`, `>=`, `<`, `<=`. Without script it is always visible.
    `is_saved` says that an answer is kept already: it is not shown, but may be replaced.
    """

    control: Component
    release: ReleaseChoice | None = None
    shown_when: str = ""
    is_saved: bool = False
    counts: bool = True
    saved_words: Words = ""
