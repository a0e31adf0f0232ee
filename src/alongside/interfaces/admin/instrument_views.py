"""Instruments: look at them, bring one in, choose which one serves."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.policy import Segment
from alongside.clinic.instruments.actions import import_instrument
from alongside.clinic.instruments.previews import (
    InstrumentPreview,
    instrument_for,
    instruments_for,
    preview_upload,
)
from alongside.clinic.instruments.purposes import choose_instrument
from alongside.clinic.instruments.reading import part_of
from alongside.clinic.people.models import Role
from alongside.clinic.people.queries import the_clinic
from alongside.interfaces.admin.instrument_forms import NO_PURPOSE, KeepForm, UploadForm, UseForm
from alongside.interfaces.admin.instrument_pages import (
    instrument_page,
    instruments_page,
    look_page,
    upload_page,
)
from alongside.interfaces.shared.declared import Nobody, about, recording, seeing
from alongside.interfaces.shared.doors import only_for
from alongside.interfaces.shared.middleware import viewer_of
from alongside.interfaces.shared.sentences import sentence_of
from alongside.methods.vocabulary.errors import AlongsideError

DRAFT = "instrument_draft"


@about(seeing(Segment.INSTRUMENTS))
@only_for(Role.ADMINISTRATOR)
def instruments(request: HttpRequest) -> HttpResponse:
    """All instruments of the clinic."""
    page = instruments_page(instruments_for(viewer_of(request)))
    return render(request, "admin/instruments.html", {"page": page})


@about(Nobody.PUBLIC, post=seeing(Segment.INSTRUMENTS))
@only_for(Role.ADMINISTRATOR)
def upload(request: HttpRequest) -> HttpResponse:
    """Two files, read and checked. Nothing is kept yet."""
    viewer = viewer_of(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        document, scoring = form.cleaned_data["document"], form.cleaned_data["scoring"]
        try:
            preview_upload(viewer, document, scoring)
        except NotFound:
            raise
        except AlongsideError as problem:
            form.add_error(part_of(problem), sentence_of(problem))
        else:
            request.session[DRAFT] = {
                "document": document.decode("utf-8"),
                "scoring": scoring.decode("utf-8"),
            }
            return redirect("instrument_look")
    return render(
        request,
        "admin/instrument_upload.html",
        {"page": upload_page(form)},
        status=422 if form.errors else 200,
    )


@about(seeing(Segment.INSTRUMENTS), post=recording(Segment.INSTRUMENTS))
@only_for(Role.ADMINISTRATOR)
def look(request: HttpRequest) -> HttpResponse:
    """What the two files hold, in both languages, and the decision to keep it."""
    draft = request.session.get(DRAFT)
    if draft is None:
        return redirect("instrument_upload")
    viewer = viewer_of(request)
    try:
        preview = preview_upload(viewer, draft["document"], draft["scoring"])
    except NotFound:
        raise
    except AlongsideError as problem:
        messages.error(request, sentence_of(problem))
        return redirect("instrument_upload")
    form = _keep_form(request, preview)
    if request.method == "POST" and form.is_valid():
        try:
            version = import_instrument(
                document=draft["document"],
                scoring=draft["scoring"],
                purpose=form.chosen,
                attestation=form.attestation,
                by=viewer.actor,
                now=viewer.now,
            )
        except NotFound:
            raise
        except AlongsideError as problem:
            form.add_error(None, sentence_of(problem))
        else:
            del request.session[DRAFT]
            messages.success(request, gettext("The instrument is kept."))
            return redirect("instrument", number=version.instrument_id)
    return render(
        request,
        "admin/instrument_look.html",
        {"page": look_page(preview, form)},
        status=422 if form.errors else 200,
    )


@about(seeing(Segment.INSTRUMENTS))
@only_for(Role.ADMINISTRATOR)
def instrument(request: HttpRequest, number: int) -> HttpResponse:
    """One instrument with every question, and what it serves."""
    return _instrument(request, number)


@about(post=seeing(Segment.INSTRUMENTS) | recording(Segment.INSTRUMENTS))
@only_for(Role.ADMINISTRATOR)
def use(request: HttpRequest, number: int) -> HttpResponse:
    """The instrument chosen for a purpose."""
    viewer = viewer_of(request)
    stored = instrument_for(viewer, number)
    form = UseForm(request.POST, fits=stored.preview.fits, may_wait=False)
    purpose = form.chosen if form.is_valid() else None
    if purpose is not None:
        try:
            choose_instrument(
                instrument=stored.row, purpose=purpose, by=viewer.actor, now=viewer.now
            )
        except NotFound:
            raise
        except AlongsideError as problem:
            form.add_error("purpose", sentence_of(problem))
        else:
            messages.success(
                request, gettext("From now on new forms ask this. Forms already made stay.")
            )
            return redirect("instrument", number=number)
    return _instrument(request, number, form)


def _instrument(request: HttpRequest, number: int, form: UseForm | None = None) -> HttpResponse:
    stored = instrument_for(viewer_of(request), number)
    empty = UseForm(
        fits=[purpose for purpose in stored.preview.fits if purpose is not stored.preview.serves],
        may_wait=False,
    )
    page = instrument_page(stored, form or empty, zone=the_clinic().zone)
    return render(
        request,
        "admin/instrument.html",
        {"page": page},
        status=422 if form is not None else 200,
    )


def _keep_form(request: HttpRequest, preview: InstrumentPreview) -> KeepForm:
    return KeepForm(
        request.POST if request.method == "POST" else None,
        fits=preview.fits,
        needs_attestation=preview.needs_attestation,
        is_in_use=preview.serves is not None,
        initial={"purpose": NO_PURPOSE},
    )
