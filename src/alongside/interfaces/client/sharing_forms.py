"""What a client fills in about sharing: who may get what, for what, until when; and limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alongside.clinic.consent.form import (
    CARE,
    ConsentForm,
    Expiry,
    Recipient,
    RecipientKind,
    SharingPurpose,
    Until,
)
from alongside.clinic.consent.segments import TITLES, RecordSegment
from alongside.clinic.consent.wording import KINDS, PURPOSES
from alongside.clinic.disclosures.record import HELD

LONGEST_NAME = 120
LONGEST_WORDS = 500
FARTHEST = timedelta(days=5 * 366)
ONE_BY_ONE = tuple(each for each in SharingPurpose if each is not SharingPurpose.ALL_CARE)


def segment_choices() -> list[tuple[str, str]]:
    """The segments of which there is anything to share, as tick boxes."""
    return [(each.value, str(TITLES[each])) for each in RecordSegment if each in HELD]


class WhoForm(forms.Form):
    """Who may get it."""

    kind = forms.ChoiceField(
        label=_("Who is it?"),
        choices=[(kind.value, KINDS[kind]) for kind in RecipientKind],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    name = forms.CharField(
        label=_("Their name"),
        help_text=_("A person or a place, as exact as you can: Dr. Ana Lee, Lake Hospital."),
        max_length=LONGEST_NAME,
        error_messages={"required": _("Write who it is.")},
    )
    address = forms.CharField(
        label=_("Where they are"),
        help_text=_("An address, a fax or an e-mail, if you know it."),
        required=False,
        max_length=LONGEST_NAME,
    )
    participants = forms.CharField(
        label=_("To which of your doctors or clinics may it pass this on?"),
        help_text=_("Names, or a group such as: the doctors who treat me at Lake Hospital."),
        required=False,
        max_length=LONGEST_WORDS,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        is_intermediary = given.get("kind") == RecipientKind.INTERMEDIARY
        if is_intermediary and not given.get("participants", "").strip():
            self.add_error("participants", gettext("Write who may get it from there."))
        return given

    @classmethod
    def holding(cls, form: ConsentForm) -> WhoForm:
        """The form as it was filled in before."""
        recipient = form.recipient
        if recipient is None:
            return cls()
        return cls(
            initial={
                "kind": recipient.kind,
                "name": recipient.name,
                "address": recipient.address,
                "participants": recipient.participants,
            }
        )

    def put_into(self, form: ConsentForm) -> ConsentForm:
        """The consent form with this recipient."""
        given = self.cleaned_data
        kind = RecipientKind(given["kind"])
        is_intermediary = kind is RecipientKind.INTERMEDIARY
        return replace(
            form,
            recipient=Recipient(
                kind,
                given["name"].strip(),
                given["address"].strip(),
                participants=given["participants"].strip() if is_intermediary else "",
            ),
        )


class WhatForm(forms.Form):
    """What they may get; nothing is ticked before."""

    segments = forms.MultipleChoiceField(
        label=_("What may they get?"),
        help_text=_("Tick only what they need. You can give more later."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one.")},
    )

    def __init__(self, data: object = None, *, form: ConsentForm) -> None:
        super().__init__(data, initial={"segments": sorted(form.segments)})  # type: ignore[arg-type]  # request.POST
        field = self.fields["segments"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = segment_choices()

    def put_into(self, form: ConsentForm) -> ConsentForm:
        """The consent form with these segments."""
        segments = frozenset(map(RecordSegment, self.cleaned_data["segments"]))
        return replace(form, segments=segments)


class WhyForm(forms.Form):
    """What it is for and until when; a consent for all care has its purpose already."""

    purpose = forms.ChoiceField(
        label=_("What is it for?"),
        choices=[(each.value, PURPOSES[each]) for each in ONE_BY_ONE],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    until = forms.ChoiceField(
        label=_("When does it end?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    last_day = forms.DateField(
        label=_("The last day"),
        required=False,
        widget=forms.DateInput,
        error_messages={"invalid": _("Write the day as year-month-day, as in 2026-03-09.")},
    )

    def __init__(self, data: object = None, *, form: ConsentForm, today: date) -> None:
        expiry = form.expiry or Expiry(Until.DATE)
        initial = {
            "purpose": next(iter(sorted(form.purposes)), ""),
            "until": form.expiry.until if form.expiry else "",
            "last_day": expiry.on,
        }
        super().__init__(data, initial=initial)  # type: ignore[arg-type]  # request.POST
        self.today = today
        self.is_all_care = SharingPurpose.ALL_CARE in form.purposes
        endings = [
            (Until.DATE, _("On a day that I choose")),
            (Until.END_OF_TREATMENT, _("When my treatment here ends")),
        ]
        if self.is_all_care:
            del self.fields["purpose"]
            endings.append((Until.NONE, _("Never by itself, only when I take it back")))
        field = self.fields["until"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(until.value, words) for until, words in endings]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        until, last = given.get("until"), given.get("last_day")
        if until == Until.DATE and not self.has_error("last_day"):
            if last is None:
                self.add_error("last_day", gettext("Choose the last day."))
            elif not self.today <= last <= self.today + FARTHEST:
                self.add_error("last_day", gettext("Choose a day from today to five years on."))
        is_for_care = self.is_all_care or given.get("purpose") in CARE
        if until == Until.END_OF_TREATMENT and given.get("purpose") and not is_for_care:
            self.add_error("until", gettext("For this purpose, choose a day."))
        return given

    def put_into(self, form: ConsentForm) -> ConsentForm:
        """The consent form with this purpose and end."""
        given = self.cleaned_data
        until = Until(given["until"])
        purposes = form.purposes
        if not self.is_all_care:
            purposes = frozenset({SharingPurpose(given["purpose"])})
        expiry = Expiry(until, given["last_day"] if until is Until.DATE else None)
        return replace(form, purposes=purposes, expiry=expiry)


class SignatureForm(forms.Form):
    """The client's name, written by themselves."""

    signature = forms.CharField(
        label=_("Write your name to sign"),
        help_text=_("First and last name, as you sign on paper."),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write your name as you sign.")},
    )


class LimitForm(forms.Form):
    """What should not be shared, with whom, and why."""

    segments = forms.MultipleChoiceField(
        label=_("What should not be shared?"),
        help_text=_("Tick nothing if you mean all of it."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    recipient = forms.CharField(
        label=_("With whom?"),
        help_text=_("Leave it empty if you mean anybody."),
        required=False,
        max_length=LONGEST_NAME,
    )
    is_about_paying = forms.BooleanField(
        label=_("It is about paying: do not tell my health plan"), required=False
    )
    is_paid_by_client = forms.BooleanField(
        label=_("I paid for it all myself. Then you have to say yes"), required=False
    )
    reason = forms.CharField(
        label=_("Is there something we should know?"),
        help_text=_("You do not have to say why."),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea,
    )

    def __init__(self, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # request.POST
        field = self.fields["segments"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = segment_choices()

    @property
    def purposes(self) -> frozenset[SharingPurpose]:
        """The purposes that it is about: paying, or all."""
        if self.cleaned_data["is_about_paying"]:
            return frozenset({SharingPurpose.PAYMENT, SharingPurpose.OPERATIONS})
        return frozenset()
