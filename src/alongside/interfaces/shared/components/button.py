"""What a person can press: a button that sends, or a link that looks like one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from alongside.interfaces.shared.component import Component, Words


class ButtonKind(StrEnum):
    """How loud a button is; a page has at most one primary."""

    PRIMARY = "primary"
    QUIET = "quiet"
    DANGER = "danger"


@dataclass(frozen=True)
class Button(Component):
    """A button; with `href` it is a link of the same look."""

    label: Words
    kind: ButtonKind = ButtonKind.PRIMARY
    href: str = ""
    field_name: str = ""
    value: str = ""
    is_submit: bool = True
    is_off: bool = False
    is_busy: bool = False
    hidden_context: Words = ""
