"""Coming in for the first time, or again with the printed code: code, choice, a code to keep."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from alongside.clinic.access.policy import Segment
from alongside.clinic.credentials.actions import (
    InvitationOver,
    PinTooEasy,
    PrintedCode,
    make_recovery_code,
    set_pin,
    use_invitation,
    use_recovery_code,
)
from alongside.clinic.credentials.actions import choose_password as choose_own_password
from alongside.clinic.credentials.codes import in_groups, new_token
from alongside.clinic.credentials.keys import PasskeyRefused, add_passkey
from alongside.clinic.credentials.models import Invitation, Means, RecoveryCode
from alongside.clinic.credentials.queries import invitation_for, is_staff, recovery_code_for
from alongside.clinic.credentials.sign_ins import actor_at_the_door
from alongside.clinic.people.actions import PasswordTooWeak
from alongside.clinic.people.models import Person
from alongside.interfaces.shared.attempts import WrongTries
from alongside.interfaces.shared.declared import Nobody, about, recording
from alongside.interfaces.shared.doors import safe_path, signed_in
from alongside.interfaces.shared.entrance.coming_in import is_shared, let_in
from alongside.interfaces.shared.entrance.device_words import device_words
from alongside.interfaces.shared.entrance.pages import (
    Refusal,
    choose_page,
    keep_page,
    printed_code_page,
)
from alongside.interfaces.shared.entrance.passkeys import challenge_of, site_of, to_make_one
from alongside.interfaces.shared.entrance.sign_in import HALF
from alongside.interfaces.shared.errors import too_many
from alongside.interfaces.shared.forms import CodeForm, NewPasswordForm, NewPinForm
from alongside.interfaces.shared.middleware import now_of, viewer_of
from alongside.interfaces.shared.presence import session_of
from alongside.interfaces.shared.sentences import sentence_of

WRONG_PRINTED_CODES = WrongTries("printed-code", most_from_one_address=30, most_in_all=300)
BEGUN: Final = "begun"
TO_KEEP: Final = "to_keep"


@about(Nobody.DOOR, post=Nobody.DOOR)
def begin(request: HttpRequest, code: str = "") -> HttpResponse:
    """The code that was handed over. A picture of it on paper leads here with the code."""
    given = request.POST if request.method == "POST" else {"code": code} if code else None
    form = CodeForm(given)
    if given is not None and form.is_valid():
        if WRONG_PRINTED_CODES.is_flooded(request):
            return too_many(request)
        invitation = invitation_for(form.cleaned_data["code"], now=now_of(request))
        if invitation is not None:
            return _begun(request, invitation=invitation.pk)
        _refuse(request, form)
    page = printed_code_page(form, is_recovery=False)
    return _render(request, "begin", {"page": page}, is_refused=bool(form.errors))


@about(Nobody.DOOR, post=recording(Segment.SIGN_IN))
def recover(request: HttpRequest) -> HttpResponse:
    """The printed code that was kept for the day when nothing else works."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if WRONG_PRINTED_CODES.is_flooded(request):
            return too_many(request)
        recovery = recovery_code_for(form.cleaned_data["code"])
        if recovery is not None:
            return _recovered(request, recovery)
        _refuse(request, form)
    page = printed_code_page(form, is_recovery=True)
    return _render(request, "recover", {"page": page}, is_refused=bool(form.errors))


def _refuse(request: HttpRequest, form: forms.Form) -> None:
    WRONG_PRINTED_CODES.count(request)
    form.add_error("code", Refusal.PRINTED.words)


def _begun(request: HttpRequest, **by: int) -> HttpResponse:
    session = session_of(request)
    session.flush()
    session[BEGUN] = by
    return redirect("begin_choose")


def _recovered(request: HttpRequest, recovery: RecoveryCode) -> HttpResponse:
    """On a device of their own they choose anew; on another's they are in with nothing set up."""
    if not is_shared(request):
        return _begun(request, recovery=recovery.pk)
    with transaction.atomic():
        person = use_recovery_code(recovery=recovery, now=now_of(request))
        kept = _new_code(request, person)
    return _in_with_code(request, person, Means.RECOVERY, kept)


def _person_begun(request: HttpRequest) -> Person | None:
    """The person whose code was right in this browser, and who has not chosen yet."""
    begun: dict[str, Any] = session_of(request).get(BEGUN) or {}
    found: Invitation | RecoveryCode | None = None
    if "invitation" in begun:
        found = Invitation.objects.filter(
            pk=begun["invitation"], used_at__isnull=True, ends_at__gt=now_of(request)
        ).first()
    elif "recovery" in begun:
        found = RecoveryCode.objects.filter(pk=begun["recovery"]).first()
    return found.person if found is not None and found.person.is_active else None


def _spend(request: HttpRequest) -> tuple[Person, Means]:
    """The code used up, in the transaction of what it allows.

    Raises: InvitationOver.
    """
    begun, now = session_of(request)[BEGUN], now_of(request)
    if "invitation" in begun:
        invitation = Invitation.objects.get(pk=begun["invitation"])
        return use_invitation(invitation=invitation, now=now), Means.INVITATION
    recovery = RecoveryCode.objects.filter(pk=begun["recovery"]).first()
    if recovery is None:
        raise InvitationOver
    return use_recovery_code(recovery=recovery, now=now), Means.RECOVERY


