"""The client reads who has seen their record, and asks about it."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.policy import Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.people.models import Person
from alongside.clinic.people.queries import clinic_zone
from alongside.clinic.transparency.log import Look, own_log
from alongside.clinic.transparency.questions import LONGEST_WORDS, AlreadyAsked, ask_about_look
from alongside.interfaces.client.pages.who_looked import ask_page, who_looked_page
from alongside.interfaces.shared.clinic_time import in_clinic_time
from alongside.interfaces.shared.declared import about, recording, seeing
from alongside.interfaces.shared.doors import fresh, only_for_clients
from alongside.interfaces.shared.middleware import viewer_of
from alongside.interfaces.shared.sentences import sentence_of


class QuestionForm(forms.Form):
    """What the client wants to know; the look itself already says much, so words are optional."""

    words = forms.CharField(
        label=_("What do you want to know?"),
        help_text=_(
            "You can leave this empty. The privacy officer reads it and answers here. Your "
            "therapist does not see it."
        ),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea,
    )


@about(seeing(Segment.ACCESS_LOG))
@only_for_clients
@fresh
@in_clinic_time
def who_looked(request: HttpRequest) -> HttpResponse:
    """Who has seen the client's record."""
    page = who_looked_page(own_log(viewer_of(request)), clinic_zone())
    return render(request, "client/who_looked.html", {"page": page})


@about(seeing(Segment.ACCESS_LOG), post=recording(Segment.QUESTIONS))
@only_for_clients
@fresh
@in_clinic_time
def ask(request: HttpRequest, public_id: str = "", day: str = "") -> HttpResponse:
    """A question about one look, or without one about the record as a whole."""
    viewer = viewer_of(request)
    client = viewer.own_client
    if client is None:
        raise NotFound
    look = _look(viewer, public_id, day) if public_id else None
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_about_look(
                client=client,
                about=look.person if look else None,
                looked_on=look.on if look else None,
                words=form.cleaned_data["words"],
                by=viewer.actor,
                now=viewer.now,
            )
        except AlreadyAsked as problem:
            messages.error(request, sentence_of(problem))
        else:
            messages.success(request, gettext("Thank you. The answer will stand here."))
        return redirect("who_looked")
    page = ask_page(look, form, clinic_zone())
    status = 422 if form.errors else 200
    return render(request, "client/ask.html", {"page": page}, status=status)


def _look(viewer: Viewer, public_id: str, day: str) -> Look:
    person = Person.objects.filter(public_id=public_id).first()
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise NotFound from None
    found = next(
        (each for each in own_log(viewer).looks if each.on == on and each.person == person), None
    )
    if found is None or person is None:
        raise NotFound
    return found
