"""What stands around every page: the demo banner, and the rooms this reader may go to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from alongside.clinic.access.viewer import Viewer
from alongside.clinic.people.models import Clinic, Person, Role
from alongside.interfaces.shared.components.navigation import Navigation, NavigationLink
from alongside.interfaces.shared.middleware import viewer_of
from alongside.interfaces.shared.presence import KEPT


def frame(request: HttpRequest) -> dict[str, Any]:
    """The template variables of the frame, worked out only where a page uses them."""
    clinic = cache(Clinic.objects.first)
    return {
        "demo": SimpleLazyObject(lambda: getattr(clinic(), "is_demo", False)),
        "navigation": SimpleLazyObject(lambda: navigation_of(request)),
        "shown_name": SimpleLazyObject(lambda: getattr(clinic(), "shown_name", "")),
        "guard": SimpleLazyObject(lambda: guard_of(request)),
    }


@dataclass(frozen=True)
class Guard:
    """What the script of a signed-in page needs so that it can lock the page and leave it."""

    leave: str
    lock: str
    unlock: str
    kept: str


def guard_of(request: HttpRequest) -> Guard | None:
    """The guard of a signed-in page; `kept` stands where something typed is to be given back."""
    person = getattr(request, "user", None)
    if not isinstance(person, Person):
        return None
    return Guard(
        leave=reverse("leave"),
        lock=reverse("lock"),
        unlock=reverse("unlock"),
        kept=reverse("give_back") if request.session.pop(KEPT, False) else "",
    )


def navigation_of(request: HttpRequest) -> Navigation:
    """The rooms of whoever looks; a stranger has none."""
    person = getattr(request, "user", None)
    if not isinstance(person, Person):
        return Navigation(home="/")
    return Navigation(
        home=reverse("front_door"),
        links=tuple(_links(viewer_of(request), request.path)),
        person=person.display_name,
        person_url=reverse("own_sign_ins"),
        sign_out_url=reverse("sign_out"),
    )


def _links(viewer: Viewer, path: str) -> list[NavigationLink]:
    rooms = (
        (gettext("Home"), "client_home", viewer.own_client is not None),
        (gettext("Caseload"), "caseload", viewer.is_a(Role.THERAPIST)),
        (gettext("Supervision"), "supervision", viewer.is_a(Role.SUPERVISOR)),
        (gettext("Staff"), "staff", viewer.is_a(Role.ADMINISTRATOR)),
        (gettext("Instruments"), "instruments", viewer.is_a(Role.ADMINISTRATOR)),
        (gettext("Privacy"), "privacy", viewer.is_a(Role.PRIVACY_OFFICER)),
    )
    return [
        NavigationLink(label, reverse(route), is_current=path.startswith(reverse(route)))
        for label, route, is_theirs in rooms
        if is_theirs
    ]
