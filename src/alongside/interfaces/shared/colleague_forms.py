"""Forms in which a colleague is chosen, for a while or for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alongside.clinic.people.models import Person

YEARS = range(1900, 2200)
ODD_DAY = _("Write the day as year-month-day, as in 2026-03-09.")


def of_this_age(day: date) -> date:
    """The day, if it is of this age: at the ends of the calendar no zone can be reckoned."""
    if day.year not in YEARS:
        raise forms.ValidationError(ODD_DAY)
    return day


class ColleagueForm(forms.Form):
    """A form in which a colleague is chosen."""

    def __init__(self, *arguments: Any, colleagues: Sequence[Person], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.colleagues = {each.public_id: each for each in colleagues}
        choice = forms.ChoiceField(
            label=_("Colleague"),
            choices=[("", "–"), *((key, p.display_name) for key, p in self.colleagues.items())],
            error_messages={"required": _("Choose a colleague.")},
        )
        self.fields = {"colleague": choice, **self.fields}

    def chosen(self) -> Person:
        """The colleague."""
        return self.colleagues[self.cleaned_data["colleague"]]


class HandOverForm(ColleagueForm):
    """To whom and from which day."""

    on = forms.DateField(
        label=_("From which day"),
        widget=forms.DateInput,
        error_messages={"required": _("Choose a day."), "invalid": ODD_DAY},
    )

    def clean_on(self) -> date:
        return of_this_age(self.cleaned_data["on"])
