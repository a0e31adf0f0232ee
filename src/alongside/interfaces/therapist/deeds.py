"""What a therapist does, one POST a deed; each works without script and redirects after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Final, Protocol

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.policy import Segment
from alongside.clinic.alliance.actions import (
    note_talked_about,
    open_to_supervision,
    say_what_changes,
)
from alongside.clinic.alliance.models import AllianceSeries
from alongside.clinic.alliance.queries import repair_of, words_of
from alongside.clinic.audit.actor import Actor
from alongside.clinic.credentials.actions import invite_client as make_invitation
from alongside.clinic.feedback.actions import (
    CODE_LASTS,
    hand_over_device,
    issue_kiosk_code,
    record_own_rating,
)
from alongside.clinic.feedback.tokens import token_for
from alongside.clinic.instruments.asking import asks_of
from alongside.clinic.instruments.models import WayIn
from alongside.clinic.people.models import Role
from alongside.clinic.visits.actions import cancel_visit, hold_visit, miss_visit, rebook_visit
from alongside.clinic.visits.models import Visit, VisitState
from alongside.clinic.visits.queries import visit_of
from alongside.interfaces.shared.clinic_time import in_clinic_time
from alongside.interfaces.shared.declared import about, recording, seeing
from alongside.interfaces.shared.doors import fresh, only_for
from alongside.interfaces.shared.entrance.invitation import show_invitation
from alongside.interfaces.shared.middleware import viewer_of
from alongside.interfaces.shared.question_page import given_from, mistakes_in, typed_in
from alongside.interfaces.shared.sentences import sentence_of
from alongside.interfaces.therapist.forms import ChangeForm, TalkedAboutForm
from alongside.interfaces.therapist.pages.after import Typed, code_page
from alongside.interfaces.therapist.pages.client import Bound
from alongside.interfaces.therapist.views import (
    WHAT_CAME_OF_ANSWERS,
    show_after,
    show_client,
)
from alongside.interfaces.therapist.wording import clinic_zone
from alongside.methods.vocabulary.errors import AlongsideError


class StateDeed(Protocol):
    """An action that says what became of a visit."""

    def __call__(self, *, visit: Visit, by: Actor, now: datetime) -> Visit: ...


DEED_OF_STATE: Final[dict[str, StateDeed]] = {
    VisitState.HELD: hold_visit,
    VisitState.MISSED: miss_visit,
    VisitState.CANCELLED: cancel_visit,
    VisitState.BOOKED: rebook_visit,
}


def refused_on_the_sheet(
    view: Callable[[HttpRequest, str], HttpResponse],
) -> Callable[[HttpRequest, str], HttpResponse]:
    """The deed on a visit; if it is refused, the sheet after the visit says why."""

    @wraps(view)
    def guarded(request: HttpRequest, visit_id: str) -> HttpResponse:
        try:
            return view(request, visit_id)
        except NotFound:
            raise
        except AlongsideError as problem:
            messages.error(request, sentence_of(problem))
            return redirect("after_visit", visit_id)

    return guarded


@about(
    post=seeing(
        Segment.ALLIANCE,
        Segment.ATTENDANCE,
        Segment.CONCERN,
        Segment.PROGRESS,
        Segment.SIGNALS,
        Segment.STRAIN,
    )
    | recording(Segment.CONCERN, Segment.STRAIN),
    parts=WHAT_CAME_OF_ANSWERS,
)
@in_clinic_time
@only_for(Role.THERAPIST)
def talked_about(request: HttpRequest, repair_id: str) -> HttpResponse:
    """The therapist says that a strain or a concern was talked about."""
    viewer = viewer_of(request)
    repair = repair_of(viewer, repair_id)
    client = repair.series.client
    form = TalkedAboutForm(request.POST, prefix=repair.public_id)
    if form.is_valid():
        try:
            note_talked_about(
                repair=repair, note=form.cleaned_data["note"], by=viewer.actor, now=viewer.now
            )
        except NotFound:
            raise
        except AlongsideError as problem:
            form.add_error("note", sentence_of(problem))
        else:
            messages.success(
                request,
                gettext("Noted. {name} is asked if it was so.").format(name=client.display_name),
            )
            return redirect("client_record", client.public_id)
    return show_client(request, client, Bound(talked_about={repair.public_id: form}))


@about(
    post=seeing(Segment.ALLIANCE, Segment.ATTENDANCE, Segment.PROGRESS, Segment.SIGNALS)
    | recording(Segment.CHANGES),
    parts=WHAT_CAME_OF_ANSWERS,
)
@in_clinic_time
@only_for(Role.THERAPIST)
def answer_words(request: HttpRequest, visit_id: str) -> HttpResponse:
    """The therapist says what will change because of the client's words."""
    viewer = viewer_of(request)
    visit = visit_of(viewer, visit_id)
    question = request.POST.get("question", "")
    words = next(
        (each for each in words_of((visit,), now=viewer.now) if each.answer.link_id == question),
        None,
    )
    if words is None:
        raise NotFound
    form = ChangeForm(request.POST, prefix=f"words{words.answer.pk}")
    if form.is_valid():
        try:
            say_what_changes(
                answer=words.answer,
                what_changes=form.cleaned_data["what_changes"],
                by=viewer.actor,
                now=viewer.now,
            )
        except NotFound:
            raise
        except AlongsideError as problem:
            messages.error(request, sentence_of(problem))
        else:
            messages.success(
                request,
                gettext("Kept. {name} sees it the next time.").format(
                    name=visit.client.display_name
                ),
            )
        return redirect("client_record", visit.client.public_id)
    return show_client(request, visit.client, Bound(changes={words.answer.pk: form}))


