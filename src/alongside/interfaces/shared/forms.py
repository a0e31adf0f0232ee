"""The form that signs someone in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class SignInForm(forms.Form):
    """A name and a password; what they open is decided by the view."""

    name = forms.CharField(label=_("Sign-in name"), max_length=80)
    password = forms.CharField(label=_("Password"), max_length=200, strip=False)
