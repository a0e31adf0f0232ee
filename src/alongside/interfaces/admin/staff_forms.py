"""What an administrator fills in about staff."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from alongside.clinic.people.models import Language, Person, Role

ROLES = (
    (Role.THERAPIST, _("Therapist: sees the clients in their care")),
    (Role.SUPERVISOR, _("Supervisor: looks after therapists")),
    (Role.ADMINISTRATOR, _("Administrator: staff and instruments, no clients")),
    (Role.PRIVACY_OFFICER, _("Privacy officer: who looked at what, and questions about it")),
)


class RolesForm(forms.Form):
    """What a person does here."""

    roles = forms.MultipleChoiceField(
        label=_("What this person does here"),
        choices=ROLES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )


class PasswordForm(forms.Form):
    """A password that the administrator makes up and tells in person."""

    password = forms.CharField(
        label=_("New password"),
        help_text=_("At least 10 letters and signs. Tell it in person, never in a message."),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Write a password.")},
    )


class NewPersonForm(RolesForm):
    """Someone new."""

    display_name = forms.CharField(
        label=_("Name"),
        help_text=_("As clients and colleagues read it."),
        max_length=80,
        error_messages={"required": _("Write the name.")},
    )
    sign_in_name = forms.CharField(
        label=_("Sign-in name"),
        help_text=_("What they type to sign in. Small and capital letters are the same."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write a sign-in name.")},
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    password = PasswordForm.base_fields["password"]

    field_order = ("display_name", "sign_in_name", "language", "roles", "password")


class SupervisorForm(forms.Form):
    """Who looks after a therapist; only supervisors can be chosen, and nobody chooses oneself."""

    supervisor = forms.ChoiceField(
        label=_("Supervisor"), error_messages={"required": _("Choose a supervisor.")}
    )

    def __init__(self, data: object = None, *, supervisors: Iterable[Person]) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # request.POST or nothing
        field = self.fields["supervisor"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("Choose one")),
            *((person.public_id, person.display_name) for person in supervisors),
        ]
