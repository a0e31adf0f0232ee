"""What a privacy officer fills in: decisions, and demands from outside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alongside.clinic.consent.segments import TITLES, RecordSegment
from alongside.clinic.disclosures.basis import DemandKind
from alongside.clinic.disclosures.record import HELD
from alongside.clinic.people.models import Person

LONGEST_WORDS = 2000
KINDS = (
    (DemandKind.SUBPOENA, _("A subpoena")),
    (DemandKind.WARRANT, _("A warrant")),
    (DemandKind.LETTER, _("A letter, a call or a visit")),
    (DemandKind.ORDER_CIVIL, _("A court order under 42 CFR 2.64 (not criminal)")),
    (DemandKind.ORDER_CRIMINAL, _("A court order under 42 CFR 2.65 (criminal)")),
)


class DecisionForm(forms.Form):
    """Yes or no, and the words for the client."""

    is_agreed = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=[("yes", _("Agree: it holds from now on")), ("no", _("Do not agree"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    kept_from = forms.MultipleChoiceField(
        label=_("Who here must not see the record at all"),
        help_text=_("Only if the client named somebody who works here."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    answer = forms.CharField(
        label=_("Your answer to the client"),
        help_text=_("They read it on their own page. If you do not agree, say why."),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea,
    )

    def __init__(self, data: object = None, *, staff: Iterable[Person]) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # request.POST
        self.staff = {each.public_id: each for each in staff}
        field = self.fields["kept_from"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(name, each.display_name) for name, each in self.staff.items()]

    @property
    def kept_out(self) -> tuple[Person, ...]:
        """Whom the record is kept from."""
        return tuple(self.staff[name] for name in self.cleaned_data["kept_from"])


class DemandForm(forms.Form):
    """A demand, as it came."""

    code = forms.CharField(
        label=_("The client’s number"),
        help_text=_("Do not tell those who ask whether there is such a client."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write the number.")},
    )
    kind = forms.ChoiceField(
        label=_("What came"),
        choices=KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    who = forms.CharField(
        label=_("Who demands it"),
        help_text=_("Court or office, the number of the case, who signed."),
        max_length=LONGEST_WORDS,
        error_messages={"required": _("Write who it is.")},
    )
    says = forms.CharField(
        label=_("What it says may be seen, by whom, for what"),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea,
    )
    segments = forms.MultipleChoiceField(
        label=_("What of the record it names"),
        help_text=_("Only this can leave, and only if it is a court order."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    received_on = forms.DateField(
        label=_("Received on"),
        widget=forms.DateInput,
        error_messages={
            "required": _("Choose a day."),
            "invalid": _("Write the day as year-month-day, as in 2026-03-09."),
        },
    )
    is_sealed = forms.BooleanField(label=_("A court forbids us to tell the client"), required=False)

    def __init__(self, data: object = None, *, today: date) -> None:
        super().__init__(data, initial={"received_on": today})  # type: ignore[arg-type]  # request.POST
        self.today = today
        field = self.fields["segments"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(each.value, str(TITLES[each])) for each in RecordSegment if each in HELD]

    def clean_received_on(self) -> date:
        day: date = self.cleaned_data["received_on"]
        if day > self.today:
            raise forms.ValidationError(gettext("This day has not come yet."))
        return day

    @property
    def given(self) -> dict[str, Any]:
        """The fields as the action takes them."""
        return {
            "kind": DemandKind(self.cleaned_data["kind"]),
            "who": self.cleaned_data["who"],
            "says": self.cleaned_data["says"],
            "segments": frozenset(map(RecordSegment, self.cleaned_data["segments"])),
            "received_on": self.cleaned_data["received_on"],
            "is_sealed": self.cleaned_data["is_sealed"],
        }


class WishOnPaperForm(forms.Form):
    """Whose wish to be forgotten came on paper."""

    code = forms.CharField(
        label=_("The client’s number"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write the number.")},
    )


class ErasureForm(forms.Form):
    """Everything goes, or it cannot go yet and the client is told why."""

    decision = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=[
            ("erase", _("Delete everything now. Nobody can undo it")),
            ("keep", _("Not now: a law or a court makes us keep the record")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    has_looked = forms.BooleanField(
        label=_("I looked, and no law and no court makes us keep this record"),
        required=False,
    )
    answer = forms.CharField(
        label=_("If not now: your answer to the client"),
        help_text=_("They read it on their own page. Say which law it is and for how long."),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("decision") == "erase" and not given.get("has_looked"):
            self.add_error("has_looked", gettext("Look first, then tick this box."))
        return given

    @property
    def is_erased(self) -> bool:
        return bool(self.cleaned_data["decision"] == "erase")


class CounselForm(forms.Form):
    """What counsel said."""

    says = forms.CharField(
        label=_("What counsel says"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea,
        error_messages={"required": _("Write down what was said.")},
    )
