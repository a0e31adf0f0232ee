"""The promise (A1): no number, list or mark anywhere tells of a client who is hidden from one.

A client with a whole life in the clinic is added, who keeps their record from the people below or
has nothing to do with them. Every page of theirs whose address names nobody stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from alongside.clinic.access.caseloads import arrange_cover
from alongside.clinic.access.models import KeptFrom
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.people.actions import add_client, add_person, supervise, take_into_care
from alongside.clinic.people.models import Care, Client, Person, Role
from alongside.interfaces.shared.declared import Declared, declared_of
from tests.factories.clinic import PASSWORD, SmallClinic, small_clinic
from tests.promises.house import (
    Scene,
    add_staff,
    leave_behind,
    lived,
    routes,
    seen,
    undone,
)

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]

HIDDEN = "Zora"
N_OTHERS = 11
Pages = dict[tuple[str, str], tuple[object, ...]]
CHANGES_BY_ITSELF = {"second_key", "own_copy"}  # with a new secret each time


@dataclass(frozen=True)
class Place:
    """A clinic with numbers large enough to be shown, and those from whom a client is hidden."""

    clinic: SmallClinic
    staff: dict[str, Person]
    lee: Person
    kept_out: tuple[Person, ...]
    strangers: tuple[Person, ...]

    def pages(self) -> Pages:
        """Every page of each of them whose address names nobody."""
        found: Pages = {}
        for person in (*self.kept_out, *self.strangers):
            browser = Browser()
            browser.force_login(person)
            session = browser.cookies["session"].value
            for route in pages_without_names():
                browser.cookies["session"] = session
                with undone():  # the page to leave by locks all others
                    found[str(person.display_name), route] = seen(browser.get(reverse(route)))
        return found


def pages_without_names() -> list[str]:
    """Every page that has an address without a name in it, and is the same twice."""
    return [
        route
        for route, pattern in routes().items()
        if "GET" in declared(pattern.callback).methods
        and not pattern.pattern.converters
        and route not in CHANGES_BY_ITSELF
    ]


def declared(view: Callable[..., object]) -> Declared:
    found = declared_of(view)
    assert found is not None
    return found


@pytest.fixture
def place() -> Iterator[Place]:
    clinic = small_clinic()
    staff = add_staff(clinic)
    add = {"password": PASSWORD, "by": OPERATOR, "now": clinic.now}
    rita, nils, kim = (
        add_person(sign_in_name=name.lower(), display_name=name, roles=[role], **add)  # type: ignore[arg-type]
        for name, role in (
            ("Rita", Role.SUPERVISOR),
            ("Nils", Role.PRIVACY_OFFICER),
            ("Kim", Role.THERAPIST),
        )
    )
    day = clinic.now.date()
    supervise(supervisor=rita, therapist=clinic.dana, starts_on=day, by=OPERATOR, now=clinic.now)
    for number in range(N_OTHERS):
        client = add_client(
            code=f"N-{number}", display_name=f"Client {number}", by=OPERATOR, now=clinic.now
        )
        in_care(clinic, client, clinic.dana)
    lived(clinic, clinic.alma, clinic.dana)
    left = leave_behind(clinic, clinic.alma, rita)
    cora = staff["Cora"]
    yield Place(
        clinic,
        {**staff, "Kim": kim, "Rita": rita},
        Care.objects.get(pk=left.pk).therapist,
        kept_out=(rita, nils, kim, cora),
        strangers=(clinic.omar, clinic.ines, staff["Sol"], staff["Pia"], clinic.bruno.person),  # type: ignore[arg-type]
    )


def in_care(clinic: SmallClinic, client: Client, therapist: Person) -> None:
    take_into_care(
        client=client,
        therapist=therapist,
        starts_on=clinic.now.date(),
        by=OPERATOR,
        now=clinic.now,
    )


def add_hidden(place: Place, *, is_kept: bool) -> None:
    """Zora: strains, a concern told, silence, a look and a question, wishes, a demand."""
    clinic = place.clinic
    person = add_person(
        sign_in_name="zora",
        display_name=HIDDEN,
        password=PASSWORD,
        roles=[],
        by=OPERATOR,
        now=clinic.now,
    )
    zora = add_client(code="Z-1", display_name=HIDDEN, person=person, by=OPERATOR, now=clinic.now)
    for each in place.kept_out if is_kept else ():
        KeptFrom.objects.create(client=zora, person=each, since=clinic.now)
    for therapist in (clinic.dana, place.staff["Kim"]):
        in_care(clinic, zora, therapist)
    lived(clinic, zora, clinic.dana)
    for _ in range(4):
        clinic.visit(zora, clinic.dana)
    Care.objects.create(client=zora, therapist=place.lee, starts_on=clinic.now.date())
    scene = Scene(
        clinic,
        *(zora, clinic.dana, clinic.ruth, place.staff["Cora"], place.staff["Noor"], clinic.ruth),
    )
    scene.open_in_emergency()
    scene.ask_about_that()
    scene.share()


def cover_dana(place: Place) -> None:
    clinic = place.clinic
    arrange_cover(
        absent=clinic.dana,
        covering=place.staff["Cora"],
        starts_at=clinic.now - timedelta(hours=1),
        ends_at=clinic.now + timedelta(days=2),
        by=clinic.as_actor(clinic.dana),
        now=clinic.now,
    )


def before_and_after(place: Place, *, is_kept: bool) -> tuple[Pages, Pages]:
    """The pages without the client and with them, at the same moment."""

    def pages(with_them: Callable[[], None]) -> Pages:
        with undone():
            with_them()
            later = place.clinic.now
            cover_dana(place)
            with time_machine.travel(later, tick=False):
                return place.pages()

    after = pages(lambda: add_hidden(place, is_kept=is_kept))
    before = pages(lambda: None)
    return before, after


def test_nothing_counts_a_client_who_is_hidden(place: Place) -> None:
    before, after = before_and_after(place, is_kept=True)
    assert [which for which, page in before.items() if after[which] != page] == []
    assert len(before) > 100


def test_a_client_who_is_not_hidden_shows(place: Place) -> None:
    """A control: else the pages might be empty."""
    before, after = before_and_after(place, is_kept=False)
    changed = {which for which, page in before.items() if after[which] != page}
    assert changed == {
        *(("Rita", "supervision"), ("Rita", "care_left")),
        *(("Nils", "privacy"), ("Nils", "privacy_sharing")),
        *(("Kim", "caseload"), ("Cora", "caseload")),
    }
