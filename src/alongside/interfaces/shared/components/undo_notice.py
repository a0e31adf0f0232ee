"""A thing just done, with the way to take it back; a form, so that it works without script."""

from __future__ import annotations

from dataclasses import dataclass

from alongside.interfaces.shared.component import Component, Words


@dataclass(frozen=True)
class UndoNotice(Component):
    """What was done; `undo_url` takes a POST. Show it with `{% show %}`: it needs the token."""

    done: Words
    undo_url: str = ""
    field_name: str = ""
    value: str = ""
    until: Words = ""
