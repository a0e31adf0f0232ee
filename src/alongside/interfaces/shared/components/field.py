"""One field of a form, with its label, its hint and its mistake."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django import forms

from alongside.interfaces.shared.component import Component, Words

if TYPE_CHECKING:
    from django.forms import BoundField


class FieldKind(StrEnum):
    """What the field takes; all but the first three are types of `<input>`."""

    TEXTAREA = "textarea"
    SELECT = "select"
    FILE = "file"
    TEXT = "text"
    PASSWORD = "password"  # noqa: S105  # the type of an input
    EMAIL = "email"
    TEL = "tel"
    NUMBER = "number"
    SEARCH = "search"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime-local"


@dataclass(frozen=True)
class Option:
    """One line of a select."""

    value: str
    label: Words


# From the most to the least particular, because widgets inherit from one another.
KIND_OF_WIDGET: Final[tuple[tuple[type[forms.Widget], FieldKind], ...]] = (
    (forms.Textarea, FieldKind.TEXTAREA),
    (forms.Select, FieldKind.SELECT),
    (forms.FileInput, FieldKind.FILE),
    (forms.PasswordInput, FieldKind.PASSWORD),
    (forms.EmailInput, FieldKind.EMAIL),
    (forms.NumberInput, FieldKind.NUMBER),
    (forms.DateTimeInput, FieldKind.DATETIME),
    (forms.DateInput, FieldKind.DATE),
    (forms.TimeInput, FieldKind.TIME),
)
FORMAT_OF_KIND: Final = {
    FieldKind.DATE: "%Y-%m-%d",
    FieldKind.TIME: "%H:%M",
    FieldKind.DATETIME: "%Y-%m-%dT%H:%M",
}


@dataclass(frozen=True)
class Field(Component):
    """A field; `id` is what an error summary links to."""

    field_name: str
    label: Words
    kind: FieldKind = FieldKind.TEXT
    value: str = ""
    hint: Words = ""
    error: Words = ""
    options: tuple[Option, ...] = ()
    is_required: bool = False
    autocomplete: str = ""
    input_mode: str = ""
    rows: int = 4
    max_length: int | None = None
    is_short: bool = False

    @property
    def id(self) -> str:
        """The id of the control, as Django names it."""
        return f"id_{self.field_name}"

    @property
    def described_by(self) -> str:
        """The ids of the texts that explain the control."""
        texts = ((self.hint, "hint"), (self.error, "error"))
        return " ".join(f"{self.id}-{end}" for text, end in texts if text)

    @classmethod
    def of(cls, bound: BoundField, **changes: object) -> Field:
        """The field of a Django form, with `changes` on top."""
        widget = bound.field.widget
        kind = next((kind for kind_of, kind in KIND_OF_WIDGET if isinstance(widget, kind_of)), None)
        kind = kind or FieldKind(widget.attrs.get("type", FieldKind.TEXT))
        choices = getattr(bound.field, "choices", ())
        field = cls(
            field_name=bound.html_name,
            label=bound.label or "",
            kind=kind,
            value=_value_of(bound, kind),
            hint=bound.help_text,
            error=" ".join(str(error) for error in bound.errors),
            options=tuple(Option(str(value), label) for value, label in choices),
            is_required=bound.field.required,
            autocomplete=str(widget.attrs.get("autocomplete", "")),
            max_length=getattr(bound.field, "max_length", None),
        )
        return replace(field, **changes)  # type: ignore[arg-type]


def _value_of(bound: BoundField, kind: FieldKind) -> str:
    if kind in (FieldKind.PASSWORD, FieldKind.FILE):
        return ""
    value = bound.value()
    if value is None:
        return ""
    if kind in FORMAT_OF_KIND and hasattr(value, "strftime"):
        return str(value.strftime(FORMAT_OF_KIND[kind]))
    return str(value)