@about(post=seeing(Segment.IDENTITY) | recording(Segment.ALLIANCE))
@in_clinic_time
@only_for(Role.THERAPIST)
def set_supervision(request: HttpRequest, client_id: str) -> HttpResponse:
    """The ratings opened to the therapist's supervisor, or closed again."""
    viewer = viewer_of(request)
    client = viewer.client(client_id)
    series = AllianceSeries.objects.filter(client=client, therapist=viewer.person).first()
    if series is None:
        raise NotFound
    is_open = {"yes": True, "no": False}.get(request.POST.get("is_open", ""))
    if is_open is None:
        raise NotFound
    open_to_supervision(series=series, is_open=is_open, by=viewer.actor, now=viewer.now)
    messages.success(
        request,
        gettext("Your supervisor can see the ratings now.")
        if is_open
        else gettext("The ratings are closed to supervision."),
    )
    return redirect("client_record", client_id)


@about(post=seeing(Segment.ATTENDANCE) | recording(Segment.ATTENDANCE))
@in_clinic_time
@only_for(Role.THERAPIST)
@refused_on_the_sheet
def set_state(request: HttpRequest, visit_id: str) -> HttpResponse:
    """What became of the visit; "booked" takes it back."""
    viewer = viewer_of(request)
    visit = visit_of(viewer, visit_id)
    deed = DEED_OF_STATE.get(request.POST.get("state", ""))
    if deed is None:
        raise NotFound
    deed(visit=visit, by=viewer.actor, now=viewer.now)
    return redirect("after_visit", visit_id)


@about(post=seeing(Segment.ATTENDANCE) | recording(Segment.ANSWERS))
@in_clinic_time
@only_for(Role.THERAPIST)
@refused_on_the_sheet
def rate(request: HttpRequest, visit_id: str) -> HttpResponse:
    """The therapist's own rating of the visit."""
    viewer = viewer_of(request)
    visit = visit_of(viewer, visit_id)
    slot = visit.therapist_slot
    if slot is None:
        raise NotFound
    given = given_from(request.POST, slot.version)
    mistakes = mistakes_in(slot.version, given)
    if not typed_in(given) and not mistakes:
        first = next(ask.link_id for ask in asks_of(slot.version, "") if ask.is_question)
        mistakes = {first: gettext("Tap at least one number.")}
    if mistakes:
        return show_after(request, visit, Typed(typed_in(given), mistakes))
    record_own_rating(
        slot=slot,
        given=given,
        by=viewer.actor,
        now=viewer.now,
        language=viewer.person.language,
    )
    messages.success(request, gettext("Your rating is in."))
    return redirect("after_visit", visit_id)


@about(post=seeing(Segment.ATTENDANCE) | recording(Segment.ANSWERS))
@in_clinic_time
@only_for(Role.THERAPIST)
@refused_on_the_sheet
def kiosk_code(request: HttpRequest, visit_id: str) -> HttpResponse:
    """A code for the clinic's tablet, shown once and kept nowhere, so there is no redirect."""
    viewer = viewer_of(request)
    visit = visit_of(viewer, visit_id)
    slot = visit.feedback_slot
    if slot is None:
        raise NotFound
    code = issue_kiosk_code(slot=slot, issued_by=viewer.person, by=viewer.actor, now=viewer.now)
    page = code_page(
        visit,
        code,
        viewer.now + CODE_LASTS,
        clinic_zone(),
        address=f"{settings.BASE_URL.partition('//')[2]}{reverse('kiosk')}",
    )
    return render(request, "therapist/code.html", {"page": page})


@about(post=seeing(Segment.IDENTITY) | recording(Segment.SIGN_IN))
@in_clinic_time
@only_for(Role.THERAPIST)
@fresh
def invite_client(request: HttpRequest, client_id: str) -> HttpResponse:
    """A code with which the client comes in for the first time, or anew, shown once."""
    viewer = viewer_of(request)
    client = viewer.client(client_id)
    made = make_invitation(client=client, by=viewer.actor, now=viewer.now)
    return show_invitation(
        request,
        made,
        name=client.display_name,
        language=client.language,
        back=reverse("client_record", args=[client.public_id]),
    )


@about(post=seeing(Segment.ATTENDANCE) | recording(Segment.ANSWERS))
@in_clinic_time
@only_for(Role.THERAPIST)
@refused_on_the_sheet
def hand_over(request: HttpRequest, visit_id: str) -> HttpResponse:
    """The device lent to the client: the therapist is signed out, only this form is open."""
    viewer = viewer_of(request)
    visit = visit_of(viewer, visit_id)
    slot = visit.feedback_slot
    if slot is None:
        raise NotFound
    hand_over_device(slot=slot, by=viewer.actor, now=viewer.now)
    logout(request)
    response = HttpResponseRedirect(f"/f/{token_for(slot, WayIn.HANDED_OVER)}/")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
