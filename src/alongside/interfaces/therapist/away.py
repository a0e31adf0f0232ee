"""A therapist arranges cover, hands a client over, and reads as one who stands in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from alongside.clinic.access.caseloads import (
    arrange_cover,
    colleagues_of,
    covered_client,
    covers_of,
    end_cover,
    hand_over,
    hands_for,
    own_care,
)
from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.policy import Segment
from alongside.clinic.people.models import Care, Person, Role
from alongside.clinic.progress.queries import progress_of
from alongside.clinic.visits.queries import visits_seen
from alongside.interfaces.shared.clinic_time import in_clinic_time
from alongside.interfaces.shared.colleague_forms import HandOverForm
from alongside.interfaces.shared.components.breadcrumbs import Breadcrumbs, Crumb
from alongside.interfaces.shared.dates import long_date
from alongside.interfaces.shared.declared import Nobody, about, recording, seeing
from alongside.interfaces.shared.doors import only_for
from alongside.interfaces.shared.middleware import viewer_of
from alongside.interfaces.shared.sentences import sentence_of
from alongside.interfaces.therapist.forms import CoverForm
from alongside.interfaces.therapist.pages.away import (
    away_page,
    cover_record_page,
    hand_over_page,
)
from alongside.interfaces.therapist.wording import clinic_zone
from alongside.methods.vocabulary.errors import AlongsideError


@about(Nobody.OWN, post=Nobody.OWN)
@in_clinic_time
@only_for(Role.THERAPIST)
def away(request: HttpRequest) -> HttpResponse:
    """Who stands in while one is away."""
    viewer, zone = viewer_of(request), clinic_zone()
    form = CoverForm(request.POST or None, colleagues=colleagues_of(viewer.person))
    if request.method == "POST" and form.is_valid():
        try:
            starts_at, ends_at = form.span(zone)
            arrange_cover(
                absent=viewer.person,
                covering=form.chosen(),
                starts_at=starts_at,
                ends_at=ends_at,
                by=viewer.actor,
                now=viewer.now,
            )
        except NotFound:
            raise
        except AlongsideError as problem:
            form.add_error("until", sentence_of(problem))
        else:
            messages.success(request, gettext("Arranged."))
            return redirect("away")
    page = away_page(covers_of(viewer, viewer.person), form, zone)
    status = 422 if form.errors else 200
    return render(request, "therapist/away.html", {"page": page}, status=status)


@about(post=Nobody.OWN)
@only_for(Role.THERAPIST)
def end(request: HttpRequest, number: int) -> HttpResponse:
    """A cover of one's own ended now."""
    viewer = viewer_of(request)
    cover = next((each for each in covers_of(viewer, viewer.person) if each.pk == number), None)
    if cover is None:
        raise NotFound
    end_cover(cover=cover, by=viewer.actor, now=viewer.now)
    messages.success(request, gettext("Ended. They can read nothing of your clients any more."))
    return redirect("away")


@about(seeing(Segment.IDENTITY), post=recording(Segment.CARE))
@in_clinic_time
@only_for(Role.THERAPIST)
def give_away(request: HttpRequest, client_id: str) -> HttpResponse:
    """One client in a colleague's care from a day on."""
    viewer = viewer_of(request)
    client = viewer.client(client_id)
    care = own_care(viewer, client)
    form = HandOverForm(
        request.POST or None,
        colleagues=hands_for(care),
        initial={"on": viewer.today},
    )
    if request.method == "POST" and form.is_valid():
        try:
            given = hand_over(
                care=care,
                to=form.chosen(),
                on=form.cleaned_data["on"],
                by=viewer.actor,
                now=viewer.now,
            )
        except NotFound:
            raise
        except AlongsideError as problem:
            form.add_error("on", sentence_of(problem))
        else:
            told = gettext("Handed over to {name} from {day} on.")
            messages.success(
                request,
                told.format(name=given.therapist.display_name, day=long_date(given.starts_on)),
            )
            return redirect("caseload")
    way_back = Breadcrumbs(
        (
            Crumb(gettext("Caseload"), reverse("caseload")),
            Crumb(client.display_name, reverse("client_record", args=[client.public_id])),
        )
    )
    page = hand_over_page(client, form, way_back)
    status = 422 if form.errors else 200
    return render(request, "therapist/hand_over.html", {"page": page}, status=status)


@about(seeing(Segment.ATTENDANCE, Segment.IDENTITY, Segment.PROGRESS))
@in_clinic_time
@only_for(Role.THERAPIST)
def cover_record(request: HttpRequest, client_id: str) -> HttpResponse:
    """A client of somebody who is away."""
    viewer = viewer_of(request)
    client = covered_client(viewer, client_id)
    care = Care.objects.on(viewer.today).filter(client=client)
    page = cover_record_page(
        client,
        visits_seen(viewer, client),
        progress_of(viewer, client),
        Person.objects.filter(pk__in=care.values("therapist_id")),
        clinic_zone(),
    )
    return render(request, "therapist/emergency.html", {"page": page})
