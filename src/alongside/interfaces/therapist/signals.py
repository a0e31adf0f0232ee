"""What a therapist does about a signal: let it rest, take it up again, say if it was useful."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.policy import Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.caseload.queries import signals_of
from alongside.clinic.people.models import Client, Role
from alongside.clinic.signals.actions import say_if_useful, set_aside, take_up_again
from alongside.clinic.signals.models import Signal, SignalKind, Why
from alongside.clinic.signals.queries import set_aside_of
from alongside.interfaces.shared.clinic_time import in_clinic_time
from alongside.interfaces.shared.dates import long_date
from alongside.interfaces.shared.declared import about, recording, seeing
from alongside.interfaces.shared.doors import only_for
from alongside.interfaces.shared.middleware import viewer_of
from alongside.interfaces.therapist.forms import SetAsideForm
from alongside.interfaces.therapist.pages.client import Bound
from alongside.interfaces.therapist.pages.signals import form_prefix
from alongside.interfaces.therapist.views import (
    A_CLIENT_S_PAGE,
    WHAT_CAME_OF_ANSWERS,
    show_client,
)


@about(post=A_CLIENT_S_PAGE | recording(Segment.SIGNALS), parts=WHAT_CAME_OF_ANSWERS)
@in_clinic_time
@only_for(Role.THERAPIST)
def set_aside_signal(request: HttpRequest, client_id: str) -> HttpResponse:
    """A signal that rests until a day."""
    viewer = viewer_of(request)
    client = viewer.client(client_id)
    signal = _signal_in(request, viewer, client)
    form = SetAsideForm(request.POST, prefix=form_prefix(signal))
    if not form.is_valid():
        return show_client(request, client, Bound(set_aside={signal: form}))
    resting = set_aside(
        client=client,
        signal=signal,
        until=form.day(viewer.today),
        why=Why(form.cleaned_data["why"]),
        by=viewer.actor,
        now=viewer.now,
    )
    messages.success(
        request,
        gettext("It rests until {day}. You can take it up again at any time.").format(
            day=long_date(resting.until)
        ),
    )
    return redirect("client_record", client_id)


@about(post=seeing(Segment.SIGNALS) | recording(Segment.SIGNALS))
@in_clinic_time
@only_for(Role.THERAPIST)
def take_up_signal(request: HttpRequest, set_aside_id: str) -> HttpResponse:
    """A signal that rests no longer."""
    viewer = viewer_of(request)
    resting = set_aside_of(viewer, set_aside_id)
    take_up_again(resting=resting, by=viewer.actor, now=viewer.now)
    messages.success(request, gettext("It is back on your board."))
    return redirect("client_record", resting.client.public_id)


@about(post=seeing(Segment.IDENTITY) | recording(Segment.SIGNALS))
@in_clinic_time
@only_for(Role.THERAPIST)
def signal_useful(request: HttpRequest, client_id: str) -> HttpResponse:
    """Whether it was useful to be told."""
    viewer = viewer_of(request)
    client = viewer.client(client_id)
    is_useful = {"yes": True, "no": False}.get(request.POST.get("is_useful", ""))
    if is_useful is None:
        raise NotFound
    say_if_useful(
        client=client,
        signal=_signal_in(request, viewer, client),
        is_useful=is_useful,
        by=viewer.actor,
        now=viewer.now,
    )
    messages.success(request, gettext("Thank you. It helps to tell how good signals are."))
    return redirect("client_record", client_id)


def _signal_in(request: HttpRequest, viewer: Viewer, client: Client) -> Signal:
    """The signal that a form is about, which must be one that the client has now."""
    kind, occasion = request.POST.get("kind", ""), request.POST.get("occasion", "")
    if kind not in SignalKind.values:
        raise NotFound
    signal = Signal(SignalKind(kind), occasion)
    if signal not in signals_of(viewer, client):
        raise NotFound
    return signal
