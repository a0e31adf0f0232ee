"""What was typed in from paper is put right, or taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.policy import Segment
from alongside.clinic.feedback.corrections import (
    correct_response,
    paper_of,
    take_back_response,
    typed_in_paper,
)
from alongside.clinic.people.models import Role
from alongside.clinic.visits.queries import visit_of
from alongside.interfaces.shared.clinic_time import in_clinic_time
from alongside.interfaces.shared.declared import about, recording, seeing
from alongside.interfaces.shared.doors import only_for
from alongside.interfaces.shared.middleware import viewer_of
from alongside.interfaces.shared.question_page import given_from, mistakes_in, typed_in
from alongside.interfaces.shared.sentences import sentence_of
from alongside.interfaces.therapist.forms import CorrectionForm
from alongside.interfaces.therapist.pages.after import Typed, correct_page
from alongside.interfaces.therapist.views import REFUSED
from alongside.interfaces.therapist.wording import clinic_zone
from alongside.methods.vocabulary.errors import AlongsideError


@about(seeing(Segment.ATTENDANCE, Segment.ANSWERS), post=recording(Segment.ANSWERS))
@in_clinic_time
@only_for(Role.THERAPIST)
def correct_paper(request: HttpRequest, visit_id: str) -> HttpResponse:
    """Put right what was typed in from paper, or take it back."""
    viewer = viewer_of(request)
    visit = visit_of(viewer, visit_id)
    response = paper_of(viewer, visit)
    form = CorrectionForm(request.POST or None)
    typed = Typed(typed_in_paper(response, now=viewer.now))
    if request.method == "POST":
        given = given_from(request.POST, response.slot.version)
        is_taken_back = "take_back" in request.POST
        mistakes = {} if is_taken_back else mistakes_in(response.slot.version, given)
        typed = Typed(typed_in(given), mistakes)
        if form.is_valid() and not mistakes:
            how = {"why": form.cleaned_data["why"], "by": viewer.actor, "now": viewer.now}
            try:
                if is_taken_back:
                    take_back_response(response=response, **how)
                else:
                    correct_response(response=response, given=given, **how)
            except NotFound:
                raise
            except AlongsideError as problem:
                form.add_error("why", sentence_of(problem))
            else:
                messages.success(request, _done(is_taken_back=is_taken_back))
                return redirect("after_visit", visit_id)
    page = correct_page(visit, form, zone=clinic_zone(), typed=typed)
    status = REFUSED if page.mistakes else 200
    return render(request, "therapist/correct.html", {"page": page}, status=status)


def _done(*, is_taken_back: bool) -> str:
    if is_taken_back:
        return gettext("The paper was taken back. It counts no more.")
    return gettext("The corrected answers are in.")
