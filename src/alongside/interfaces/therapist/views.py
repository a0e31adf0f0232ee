"""What a therapist reads: the board, one client, before and after a visit."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from alongside.clinic.access.caseloads import covered_by
from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.policy import Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.caseload.queries import caseload_of, record_of
from alongside.clinic.feedback.actions import enter_paper
from alongside.clinic.people.models import Client, Role
from alongside.clinic.progress.actions import bring_up_to_date
from alongside.clinic.visits.actions import book_visit
from alongside.clinic.visits.models import Visit
from alongside.clinic.visits.queries import (
    invitation_of,
    next_visit,
    visit_of,
    visits_of,
    visits_on,
)
from alongside.interfaces.shared.clinic_time import in_clinic_time
from alongside.interfaces.shared.dates import long_moment
from alongside.interfaces.shared.declared import Nobody, about, recording, seeing
from alongside.interfaces.shared.doors import only_for
from alongside.interfaces.shared.middleware import now_of, viewer_of
from alongside.interfaces.shared.question_page import given_from, mistakes_in, typed_in
from alongside.interfaces.shared.sentences import sentence_of
from alongside.interfaces.therapist.forms import BookingForm, PaperForm
from alongside.interfaces.therapist.pages.after import (
    Typed,
    after_page,
    book_page,
    paper_page,
)
from alongside.interfaces.therapist.pages.away import cover_cards
from alongside.interfaces.therapist.pages.before import before_page
from alongside.interfaces.therapist.pages.caseload import caseload_page
from alongside.interfaces.therapist.pages.client import Bound, client_page
from alongside.interfaces.therapist.wording import clinic_zone
from alongside.methods.vocabulary.errors import AlongsideError

REFUSED = 422
USUAL_MINUTES = 50
LOOKED_FOR = "looked_for"
A_CLIENT_S_PAGE = seeing(
    *(Segment.ALLIANCE, Segment.ATTENDANCE, Segment.IDENTITY, Segment.PROGRESS, Segment.SIGNALS)
)
WHAT_CAME_OF_ANSWERS = seeing(Segment.ANSWERS, Segment.CHANGES, Segment.CONCERN, Segment.STRAIN)
"""On a client's pages where the client shared words, or things got hard between the two."""


@about(seeing(Segment.IDENTITY), post=Nobody.OWN)
@in_clinic_time
@only_for(Role.THERAPIST)
def caseload(request: HttpRequest) -> HttpResponse:
    """Who needs attention, and today's visits. POST looks for a client by name or number."""
    if request.method == "POST":
        return _look_for(request, request.POST.get("q", "").strip()[:80])
    viewer, zone = viewer_of(request), clinic_zone()
    bring_up_to_date(clients=viewer.clients, now=viewer.now)
    named = request.session.get(LOOKED_FOR, "") if "search" in request.GET else ""
    page = caseload_page(
        caseload_of(viewer, named=named),
        visits_on(viewer, viewer.now.astimezone(zone).date(), zone),
        covered=cover_cards(covered_by(viewer), zone),
        named=named,
        zone=zone,
        now=viewer.now,
    )
    return render(request, "therapist/caseload.html", {"page": page})


@about(A_CLIENT_S_PAGE, parts=WHAT_CAME_OF_ANSWERS)
@in_clinic_time
@only_for(Role.THERAPIST)
def client_record(request: HttpRequest, client_id: str) -> HttpResponse:
    """Everything that this therapist may know of one client."""
    return show_client(request, viewer_of(request).client(client_id), Bound())


def show_client(request: HttpRequest, client: Client, bound: Bound) -> HttpResponse:
    """The page of a client, with the forms that were refused, if any."""
    viewer = viewer_of(request)
    _bring_up_to_date(viewer, client)
    page = client_page(
        record_of(viewer, client),
        viewer.person,
        zone=clinic_zone(),
        now=viewer.now,
        bound=bound,
    )
    status = REFUSED if page.mistakes else 200
    return render(request, "therapist/client.html", {"page": page}, status=status)


@about(
    seeing(Segment.ALLIANCE, Segment.ATTENDANCE, Segment.PROGRESS, Segment.SIGNALS),
    parts=WHAT_CAME_OF_ANSWERS,
)
@in_clinic_time
@only_for(Role.THERAPIST)
def before_visit(request: HttpRequest, visit_id: str) -> HttpResponse:
    """The two-minute sheet."""
    viewer = viewer_of(request)
    visit = visit_of(viewer, visit_id)
    _bring_up_to_date(viewer, visit.client)
    page = before_page(
        record_of(viewer, visit.client),
        visit,
        viewer.person,
        zone=clinic_zone(),
    )
    return render(request, "therapist/before.html", {"page": page})


