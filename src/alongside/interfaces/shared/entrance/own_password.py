"""Another password, for whoever has one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.policy import Segment
from alongside.clinic.credentials.actions import choose_password
from alongside.clinic.credentials.passwords import is_password_of, may_change_password
from alongside.clinic.credentials.queries import is_staff
from alongside.clinic.credentials.sign_ins import end_sign_ins
from alongside.clinic.people.actions import PasswordTooWeak
from alongside.interfaces.shared.declared import Nobody, about, recording
from alongside.interfaces.shared.doors import fresh, signed_in
from alongside.interfaces.shared.entrance.pages import own_password_page
from alongside.interfaces.shared.entrance.sign_in import WRONG_PASSWORDS
from alongside.interfaces.shared.forms import OwnPasswordForm
from alongside.interfaces.shared.middleware import now_of, viewer_of
from alongside.interfaces.shared.presence import sign_in_of
from alongside.interfaces.shared.sentences import sentence_of


@about(Nobody.OWN, post=recording(Segment.SIGN_IN))
@sensitive_post_parameters("current", "password")
@signed_in
@fresh
def own_password(request: HttpRequest) -> HttpResponse:
    """Another password, by whoever knows the one before. Every other sign-in is over then."""
    viewer, form = viewer_of(request), OwnPasswordForm(request.POST or None)
    if not may_change_password(viewer.person):
        raise NotFound
    if request.method == "POST" and form.is_valid() and _is_known(request, form):
        try:
            choose_password(
                person=viewer.person,
                password=form.cleaned_data["password"],
                by=viewer.actor,
                now=now_of(request),
            )
        except PasswordTooWeak as problem:
            form.add_error("password", sentence_of(problem))
        else:
            return _changed(request)
    page = own_password_page(form, is_staff=is_staff(viewer.person))
    status = 422 if form.errors else 200
    return render(request, "shared/entrance/own_password.html", {"page": page}, status=status)


def _is_known(request: HttpRequest, form: OwnPasswordForm) -> bool:
    """Whether the password until now is right; a guesser is stopped here as at the door."""
    person = viewer_of(request).person
    may_try = WRONG_PASSWORDS.may_try(request, person.sign_in_name)
    if is_password_of(person, form.cleaned_data["current"], may_try=may_try):
        return True
    WRONG_PASSWORDS.count(request, person.sign_in_name)
    words = gettext("That is not your password. After many tries, wait 15 minutes first.")
    form.add_error("current", words)
    return False


def _changed(request: HttpRequest) -> HttpResponse:
    viewer, here = viewer_of(request), sign_in_of(request)
    end_sign_ins(person=viewer.person, by=viewer.actor, now=now_of(request), besides=here)
    update_session_auth_hash(request, viewer.person)
    messages.success(request, gettext("The new password works from now on."))
    return redirect("own_sign_ins")
