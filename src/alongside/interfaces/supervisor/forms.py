"""What a supervisor writes."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_LETTERS = 2000
EMPTY = {"required": _("Please write a few words first.")}


class NoteForm(forms.Form):
    """What was done about a strain or a concern."""

    note = forms.CharField(
        label=_("What you did, or agreed to do"),
        help_text=_("For you and for others who supervise this therapist. Nobody else reads it."),
        max_length=MOST_LETTERS,
        widget=forms.Textarea,
        error_messages=EMPTY,
    )


class AnswerForm(forms.Form):
    """The answer to a client who told of a concern."""

    answer = forms.CharField(
        label=_("Your answer to the client"),
        help_text=_("The client reads it with your name. The therapist does not see it."),
        max_length=MOST_LETTERS,
        widget=forms.Textarea,
        error_messages=EMPTY,
    )
