"""A privacy officer's pages: wishes of clients, demands from outside, what has left."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.policy import Segment
from alongside.clinic.disclosures.actions import (
    MustAgree,
    NothingWritten,
    NotWaiting,
    SamePerson,
    close_demand,
    confirm_demand,
    decide_restriction,
    note_counsel,
    record_demand,
)
from alongside.clinic.disclosures.queries import (
    client_numbered,
    colleagues,
    demands,
    erasures_done,
    erasures_to_do,
    recent_disclosures,
    restriction_to_decide,
    restrictions_to_decide,
)
from alongside.clinic.disclosures.queries import demand as demand_of
from alongside.clinic.disclosures.restrictions import StillInCare
from alongside.clinic.people.models import Role
from alongside.interfaces.privacy.erasure_pages import forgotten
from alongside.interfaces.privacy.sharing_forms import CounselForm, DecisionForm, DemandForm
from alongside.interfaces.privacy.sharing_pages import (
    add_demand_page,
    decision_page,
    demand_page,
    sharing_page,
)
from alongside.interfaces.shared.clinic_time import in_clinic_time
from alongside.interfaces.shared.declared import Nobody, about, recording, seeing
from alongside.interfaces.shared.doors import only_for
from alongside.interfaces.shared.middleware import viewer_of
from alongside.interfaces.shared.sentences import sentence_of

REFUSED = 422
MOST_LEFT = 50


@about(
    seeing(Segment.DEMANDS, Segment.DISCLOSURES, Segment.ERASURE)
    | recording(Segment.ERASURE, Segment.RESTRICTIONS)
)
@in_clinic_time
@only_for(Role.PRIVACY_OFFICER)
def sharing(request: HttpRequest) -> HttpResponse:
    """What waits, and what has left."""
    viewer = viewer_of(request)
    page = sharing_page(
        demands(viewer),
        restrictions_to_decide(viewer),
        erasures_to_do(viewer),
        recent_disclosures(viewer, most=MOST_LEFT),
        forgotten=forgotten(erasures_done(viewer)),
    )
    return render(request, "privacy/sharing.html", {"page": page})


@about(recording(Segment.RESTRICTIONS), post=recording(Segment.RESTRICTIONS))
@in_clinic_time
@only_for(Role.PRIVACY_OFFICER)
def decide_limit(request: HttpRequest, public_id: str) -> HttpResponse:
    """A client's wish that something is not shared, decided."""
    viewer = viewer_of(request)
    wish = restriction_to_decide(viewer, public_id)
    form = DecisionForm(
        request.POST if request.method == "POST" else None, staff=colleagues(viewer)
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            decide_restriction(
                request=wish,
                is_agreed=given["is_agreed"] == "yes",
                answer=given["answer"],
                kept_from=form.kept_out,
                by=viewer.actor,
                now=viewer.now,
            )
        except NothingWritten as problem:
            form.add_error("answer", sentence_of(problem))
        except MustAgree as problem:
            form.add_error("is_agreed", sentence_of(problem))
        except StillInCare as problem:
            form.add_error("kept_from", sentence_of(problem))
        except NotWaiting as problem:
            messages.error(request, sentence_of(problem))
            return redirect("privacy_sharing")
        else:
            messages.success(request, gettext("Decided. The client sees it on their page."))
            return redirect("privacy_sharing")
    status = REFUSED if form.errors else 200
    page = decision_page(wish, form)
    return render(request, "privacy/decide.html", {"page": page}, status=status)


@about(Nobody.PUBLIC, post=recording(Segment.DEMANDS))
@in_clinic_time
@only_for(Role.PRIVACY_OFFICER)
def add_demand(request: HttpRequest) -> HttpResponse:
    """A demand from outside, written down."""
    viewer = viewer_of(request)
    form = DemandForm(request.POST if request.method == "POST" else None, today=viewer.today)
    if request.method == "POST" and form.is_valid():
        client = client_numbered(viewer, form.cleaned_data["code"], segment=Segment.DEMANDS)
        if client is None:
            form.add_error("code", gettext("No client has this number."))
        else:
            row = record_demand(client=client, **form.given, by=viewer.actor, now=viewer.now)
            messages.success(request, gettext("Written down. By itself it opens nothing."))
            return redirect("demand", public_id=row.public_id)
    status = REFUSED if form.errors else 200
    page = add_demand_page(form)
    return render(request, "privacy/add_demand.html", {"page": page}, status=status)


@about(seeing(Segment.DEMANDS), post=recording(Segment.DEMANDS))
@in_clinic_time
@only_for(Role.PRIVACY_OFFICER)
def demand(request: HttpRequest, public_id: str) -> HttpResponse:
    """One demand; what counsel said, a second reader, its end."""
    viewer = viewer_of(request)
    found = demand_of(viewer, public_id)
    what = request.POST.get("what", "") if request.method == "POST" else ""
    form = CounselForm(request.POST if what == "counsel" else None)
    done = ""
    try:
        if what == "confirm":
            confirm_demand(demand=found, by=viewer.actor, now=viewer.now)
            done = gettext("Confirmed.")
        elif what == "close":
            close_demand(demand=found, by=viewer.actor, now=viewer.now)
            done = gettext("Closed. It opens nothing any more.")
        elif what == "counsel" and form.is_valid():
            said = form.cleaned_data["says"]
            note_counsel(demand=found, says=said, by=viewer.actor, now=viewer.now)
            done = gettext("Kept.")
        elif what != "counsel" and request.method == "POST":
            raise NotFound
    except SamePerson as problem:
        messages.error(request, sentence_of(problem))
        return redirect("demand", public_id=public_id)
    if done:
        messages.success(request, done)
        return redirect("demand", public_id=public_id)
    page = demand_page(found, form, person_id=viewer.person.pk)
    status = REFUSED if form.errors else 200
    return render(request, "privacy/demand.html", {"page": page}, status=status)
