"""The way in for those with an account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from alongside.interfaces.shared.component import Component, Words
from alongside.interfaces.shared.components.choice_list import ChoiceList
from alongside.interfaces.shared.components.field import Field, FieldKind

if TYPE_CHECKING:
    from django.forms import Form


@dataclass(frozen=True)
class SignInForm(Component):
    """Two fields and a button. Show it with `{% show %}`: it needs the token."""

    account: Field
    password: Field
    shared: ChoiceList | None = None
    next_url: str = ""
    action: str = ""
    label: Words = ""

    @property
    def submit_label(self) -> Words:
        """What the button says."""
        return self.label or gettext("Sign in")

    @classmethod
    def of(
        cls, form: Form, *, shared: ChoiceList | None = None, next_url: str = "", action: str = ""
    ) -> SignInForm:
        """The form with a name and a password, in this order."""
        account, password = list(form)[:2]
        return cls(
            account=Field.of(account, autocomplete="username", is_short=True),
            password=Field.of(
                password,
                kind=FieldKind.PASSWORD,
                autocomplete="current-password",
                is_short=True,
            ),
            shared=shared,
            next_url=next_url,
            action=action,
        )
