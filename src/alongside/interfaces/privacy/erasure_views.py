"""A privacy officer's pages about clients who ask to be forgotten."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from alongside.clinic.access.policy import Segment
from alongside.clinic.disclosures.actions import NothingWritten, NotWaiting, SamePerson
from alongside.clinic.disclosures.erasure import (
    HeldByDemand,
    decline_erasure,
    erase_client,
    record_erasure_wish,
)
from alongside.clinic.disclosures.queries import client_numbered, erasure_to_do, is_held
from alongside.clinic.people.models import Role
from alongside.interfaces.privacy.erasure_pages import erasure_page, wish_on_paper_page
from alongside.interfaces.privacy.sharing_forms import ErasureForm, WishOnPaperForm
from alongside.interfaces.shared.clinic_time import in_clinic_time
from alongside.interfaces.shared.declared import Nobody, about, recording
from alongside.interfaces.shared.doors import fresh, only_for
from alongside.interfaces.shared.middleware import viewer_of
from alongside.interfaces.shared.sentences import sentence_of

REFUSED = 422


@about(recording(Segment.ERASURE), post=recording(Segment.ERASURE))
@in_clinic_time
@only_for(Role.PRIVACY_OFFICER)
@fresh
def forget(request: HttpRequest, public_id: str) -> HttpResponse:
    """A client's wish to be forgotten, carried out or declined."""
    viewer = viewer_of(request)
    wish = erasure_to_do(viewer, public_id)
    form = ErasureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            if form.is_erased:
                erase_client(request=wish, by=viewer.actor, now=viewer.now)
                done = gettext("Everything is deleted. Nobody can bring it back.")
            else:
                answer = form.cleaned_data["answer"]
                decline_erasure(request=wish, answer=answer, by=viewer.actor, now=viewer.now)
                done = gettext("Decided. The client sees it on their page.")
        except NothingWritten as problem:
            form.add_error("answer", sentence_of(problem))
        except (HeldByDemand, SamePerson) as problem:
            form.add_error("decision", sentence_of(problem))
        except NotWaiting as problem:
            messages.error(request, sentence_of(problem))
            return redirect("privacy_sharing")
        else:
            messages.success(request, done)
            return redirect("privacy_sharing")
    status = REFUSED if form.errors else 200
    page = erasure_page(wish, form, is_held=is_held(wish))
    return render(request, "privacy/forget.html", {"page": page}, status=status)


@about(Nobody.PUBLIC, post=recording(Segment.ERASURE))
@in_clinic_time
@only_for(Role.PRIVACY_OFFICER)
def add_wish(request: HttpRequest) -> HttpResponse:
    """A wish to be forgotten that came on paper, written down."""
    viewer = viewer_of(request)
    form = WishOnPaperForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        client = client_numbered(viewer, form.cleaned_data["code"], segment=Segment.ERASURE)
        if client is None:
            form.add_error("code", gettext("No client has this number."))
        else:
            record_erasure_wish(client=client, by=viewer.actor, now=viewer.now)
            messages.success(request, gettext("Written down. A second person carries it out."))
            return redirect("privacy_sharing")
    status = REFUSED if form.errors else 200
    page = wish_on_paper_page(form)
    return render(request, "privacy/add_wish.html", {"page": page}, status=status)
