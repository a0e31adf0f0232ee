"""Sign in: by passkey, by PIN on a known device, or by name and password and then a code."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from alongside.clinic.credentials.actions import try_pin
from alongside.clinic.credentials.hashing import TURNS
from alongside.clinic.credentials.keys import PasskeyRefused, has_key, is_code_right
from alongside.clinic.credentials.models import Means
from alongside.clinic.credentials.passwords import person_with_password
from alongside.clinic.credentials.queries import is_demo
from alongside.clinic.people.models import Person
from alongside.interfaces.shared.attempts import WrongTries
from alongside.interfaces.shared.declared import Nobody, about
from alongside.interfaces.shared.doors import safe_path
from alongside.interfaces.shared.entrance.coming_in import is_shared, let_in, token_of
from alongside.interfaces.shared.entrance.pages import Refusal, second_step_page, sign_in_page
from alongside.interfaces.shared.entrance.passkeys import person_by_passkey, to_use_one
from alongside.interfaces.shared.errors import too_many
from alongside.interfaces.shared.forms import CodeForm, SignInForm
from alongside.interfaces.shared.presence import session_of

WRONG_PASSWORDS = WrongTries("sign-in", most_from_one_address=10, most_in_all=100)
WRONG_CODES = WrongTries("second-step", most_from_one_address=10, most_in_all=30)
WRONG_PINS = WrongTries("pin", most_from_one_address=30, most_in_all=30)
HALF: Final = "half_in"


@about(Nobody.DOOR, post=Nobody.DOOR)
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Every way in, and the one by name and password.

    An unknown name, a wrong password, someone kept out, someone who may not come in this way and
    someone for whom too many passwords were tried: all get the same answer after the same work.
    """
    if request.method != "POST":
        return _page(request, SignInForm())
    TURNS.check_room()  # before anything is asked of the database
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    if WRONG_PASSWORDS.is_flooded(request):
        return too_many(request)
    name = form.cleaned_data["name"].strip().casefold()
    person = person_with_password(
        name,
        form.cleaned_data["password"],
        may_try=WRONG_PASSWORDS.may_try(request, name),
    )
    if person is None:
        WRONG_PASSWORDS.count(request, name)
        form.add_error(None, Refusal.PASSWORD.words)
        return _page(request, form)
    WRONG_PASSWORDS.forget(request, name)
    return _after_password(request, person)


def _after_password(request: HttpRequest, person: Person) -> HttpResponse:
    """In a demo a password is enough for whoever has set up nothing more."""
    goes_on = safe_path(request.POST.get("next"))
    if is_demo() and not has_key(person):
        return let_in(request, person, redirect(goes_on), means=Means.PASSWORD)
    session = session_of(request)
    session.flush()
    session[HALF] = {"person": person.pk, "next": goes_on, "not_mine": is_shared(request)}
    return redirect("second_step" if has_key(person) else "second_key")


def half_in(request: HttpRequest) -> Person | None:
    """The person whose password was right in this browser, and who is not in yet."""
    half = session_of(request).get(HALF)
    return Person.objects.filter(pk=half["person"], is_active=True).first() if half else None


def all_in(request: HttpRequest, person: Person, means: Means) -> HttpResponse:
    """In, after the second step."""
    half = session_of(request)[HALF]
    return let_in(
        request,
        person,
        redirect(safe_path(half["next"])),
        means=means,
        is_on_shared_device=half["not_mine"],
    )


@about(Nobody.DOOR, post=Nobody.DOOR)
def second_step(request: HttpRequest) -> HttpResponse:
    """The code that the app shows, or one of those for when it is lost."""
    person = half_in(request)
    if person is None:
        return redirect("sign_in")
    if not has_key(person):
        return redirect("second_key")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        may_try = WRONG_CODES.may_try(request, person.public_id)
        if may_try and is_code_right(person, form.cleaned_data["code"]):
            WRONG_CODES.forget(request, person.public_id)
            return all_in(request, person, Means.APP)
        WRONG_CODES.count(request, person.public_id)
        form.add_error("code", Refusal.CODE.words)
    page = second_step_page(form)
    status = 422 if form.errors else 200
    return render(request, "shared/entrance/second_step.html", {"page": page}, status=status)


@about(post=Nobody.DOOR)
def sign_in_pin(request: HttpRequest) -> HttpResponse:
    """In by the PIN of this device."""
    TURNS.check_room()
    if WRONG_PINS.is_flooded(request):
        return too_many(request)
    pin = request.POST.get("pin", "")
    device = try_pin(token=token_of(request), pin=pin.replace(" ", ""))
    if device is None or device.person is None:
        WRONG_PINS.count(request)
        return _page(request, SignInForm(), pin_refused=True)
    goes_on = redirect(safe_path(request.POST.get("next")))
    return let_in(request, device.person, goes_on, means=Means.PIN)


@about(post=Nobody.DOOR)
def passkey_to_sign_in(request: HttpRequest) -> HttpResponse:
    """What the browser needs in order to use a passkey."""
    return to_use_one(request)


@about(post=Nobody.DOOR)
def sign_in_passkey(request: HttpRequest) -> HttpResponse:
    """In by passkey, which is two proofs in one: having the device and unlocking it."""
    try:
        person = person_by_passkey(request)
    except PasskeyRefused:
        return _page(request, SignInForm(), passkey_refused=True)
    goes_on = redirect(safe_path(request.POST.get("next")))
    return let_in(request, person, goes_on, means=Means.PASSKEY)


def _page(
    request: HttpRequest,
    form: SignInForm,
    *,
    pin_refused: bool = False,
    passkey_refused: bool = False,
) -> HttpResponse:
    page = sign_in_page(
        form,
        goes_on=safe_path(request.POST.get("next") or request.GET.get("next")),
        has_device=bool(token_of(request)),
        is_demo=is_demo(),
        pin_refused=pin_refused,
        passkey_refused=passkey_refused,
        is_on_shared_device=is_shared(request),
    )
    is_refused = bool(form.errors) or pin_refused or passkey_refused
    status = 422 if is_refused else 200
    return render(
        request, "shared/sign_in.html", {"page": page, "action": reverse("sign_in")}, status=status
    )


@about(Nobody.PUBLIC)
def turned_away(_: HttpRequest) -> HttpResponse:
    """What the gate says, as 503, to whoever comes in a flood."""
    return HttpResponse(render_to_string("503.html"))
