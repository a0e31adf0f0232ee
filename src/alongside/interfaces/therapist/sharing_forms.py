"""What a therapist fills in to give something away: by a consent, in an emergency, by an order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django import forms
from django.utils.translation import gettext_lazy as _

from alongside.clinic.consent.form import CARE, TREATING_CLASS, Recipient, RecipientKind
from alongside.clinic.consent.segments import TITLES, RecordSegment, in_order
from alongside.clinic.consent.wording import KINDS, PURPOSE_NAMES
from alongside.clinic.disclosures.package import Format
from alongside.clinic.disclosures.record import HELD
from alongside.clinic.people.models import Language

LONGEST_NAME = 120
LONGEST_WORDS = 1000
FORMATS = ((Format.TABLES.value, _("Tables")), (Format.JSON.value, _("A file for programs")))


class GivingForm(forms.Form):
    """What goes, in which language and in which forms besides the PDF."""

    segments = forms.MultipleChoiceField(
        label=_("What goes?"),
        help_text=_("Tick only what they need."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one.")},
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    formats = forms.MultipleChoiceField(
        label=_("Besides the PDF"),
        required=False,
        choices=FORMATS,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, data: object = None, *, segments: Iterable[RecordSegment], language: str
    ) -> None:
        super().__init__(data, initial={"language": language})  # type: ignore[arg-type]  # request.POST
        field = self.fields["segments"]
        assert isinstance(field, forms.MultipleChoiceField)
        possible = in_order(frozenset(segments) & HELD)
        field.choices = [(each.value, str(TITLES[each])) for each in possible]

    @property
    def chosen_segments(self) -> frozenset[RecordSegment]:
        return frozenset(map(RecordSegment, self.cleaned_data["segments"]))

    @property
    def chosen_formats(self) -> frozenset[Format]:
        return frozenset(map(Format, self.cleaned_data["formats"])) | {Format.PDF}


class RecipientFields(forms.Form):
    """Who gets it, where no consent names them."""

    name = forms.CharField(
        label=_("Who gets it"),
        max_length=LONGEST_NAME,
        error_messages={"required": _("Write who gets it.")},
    )
    address = forms.CharField(
        label=_("Where they are"),
        help_text=_("Address, fax or e-mail, as far as it is known."),
        required=False,
        max_length=LONGEST_NAME,
    )
    kind = forms.ChoiceField(
        label=_("What they are"), choices=[(kind.value, KINDS[kind]) for kind in RecipientKind]
    )

    @property
    def recipient(self) -> Recipient:
        given = self.cleaned_data
        kind = RecipientKind(given["kind"])
        return Recipient(kind, given["name"].strip(), given["address"].strip())

    def recipient_with(self, name: str) -> Recipient:
        """The recipient by a longer name."""
        return replace(self.recipient, name=name)


class AllCareGivingForm(RecipientFields, GivingForm):
    """By a consent for all care: to one of its class, for one of its purposes."""

    purpose = forms.ChoiceField(
        label=_("What for"),
        choices=[(each.value, PURPOSE_NAMES[each]) for each in sorted(CARE)],
    )

    field_order = ("name", "address", "kind", "purpose", "segments", "language", "formats")

    def __init__(
        self, data: object = None, *, segments: Iterable[RecordSegment], language: str
    ) -> None:
        super().__init__(data, segments=segments, language=language)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (kind.value, KINDS[kind]) for kind in RecipientKind if kind in TREATING_CLASS
        ]


class EmergencyForm(RecipientFields, GivingForm):
    """What 42 CFR 2.51 wants written down at once; who gives it and when is known."""

    belongs_to = forms.CharField(
        label=_("Where they belong"),
        help_text=_("The hospital, ambulance or office that they work for."),
        max_length=LONGEST_NAME,
        error_messages={"required": _("Write where they belong.")},
    )
    nature = forms.CharField(
        label=_("What the emergency is"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea,
        error_messages={"required": _("Write what the emergency is.")},
    )

    field_order = (
        *("name", "belongs_to", "address", "kind", "nature"),
        *("segments", "language", "formats"),
    )


class OrderForm(RecipientFields, GivingForm):
    """What a court ordered, to whom it ordered it."""

    field_order = ("name", "address", "kind", "segments", "language", "formats")


class SetAsideForm(forms.Form):
    """Why a consent is known to be untrue."""

    why = forms.CharField(
        label=_("Why it cannot be true"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea,
        error_messages={"required": _("Say in a sentence why.")},
    )
