"""A therapist's own sealed notes about one client: written and opened in their browser."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.policy import Segment
from alongside.clinic.people.models import Role
from alongside.clinic.sealed_notes.actions import (
    NotSealedHere,
    close_sealed_note,
    keep_sealing_key,
    save_sealed_note,
)
from alongside.clinic.sealed_notes.queries import own_note, own_notes, sealing_key_of
from alongside.interfaces.shared.clinic_time import in_clinic_time
from alongside.interfaces.shared.declared import about, recording, seeing
from alongside.interfaces.shared.doors import only_for
from alongside.interfaces.shared.middleware import viewer_of
from alongside.interfaces.shared.sentences import sentence_of
from alongside.interfaces.therapist.pages.sealed_notes import notes_page
from alongside.interfaces.therapist.wording import clinic_zone
from alongside.methods.vocabulary.errors import AlongsideError


@about(seeing(Segment.IDENTITY, Segment.SEALED_NOTES))
@in_clinic_time
@only_for(Role.THERAPIST)
def notes(request: HttpRequest, client_id: str) -> HttpResponse:
    """The notes, sealed; or before the first, how to make a key."""
    viewer = viewer_of(request)
    client = viewer.client(client_id)
    page = notes_page(
        viewer.person,
        client,
        sealing_key_of(viewer),
        own_notes(viewer, client),
        zone=clinic_zone(),
    )
    return render(request, "therapist/sealed_notes.html", {"page": page})


@about(post=seeing(Segment.IDENTITY))
@only_for(Role.THERAPIST)
def make_key(request: HttpRequest, client_id: str) -> HttpResponse:
    """The key pair that the browser made, kept; then back to the notes."""
    viewer = viewer_of(request)
    viewer.client(client_id)
    try:
        keep_sealing_key(
            person=viewer.person,
            public_key=_bytes_in(request, "public_key"),
            wrapped=_bytes_in(request, "wrapped"),
            salt=_bytes_in(request, "salt"),
            n_iterations=_number_in(request, "n_iterations"),
            by=viewer.actor,
            now=viewer.now,
        )
    except NotFound:
        raise
    except AlongsideError as problem:
        messages.error(request, sentence_of(problem))
    else:
        messages.success(request, gettext("Your key is made. Keep the passphrase safe."))
    return redirect("sealed_notes", client_id)


@about(post=seeing(Segment.IDENTITY) | recording(Segment.SEALED_NOTES))
@only_for(Role.THERAPIST)
def save_note(request: HttpRequest, client_id: str, note_id: str) -> HttpResponse:
    """What the browser has just sealed, kept."""
    viewer = viewer_of(request)
    client, key = viewer.client(client_id), sealing_key_of(viewer)
    if key is None:
        raise NotFound
    try:
        save_sealed_note(
            public_id=note_id,
            client=client,
            key=key,
            envelope=_bytes_in(request, "envelope"),
            by=viewer.actor,
            now=viewer.now,
        )
    except NotFound:
        raise
    except AlongsideError as problem:
        return JsonResponse({"message": sentence_of(problem)}, status=422)
    return JsonResponse({"saved": True})


@about(post=seeing(Segment.SEALED_NOTES) | recording(Segment.SEALED_NOTES))
@only_for(Role.THERAPIST)
def close_note(request: HttpRequest, note_id: str) -> HttpResponse:
    """The note as it stands, never to be changed."""
    viewer = viewer_of(request)
    note = own_note(viewer, note_id)
    close_sealed_note(note=note, by=viewer.actor, now=viewer.now)
    messages.success(request, gettext("Sealed and kept. Nobody but you can open it."))
    return redirect("sealed_notes", note.client.public_id)


def _bytes_in(request: HttpRequest, name: str) -> bytes:
    try:
        return b64decode(request.POST.get(name, ""), validate=True)
    except (NotBase64, ValueError):
        raise NotSealedHere from None


def _number_in(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
