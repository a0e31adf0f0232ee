"""Giving something of a client away, looked at first; and what the client took back on paper."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_urlsafe

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.policy import Segment
from alongside.clinic.consent.actions import (
    note_recipient_told,
    revoke_consent,
    set_consent_aside,
)
from alongside.clinic.consent.bridge import form_of
from alongside.clinic.consent.documents import CannotPrint
from alongside.clinic.consent.form import SharingPurpose
from alongside.clinic.consent.models import Consent
from alongside.clinic.consent.queries import consent_of_somebody_in_care, given_consents
from alongside.clinic.consent.segments import RecordSegment
from alongside.clinic.consent.states import NotInThisState
from alongside.clinic.disclosures.basis import EmergencyNotWritten, MedicalEmergency
from alongside.clinic.disclosures.demands import DemandStaysShut, why_shut
from alongside.clinic.disclosures.gateway import (
    AlreadyLeft,
    NothingMayLeave,
    Wish,
    preview,
    release,
)
from alongside.clinic.disclosures.queries import (
    accounting_in_care,
    demand_about_somebody_in_care,
    demands_in_care,
)
from alongside.clinic.disclosures.record import HELD
from alongside.clinic.people.models import Client, Role
from alongside.interfaces.shared.clinic_time import in_clinic_time
from alongside.interfaces.shared.declared import about, recording, seeing
from alongside.interfaces.shared.doors import only_for
from alongside.interfaces.shared.middleware import viewer_of
from alongside.interfaces.shared.packages import package_response
from alongside.interfaces.shared.sentences import sentence_of
from alongside.interfaces.therapist.pages.giving import (
    GivingPage,
    about_consent,
    giving_page,
    preview_page,
    set_aside_page,
)
from alongside.interfaces.therapist.pages.sharing import client_sharing_page, name_of
from alongside.interfaces.therapist.sharing_forms import (
    AllCareGivingForm,
    EmergencyForm,
    GivingForm,
    OrderForm,
    SetAsideForm,
)

REFUSED = 422
KEY = range(8, 41)
REFUSALS = (NothingMayLeave, EmergencyNotWritten, DemandStaysShut, AlreadyLeft, CannotPrint)


@about(seeing(Segment.CONSENT, Segment.DEMANDS, Segment.DISCLOSURES, Segment.IDENTITY))
@in_clinic_time
@only_for(Role.THERAPIST)
def client_sharing(request: HttpRequest, client_id: str) -> HttpResponse:
    """What one client lets others get, and what they got."""
    viewer = viewer_of(request)
    client = viewer.client(client_id)
    page = client_sharing_page(
        client,
        tuple(given_consents(viewer, client)),
        accounting_in_care(viewer, client),
        demands_in_care(viewer, client),
        now=viewer.now,
    )
    return render(request, "therapist/sharing.html", {"page": page})


@about(seeing(Segment.CONSENT), post=recording(Segment.DISCLOSURES))
@in_clinic_time
@only_for(Role.THERAPIST)
def give(request: HttpRequest, consent_id: str) -> HttpResponse:
    """Something given by a consent, to those whom it names."""
    consent = consent_of_somebody_in_care(viewer_of(request), consent_id)
    held = form_of(consent)
    is_all_care = SharingPurpose.ALL_CARE in held.purposes
    kind = AllCareGivingForm if is_all_care else GivingForm
    sent = request.POST if request.method == "POST" else None
    form = kind(sent, segments=held.segments, language=consent.client.language)

    def wish() -> Wish:
        purpose = next(iter(sorted(held.purposes)))
        recipient = held.recipient
        if isinstance(form, AllCareGivingForm):
            purpose, recipient = SharingPurpose(form.cleaned_data["purpose"]), form.recipient
        assert recipient is not None
        return _wish(consent.client, form, purpose=purpose, recipient=recipient)

    page = giving_page(
        consent.client,
        form,
        heading=gettext("Give something to {name}").format(
            name=gettext("one of those who treat or pay") if is_all_care else name_of(consent)
        ),
        lead=gettext(
            "You see all of it before it leaves. It is on record, and the client sees it."
        ),
        about=about_consent(consent),
    )
    return _give(request, form, page, wish)


@about(seeing(Segment.IDENTITY), post=recording(Segment.DISCLOSURES))
@in_clinic_time
@only_for(Role.THERAPIST)
def give_emergency(request: HttpRequest, client_id: str) -> HttpResponse:
    """Something given without consent, because a life is at risk; written down at once."""
    viewer = viewer_of(request)
    client = viewer.client(client_id)
    sent = request.POST if request.method == "POST" else None
    form = EmergencyForm(sent, segments=HELD, language=client.language)

    def wish() -> Wish:
        given = form.cleaned_data
        emergency = MedicalEmergency(
            recipient=f"{given['name'].strip()}, {given['belongs_to'].strip()}",
            discloser=viewer.person.display_name,
            at=viewer.now,
            nature=given["nature"].strip(),
        )
        return _wish(
            client,
            form,
            purpose=SharingPurpose.TREATMENT,
            recipient=form.recipient_with(emergency.recipient),
            emergency=emergency,
        )

    page = giving_page(
        client,
        form,
        heading=gettext("A medical emergency"),
        lead=gettext(
            "Without consent something leaves only for a medical emergency in which the client "
            "cannot be asked first. Who gets it, where they belong, what the emergency is, your "
            "name and the time are kept. The client sees it."
        ),
    )
    return _give(request, form, page, wish)


@about(seeing(Segment.DEMANDS), post=recording(Segment.DISCLOSURES))
@in_clinic_time
@only_for(Role.THERAPIST)
def give_by_order(request: HttpRequest, demand_id: str) -> HttpResponse:
    """What a court ordered, and nothing besides. Where nothing is ordered there is no such page."""
    demand = demand_about_somebody_in_care(viewer_of(request), demand_id)
    if why_shut(demand):
        raise NotFound
    ordered = frozenset(map(RecordSegment, demand.segments))
    sent = request.POST if request.method == "POST" else None
    form = OrderForm(sent, segments=ordered, language=demand.client.language)

    def wish() -> Wish:
        return _wish(
            demand.client,
            form,
            purpose=SharingPurpose.LEGAL_PROCEEDING,
            recipient=form.recipient,
            demand=demand,
        )

    page = giving_page(
        demand.client,
        form,
        heading=gettext("What a court ordered"),
        lead=gettext("Only what the order names can be ticked: {says}").format(
            says=demand.words["says"]
        ),
    )
    return _give(request, form, page, wish)


def _wish(client: Client, form: GivingForm, **more: object) -> Wish:
    return Wish(
        client=client,
        segments=form.chosen_segments,
        formats=form.chosen_formats,
        language=form.cleaned_data["language"],
        **more,  # type: ignore[arg-type]  # the fields of a wish
    )


def _give(
    request: HttpRequest, form: GivingForm, page: GivingPage, wish_of: Callable[[], Wish]
) -> HttpResponse:
    """The form; then what it would give; then the package."""
    if request.method != "POST" or not form.is_valid():
        status = REFUSED if form.errors else 200
        return render(request, "therapist/give.html", {"page": page}, status=status)
    viewer, wish = viewer_of(request), wish_of()
    is_giving = request.POST.get("stage") == "give"
    key = request.POST.get("request_key", "") if is_giving else token_urlsafe(16)
    if len(key) not in KEY:
        raise NotFound
    ticked = frozenset(request.POST.getlist("words"))
    try:
        if is_giving:
            left = release(wish, ticked=ticked, request_key=key, by=viewer.actor, now=viewer.now)
            return package_response(left.package)
        seen = preview(wish, by=viewer.actor, now=viewer.now)
    except REFUSALS as refused:
        messages.error(request, sentence_of(refused))
        return redirect("client_sharing", client_id=wish.client.public_id)
    shown = preview_page(seen, request.POST, request_key=key)
    return render(request, "therapist/preview.html", {"page": shown})


@about(post=seeing(Segment.CONSENT) | recording(Segment.CONSENT))
@in_clinic_time
@only_for(Role.THERAPIST)
def end_consent(request: HttpRequest, consent_id: str) -> HttpResponse:
    """Taken back on paper; or its recipient told that it has ended."""
    viewer = viewer_of(request)
    consent = consent_of_somebody_in_care(viewer, consent_id)
    deeds: dict[str, tuple[Callable[..., Consent], str]] = {
        "revoke": (revoke_consent, gettext("It is taken back. Nothing more goes out by it.")),
        "told": (note_recipient_told, gettext("Kept: they were told.")),
    }
    deed = deeds.get(request.POST.get("what", ""))
    if deed is None:
        raise NotFound
    try:
        deed[0](consent=consent, by=viewer.actor, now=viewer.now)
    except NotInThisState as problem:
        messages.error(request, sentence_of(problem))
    else:
        messages.success(request, deed[1])
    return redirect("client_sharing", client_id=consent.client.public_id)


@about(seeing(Segment.CONSENT), post=recording(Segment.CONSENT))
@in_clinic_time
@only_for(Role.THERAPIST)
def set_aside(request: HttpRequest, consent_id: str) -> HttpResponse:
    """A consent that is known to be untrue, no longer acted on."""
    viewer = viewer_of(request)
    consent = consent_of_somebody_in_care(viewer, consent_id)
    form = SetAsideForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            set_consent_aside(
                consent=consent, why=form.cleaned_data["why"], by=viewer.actor, now=viewer.now
            )
        except NotInThisState as problem:
            messages.error(request, sentence_of(problem))
        else:
            messages.success(request, gettext("It is set aside. Nothing goes out by it."))
        return redirect("client_sharing", client_id=consent.client.public_id)
    status = REFUSED if form.errors else 200
    page = set_aside_page(consent, form)
    return render(request, "therapist/set_aside.html", {"page": page}, status=status)
