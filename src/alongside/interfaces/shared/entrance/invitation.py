"""A first way in, on a sheet of paper: handed over in person, never sent."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, override

from alongside.clinic.credentials.actions import PrintedCode
from alongside.clinic.credentials.codes import in_groups
from alongside.interfaces.shared.dates import long_moment
from alongside.interfaces.shared.entrance.qr import qr_picture


@dataclass(frozen=True)
class InvitationPage:
    """The sheet, in the language of whoever gets it. It does not say what it is for."""

    heading: str
    language: str
    lead: str
    address: str
    code: str
    picture: SafeString
    until: str
    back: str


def show_invitation(
    request: HttpRequest, made: PrintedCode, *, name: str, language: str, back: str
) -> HttpResponse:
    """The sheet, shown once: the code is kept nowhere."""
    with override(language):
        lead = gettext("Open this address on your own phone or computer and type the code.")
        until = gettext("Good once, until {until}.").format(
            until=long_moment(made.ends_at) if made.ends_at else ""
        )
    page = InvitationPage(
        heading=gettext("Code for {name}").format(name=name),
        language=language,
        lead=lead,
        address=f"{settings.BASE_URL.partition('//')[2]}{reverse('begin')}",
        code=in_groups(made.code),
        picture=qr_picture(f"{settings.BASE_URL}{reverse('begin_with', args=[made.code])}"),
        until=until,
        back=back,
    )
    return render(request, "shared/entrance/invitation.html", {"page": page})
