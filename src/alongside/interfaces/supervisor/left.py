"""Clients whose therapist works here no more: their supervisor gives them into other hands."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from alongside.clinic.access.caseloads import care_left_behind, hand_over, hands_for
from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.policy import Segment
from alongside.clinic.people.models import Role
from alongside.interfaces.shared.clinic_time import in_clinic_time
from alongside.interfaces.shared.colleague_forms import HandOverForm
from alongside.interfaces.shared.components.breadcrumbs import Breadcrumbs, Crumb
from alongside.interfaces.shared.components.button import Button
from alongside.interfaces.shared.components.card import Card
from alongside.interfaces.shared.components.empty_state import EmptyState
from alongside.interfaces.shared.components.error_summary import ErrorSummary
from alongside.interfaces.shared.components.field import Field
from alongside.interfaces.shared.declared import about, recording, seeing
from alongside.interfaces.shared.doors import only_for
from alongside.interfaces.shared.middleware import viewer_of
from alongside.interfaces.shared.sentences import sentence_of
from alongside.methods.vocabulary.errors import AlongsideError


@dataclass(frozen=True)
class LeftPage:
    """The clients who were left behind, a card each."""

    way_back: Breadcrumbs
    cards: tuple[Card, ...]
    empty: EmptyState | None


@dataclass(frozen=True)
class GivePage:
    """The form that gives one of them into other hands."""

    way_back: Breadcrumbs
    name: str
    fields: tuple[Field, ...]
    button: Button
    mistakes: ErrorSummary | None


@about(seeing(Segment.CARE))
@in_clinic_time
@only_for(Role.SUPERVISOR)
def left(request: HttpRequest) -> HttpResponse:
    """Who was left behind."""
    cards = tuple(
        Card(
            care.client.display_name,
            gettext("Was with {name}, who works here no more.").format(
                name=care.therapist.display_name
            ),
            href=reverse("care_left_give", args=[care.pk]),
        )
        for care in care_left_behind(viewer_of(request))
    )
    empty = EmptyState(
        gettext("Nobody is left behind"),
        gettext("When a therapist whom you supervise leaves, their clients show up here."),
    )
    page = LeftPage(_supervision(), cards, None if cards else empty)
    return render(request, "supervisor/left.html", {"page": page})


@about(seeing(Segment.CARE), post=recording(Segment.CARE))
@in_clinic_time
@only_for(Role.SUPERVISOR)
def give(request: HttpRequest, number: int) -> HttpResponse:
    """One of them in a therapist's care from a day on."""
    viewer = viewer_of(request)
    care = next((each for each in care_left_behind(viewer) if each.pk == number), None)
    if care is None:
        raise NotFound
    form = HandOverForm(
        request.POST or None,
        colleagues=hands_for(care),
        initial={"on": viewer.today},
    )
    if request.method == "POST" and form.is_valid():
        try:
            hand_over(
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
            messages.success(request, gettext("Handed over."))
            return redirect("care_left")
    page = GivePage(
        way_back=Breadcrumbs(
            (*_supervision().crumbs, Crumb(gettext("Left behind"), reverse("care_left")))
        ),
        name=care.client.display_name,
        fields=tuple(Field.of(bound) for bound in form),
        button=Button(gettext("Hand over")),
        mistakes=ErrorSummary.of(form) if form.errors else None,
    )
    status = 422 if form.errors else 200
    return render(request, "supervisor/give.html", {"page": page}, status=status)


def _supervision() -> Breadcrumbs:
    return Breadcrumbs((Crumb(gettext("Supervision"), reverse("supervision")),))
