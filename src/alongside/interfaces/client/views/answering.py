"""Answering a form: by link, on a lent device, at the kiosk, or signed in. One way in for all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext, override

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.policy import Segment
from alongside.clinic.audit.actor import Actor
from alongside.clinic.feedback.actions import record_feedback, save_draft
from alongside.clinic.feedback.queries import (
    FormState,
    day_of,
    draft_of,
    form_state,
    own_slot,
)
from alongside.clinic.feedback.tokens import LinkNotGood, ticket_from
from alongside.clinic.feedback.who_reads import who_reads
from alongside.clinic.instruments.actions import AlreadyHandedIn, Given, SlotExpired, SlotNotOpen
from alongside.clinic.instruments.models import Respondent, Slot, WayIn
from alongside.interfaces.client.pages.answering import (
    Place,
    form_page,
    no_form_page,
    place_of_token,
    place_signed_in,
    thanks_page,
)
from alongside.interfaces.shared.clinic_time import in_clinic_time
from alongside.interfaces.shared.declared import DOOR, LINK, Nobody, about, answering, seeing
from alongside.interfaces.shared.doors import only_for_clients
from alongside.interfaces.shared.entrance.leaving import closed, is_away
from alongside.interfaces.shared.errors import unreadable
from alongside.interfaces.shared.middleware import now_of, viewer_of
from alongside.interfaces.shared.presence import in_background, note_deed
from alongside.interfaces.shared.question_page import given_from, mistakes_in
from alongside.interfaces.shared.sentences import sentence_of
from alongside.interfaces.shared.speaking import speaking
from alongside.methods.vocabulary.errors import AlongsideError

LEAVES_KIOSK_FORM_AFTER = 600
LEAVES_KIOSK_THANKS_AFTER = 8
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True)
class Door:
    """One form, the way by which somebody came to it, and as whom they act."""

    slot: Slot
    way_in: WayIn
    actor: Actor
    place: Place
    language: str

    @property
    def is_kiosk(self) -> bool:
        return self.way_in is WayIn.KIOSK

    @property
    def way_out_url(self) -> str:
        """Where to flee to at once; a clinic's tablet goes back to its first page."""
        return reverse("kiosk") if self.is_kiosk else reverse("leave")


def door_by_token(request: HttpRequest, token: str) -> Door:
    """The door that a link, a lent device or the kiosk opens: put in, and read nothing.

    Raises: LinkNotGood.
    """
    ticket = ticket_from(token)
    slot = ticket.slot
    if slot.respondent != Respondent.CLIENT:
        raise LinkNotGood
    at_kiosk = ticket.way_in is WayIn.KIOSK
    return Door(
        slot=slot,
        way_in=ticket.way_in,
        actor=(Actor.at_kiosk(slot.pk, slot.client_id) if at_kiosk else Actor.bearer_of(slot.pk)),
        place=place_of_token(token),
        language=chosen_language(request) or slot.client.language,
    )


def chosen_language(request: HttpRequest) -> str:
    """The language that was chosen on this device, if one was."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else ""


def door_signed_in(request: HttpRequest, public_id: str) -> Door:
    """The door of the client who is signed in: these answers are their own to see.

    Raises: NotFound.
    """
    viewer = viewer_of(request)
    slot = own_slot(viewer, public_id)
    return Door(
        slot=slot,
        way_in=WayIn.SIGNED_IN,
        actor=viewer.actor,
        place=place_signed_in(public_id),
        language=get_language() or slot.client.language,
    )


ByToken = Callable[[HttpRequest, str], HttpResponse]


def with_token(view: Callable[[HttpRequest, Door], HttpResponse]) -> ByToken:
    """The view behind the door of a token, in the client's language; a bad token opens nothing."""

    @in_clinic_time
    @wraps(view)
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        if is_away(request):
            return closed(request)
        try:
            door = door_by_token(request, token)
        except LinkNotGood as problem:
            if request.headers.get("Accept") == "application/json":
                return JsonResponse({"message": sentence_of(problem)}, status=404)
            return no_form(request, "", 404)
        with override(door.language):
            return view(request, door)

    setattr(opened, DOOR, LINK)
    return opened


@about(answering(Segment.ANSWERS), post=answering(Segment.ANSWERS), parts=seeing(Segment.ANSWERS))
@with_token
def feedback(request: HttpRequest, door: Door) -> HttpResponse:
    """The form behind a link: seen, sent, left out for today, or read in another language."""
    return _form(request, door)


@about(post=answering(Segment.ANSWERS))
@with_token
def save_feedback(request: HttpRequest, door: Door) -> HttpResponse:
    """One or more answers kept as they are tapped."""
    return _save(request, door)


@about(Nobody.PUBLIC)
@with_token
def feedback_thanks(request: HttpRequest, door: Door) -> HttpResponse:
    """Thank you; a form that is not in yet is shown instead."""
    if form_state(door.slot, now=now_of(request)) is not FormState.HANDED_IN:
        return redirect(door.place.action)
    return _thanks(request, door)


