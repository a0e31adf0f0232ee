"""The clinic's own device: a code from staff, what changed, then the questions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from alongside.clinic.access.policy import Segment
from alongside.clinic.alliance.actions import mark_changes_seen
from alongside.clinic.feedback.actions import CodeNotGood, use_kiosk_code
from alongside.clinic.feedback.queries import FormState, changes_for, form_state
from alongside.clinic.feedback.tokens import token_for
from alongside.clinic.instruments.models import WayIn
from alongside.clinic.people.queries import the_clinic
from alongside.interfaces.client.pages.changes import changes_page
from alongside.interfaces.client.views.answering import (
    LEAVES_KIOSK_FORM_AFTER,
    Door,
    with_token,
)
from alongside.interfaces.shared.attempts import WrongTries
from alongside.interfaces.shared.clinic_time import in_clinic_time
from alongside.interfaces.shared.components.code_input import CodeInput
from alongside.interfaces.shared.components.error_summary import ErrorSummary, Mistake
from alongside.interfaces.shared.declared import Nobody, about, seeing
from alongside.interfaces.shared.middleware import now_of
from alongside.interfaces.shared.sentences import sentence_of

WRONG_CODES = WrongTries("kiosk", most_from_one_address=10, most_in_all=60)


@about(Nobody.DOOR, post=Nobody.DOOR)
@in_clinic_time
def kiosk(request: HttpRequest) -> HttpResponse:
    """The code, and with a good one the way to the form."""
    if request.method != "POST":
        return _code(request)
    if not WRONG_CODES.may_try(request):
        return _code(request, gettext("Too many tries. Please ask someone who works here."), 429)
    try:
        slot = use_kiosk_code(code=request.POST.get("code", ""), now=now_of(request))
    except CodeNotGood as problem:
        WRONG_CODES.count(request)
        return _code(request, sentence_of(problem), 422)
    return redirect("kiosk_changes", token=token_for(slot, WayIn.KIOSK))


def _code(request: HttpRequest, mistake: str = "", status: int = 200) -> HttpResponse:
    code = CodeInput(
        "code",
        gettext("Your code"),
        has_letters=True,
        hint=gettext("Six letters or numbers. Someone who works here gives it to you."),
        error=mistake,
        value=request.POST.get("code", "")[:12],
    )
    summary = ErrorSummary((Mistake(mistake, code.id),)) if mistake else None
    heading = gettext("Welcome to {clinic}").format(clinic=the_clinic().name)
    way_out = reverse("kiosk")
    page = {"heading": heading, "code": code, "summary": summary, "way_out_url": way_out}
    return render(request, "client/kiosk.html", page, status=status)


@about(seeing(Segment.CHANGES))
@with_token
def kiosk_changes(request: HttpRequest, door: Door) -> HttpResponse:
    """What changed because of what this client said, once; then the questions."""
    now = now_of(request)
    if door.way_in is not WayIn.KIOSK or form_state(door.slot, now=now) is not FormState.OPEN:
        return redirect(door.place.action)
    changes = changes_for(door.slot.client, by=door.actor, now=now, only_unseen=True)
    if not changes:
        return redirect(door.place.action)
    page = changes_page(changes, go_on=door.place.action)
    mark_changes_seen(client=door.slot.client, by=door.actor, now=now)
    seen = {"page": page, "way_out_url": door.way_out_url}
    response = render(request, "client/changes.html", seen)
    response.headers["Refresh"] = f"{LEAVES_KIOSK_FORM_AFTER}; url={reverse('kiosk')}"
    return response
