"""Pages of the privacy officer: questions of clients, emergencies to review, odd looks."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.emergencies import review_emergency
from alongside.clinic.access.models import Verdict
from alongside.clinic.access.policy import Segment
from alongside.clinic.people.models import Role
from alongside.clinic.people.queries import clinic_zone
from alongside.clinic.transparency.flags import flag_of, open_flags, review_flag
from alongside.clinic.transparency.questions import answer_question, open_questions, question_of
from alongside.clinic.transparency.reviews import emergencies_to_review, emergency_to_review
from alongside.interfaces.privacy.forms import AnswerForm, FlagForm, ReviewForm
from alongside.interfaces.privacy.pages import (
    board_page,
    emergency_page,
    flag_page,
    question_page,
)
from alongside.interfaces.shared.clinic_time import in_clinic_time
from alongside.interfaces.shared.declared import about, recording, seeing
from alongside.interfaces.shared.doors import only_for
from alongside.interfaces.shared.middleware import viewer_of
from alongside.interfaces.shared.sentences import sentence_of
from alongside.methods.vocabulary.errors import AlongsideError


@about(seeing(Segment.QUESTIONS, Segment.REVIEW))
@in_clinic_time
@only_for(Role.PRIVACY_OFFICER)
def board(request: HttpRequest) -> HttpResponse:
    """All that waits for the privacy officer."""
    viewer = viewer_of(request)
    page = board_page(
        open_questions(viewer),
        emergencies_to_review(viewer),
        open_flags(viewer),
        now=viewer.now,
        zone=clinic_zone(),
    )
    return render(request, "privacy/board.html", {"page": page})


@about(seeing(Segment.QUESTIONS), post=recording(Segment.QUESTIONS))
@in_clinic_time
@only_for(Role.PRIVACY_OFFICER)
def question(request: HttpRequest, public_id: str) -> HttpResponse:
    """One question of a client, and its answer."""
    viewer, form = viewer_of(request), AnswerForm(request.POST or None)
    found = question_of(viewer, public_id)

    def keep() -> str:
        answer_question(
            question=found, answer=form.cleaned_data["words"], by=viewer.actor, now=viewer.now
        )
        return gettext("Your answer is kept. The client sees it when they next sign in.")

    if _is_kept(request, form, keep):
        return redirect("privacy")
    page = question_page(found, form, zone=clinic_zone())
    return _shown(request, {"page": page}, form)


@about(seeing(Segment.REVIEW), post=recording(Segment.REVIEW))
@in_clinic_time
@only_for(Role.PRIVACY_OFFICER)
def emergency(request: HttpRequest, public_id: str) -> HttpResponse:
    """One emergency, and whether it was right."""
    viewer, form = viewer_of(request), ReviewForm(request.POST or None)
    found = emergency_to_review(viewer, public_id)

    def keep() -> str:
        review_emergency(
            emergency=found,
            verdict=Verdict(form.cleaned_data["verdict"]),
            outcome=form.cleaned_data["words"],
            by=viewer.actor,
            now=viewer.now,
        )
        return gettext("Your review is kept. The client can read it.")

    if _is_kept(request, form, keep):
        return redirect("privacy")
    page = emergency_page(found, form, now=viewer.now, zone=clinic_zone())
    return _shown(request, {"page": page}, form)


@about(seeing(Segment.REVIEW), post=recording(Segment.REVIEW))
@in_clinic_time
@only_for(Role.PRIVACY_OFFICER)
def flag(request: HttpRequest, public_id: str) -> HttpResponse:
    """One odd look, and what was found out."""
    viewer, form = viewer_of(request), FlagForm(request.POST or None)
    found = flag_of(viewer, public_id)

    def keep() -> str:
        review_flag(flag=found, outcome=form.cleaned_data["words"], by=viewer.actor, now=viewer.now)
        return gettext("What you found out is kept.")

    if _is_kept(request, form, keep):
        return redirect("privacy")
    return _shown(request, {"page": flag_page(found, form, zone=clinic_zone())}, form)


def _is_kept(request: HttpRequest, form: forms.Form, keep: Callable[[], str]) -> bool:
    """Whether the form was sent and what it says is kept; a refusal stands on the form."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        messages.success(request, keep())
    except NotFound:
        raise
    except AlongsideError as problem:
        form.add_error("words", sentence_of(problem))
        return False
    return True


def _shown(request: HttpRequest, context: dict[str, object], form: forms.Form) -> HttpResponse:
    return render(request, "privacy/case.html", context, status=422 if form.errors else 200)
