"""What stands around every page: the demo banner, the sections one may go to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from alongside.clinic.access.checks import NotFound
from alongside.clinic.people.models import Clinic, Role
from alongside.interfaces.shared.middleware import viewer_of


@dataclass(frozen=True)
class Section:
    """One entry of the navigation."""

    title: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Frame:
    """The frame of one page for one reader."""

    is_demo: bool
    person_name: str
    sections: tuple[Section, ...]


def frame(request: HttpRequest) -> dict[str, Any]:
    """The template variable `frame`, worked out only when a page uses it."""
    return {"frame": SimpleLazyObject(lambda: frame_of(request))}


def frame_of(request: HttpRequest) -> Frame:
    """The frame for whoever looks; for a stranger, one without sections."""
    clinic = Clinic.objects.first()
    name, sections = "", ()
    if getattr(request, "user", None) is not None and request.user.is_authenticated:
        try:
            viewer = viewer_of(request)
        except NotFound:
            pass
        else:
            name = viewer.person.display_name
            sections = tuple(
                Section(title, reverse(route), request.path.startswith(reverse(route)))
                for title, route, is_theirs in (
                    (gettext("Home"), "client_home", viewer.own_client is not None),
                    (gettext("Caseload"), "caseload", viewer.is_a(Role.THERAPIST)),
                    (gettext("Supervision"), "supervision", viewer.is_a(Role.SUPERVISOR)),
                    (gettext("Staff"), "staff", viewer.is_a(Role.ADMINISTRATOR)),
                    (gettext("Instruments"), "instruments", viewer.is_a(Role.ADMINISTRATOR)),
                )
                if is_theirs
            )
    return Frame(bool(clinic and clinic.is_demo), name, sections)
