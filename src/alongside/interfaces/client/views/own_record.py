"""A client's copy of their record, what they ask not to be shared, and being forgotten."""

from __future__ import annotations

from secrets import token_urlsafe

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.policy import Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.consent.documents import CannotPrint
from alongside.clinic.consent.segments import RecordSegment
from alongside.clinic.disclosures.actions import (
    NothingAsked,
    NotWaiting,
    ask_for_restriction,
    end_restriction,
)
from alongside.clinic.disclosures.erasure import ask_for_erasure, withdraw_erasure
from alongside.clinic.disclosures.gateway import AlreadyLeft
from alongside.clinic.disclosures.own_copy import (
    OWN_SEGMENTS,
    OwnFormat,
    TooManyCopies,
    make_own_copy,
)
from alongside.clinic.disclosures.queries import (
    own_copies,
    own_erasure_request,
    own_restriction,
    own_restrictions,
)
from alongside.clinic.people.models import Client
from alongside.interfaces.client.pages.own_record import copy_page, forget_page, limits_page
from alongside.interfaces.client.sharing_forms import LimitForm
from alongside.interfaces.shared.clinic_time import in_clinic_time
from alongside.interfaces.shared.declared import about, recording, seeing
from alongside.interfaces.shared.doors import fresh, only_for_clients
from alongside.interfaces.shared.middleware import viewer_of
from alongside.interfaces.shared.packages import package_response
from alongside.interfaces.shared.sentences import sentence_of

REFUSED = 422
LONGEST_KEY = 40


@about(seeing(Segment.DISCLOSURES), post=seeing(*OWN_SEGMENTS))
@only_for_clients
@fresh
@in_clinic_time
def own_copy(request: HttpRequest) -> HttpResponse:
    """A copy of all of it, in the form that the client chooses."""
    viewer = viewer_of(request)
    problem = ""
    if request.method == "POST":
        wanted, key = request.POST.get("wanted", ""), request.POST.get("request_key", "")
        if wanted not in set(OwnFormat) or not 8 <= len(key) <= LONGEST_KEY:
            raise NotFound
        try:
            left = make_own_copy(
                client=_client(viewer),
                wanted=OwnFormat(wanted),
                language=get_language() or "en",
                request_key=f"{key}-{wanted}",
                by=viewer.actor,
                now=viewer.now,
            )
        except (TooManyCopies, AlreadyLeft, CannotPrint) as refused:
            problem = sentence_of(refused)
        else:
            return package_response(left.package)
    page = copy_page(
        _client(viewer),
        own_copies(viewer),
        request_key=token_urlsafe(16),
        problem=problem,
    )
    status = REFUSED if problem else 200
    return render(request, "client/own_copy.html", {"page": page}, status=status)


@about(seeing(Segment.RESTRICTIONS), post=recording(Segment.RESTRICTIONS))
@only_for_clients
@fresh
@in_clinic_time
def limits(request: HttpRequest) -> HttpResponse:
    """What the client asks not to be shared."""
    viewer = viewer_of(request)
    form = LimitForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            ask_for_restriction(
                client=_client(viewer),
                segments=frozenset(map(RecordSegment, given["segments"])),
                purposes=form.purposes,
                recipient=given["recipient"],
                reason=given["reason"],
                is_paid_by_client=given["is_paid_by_client"],
                by=viewer.actor,
                now=viewer.now,
            )
        except NothingAsked as problem:
            form.add_error("segments", sentence_of(problem))
        else:
            messages.success(request, gettext("Thank you. You will find the answer here."))
            return redirect("limits")
    page = limits_page(own_restrictions(viewer), form)
    status = REFUSED if form.errors else 200
    return render(request, "client/limits.html", {"page": page}, status=status)


@about(post=seeing(Segment.RESTRICTIONS) | recording(Segment.RESTRICTIONS))
@only_for_clients
@fresh
def end_limit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Something that was asked, taken back."""
    viewer = viewer_of(request)
    asked = own_restriction(viewer, public_id)
    try:
        end_restriction(request=asked, by=viewer.actor, now=viewer.now)
    except NotWaiting as problem:
        messages.error(request, sentence_of(problem))
    else:
        messages.success(request, gettext("It is taken back."))
    return redirect("limits")


@about(seeing(Segment.RESTRICTIONS), post=recording(Segment.RESTRICTIONS))
@only_for_clients
@fresh
@in_clinic_time
def forget_me(request: HttpRequest) -> HttpResponse:
    """What goes and what stays; and the wish to be forgotten."""
    viewer = viewer_of(request)
    standing = own_erasure_request(viewer)
    if request.method == "POST":
        if request.POST.get("withdraw") and standing is not None:
            try:
                withdraw_erasure(request=standing, by=viewer.actor, now=viewer.now)
            except NotWaiting as problem:
                messages.error(request, sentence_of(problem))
            else:
                messages.success(request, gettext("It is taken back. Nothing is deleted."))
        else:
            ask_for_erasure(client=_client(viewer), by=viewer.actor, now=viewer.now)
            messages.success(request, gettext("We have your wish. You can take it back here."))
        return redirect("forget_me")
    return render(request, "client/forget_me.html", {"page": forget_page(standing)})


def _client(viewer: Viewer) -> Client:
    if viewer.own_client is None:
        raise NotFound
    return viewer.own_client
