"""Opening a record in an emergency, and reading it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from alongside.clinic.access.checks import check
from alongside.clinic.access.emergencies import (
    NobodyByThatName,
    SayMore,
    emergency_of,
    open_in_emergency,
)
from alongside.clinic.access.models import EmergencyReason
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.people.models import Care, Person, Role
from alongside.clinic.progress.queries import progress_of
from alongside.clinic.visits.queries import visits_seen
from alongside.interfaces.shared.clinic_time import in_clinic_time
from alongside.interfaces.shared.components.breadcrumbs import Breadcrumbs, Crumb
from alongside.interfaces.shared.declared import about, recording, seeing
from alongside.interfaces.shared.doors import fresh, only_for
from alongside.interfaces.shared.middleware import viewer_of
from alongside.interfaces.shared.sentences import sentence_of
from alongside.interfaces.therapist.forms import EmergencyForm
from alongside.interfaces.therapist.pages.emergency import ask_page, emergency_page
from alongside.interfaces.therapist.wording import clinic_zone


@about(recording(Segment.EMERGENCY), post=recording(Segment.EMERGENCY))
@in_clinic_time
@only_for(Role.THERAPIST, Role.SUPERVISOR)
@fresh
def ask(request: HttpRequest) -> HttpResponse:
    """Who it is and what has happened; then the record is open for an hour."""
    viewer = viewer_of(request)
    check(viewer.actor, Deed.RECORD, Record(Segment.EMERGENCY), now=viewer.now)
    form = EmergencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            emergency = open_in_emergency(
                called=form.cleaned_data["called"],
                reason=EmergencyReason(form.cleaned_data["reason"]),
                words=form.cleaned_data["words"],
                by=viewer.actor,
                now=viewer.now,
            )
        except NobodyByThatName as problem:
            form.add_error("called", sentence_of(problem))
        except SayMore as problem:
            form.add_error("words", sentence_of(problem))
        else:
            return redirect("emergency_record", emergency.public_id)
    page = ask_page(form, way_back=_way_back(viewer))
    status = 422 if form.errors else 200
    return render(request, "therapist/emergency_ask.html", {"page": page}, status=status)


@about(seeing(Segment.ATTENDANCE, Segment.IDENTITY, Segment.PROGRESS))
@in_clinic_time
@only_for(Role.THERAPIST, Role.SUPERVISOR)
def record(request: HttpRequest, emergency_id: str) -> HttpResponse:
    """The record, as long as it is open."""
    viewer = viewer_of(request)
    emergency = emergency_of(viewer, emergency_id)
    care = Care.objects.on(viewer.today).filter(client=emergency.client)
    page = emergency_page(
        emergency,
        visits_seen(viewer, emergency.client),
        progress_of(viewer, emergency.client),
        Person.objects.filter(pk__in=care.values("therapist_id")),
        by=viewer.person,
        zone=clinic_zone(),
        way_back=_way_back(viewer),
    )
    return render(request, "therapist/emergency.html", {"page": page})


def _way_back(viewer: Viewer) -> Breadcrumbs:
    """Where this person works."""
    if viewer.is_a(Role.THERAPIST):
        return Breadcrumbs((Crumb(gettext("Caseload"), reverse("caseload")),))
    return Breadcrumbs((Crumb(gettext("Supervision"), reverse("supervision")),))
