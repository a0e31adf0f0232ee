"""Where one is signed in, and by what one comes in: seen, ended, changed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.policy import Segment
from alongside.clinic.credentials.actions import (
    PinTooEasy,
    forget_device,
    make_recovery_code,
    set_pin,
)
from alongside.clinic.credentials.changes import changes_of
from alongside.clinic.credentials.codes import in_groups, new_token
from alongside.clinic.credentials.keys import LastKey, keys_of, make_codes, remove_key
from alongside.clinic.credentials.models import Means
from alongside.clinic.credentials.passwords import may_change_password
from alongside.clinic.credentials.queries import is_demo, is_staff, past_sign_ins_of, sign_ins_of
from alongside.clinic.credentials.sign_ins import end_sign_in, end_sign_ins, own, tell_owner
from alongside.interfaces.shared.clinic_time import in_clinic_time
from alongside.interfaces.shared.declared import Nobody, about, recording, seeing
from alongside.interfaces.shared.doors import fresh, signed_in
from alongside.interfaces.shared.entrance.beginning import show_once
from alongside.interfaces.shared.entrance.coming_in import let_in
from alongside.interfaces.shared.entrance.device_words import device_words
from alongside.interfaces.shared.entrance.own_sign_ins_page import own_sign_ins_page
from alongside.interfaces.shared.entrance.pages import own_pin_page
from alongside.interfaces.shared.forms import NewPinForm
from alongside.interfaces.shared.middleware import now_of, viewer_of
from alongside.interfaces.shared.presence import sign_in_of
from alongside.interfaces.shared.sentences import sentence_of

OWN = "own_sign_ins"


@about(seeing(Segment.SIGN_IN))
@signed_in
@in_clinic_time
def own_sign_ins(request: HttpRequest) -> HttpResponse:
    """Every sign-in, key and device of the person who looks."""
    viewer, now, here = viewer_of(request), now_of(request), sign_in_of(request)
    if here is None:
        raise NotFound
    viewer.see(own(viewer.person))
    page = own_sign_ins_page(
        sign_ins_of(viewer.person, now=now),
        past_sign_ins_of(viewer.person, now=now),
        keys_of(viewer.person),
        viewer.person.devices.exclude(pin_hash=""),
        changes_of(viewer.person),
        here=here,
        is_staff=is_staff(viewer.person),
        is_demo=is_demo(),
        has_password=may_change_password(viewer.person),
    )
    tell_owner(person=viewer.person, here=here, now=now)
    return render(request, "shared/entrance/own_sign_ins.html", {"page": page})


@about(post=recording(Segment.SIGN_IN))
@signed_in
@fresh
def end_own_sign_in(request: HttpRequest, public_id: str) -> HttpResponse:
    """One of them ended."""
    viewer = viewer_of(request)
    sign_in = viewer.person.sign_ins.filter(public_id=public_id).first()
    if sign_in is None:
        raise NotFound
    end_sign_in(sign_in=sign_in, by=viewer.actor, now=now_of(request))
    messages.success(request, gettext("That device is signed out."))
    return redirect(OWN)


@about(post=recording(Segment.SIGN_IN))
@signed_in
@fresh
def end_other_sign_ins(request: HttpRequest) -> HttpResponse:
    """All but this one ended."""
    viewer = viewer_of(request)
    here = sign_in_of(request)
    end_sign_ins(person=viewer.person, by=viewer.actor, now=now_of(request), besides=here)
    messages.success(request, gettext("Every other device is signed out."))
    return redirect(OWN)


@about(post=recording(Segment.SIGN_IN))
@signed_in
@fresh
def remove_own_key(request: HttpRequest, number: int) -> HttpResponse:
    """A passkey or the app taken away."""
    viewer = viewer_of(request)
    try:
        remove_key(person=viewer.person, number=number, by=viewer.actor, now=now_of(request))
    except LastKey as problem:
        messages.error(request, sentence_of(problem))
    else:
        messages.success(request, gettext("That key opens nothing any more."))
    return redirect(OWN)


@about(post=recording(Segment.SIGN_IN))
@signed_in
@fresh
def forget_own_device(request: HttpRequest, public_id: str) -> HttpResponse:
    """A device whose PIN opens nothing any more."""
    viewer = viewer_of(request)
    device = viewer.person.devices.filter(public_id=public_id).first()
    if device is None:
        raise NotFound
    forget_device(device=device, by=viewer.actor, now=now_of(request))
    messages.success(request, gettext("The PIN of that device opens nothing any more."))
    return redirect(OWN)


@about(post=recording(Segment.SIGN_IN))
@signed_in
@fresh
def new_printed_codes(request: HttpRequest) -> HttpResponse:
    """New codes to keep on paper; those before are good no more."""
    viewer, now = viewer_of(request), now_of(request)
    if is_staff(viewer.person):
        codes = make_codes(person=viewer.person, by=viewer.actor, now=now)
    else:
        made = make_recovery_code(person=viewer.person, by=viewer.actor, now=now)
        codes = (in_groups(made.code),)
    show_once(request, codes, redirect(OWN)["Location"])
    return redirect("keep_codes")


@about(Nobody.OWN, post=recording(Segment.SIGN_IN))
@sensitive_post_parameters("pin", "again")
@signed_in
@fresh
def own_pin(request: HttpRequest) -> HttpResponse:
    """A PIN for this device, the first or another one. Not for staff."""
    viewer, form = viewer_of(request), NewPinForm(request.POST or None)
    if is_staff(viewer.person):
        raise NotFound
    if request.method == "POST" and form.is_valid():
        token = new_token()
        try:
            set_pin(
                person=viewer.person,
                token=token,
                pin=form.cleaned_data["pin"],
                words=device_words(request.headers.get("User-Agent", "")),
                by=viewer.actor,
                now=now_of(request),
            )
        except PinTooEasy as problem:
            form.add_error("pin", sentence_of(problem))
        else:
            done = redirect(OWN)
            return let_in(request, viewer.person, done, means=Means.PIN, token=token)
    page = own_pin_page(form)
    status = 422 if form.errors else 200
    return render(request, "shared/entrance/own_pin.html", {"page": page}, status=status)
