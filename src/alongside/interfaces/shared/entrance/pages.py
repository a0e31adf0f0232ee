"""What the pages at the door say. None of them says whose door it is, or what is behind it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django import forms
from django.utils.translation import gettext, gettext_lazy

from alongside.interfaces.shared.components.button import Button, ButtonKind
from alongside.interfaces.shared.components.choice_list import Choice, ChoiceList
from alongside.interfaces.shared.components.error_summary import ErrorSummary, Mistake
from alongside.interfaces.shared.components.field import Field, FieldKind
from alongside.interfaces.shared.components.notice import Notice
from alongside.interfaces.shared.components.sign_in_form import SignInForm


class Refusal(Enum):
    """Why somebody is not let in: one sentence for each way, whatever the reason."""

    PASSWORD = gettext_lazy(
        "That did not work. Look at both and try again. After many tries, wait 15 minutes first."
    )
    CODE = gettext_lazy(
        "That code did not work. Type the one that shows now. After many tries, wait 15 minutes "
        "first."
    )
    PIN = gettext_lazy(
        "That PIN did not work. After 10 wrong tries this device stays locked: then use your "
        "printed code, or ask the people who invited you."
    )
    PASSKEY = gettext_lazy("That did not work. Try again, or come in another way.")
    PRINTED = gettext_lazy(
        "This code does not work. It may be used up or too old. Look at each letter, or ask for a "
        "new one."
    )

    @property
    def words(self) -> str:
        """The sentence."""
        return str(self.value)


@dataclass(frozen=True)
class SignInPage:
    """Every way in."""

    mistakes: ErrorSummary | None
    form: SignInForm
    pin: Field | None
    shared: ChoiceList
    goes_on: str
    folds_password: bool
    demo_words: str
    has_error: bool


@dataclass(frozen=True)
class CodePage:
    """One code to type."""

    mistakes: ErrorSummary | None
    code: Field
    button: Button
    shared: ChoiceList | None = None


@dataclass(frozen=True)
class ChoosePage:
    """How somebody wants to come in from now on."""

    mistakes: ErrorSummary | None
    pin: Field | None
    again: Field | None
    password: Field | None
    pin_button: Button
    password_button: Button


@dataclass(frozen=True)
class SecondKeyPage:
    """A passkey, or an app with codes that change."""

    mistakes: ErrorSummary | None
    picture: str
    secret: str
    code: Field
    button: Button
    is_first: bool
    frame: str


@dataclass(frozen=True)
class UnlockPage:
    """How the owner of a locked page shows that it is they."""

    mistakes: ErrorSummary | None
    heading: str
    lead: str
    fields: tuple[Field, ...]
    goes_on: str


@dataclass(frozen=True)
class OwnPinPage:
    """Another PIN for this device."""

    mistakes: ErrorSummary | None
    pin: Field
    again: Field
    button: Button


@dataclass(frozen=True)
class OwnPasswordPage:
    """Another password."""

    mistakes: ErrorSummary | None
    current: Field
    password: Field
    button: Button
    frame: str


@dataclass(frozen=True)
class KeepPage:
    """A code, or several, to be kept on paper. Shown until they say that it is kept."""

    heading: str
    lead: str
    codes: tuple[str, ...]
    notice: Notice
    button: Button


def frame_for(*, is_staff: bool) -> str:
    """The frame of a page for everybody: a client's has the way out and help."""
    return "shared/base.html" if is_staff else "shared/client_base.html"


def shared_device(*, is_ticked: bool = False) -> ChoiceList:
    """The tick of someone on a device that is not theirs."""
    hint = gettext("You are signed out when you close the browser, and nothing stays here.")
    return ChoiceList(
        field_name="not_mine",
        label=gettext("This device"),
        is_label_hidden=True,
        choices=(Choice("on", gettext("This is not my device"), hint),),
        chosen=("on",) if is_ticked else (),
        is_multiple=True,
    )


def sign_in_page(
    form: forms.Form,
    *,
    goes_on: str,
    has_device: bool,
    is_demo: bool,
    pin_refused: bool,
    passkey_refused: bool,
    is_on_shared_device: bool,
) -> SignInPage:
    """The ways in that this browser may use."""
    refusal = Refusal.PIN if pin_refused else Refusal.PASSKEY if passkey_refused else None
    pin = pin_field(Refusal.PIN if pin_refused else None) if has_device or pin_refused else None
    tick = shared_device(is_ticked=is_on_shared_device)
    return SignInPage(
        mistakes=mistakes_of(form, refusal, pin if pin_refused else None),
        form=SignInForm.of(form, shared=tick, next_url=goes_on),
        pin=pin,
        shared=tick,
        goes_on=goes_on,
        folds_password=has_device and not is_demo and not form.errors,
        demo_words=gettext(
            "In this demo a password is enough. A real site also asks staff for a passkey or an "
            "app, and everybody else comes in by passkey or PIN."
        )
        if is_demo
        else "",
        has_error=bool(form.errors) or refusal is not None,
    )


def mistakes_of(
    form: forms.Form | None, refusal: Refusal | None = None, field: Field | None = None
) -> ErrorSummary | None:
    """What went wrong, at the top of the page."""
    if refusal is not None:
        return ErrorSummary((Mistake(refusal.words, field.id if field else ""),))
    return ErrorSummary.of(form) if form is not None and form.errors else None


def pin_field(refusal: Refusal | None = None) -> Field:
    """The PIN of this device."""
    return Field(
        "pin",
        gettext("Your PIN"),
        FieldKind.PASSWORD,
        error=refusal.words if refusal else "",
        is_required=True,
        autocomplete="current-password",
        input_mode="numeric",
        max_length=6,
        is_short=True,
    )


