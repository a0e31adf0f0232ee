"""What is shared about a client: what they allowed, what left, and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from alongside.clinic.access.policy import Segment
from alongside.clinic.consent.actions import revoke_consent
from alongside.clinic.consent.queries import own_consent, own_consents, own_drafts
from alongside.clinic.consent.states import NotInThisState
from alongside.clinic.disclosures.own_copy import copy_consent
from alongside.clinic.disclosures.queries import left_by, own_accounting, own_demands
from alongside.clinic.people.queries import the_clinic
from alongside.interfaces.client.pages.sharing import (
    consent_page,
    left_page,
    sharing_page,
    take_back_page,
)
from alongside.interfaces.shared.clinic_time import in_clinic_time
from alongside.interfaces.shared.declared import about, recording, seeing
from alongside.interfaces.shared.doors import fresh, only_for_clients
from alongside.interfaces.shared.middleware import viewer_of
from alongside.interfaces.shared.packages import package_response
from alongside.interfaces.shared.sentences import sentence_of


@about(seeing(Segment.CONSENT, Segment.DISCLOSURES) | recording(Segment.CONSENT))
@only_for_clients
@fresh
@in_clinic_time
def sharing(request: HttpRequest) -> HttpResponse:
    """All of it on one page."""
    viewer = viewer_of(request)
    page = sharing_page(
        clinic=the_clinic().name,
        drafts=own_drafts(viewer),
        consents=tuple(own_consents(viewer)),
        entries=own_accounting(viewer),
        demands=own_demands(viewer),
        now=viewer.now,
    )
    return render(request, "client/sharing.html", {"page": page})


@about(seeing(Segment.DISCLOSURES))
@only_for_clients
@fresh
@in_clinic_time
def left(request: HttpRequest) -> HttpResponse:
    """What left in the last three years, and to whom."""
    page = left_page(own_accounting(viewer_of(request)))
    return render(request, "client/left.html", {"page": page})


@about(seeing(Segment.CONSENT))
@only_for_clients
@fresh
@in_clinic_time
def consent(request: HttpRequest, public_id: str) -> HttpResponse:
    """One consent, read back as it was signed."""
    viewer = viewer_of(request)
    found = own_consent(viewer, public_id)
    page = consent_page(found, left_by(found, now=viewer.now), now=viewer.now)
    return render(request, "client/consent.html", {"page": page})


@about(post=seeing(Segment.CONSENT))
@only_for_clients
@fresh
def consent_paper(request: HttpRequest, public_id: str) -> HttpResponse:
    """The very PDF that was signed."""
    viewer = viewer_of(request)
    found = own_consent(viewer, public_id)
    return package_response(copy_consent(consent=found, by=viewer.actor, now=viewer.now))


@about(seeing(Segment.CONSENT), post=recording(Segment.CONSENT))
@only_for_clients
@fresh
@in_clinic_time
def take_back(request: HttpRequest, public_id: str) -> HttpResponse:
    """Before it is taken back, what that does; then it is."""
    viewer = viewer_of(request)
    found = own_consent(viewer, public_id)
    if request.method == "POST":
        try:
            revoke_consent(consent=found, by=viewer.actor, now=viewer.now)
        except NotInThisState as problem:
            messages.error(request, sentence_of(problem))
        else:
            messages.success(request, gettext("It is taken back. Nothing more goes out by it."))
        return redirect("consent", public_id=public_id)
    if not found.is_in_force:
        return redirect("consent", public_id=public_id)
    page = take_back_page(found, left_by(found, now=viewer.now))
    return render(request, "client/take_back.html", {"page": page})
