"""What a privacy officer writes."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from alongside.clinic.access.emergencies import LONGEST_WORDS
from alongside.clinic.access.models import Verdict

MOST_LETTERS = 2000
EMPTY = {"required": _("Please write a few words first.")}


class AnswerForm(forms.Form):
    """The answer to a client who asked about a look."""

    words = forms.CharField(
        label=_("Your answer to the client"),
        help_text=_("The client reads it with your name. Use plain words."),
        max_length=MOST_LETTERS,
        widget=forms.Textarea,
        error_messages=EMPTY,
    )


class ReviewForm(forms.Form):
    """What was found about an emergency."""

    verdict = forms.ChoiceField(
        label=_("Was it right to open the record?"),
        choices=(
            (Verdict.JUSTIFIED, _("Yes, it was right")),
            (Verdict.NOT_JUSTIFIED, _("No, it was not right")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    words = forms.CharField(
        label=_("What you found"),
        help_text=_("The client reads it."),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea,
        error_messages=EMPTY,
    )


class FlagForm(forms.Form):
    """What was found out about an odd look."""

    words = forms.CharField(
        label=_("What you found out"),
        help_text=_("Kept for the next privacy officer. Speak with the person first."),
        max_length=MOST_LETTERS,
        widget=forms.Textarea,
        error_messages=EMPTY,
    )
