"""What stands between questions: the name of a part, or a text to read."""

from __future__ import annotations

from dataclasses import dataclass

from alongside.interfaces.shared.component import Component, Words


@dataclass(frozen=True)
class QuestionHeading(Component):
    """A heading over the questions of a part; with `is_passage` a paragraph.

    `shown_when` as in `Question`.
    """

    text: Words
    is_passage: bool = False
    shown_when: str = ""
