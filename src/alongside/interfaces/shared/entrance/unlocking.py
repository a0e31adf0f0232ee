"""Locked pages and pages behind a fresh proof: their owner shows that it is they, and goes on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from alongside.clinic.credentials.actions import try_pin
from alongside.clinic.credentials.kept_forms import kept_for, kept_form, typed_in
from alongside.clinic.credentials.keys import APP, PasskeyRefused, has_key, is_code_right, keys_of
from alongside.clinic.credentials.models import SignIn, Standing
from alongside.clinic.credentials.passwords import person_with_password
from alongside.clinic.credentials.queries import device_of, is_demo
from alongside.clinic.credentials.sign_ins import unlock_sign_in
from alongside.clinic.people.models import Person
from alongside.interfaces.shared.declared import Nobody, about
from alongside.interfaces.shared.doors import safe_path, signed_in
from alongside.interfaces.shared.entrance.coming_in import (
    tell_of_changes,
    token_of,
    warn_of_new_device,
)
from alongside.interfaces.shared.entrance.pages import Refusal, unlock_page
from alongside.interfaces.shared.entrance.passkeys import person_by_passkey
from alongside.interfaces.shared.entrance.sign_in import WRONG_CODES, WRONG_PASSWORDS, WRONG_PINS
from alongside.interfaces.shared.errors import too_many
from alongside.interfaces.shared.middleware import now_of, viewer_of
from alongside.interfaces.shared.presence import in_background, session_of, sign_in_of


def _goes_on(request: HttpRequest) -> str:
    return safe_path(request.POST.get("next") or request.GET.get("next"))


def _waiting(request: HttpRequest) -> SignIn | None:
    """The sign-in of this browser, if a proof would open it."""
    sign_in = sign_in_of(request)
    if sign_in is None or sign_in.person is None or not sign_in.person.is_active:
        return None
    return None if sign_in.standing(now_of(request)) is Standing.OVER else sign_in


@about(Nobody.DOOR, post=Nobody.DOOR)
@sensitive_post_parameters("pin", "password", "code")
def unlock(request: HttpRequest) -> HttpResponse:
    """The page that was open before, once its owner showed that it is they."""
    sign_in = _waiting(request)
    if sign_in is None or sign_in.person is None:
        return redirect(f"{reverse('sign_in')}?next={_goes_on(request)}")
    if request.method != "POST":
        return _page(request, sign_in, sign_in.person, None)
    if WRONG_PINS.is_flooded(request):
        return too_many(request)
    refusal = _refusal(request, sign_in.person)
    if refusal is not None:
        return _page(request, sign_in, sign_in.person, refusal)
    return _opened(request, sign_in)


def _refusal(request: HttpRequest, person: Person) -> Refusal | None:
    """Nothing, when what was typed proves that it is this person."""
    if "pin" in request.POST:
        return None if _is_pin_of(request, person) else Refusal.PIN
    if "code" in request.POST:
        return None if _is_code_of(request, person) else Refusal.CODE
    return None if _is_password_of(request, person) else Refusal.PASSWORD


def _is_pin_of(request: HttpRequest, person: Person) -> bool:
    pin = request.POST["pin"].replace(" ", "")
    device = try_pin(token=token_of(request), pin=pin)
    if device is None or device.person_id != person.pk:
        WRONG_PINS.count(request)
        return False
    return True


def _is_code_of(request: HttpRequest, person: Person) -> bool:
    may_try = WRONG_CODES.may_try(request, person.public_id)
    if may_try and is_code_right(person, request.POST["code"]):
        return True
    WRONG_CODES.count(request, person.public_id)
    return False


def _is_password_of(request: HttpRequest, person: Person) -> bool:
    """Only in a demo, for those without anything better."""
    if not _may_use_password(person):
        return False
    name = person.sign_in_name
    may_try = WRONG_PASSWORDS.may_try(request, name)
    found = person_with_password(name, request.POST.get("password", ""), may_try=may_try)
    if found != person:
        WRONG_PASSWORDS.count(request, name)
    return found == person


def _may_use_password(person: Person) -> bool:
    return is_demo() and not has_key(person)


@about(post=Nobody.DOOR)
def unlock_by_passkey(request: HttpRequest) -> HttpResponse:
    """The same by passkey."""
    sign_in = _waiting(request)
    if sign_in is None or sign_in.person is None:
        return redirect("sign_in")
    try:
        is_theirs = person_by_passkey(request) == sign_in.person
    except PasskeyRefused:
        is_theirs = False
    if not is_theirs:
        return _page(request, sign_in, sign_in.person, Refusal.PASSKEY)
    return _opened(request, sign_in)


def _opened(request: HttpRequest, sign_in: SignIn) -> HttpResponse:
    last_seen = sign_in.seen_at
    unlock_sign_in(sign_in, is_proof=True, now=now_of(request))
    session_of(request).cycle_key()
    if sign_in.person is not None:
        warn_of_new_device(request, sign_in.person, here=sign_in)
        tell_of_changes(request, sign_in.person, since=last_seen)
    return redirect(_goes_on(request))


def _page(
    request: HttpRequest, sign_in: SignIn, person: Person, refusal: Refusal | None
) -> HttpResponse:
    device = device_of(person, token_of(request))
    page = unlock_page(
        is_locked=sign_in.standing(now_of(request)) is Standing.LOCKED,
        has_pin=device is not None and bool(device.pin_hash),
        has_code=any(key.type == APP for key in keys_of(person)),
        has_password=_may_use_password(person),
        goes_on=_goes_on(request),
        refusal=refusal,
    )
    status = 422 if refusal else 200
    return render(request, "shared/entrance/unlock.html", {"page": page}, status=status)


@about(Nobody.OWN)
@signed_in
def kept(request: HttpRequest, public_id: str) -> HttpResponse:
    """What was sent while the page was locked, ready to be sent with one tap."""
    found = kept_form(viewer_of(request).person, public_id, now=now_of(request))
    typed = typed_in(found) if found else None
    status = 200 if typed else 404
    return render(request, "shared/entrance/kept.html", {"typed": typed}, status=status)


@about(post=Nobody.OWN)
@in_background
@signed_in
def give_back(request: HttpRequest) -> HttpResponse:
    """What was typed and not sent on a page that locked, for its script to put back."""
    address = safe_path(request.POST.get("address"))
    found = kept_for(viewer_of(request).person, address, now=now_of(request))
    if found is None:
        return JsonResponse({"fields": []})
    fields = typed_in(found).fields
    found.delete()
    return JsonResponse({"fields": fields})
