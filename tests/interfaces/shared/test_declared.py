"""A page says what it touches, or is not served; and it asks for no more than it says."""

from __future__ import annotations

import logging
from types import ModuleType

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import Client as Browser
from django.test import RequestFactory, override_settings
from django.urls import path, reverse

from alongside.clinic.access.checks import can, may_as
from alongside.clinic.access.policy import Deed, Record, Relation, Segment
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.credentials.actions import make_recovery_code
from alongside.clinic.people.actions import set_roles
from alongside.clinic.people.models import Role
from alongside.config import urls
from alongside.interfaces.cli import serve
from alongside.interfaces.shared import declared
from alongside.interfaces.shared.declared import (
    Declared,
    DeclaredMiddleware,
    Nobody,
    Route,
    Undeclared,
    about,
    check_declared,
    declared_of,
    recording,
    seeing,
)
from alongside.interfaces.shared.entrance.coming_in import SHARED
from tests.factories.clinic import START, small_clinic
from tests.factories.entrance import by


def asks(request: HttpRequest) -> HttpResponse:
    """Asks whether a supervisor may see a strain, and the operator record an answer."""
    may_as(Relation.SUPERVISING, Deed.SEE, Record(Segment.STRAIN))
    can(OPERATOR, Deed.RECORD, Record(Segment.ANSWERS), now=START)
    return HttpResponse("asked")


ENOUGH = seeing(Segment.STRAIN) | recording(Segment.ANSWERS)
says_all = about(ENOUGH)(asks)
says_half = about(seeing(Segment.STRAIN))(asks)
says_it_for_post = about(Nobody.PUBLIC, post=ENOUGH)(asks)
says_part = about(seeing(Segment.STRAIN), parts=recording(Segment.ANSWERS))(asks)

ADDRESSES = ModuleType("addresses")
vars(ADDRESSES)["urlpatterns"] = [
    *urls.urlpatterns,
    path("silent/", asks, name="silent"),
    path("all/", says_all, name="all"),
    path("half/", says_half, name="half"),
    path("post/", says_it_for_post, name="post"),
    path("part/", says_part, name="part"),
]


def test_every_address_of_the_house_declares_what_it_touches() -> None:
    assert check_declared() == []


@override_settings(ROOT_URLCONF=ADDRESSES)
def test_an_address_that_declares_nothing_is_an_error_by_name() -> None:
    (problem,) = check_declared()
    assert problem.id == "shared.E001"
    assert problem.msg.startswith("/silent/ does not declare what it touches")


def test_a_clinic_with_such_an_address_is_not_served(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    silent = Route("/silent/", "silent", asks)
    monkeypatch.setattr(declared, "routes", lambda: iter([silent]))
    monkeypatch.setattr(serve, "make_ready", lambda _: None)
    monkeypatch.setattr(serve, "clinic_in", lambda _: None)
    monkeypatch.setattr(serve, "DATABASE", "")
    monkeypatch.setattr("pathlib.Path.is_file", lambda _: True)
    with pytest.raises(serve.NotSafeToServe, match="/silent/ does not declare"):
        serve.make_ready_to_serve(tmp_path)  # type: ignore[arg-type]


def answered(view: object, method: str = "get") -> HttpResponse:
    """What the middleware makes of a request for this view."""
    request = getattr(RequestFactory(), method)("/")

    def served(request: HttpRequest) -> HttpResponse:
        middleware.process_view(request, view)  # type: ignore[arg-type]
        request.resolver_match = type("Match", (), {"func": view, "view_name": "a page"})  # type: ignore[assignment]
        return view(request)  # type: ignore[operator,no-any-return]

    middleware = DeclaredMiddleware(served)
    return middleware(request)


def test_a_view_that_declares_nothing_is_not_reached() -> None:
    with pytest.raises(Undeclared, match="asks does not declare what it touches"):
        answered(asks)


@pytest.mark.parametrize("view", [says_all, says_part])
def test_a_page_that_asks_for_what_it_declares_is_served(view: object) -> None:
    assert answered(view).content == b"asked"


def test_a_page_that_asks_for_more_is_kept_back_here() -> None:
    with pytest.raises(Undeclared, match="a page under GET asks for record answers"):
        answered(says_half)
    with pytest.raises(Undeclared, match="a page under GET asks for see strain; record answers"):
        answered(says_it_for_post)
    assert answered(says_it_for_post, "post").content == b"asked"


@override_settings(KEEPS_BACK_UNDECLARED=False)
def test_in_a_clinic_it_is_shown_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        assert answered(says_half).content == b"asked"
    assert "asks for record answers" in caplog.text


def test_the_line_says_which_methods_there_are() -> None:
    for get, post, methods in (
        (Nobody.PUBLIC, None, ("GET", "HEAD")),
        (None, Nobody.PUBLIC, ("POST",)),
        (Nobody.PUBLIC, ENOUGH, ("GET", "HEAD", "POST")),
    ):
        assert Declared(get, post, frozenset()).methods == methods
    assert answered(says_all, "post").status_code == 405
    assert answered(says_all, "delete").status_code == 405


def test_a_declaration_is_found_through_other_decorators() -> None:
    from alongside.interfaces.shared.clinic_time import in_clinic_time
    from alongside.interfaces.shared.doors import signed_in

    found = declared_of(signed_in(in_clinic_time(says_all)))
    assert found is not None
    assert found.get == ENOUGH


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=ADDRESSES)
def test_the_middleware_stands_in_the_settings() -> None:
    browser = Browser()
    assert browser.get("/all/").content == b"asked"
    with pytest.raises(Undeclared):
        browser.get("/half/")
    with pytest.raises(Undeclared):
        browser.get("/silent/")


@pytest.mark.django_db
def test_coming_back_on_a_lent_device_and_keeping_oneself_out_are_declared() -> None:
    """Two deeds on an own way in that no other test of a page walks."""
    clinic = small_clinic()
    alma = clinic.alma.person
    assert alma is not None
    with time_machine.travel(clinic.now, tick=False):
        code = make_recovery_code(person=alma, by=by(alma), now=clinic.now).code
        lent = Browser().post(reverse("recover"), {"code": code, SHARED: "yes"})
        assert lent["Location"] == reverse("keep_codes")
        set_roles(
            person=clinic.ruth,
            roles=[Role.ADMINISTRATOR],
            by=clinic.as_actor(clinic.ines),
            now=clinic.now,
        )
        browser = Browser()
        browser.force_login(clinic.ines)
        browser.post(reverse("staff_keep_out", args=[clinic.ines.public_id]))
    clinic.ines.refresh_from_db()
    assert not clinic.ines.is_active
