"""What has to be mended before a form can be sent, at the top of the page, each a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alongside.interfaces.shared.component import Component, Words

if TYPE_CHECKING:
    from django.forms import BaseForm


@dataclass(frozen=True)
class Mistake:
    """One thing to mend; without `target` it belongs to the form as a whole."""

    text: Words
    target: str = ""


@dataclass(frozen=True)
class ErrorSummary(Component):
    """The list of mistakes; without any it draws nothing."""

    mistakes: tuple[Mistake, ...]

    @classmethod
    def of(cls, *forms: BaseForm) -> ErrorSummary:
        """The mistakes of Django forms, in the order of their fields."""
        return cls(tuple(mistake for form in forms for mistake in _mistakes_of(form)))


def _mistakes_of(form: BaseForm) -> list[Mistake]:
    found = [Mistake(str(text)) for text in form.non_field_errors()]
    for bound in form:
        found += [Mistake(str(text), bound.auto_id) for text in bound.errors]
    return found