def code_field(form: forms.Form, *, label: str = "", hint: str = "", is_digits: bool) -> Field:
    """A code from an app or from paper."""
    return Field.of(
        form["code"],
        label=label or form["code"].label,
        hint=hint,
        autocomplete="one-time-code" if is_digits else "off",
        input_mode="numeric" if is_digits else "",
        is_short=True,
    )


def second_step_page(form: forms.Form) -> CodePage:
    """The code after the password."""
    return CodePage(
        mistakes=mistakes_of(form),
        code=code_field(
            form,
            label=gettext("Code from your app"),
            hint=gettext("6 digits. Lost your app? Type one of your printed codes."),
            is_digits=True,
        ),
        button=Button(gettext("Sign in")),
    )


def printed_code_page(form: forms.Form, *, is_recovery: bool) -> CodePage:
    """A printed code: the first one, or the one that was kept for bad days."""
    return CodePage(
        mistakes=mistakes_of(form),
        code=code_field(
            form,
            label=gettext("Your printed code"),
            hint=gettext("26 letters and digits. Dashes and small letters do not matter."),
            is_digits=False,
        ),
        button=Button(gettext("Go on")),
        shared=shared_device() if is_recovery else None,
    )


def choose_page(form: forms.Form, *, is_staff: bool, passkey_refused: bool) -> ChoosePage:
    """For staff a passkey, or a password and then an app; for everybody else a passkey or a PIN."""
    refusal = Refusal.PASSKEY if passkey_refused else None
    return ChoosePage(
        mistakes=mistakes_of(form, refusal),
        pin=None if is_staff else _new_secret(form["pin"], is_digits=True),
        again=None if is_staff else _new_secret(form["again"], is_digits=True),
        password=_new_secret(form["password"]) if is_staff else None,
        pin_button=Button(gettext("Use this PIN"), ButtonKind.QUIET),
        password_button=Button(gettext("Use this password"), ButtonKind.QUIET),
    )


def _new_secret(bound: forms.BoundField, *, is_digits: bool = False) -> Field:
    return Field.of(
        bound,
        kind=FieldKind.PASSWORD,
        autocomplete="new-password",
        input_mode="numeric" if is_digits else "",
        is_short=True,
    )


def own_pin_page(form: forms.Form) -> OwnPinPage:
    """Another PIN for this device."""
    return OwnPinPage(
        mistakes=mistakes_of(form),
        pin=_new_secret(form["pin"], is_digits=True),
        again=_new_secret(form["again"], is_digits=True),
        button=Button(gettext("Use this PIN")),
    )


def own_password_page(form: forms.Form, *, is_staff: bool) -> OwnPasswordPage:
    """Another password, by whoever knows the one before."""
    return OwnPasswordPage(
        mistakes=mistakes_of(form),
        current=Field.of(
            form["current"], kind=FieldKind.PASSWORD, autocomplete="current-password", is_short=True
        ),
        password=_new_secret(form["password"]),
        button=Button(gettext("Use this password")),
        frame=frame_for(is_staff=is_staff),
    )


def second_key_page(
    form: forms.Form,
    *,
    picture: str,
    secret: str,
    is_first: bool,
    is_staff: bool,
    passkey_refused: bool,
) -> SecondKeyPage:
    """A key besides the password."""
    return SecondKeyPage(
        mistakes=mistakes_of(form, Refusal.PASSKEY if passkey_refused else None),
        picture=picture,
        secret=" ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        code=code_field(form, label=gettext("Code that the app shows"), is_digits=True),
        button=Button(gettext("Use this app"), ButtonKind.QUIET),
        is_first=is_first,
        frame=frame_for(is_staff=is_staff),
    )


def unlock_page(
    *,
    is_locked: bool,
    has_pin: bool,
    has_code: bool,
    has_password: bool,
    goes_on: str,
    refusal: Refusal | None,
) -> UnlockPage:
    """The proofs that this person can give in this browser."""
    fields = (
        (has_pin, pin_field(refusal if refusal is Refusal.PIN else None)),
        (
            has_code,
            Field(
                "code",
                gettext("Code from your app"),
                hint=gettext("6 digits. Lost your app? Type one of your printed codes."),
                error=refusal.words if refusal is Refusal.CODE else "",
                is_required=True,
                autocomplete="one-time-code",
                input_mode="numeric",
                is_short=True,
            ),
        ),
        (
            has_password,
            Field(
                "password",
                gettext("Password"),
                FieldKind.PASSWORD,
                error=refusal.words if refusal is Refusal.PASSWORD else "",
                is_required=True,
                autocomplete="current-password",
                is_short=True,
            ),
        ),
    )
    return UnlockPage(
        mistakes=mistakes_of(None, refusal),
        heading=gettext("Locked") if is_locked else gettext("Is it you?"),
        lead=gettext("You were away for a while. Nothing you typed is lost.")
        if is_locked
        else gettext("This page is for your eyes. Show once more that it is you."),
        fields=tuple(field for is_there, field in fields if is_there),
        goes_on=goes_on,
    )


def keep_page(codes: tuple[str, ...], *, is_staff: bool) -> KeepPage:
    """What to keep on paper."""
    return KeepPage(
        heading=gettext("Keep these codes") if len(codes) > 1 else gettext("Keep this code"),
        lead=gettext("If you lose your passkey or your app, each code lets you in once.")
        if is_staff
        else gettext("If you lose this device or forget your PIN, this code lets you back in."),
        codes=codes,
        notice=Notice(
            gettext("It is shown only now"),
            gettext("Print it or write it down. Keep it where nobody else looks."),
        ),
        button=Button(gettext("I have kept it")),
    )
