"""The forms of a therapist: words, times, dates."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from alongside.clinic.access.emergencies import LONGEST_WORDS as LONGEST_REASON
from alongside.clinic.access.models import EmergencyReason
from alongside.clinic.engagement.models import Way
from alongside.clinic.visits.times import moment_of
from alongside.interfaces.shared.colleague_forms import ODD_DAY, ColleagueForm, of_this_age
from alongside.interfaces.therapist.wording import WHY_IT_RESTS

LONGEST_WORDS = 2000
NO_CHOICE = ("required", "invalid_choice")


class TalkedAboutForm(forms.Form):
    """That a strain or a concern was talked about, with a note for both."""

    note = forms.CharField(
        label=_("What you agreed on"),
        help_text=_("Your client can read this where they are asked about the talk."),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea,
    )


class ChangeForm(forms.Form):
    """What will change because of a client's words."""

    what_changes = forms.CharField(
        label=_("What will change"),
        help_text=_("Your client reads this the next time. Short and true is best."),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea,
        error_messages={"required": _("Write a few words first.")},
    )


class SetAsideForm(forms.Form):
    """Until when a signal may rest, and why."""

    until = forms.ChoiceField(
        label=_("Until when?"),
        choices=(
            ("7", _("For a week")),
            ("14", _("For two weeks")),
            ("28", _("For four weeks")),
        ),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose until when.")),
    )
    why = forms.ChoiceField(
        label=_("Why can it rest?"),
        choices=tuple(WHY_IT_RESTS.items()),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(NO_CHOICE, _("Choose a reason.")),
    )

    def day(self, today: date) -> date:
        """The day on which it asks for attention again."""
        return today + timedelta(days=int(self.cleaned_data["until"]))


class ReachedOutForm(forms.Form):
    """That somebody reached out, how, and a note for the record."""

    way = forms.ChoiceField(
        label=_("How it was done"),
        error_messages={"required": _("Say how it was done.")},
        choices=(
            ("", _("Choose…")),
            (Way.CALLED, _("I called")),
            (Way.WROTE, _("I wrote")),
            (Way.SAW, _("I saw them")),
            (Way.SOMEBODY_ELSE, _("Somebody else did")),
        ),
    )
    note = forms.CharField(
        label=_("Note"),
        help_text=_("It is part of the record, and your client may read it there."),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea,
    )


class BookingForm(forms.Form):
    """When the next visit is, on the clinic's own clock."""

    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput,
        error_messages={
            "required": _("Choose a day."),
            "invalid": ODD_DAY,
        },
    )
    time = forms.TimeField(
        label=_("Time"),
        widget=forms.TimeInput,
        error_messages={
            "required": _("Choose a time."),
            "invalid": _("Write the time as hours and minutes, as in 14:30."),
        },
    )
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=5,
        max_value=480,
        error_messages={"required": _("Say how long it takes, in minutes.")},
    )

    def clean_day(self) -> date:
        return of_this_age(self.cleaned_data["day"])

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """When the visit starts and ends.

        Raises: NoSuchTime, TimeTwice.
        """
        day: date = self.cleaned_data["day"]
        at: time = self.cleaned_data["time"]
        starts_at = moment_of(datetime.combine(day, at), zone)
        return starts_at, starts_at + timedelta(minutes=self.cleaned_data["minutes"])


class PaperForm(forms.Form):
    """When a paper form was filled in; the answers come beside it."""

    filled_on = forms.DateField(
        label=_("Day on which it was filled in"),
        widget=forms.DateInput,
        error_messages={
            "required": _("Choose the day that stands on the paper."),
            "invalid": ODD_DAY,
        },
    )


class CorrectionForm(forms.Form):
    """Why what was typed in is put right; the answers come beside it."""

    why = forms.CharField(
        label=_("What was wrong?"),
        help_text=_("In a few words. The client can read it in the copy of their record."),
        max_length=300,
        error_messages={"required": _("Say in a few words what was wrong.")},
    )


class EmergencyForm(forms.Form):
    """Whose record, and why it cannot wait."""

    called = forms.CharField(
        label=_("Record number, or the whole name"),
        help_text=_("Exactly as it is on record."),
        max_length=80,
        error_messages={"required": _("Say whose record you need.")},
    )
    reason = forms.ChoiceField(
        label=_("Why can it not wait?"),
        choices=(
            (EmergencyReason.CLIENT_IN_DANGER, _("The client is in danger")),
            (EmergencyReason.OTHERS_IN_DANGER, _("Somebody else is in danger")),
            (EmergencyReason.MEDICAL, _("A medical emergency")),
            (EmergencyReason.NOBODY_ELSE, _("Urgent, and no therapist in care is here")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
    words = forms.CharField(
        label=_("What has happened?"),
        help_text=_("A sentence or two. The client and the privacy officer read it."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea,
        error_messages={"required": _("Say in a sentence or two what has happened.")},
    )


class CoverForm(ColleagueForm):
    """From when until when a colleague stands in, by whole days on the clinic's calendar."""

    begins = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput,
        error_messages={"required": _("Choose a day."), "invalid": ODD_DAY},
    )
    until = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput,
        error_messages={"required": _("Choose a day."), "invalid": ODD_DAY},
    )

    def clean_begins(self) -> date:
        return of_this_age(self.cleaned_data["begins"])

    def clean_until(self) -> date:
        return of_this_age(self.cleaned_data["until"])

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From the first midnight until the one after the last day."""
        first, last = self.cleaned_data["begins"], self.cleaned_data["until"]
        return (
            datetime.combine(first, time(), zone),
            datetime.combine(last + timedelta(days=1), time(), zone),
        )
