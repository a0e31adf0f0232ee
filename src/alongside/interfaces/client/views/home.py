"""The client's own pages, signed in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.policy import Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.actions import (
    confirm_repair,
    mark_changes_seen,
    open_to_supervision,
)
from alongside.clinic.alliance.actions import tell_supervisor as tell_supervisor_now
from alongside.clinic.alliance.repair_states import NotNow, RepairEvent
from alongside.clinic.feedback.queries import (
    FormState,
    form_state,
    own_alliance,
    own_alliances,
    own_repair,
    own_slot,
    past_forms,
)
from alongside.clinic.feedback.who_reads import therapists_of
from alongside.clinic.people.models import Client
from alongside.clinic.people.queries import the_clinic
from alongside.clinic.supervision.actions import mark_supervision_answers_seen
from alongside.interfaces.client.pages.graph import graph_page
from alongside.interfaces.client.pages.home import home_page
from alongside.interfaces.client.pages.past_answers import past_form_page, past_forms_page
from alongside.interfaces.client.pages.who_reads import who_sees_page
from alongside.interfaces.shared.clinic_time import in_clinic_time
from alongside.interfaces.shared.declared import about, recording, seeing
from alongside.interfaces.shared.doors import fresh, only_for_clients
from alongside.interfaces.shared.middleware import viewer_of
from alongside.interfaces.shared.sentences import sentence_of

ANSWERS = {
    "yes": RepairEvent.CLIENT_CONFIRMS,
    "no": RepairEvent.CLIENT_DENIES,
    "better": RepairEvent.CLIENT_FEELS_BETTER,
}


def _client(viewer: Viewer) -> Client:
    if viewer.own_client is None:
        raise NotFound
    return viewer.own_client


def _language() -> str:
    return get_language() or "en"


@about(seeing(Segment.ALLIANCE, Segment.CHANGES, Segment.CONCERN, Segment.STRAIN))
@only_for_clients
@in_clinic_time
def home(request: HttpRequest) -> HttpResponse:
    """The client's home. What changed counts as seen once it was shown here."""
    viewer = viewer_of(request)
    client = _client(viewer)
    page = home_page(viewer, client, language=_language())
    if page.new_changes:
        mark_changes_seen(client=client, by=viewer.actor, now=viewer.now)
    if page.new_answers:
        mark_supervision_answers_seen(client=client, by=viewer.actor, now=viewer.now)
    return render(request, "client/home.html", {"page": page})


@about(post=seeing(Segment.CONCERN, Segment.STRAIN) | recording(Segment.CONCERN, Segment.STRAIN))
@only_for_clients
@in_clinic_time
def answer_repair(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the client says about a talk, kept."""
    viewer = viewer_of(request)
    event = ANSWERS.get(request.POST.get("answer", ""))
    if event is None:
        raise NotFound
    try:
        confirm_repair(
            repair=own_repair(viewer, public_id), event=event, by=viewer.actor, now=viewer.now
        )
    except NotNow as problem:
        messages.error(request, sentence_of(problem))
    else:
        messages.success(request, gettext("Thank you for telling us."))
    return redirect("client_home")


@about(post=seeing(Segment.CONCERN, Segment.STRAIN) | recording(Segment.CONCERN, Segment.STRAIN))
@only_for_clients
@in_clinic_time
def tell_supervisor(request: HttpRequest, public_id: str) -> HttpResponse:
    """A supervisor told, because the client says so."""
    viewer = viewer_of(request)
    tell_supervisor_now(repair=own_repair(viewer, public_id), by=viewer.actor, now=viewer.now)
    messages.success(request, gettext("A supervisor can see it now."))
    return redirect("client_home")


@about(seeing(Segment.ALLIANCE))
@only_for_clients
@fresh
@in_clinic_time
def who_sees(request: HttpRequest) -> HttpResponse:
    """Who can see what, asked of the policy."""
    viewer = viewer_of(request)
    team = therapists_of(_client(viewer), now=viewer.now)
    page = who_sees_page(team, own_alliances(viewer))
    return render(request, "client/who_sees.html", {"page": page})


@about(post=seeing(Segment.ALLIANCE) | recording(Segment.ALLIANCE))
@only_for_clients
@fresh
@in_clinic_time
def set_supervision(request: HttpRequest, public_id: str) -> HttpResponse:
    """The client's scores opened to the supervisor of one therapist, or closed again."""
    viewer = viewer_of(request)
    series = own_alliance(viewer, public_id)
    is_open = {"yes": True, "no": False}.get(request.POST.get("is_open", ""))
    if is_open is None:
        raise NotFound
    open_to_supervision(series=series, is_open=is_open, by=viewer.actor, now=viewer.now)
    said = (
        gettext("Done. Whoever supervises {name} can see your scores now.")
        if is_open
        else gettext("Done. No supervisor can see your scores with {name} now.")
    )
    messages.success(request, said.format(name=series.therapist.display_name))
    return redirect("who_sees")


@about(seeing(Segment.ALLIANCE, Segment.CONCERN, Segment.PROGRESS, Segment.STRAIN))
@only_for_clients
@in_clinic_time
def graph(request: HttpRequest) -> HttpResponse:
    """The client's own graphs."""
    page = graph_page(viewer_of(request), zone=the_clinic().zone, language=_language())
    return render(request, "client/graph.html", {"page": page})


@about(seeing(Segment.ANSWERS))
@only_for_clients
@in_clinic_time
def past_answers(request: HttpRequest) -> HttpResponse:
    """The forms that the client handed in."""
    number = request.GET.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    slots, has_more = past_forms(viewer_of(request), page=max(page, 1))
    listed = past_forms_page(slots, page=max(page, 1), has_more=has_more, language=_language())
    return render(request, "client/past_answers.html", {"page": listed})


@about(seeing(Segment.ANSWERS))
@only_for_clients
@in_clinic_time
def past_answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """One form as it was handed in; one that is not in yet does not exist here."""
    viewer = viewer_of(request)
    slot = own_slot(viewer, public_id)
    if form_state(slot, now=viewer.now) is not FormState.HANDED_IN:
        raise NotFound
    page = past_form_page(slot, slot.response.answers.all(), language=_language(), now=viewer.now)
    return render(request, "client/past_answer.html", {"page": page})
