"""What people fill in at the door; what it opens is decided by the views."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class SignInForm(forms.Form):
    """A name and a password."""

    name = forms.CharField(label=_("Sign-in name"), max_length=80)
    password = forms.CharField(label=_("Password"), max_length=200, strip=False)


class CodeForm(forms.Form):
    """One code, from an app or from paper."""

    code = forms.CharField(
        label=_("Code"), max_length=60, error_messages={"required": _("Type the code.")}
    )


class NewPinForm(forms.Form):
    """A PIN, typed twice because nobody sees it."""

    pin = forms.CharField(
        label=_("Your new PIN"),
        help_text=_("6 digits. Not all the same, and not in a row."),
        max_length=6,
        error_messages={"required": _("Choose 6 digits.")},
    )
    again = forms.CharField(
        label=_("The same PIN again"),
        max_length=6,
        error_messages={"required": _("Type it once more.")},
    )

    def clean(self) -> dict[str, str]:
        """Refuses two that differ."""
        given: dict[str, str] = super().clean() or {}
        if {"pin", "again"} <= given.keys() and given["pin"] != given["again"]:
            self.add_error("again", _("The two are not the same. Type both once more."))
        return given


class NewPasswordForm(forms.Form):
    """A password of one's own."""

    password = forms.CharField(
        label=_("New password"),
        help_text=_("At least 10 letters and signs. Several words make a good one."),
        max_length=200,
        strip=False,
        error_messages={"required": _("Write a password.")},
    )


class OwnPasswordForm(NewPasswordForm):
    """Another password, by whoever knows the one before."""

    current = forms.CharField(
        label=_("The password until now"),
        max_length=200,
        strip=False,
        error_messages={"required": _("Write the password that you have now.")},
    )
    field_order = ("current", "password")