@about(Nobody.DOOR)
def choose(request: HttpRequest) -> HttpResponse:
    """How to come in from now on."""
    return _choice(request, None)


def _choice(
    request: HttpRequest, form: forms.Form | None, *, passkey_refused: bool = False
) -> HttpResponse:
    person = _person_begun(request)
    if person is None:
        return redirect("begin")
    of_staff = is_staff(person)
    form = form or (NewPasswordForm() if of_staff else NewPinForm())
    page = choose_page(form, is_staff=of_staff, passkey_refused=passkey_refused)
    is_refused = bool(form.errors) or passkey_refused
    return _render(request, "choose", {"page": page}, is_refused=is_refused)


@about(post=recording(Segment.SIGN_IN))
@sensitive_post_parameters("pin", "again")
def choose_pin(request: HttpRequest) -> HttpResponse:
    """A PIN that is good on this device alone. Not for staff."""
    person, form = _person_begun(request), NewPinForm(request.POST)
    if person is None or is_staff(person):
        return redirect("begin")
    if not form.is_valid():
        return _choice(request, form)
    token, now = new_token(), now_of(request)
    try:
        with transaction.atomic():
            person, means = _spend(request)
            set_pin(
                person=person,
                token=token,
                pin=form.cleaned_data["pin"],
                words=device_words(request.headers.get("User-Agent", "")),
                by=actor_at_the_door(person),
                now=now,
            )
            kept = _new_code(request, person)
    except PinTooEasy as problem:
        form.add_error("pin", sentence_of(problem))
        return _choice(request, form)
    return _in_with_code(request, person, means, kept, token=token)


@about(post=Nobody.DOOR)
def passkey_to_choose(request: HttpRequest) -> HttpResponse:
    """What the browser needs in order to make a passkey."""
    person = _person_begun(request)
    return redirect("begin") if person is None else to_make_one(request, person)


@about(post=recording(Segment.SIGN_IN))
def choose_passkey(request: HttpRequest) -> HttpResponse:
    """A passkey."""
    if _person_begun(request) is None:
        return redirect("begin")
    try:
        challenge = challenge_of(request)
        with transaction.atomic():
            person, means = _spend(request)
            by, now = actor_at_the_door(person), now_of(request)
            add_passkey(
                person=person,
                site=site_of(request),
                challenge=challenge,
                answer=request.POST.get("credential", ""),
                name=device_words(request.headers.get("User-Agent", "")),
                by=by,
                now=now,
            )
            kept = None if is_staff(person) else _new_code(request, person)
    except PasskeyRefused:
        return _choice(request, None, passkey_refused=True)
    return _in_with_code(request, person, means, kept)


@about(post=recording(Segment.SIGN_IN))
@sensitive_post_parameters("password")
def choose_password(request: HttpRequest) -> HttpResponse:
    """A password of one's own, for staff, who then set up an app."""
    person, form = _person_begun(request), NewPasswordForm(request.POST)
    if person is None or not is_staff(person):
        return redirect("begin")
    if form.is_valid():
        try:
            with transaction.atomic():
                person, _ = _spend(request)
                choose_own_password(
                    person=person,
                    password=form.cleaned_data["password"],
                    by=actor_at_the_door(person),
                    now=now_of(request),
                )
        except PasswordTooWeak as problem:
            form.add_error("password", sentence_of(problem))
    if form.errors:
        return _choice(request, form)
    session = session_of(request)
    session.flush()
    session[HALF] = {"person": person.pk, "next": "/", "not_mine": False}
    return redirect("second_key")


def _new_code(request: HttpRequest, person: Person) -> PrintedCode:
    return make_recovery_code(person=person, by=actor_at_the_door(person), now=now_of(request))


def _in_with_code(
    request: HttpRequest,
    person: Person,
    means: Means,
    kept: PrintedCode | None,
    *,
    token: str = "",
) -> HttpResponse:
    goes_on = redirect("keep_codes" if kept else "front_door")
    response = let_in(request, person, goes_on, means=means, token=token)
    if kept is not None:
        show_once(request, (in_groups(kept.code),))
    return response


def show_once(request: HttpRequest, codes: tuple[str, ...], goes_on: str = "/") -> None:
    """Codes that the person sees on the next page, until they say that they kept them."""
    session_of(request)[TO_KEEP] = {"codes": list(codes), "next": goes_on}


@about(Nobody.OWN, post=Nobody.OWN)
@signed_in
def keep_codes(request: HttpRequest) -> HttpResponse:
    """What to keep on paper."""
    session = session_of(request)
    waiting = session.get(TO_KEEP)
    if waiting is None:
        return redirect("front_door")
    if request.method == "POST":
        del session[TO_KEEP]
        return redirect(safe_path(waiting["next"]))
    is_of_staff = bool(viewer_of(request).roles)
    page = keep_page(tuple(waiting["codes"]), is_staff=is_of_staff)
    return _render(request, "keep_codes", {"page": page})


def _render(
    request: HttpRequest, template: str, page: dict[str, Any], *, is_refused: bool = False
) -> HttpResponse:
    status = 422 if is_refused else 200
    return render(request, f"shared/entrance/{template}.html", page, status=status)
