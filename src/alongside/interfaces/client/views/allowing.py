"""Allowing something to be shared, step by step."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.policy import Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.consent.actions import Deficient, draft_consent, give_consent
from alongside.clinic.consent.bridge import completed, form_of
from alongside.clinic.consent.form import ConsentForm, SharingPurpose
from alongside.clinic.consent.models import Consent
from alongside.clinic.consent.queries import own_consent, own_draft
from alongside.clinic.people.models import Client
from alongside.interfaces.client.pages.allowing import (
    Step,
    StepPage,
    all_care_page,
    all_care_recipient,
    is_all_care,
    sign_page,
    step_after,
    what_page,
    who_page,
    why_page,
)
from alongside.interfaces.client.sharing_forms import (
    SignatureForm,
    WhatForm,
    WhoForm,
    WhyForm,
)
from alongside.interfaces.shared.clinic_time import in_clinic_time
from alongside.interfaces.shared.declared import Nobody, about, recording, seeing
from alongside.interfaces.shared.doors import fresh, only_for_clients
from alongside.interfaces.shared.middleware import viewer_of
from alongside.interfaces.shared.sentences import sentence_of

REFUSED = 422


@about(Nobody.PUBLIC, post=recording(Segment.CONSENT))
@only_for_clients
@fresh
@in_clinic_time
def allow(request: HttpRequest) -> HttpResponse:
    """The first step: who may get something."""
    viewer = viewer_of(request)
    form = WhoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        draft = _keep(viewer, form.put_into(ConsentForm()))
        return redirect("consent_step", public_id=draft.public_id, step=Step.WHAT)
    return _show(request, who_page(form), form)


@about(Nobody.PUBLIC, post=recording(Segment.CONSENT))
@only_for_clients
@fresh
@in_clinic_time
def all_care(request: HttpRequest) -> HttpResponse:
    """One consent for all care: what it costs first; then a form of its own."""
    viewer = viewer_of(request)
    if request.method == "POST":
        purposes = frozenset({SharingPurpose.ALL_CARE})
        wish = ConsentForm(recipient=all_care_recipient(), purposes=purposes)
        draft = _keep(viewer, wish)
        return redirect("consent_step", public_id=draft.public_id, step=Step.WHAT)
    return render(request, "client/all_care.html", {"page": all_care_page()})


@about(
    seeing(Segment.CONSENT) | recording(Segment.CONSENT),
    post=seeing(Segment.CONSENT) | recording(Segment.CONSENT),
)
@only_for_clients
@fresh
@in_clinic_time
def consent_step(request: HttpRequest, public_id: str, step: str) -> HttpResponse:
    """One of the steps of a form that is begun. Signed, it is read back instead."""
    viewer = viewer_of(request)
    if step not in set(Step):
        raise NotFound
    try:
        draft = own_draft(viewer, public_id)
    except NotFound:
        signed = own_consent(viewer, public_id)
        return redirect("consent", public_id=signed.public_id)
    held = form_of(draft)
    if Step(step) is Step.SIGN:
        return _sign(request, viewer, draft, held)
    if Step(step) is Step.WHO and is_all_care(held):
        raise NotFound
    form = _asked(request, Step(step), held, viewer)
    if request.method == "POST" and form.is_valid():
        _keep(viewer, form.put_into(held), draft)
        return redirect("consent_step", public_id=public_id, step=step_after(Step(step)))
    pages: dict[Step, Callable[[], StepPage]] = {
        Step.WHO: lambda: who_page(form, draft),
        Step.WHAT: lambda: what_page(form, draft, held),
        Step.WHY: lambda: why_page(form, draft, held),
    }
    return _show(request, pages[Step(step)](), form)


def _asked(
    request: HttpRequest, step: Step, held: ConsentForm, viewer: Viewer
) -> WhoForm | WhatForm | WhyForm:
    """The form of a step, as it was sent or as it was kept."""
    sent = request.POST if request.method == "POST" else None
    if step is Step.WHO:
        return WhoForm.holding(held) if sent is None else WhoForm(sent)
    if step is Step.WHAT:
        return WhatForm(sent, form=held)
    return WhyForm(sent, form=held, today=viewer.today)


def _sign(request: HttpRequest, viewer: Viewer, draft: Consent, held: ConsentForm) -> HttpResponse:
    """All of it to read, and then the signature."""
    form = SignatureForm(request.POST or None)
    whole = completed(held, _client(viewer))
    if request.method == "POST" and form.is_valid():
        try:
            given = give_consent(
                draft=draft,
                signature=form.cleaned_data["signature"],
                by=viewer.actor,
                now=viewer.now,
            )
        except Deficient as problem:
            form.add_error(None, sentence_of(problem))
        else:
            messages.success(request, gettext("Signed. You can take it back at any time."))
            return redirect("consent", public_id=given.public_id)
    return _show(request, sign_page(form, draft, whole), form)


def _keep(viewer: Viewer, form: ConsentForm, draft: Consent | None = None) -> Consent:
    return draft_consent(
        client=_client(viewer),
        form=form,
        language=get_language() or "en",
        draft=draft,
        by=viewer.actor,
        now=viewer.now,
    )


def _client(viewer: Viewer) -> Client:
    if viewer.own_client is None:
        raise NotFound
    return viewer.own_client


def _show(request: HttpRequest, page: StepPage, form: forms.Form) -> HttpResponse:
    status = REFUSED if form.errors else 200
    return render(request, "client/allow.html", {"page": page}, status=status)
