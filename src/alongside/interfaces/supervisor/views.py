"""Pages of those who look after therapists."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from alongside.clinic.access.policy import Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.people.models import Role
from alongside.clinic.people.queries import the_clinic
from alongside.clinic.supervision.actions import answer_concern, note_supervision
from alongside.clinic.supervision.queries import board_of, opened_course, repair_for, waiting_for
from alongside.clinic.supervision.totals import totals_for
from alongside.interfaces.shared.declared import about, recording, seeing
from alongside.interfaces.shared.doors import only_for
from alongside.interfaces.shared.middleware import viewer_of
from alongside.interfaces.shared.sentences import sentence_of
from alongside.interfaces.supervisor.forms import AnswerForm, NoteForm
from alongside.interfaces.supervisor.pages import board_page, opened_page, waiting_page
from alongside.methods.vocabulary.errors import AlongsideError


@about(seeing(Segment.STRAIN), parts=seeing(Segment.ALLIANCE, Segment.CONCERN, Segment.TOTALS))
@only_for(Role.SUPERVISOR)
def board(request: HttpRequest) -> HttpResponse:
    """All that waits for this supervisor."""
    viewer = viewer_of(request)
    page = board_page(board_of(viewer), totals_for(viewer), zone=the_clinic().zone)
    return render(request, "supervisor/board.html", {"page": page})


@about(seeing(Segment.CONCERN, Segment.STRAIN))
@only_for(Role.SUPERVISOR)
def waiting(request: HttpRequest, public_id: str) -> HttpResponse:
    """One strain or concern."""
    return _waiting(request, public_id, NoteForm(), AnswerForm())


@about(post=seeing(Segment.CONCERN, Segment.STRAIN) | recording(Segment.SUPERVISION))
@only_for(Role.SUPERVISOR)
def note(request: HttpRequest, public_id: str) -> HttpResponse:
    """What was done, noted."""
    viewer, form = viewer_of(request), NoteForm(request.POST)
    repair = repair_for(viewer, public_id)
    if form.is_valid():
        try:
            words = form.cleaned_data["note"]
            note_supervision(repair=repair, note=words, by=viewer.actor, now=viewer.now)
        except AlongsideError as problem:
            form.add_error("note", sentence_of(problem))
        else:
            messages.success(request, gettext("Your note is kept."))
            return redirect("supervision_waiting", public_id=public_id)
    return _waiting(request, public_id, form, AnswerForm(), mistakes_in=form)


@about(
    post=seeing(Segment.CONCERN, Segment.STRAIN) | recording(Segment.CONCERN, Segment.SUPERVISION)
)
@only_for(Role.SUPERVISOR)
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """The answer to the client, sent."""
    viewer, form = viewer_of(request), AnswerForm(request.POST)
    repair = repair_for(viewer, public_id)
    if form.is_valid():
        try:
            words = form.cleaned_data["answer"]
            answer_concern(repair=repair, answer=words, by=viewer.actor, now=viewer.now)
        except AlongsideError as problem:
            form.add_error("answer", sentence_of(problem))
        else:
            messages.success(
                request, gettext("Your answer is kept. The client sees it when they next sign in.")
            )
            return redirect("supervision_waiting", public_id=public_id)
    return _waiting(request, public_id, NoteForm(), form, mistakes_in=form)


@about(seeing(Segment.ALLIANCE))
@only_for(Role.SUPERVISOR)
def opened(request: HttpRequest, therapist_key: str, client_key: str) -> HttpResponse:
    """The ratings of one pair, where somebody opened them."""
    viewer = viewer_of(request)
    course = opened_course(viewer, therapist_key, client_key)
    page = opened_page(course, zone=the_clinic().zone)
    return render(request, "supervisor/opened.html", {"page": page})


def _waiting(
    request: HttpRequest,
    public_id: str,
    note_form: NoteForm,
    answer_form: AnswerForm,
    *,
    mistakes_in: forms.Form | None = None,
) -> HttpResponse:
    viewer: Viewer = viewer_of(request)
    page = waiting_page(
        waiting_for(viewer, public_id),
        note_form,
        answer_form,
        mistakes_in=mistakes_in,
        zone=the_clinic().zone,
    )
    return render(
        request, "supervisor/waiting.html", {"page": page}, status=422 if mistakes_in else 200
    )
