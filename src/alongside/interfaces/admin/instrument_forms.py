"""What an administrator fills in about instruments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alongside.clinic.instruments.models import Purpose

LARGEST_FILE = 1_000_000
NO_PURPOSE = "none"
PURPOSE_WORDS = {
    Purpose.VISIT_FEEDBACK: _("Visit feedback: the client, after each visit"),
    Purpose.THERAPIST_RATING: _("The therapist’s own rating of each visit"),
    Purpose.WEEKLY_CHECK: _("Weekly check: the client, once a week"),
}


class UploadForm(forms.Form):
    """The two files of an instrument."""

    document = forms.FileField(
        label=_("Questionnaire"),
        help_text=_("A FHIR R4 Questionnaire as a JSON file, up to 1 MB."),
        error_messages={
            "required": _("Choose the file with the questionnaire."),
            "empty": _("This file is empty."),
        },
    )
    scoring = forms.FileField(
        label=_("Scoring"),
        help_text=_("The scoring file that belongs to it, as JSON, up to 1 MB."),
        error_messages={
            "required": _("Choose the file with the scoring."),
            "empty": _("This file is empty."),
        },
    )

    def clean_document(self) -> bytes:
        """The bytes of the questionnaire."""
        return _bytes_of(self.cleaned_data["document"])

    def clean_scoring(self) -> bytes:
        """The bytes of the scoring file."""
        return _bytes_of(self.cleaned_data["scoring"])


def _bytes_of(upload: UploadedFile[bytes]) -> bytes:
    if upload.size is None or upload.size > LARGEST_FILE:
        raise forms.ValidationError(
            gettext("This file is too large. It may have 1 MB at most. Nothing was kept.")
        )
    content: bytes = upload.read()
    return content


class UseForm(forms.Form):
    """What an instrument is to serve."""

    purpose = forms.ChoiceField(
        label=_("Use it for"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )

    def __init__(
        self, data: Any = None, *, fits: Sequence[Purpose], may_wait: bool, **more: Any
    ) -> None:
        super().__init__(data, **more)
        choices = [(purpose.value, PURPOSE_WORDS[purpose]) for purpose in fits]
        if may_wait:
            choices.append((NO_PURPOSE, _("Nothing yet: only keep it")))
        field = self.fields["purpose"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def chosen(self) -> Purpose | None:
        """The purpose that was chosen, or none."""
        value = self.cleaned_data.get("purpose", NO_PURPOSE)
        return None if value == NO_PURPOSE else Purpose(value)


class KeepForm(UseForm):
    """What is said before an instrument is kept: its licence where it needs one, and its use.

    A new version of an instrument in use goes into use with it, so there is nothing to choose.
    """

    holder = forms.CharField(
        label=_("Who holds the licence"),
        help_text=_("The clinic or the person that the agreement names."),
        max_length=200,
        required=False,
    )
    licence = forms.CharField(
        label=_("Which licence"),
        help_text=_("Its name or number, so that someone can find it."),
        max_length=200,
        required=False,
    )
    until = forms.DateField(
        label=_("Valid until"),
        help_text=_("Leave it out if it has no end."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    field_order = ("holder", "licence", "until", "purpose")

    def __init__(
        self, data: Any = None, *, needs_attestation: bool, is_in_use: bool, **more: Any
    ) -> None:
        super().__init__(data, may_wait=True, **more)
        if is_in_use:
            del self.fields["purpose"]
        if needs_attestation:
            for name, words in (
                ("holder", _("Write who holds the licence.")),
                ("licence", _("Write which licence it is.")),
            ):
                self.fields[name].required = True
                self.fields[name].error_messages["required"] = words
        else:
            for name in ("holder", "licence", "until"):
                del self.fields[name]

    @property
    def attestation(self) -> dict[str, str]:
        """What was said about the licence, by field; empty where none is needed."""
        given = self.cleaned_data
        if "holder" not in given:
            return {}
        until = given["until"]
        return {
            "holder": given["holder"],
            "licence": given["licence"],
            "until": until.isoformat() if until else "",
        }