@about(
    seeing(Segment.ANSWERS) | answering(Segment.ANSWERS),
    post=seeing(Segment.ANSWERS) | answering(Segment.ANSWERS),
)
@only_for_clients
@in_clinic_time
def client_form(request: HttpRequest, public_id: str) -> HttpResponse:
    """A form of the client who is signed in, with what they said so far."""
    door = door_signed_in(request, public_id)
    state = form_state(door.slot, now=now_of(request))
    if state is FormState.HANDED_IN and request.method != "POST":
        return redirect("past_answer", public_id=public_id)
    return _form(request, door)


@about(post=seeing(Segment.ANSWERS) | answering(Segment.ANSWERS))
@in_background
@only_for_clients
@in_clinic_time
def save_client_form(request: HttpRequest, public_id: str) -> HttpResponse:
    """One or more answers of the client who is signed in, kept as they are tapped.

    Pages save by themselves; only what is new shows that somebody tapped.
    """
    door, now = door_signed_in(request, public_id), now_of(request)
    before = draft_of(door.slot, by=door.actor, now=now)
    response = _save(request, door)
    if draft_of(door.slot, by=door.actor, now=now) != before:
        note_deed(request)
    return response


@about(seeing(Segment.ANSWERS))
@only_for_clients
@in_clinic_time
def client_form_thanks(request: HttpRequest, public_id: str) -> HttpResponse:
    """Thank you, and the way back to the client's own pages."""
    door = door_signed_in(request, public_id)
    if form_state(door.slot, now=now_of(request)) is not FormState.HANDED_IN:
        return redirect(door.place.action)
    return _thanks(request, door)


def _form(request: HttpRequest, door: Door) -> HttpResponse:
    if request.method == "POST" and request.content_type not in FORM_TYPES:
        return unreadable(request)
    return _take(request, door) if request.method == "POST" else _draw(request, door)


def _take(request: HttpRequest, door: Door) -> HttpResponse:
    given = given_from(request.POST, door.slot.version)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        with override(language):
            return speaking(_draw(request, door, given), language)
    declines = "skip" in request.POST
    try:
        record_feedback(
            slot=door.slot,
            given=() if declines else given,
            way_in=door.way_in,
            language=get_language() or door.language,
            by=door.actor,
            now=now_of(request),
            declines=declines,
        )
    except (AlreadyHandedIn, SlotExpired, SlotNotOpen):
        return _not_open(request, door)
    except AlongsideError:
        if mistakes_in(door.slot.version, given):
            return _draw(request, door, given, status=422)
        raise
    return HttpResponseRedirect(door.place.thanks_url + ("?skipped" if declines else ""))


def _not_open(request: HttpRequest, door: Door) -> HttpResponse:
    """Why the form takes nothing: it is in already, not open yet, or over."""
    state = form_state(door.slot, now=now_of(request))
    if request.method == "POST" and state is FormState.HANDED_IN:
        return redirect(door.place.thanks_url)
    is_early = request.method != "POST" and state is FormState.NOT_YET
    return no_form(request, state, 404 if is_early else 410)


def _draw(
    request: HttpRequest, door: Door, given: tuple[Given, ...] = (), *, status: int = 200
) -> HttpResponse:
    now = now_of(request)
    if form_state(door.slot, now=now) is not FormState.OPEN:
        return _not_open(request, door)
    page = form_page(
        door.slot,
        who_reads(door.slot, now=now),
        draft_of(door.slot, by=door.actor, now=now),
        door.place,
        day=day_of(door.slot),
        language=get_language() or door.language,
        given=given,
        checks=status == 422,
    )
    seen = {"page": page, "door": door, "way_out_url": door.way_out_url}
    response = render(request, "client/form.html", seen, status=status)
    if door.is_kiosk:
        response.headers["Refresh"] = f"{LEAVES_KIOSK_FORM_AFTER}; url={reverse('kiosk')}"
    return response


def _save(request: HttpRequest, door: Door) -> HttpResponse:
    given = given_from(request.POST, door.slot.version)
    if not given:
        return JsonResponse({"message": gettext("No answer came with that.")}, status=422)
    try:
        save_draft(
            slot=door.slot,
            given=given,
            way_in=door.way_in,
            language=get_language() or door.language,
            by=door.actor,
            now=now_of(request),
        )
    except NotFound:
        raise
    except AlongsideError as problem:
        mistakes = mistakes_in(door.slot.version, given)
        if mistakes:
            return JsonResponse({"message": next(iter(mistakes.values()))}, status=422)
        return JsonResponse({"message": sentence_of(problem)}, status=410)
    return JsonResponse({"saved": len(given)})


def _thanks(request: HttpRequest, door: Door) -> HttpResponse:
    page = thanks_page(
        has_declined="skipped" in request.GET,
        home_url=door.place.home_url,
        kiosk_url=reverse("kiosk") if door.is_kiosk else "",
    )
    seen = {"page": page, "way_out_url": door.way_out_url}
    response = render(request, "client/end.html", seen)
    if door.is_kiosk:
        response.headers["Refresh"] = f"{LEAVES_KIOSK_THANKS_AFTER}; url={reverse('kiosk')}"
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    return response


def no_form(request: HttpRequest, state: str, status: int) -> HttpResponse:
    """The kind page of a link that opens no form."""
    return render(request, "client/end.html", {"page": no_form_page(state)}, status=status)
