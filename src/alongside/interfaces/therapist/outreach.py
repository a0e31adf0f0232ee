"""Somebody reached out to a client: noted, and taken back on the same day."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.policy import Segment
from alongside.clinic.engagement.actions import note_reached_out, take_back_reached_out
from alongside.clinic.engagement.models import Way
from alongside.clinic.people.models import Role
from alongside.interfaces.shared.clinic_time import in_clinic_time
from alongside.interfaces.shared.declared import about, recording
from alongside.interfaces.shared.doors import only_for
from alongside.interfaces.shared.middleware import viewer_of
from alongside.interfaces.shared.sentences import sentence_of
from alongside.interfaces.therapist.forms import ReachedOutForm
from alongside.interfaces.therapist.pages.client import Bound
from alongside.interfaces.therapist.views import A_CLIENT_S_PAGE, WHAT_CAME_OF_ANSWERS, show_client
from alongside.methods.vocabulary.errors import AlongsideError


@about(post=A_CLIENT_S_PAGE | recording(Segment.ATTENDANCE), parts=WHAT_CAME_OF_ANSWERS)
@in_clinic_time
@only_for(Role.THERAPIST)
def reached_out(request: HttpRequest, client_id: str) -> HttpResponse:
    """Somebody reached out; with `take_back` it was noted by mistake."""
    viewer = viewer_of(request)
    client = viewer.client(client_id)
    if "take_back" in request.POST:
        try:
            take_back_reached_out(
                client=client,
                public_id=request.POST["take_back"],
                person=viewer.person,
                by=viewer.actor,
                now=viewer.now,
            )
        except NotFound:
            raise
        except AlongsideError as problem:
            messages.error(request, sentence_of(problem))
        else:
            messages.success(request, gettext("Taken back."))
        return redirect("client_record", client_id)
    form = ReachedOutForm(request.POST, prefix="reached")
    if not form.is_valid():
        return show_client(request, client, Bound(reached_out=form))
    note_reached_out(
        client=client,
        person=viewer.person,
        way=Way(form.cleaned_data["way"]),
        note=form.cleaned_data["note"],
        by=viewer.actor,
        now=viewer.now,
    )
    messages.success(request, gettext("Noted. Thank you for keeping in touch."))
    return redirect("client_record", client_id)