@about(seeing(Segment.ATTENDANCE))
@in_clinic_time
@only_for(Role.THERAPIST)
def after_visit(request: HttpRequest, visit_id: str) -> HttpResponse:
    """What became of the visit, and what comes next."""
    return show_after(request, visit_of(viewer_of(request), visit_id), Typed())


def show_after(request: HttpRequest, visit: Visit, typed: Typed) -> HttpResponse:
    """The sheet after a visit, with a rating that was refused, if any."""
    now = now_of(request)
    page = after_page(
        visit,
        invitation_of(visit),
        next_visit(visits_of(visit.client), visit.therapist, now=now),
        zone=clinic_zone(),
        now=now,
        typed=typed,
    )
    status = REFUSED if page.mistakes else 200
    return render(request, "therapist/after.html", {"page": page}, status=status)


@about(seeing(Segment.IDENTITY), post=recording(Segment.ATTENDANCE))
@in_clinic_time
@only_for(Role.THERAPIST)
def book(request: HttpRequest, client_id: str) -> HttpResponse:
    """Book a visit on the clinic's own clock."""
    viewer, zone = viewer_of(request), clinic_zone()
    client = viewer.client(client_id)
    form = BookingForm(request.POST or None, initial=_tomorrow(viewer.now, zone))
    if request.method == "POST" and form.is_valid():
        try:
            starts_at, ends_at = form.span(zone)
            visit = book_visit(
                client=client,
                therapist=viewer.person,
                starts_at=starts_at,
                ends_at=ends_at,
                by=viewer.actor,
                now=viewer.now,
            )
        except NotFound:
            raise
        except AlongsideError as problem:
            form.add_error("time", sentence_of(problem))
        else:
            messages.success(
                request,
                gettext("Booked: {time}.").format(time=long_moment(visit.starts_at, zone)),
            )
            return redirect("client_record", client_id)
    page = book_page(client.display_name, reverse("client_record", args=[client_id]), form)
    status = REFUSED if form.errors else 200
    return render(request, "therapist/book.html", {"page": page}, status=status)


@about(seeing(Segment.ATTENDANCE), post=recording(Segment.ANSWERS))
@in_clinic_time
@only_for(Role.THERAPIST)
def paper(request: HttpRequest, visit_id: str) -> HttpResponse:
    """Type in what a client wrote on paper."""
    viewer = viewer_of(request)
    visit = visit_of(viewer, visit_id)
    slot = visit.feedback_slot
    if slot is None:
        raise NotFound
    zone = clinic_zone()
    form = PaperForm(request.POST or None, initial={"filled_on": visit.ends_at.astimezone(zone)})
    given = given_from(request.POST, slot.version)
    typed = Typed(typed_in(given), mistakes_in(slot.version, given))
    if request.method == "POST" and form.is_valid() and not typed.mistakes:
        try:
            enter_paper(
                slot=slot,
                given=given,
                filled_on=form.cleaned_data["filled_on"],
                entered_by=viewer.person,
                language=visit.client.language,
                by=viewer.actor,
                now=viewer.now,
            )
        except NotFound:
            raise
        except AlongsideError as problem:
            form.add_error("filled_on", sentence_of(problem))
        else:
            messages.success(request, gettext("The answers from the paper are in."))
            return redirect("after_visit", visit_id)
    page = paper_page(visit, form, zone=zone, entered_by=viewer.person.display_name, typed=typed)
    status = REFUSED if page.mistakes else 200
    return render(request, "therapist/paper.html", {"page": page}, status=status)


def _look_for(request: HttpRequest, named: str) -> HttpResponse:
    """Keeps the name in the session: an address with it would stay in histories and logs.

    There is a redirect, since nobody can go back to the answer to a POST that no cache may keep.
    """
    request.session[LOOKED_FOR] = named
    return redirect(f"{reverse('caseload')}?search" if named else "caseload")


def _bring_up_to_date(viewer: Viewer, client: Client) -> None:
    bring_up_to_date(clients=viewer.clients.filter(pk=client.pk), now=viewer.now)


def _tomorrow(now: datetime, zone: ZoneInfo) -> dict[str, object]:
    return {"day": (now.astimezone(zone) + timedelta(days=1)).date(), "minutes": USUAL_MINUTES}
