"""A list to choose from: one of several, or as many as fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms

from alongside.interfaces.shared.component import Component, Words

if TYPE_CHECKING:
    from django.forms import BoundField


@dataclass(frozen=True)
class Choice:
    """One line of the list."""

    value: str
    label: Words
    hint: Words = ""


@dataclass(frozen=True)
class ChoiceList(Component):
    """Radio buttons, or with `is_multiple` tick boxes."""

    field_name: str
    label: Words
    choices: tuple[Choice, ...]
    chosen: tuple[str, ...] = ()
    is_multiple: bool = False
    hint: Words = ""
    error: Words = ""
    is_label_hidden: bool = False
    may_decline: bool = False
    has_declined: bool = False
    declined_value: str = "declined"

    @property
    def id(self) -> str:
        """The id of the first choice, where an error summary leads."""
        return f"id_{self.field_name}"

    @property
    def input_type(self) -> str:
        """The type of `<input>`."""
        return "checkbox" if self.is_multiple else "radio"

    @property
    def described_by(self) -> str:
        """The ids of the texts that explain the list."""
        texts = ((self.hint, "hint"), (self.error, "error"))
        return " ".join(f"{self.id}-{end}" for text, end in texts if text)

    @classmethod
    def of(cls, bound: BoundField) -> ChoiceList:
        """The list of a Django form: radio buttons, tick boxes, or a single tick box."""
        value = bound.value()
        is_single_tick = isinstance(bound.field.widget, forms.CheckboxInput)
        if is_single_tick:
            choices: tuple[Choice, ...] = (Choice("on", bound.label or ""),)
            chosen: tuple[str, ...] = ("on",) if value else ()
        else:
            pairs = getattr(bound.field, "choices", ())
            choices = tuple(Choice(str(key), label) for key, label in pairs if str(key))
            values = value if isinstance(value, list | tuple) else [value]
            chosen = tuple(str(each) for each in values if each is not None)
        return cls(
            field_name=bound.html_name,
            label=bound.label or "",
            choices=choices,
            chosen=chosen,
            is_multiple=isinstance(
                bound.field.widget, forms.CheckboxInput | forms.CheckboxSelectMultiple
            ),
            hint=bound.help_text,
            error=" ".join(str(error) for error in bound.errors),
            is_label_hidden=is_single_tick,
        )
