"""The promise: whoever of the staff sees something of a client, the client is told (A10).

Every address is opened by every member of staff, and whatever page shows something of Alma must
have left exactly one entry about her, before it left the house. What this does not cover: what
somebody remembers, a screen that is photographed, and whoever reads the database by other means.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.http import HttpResponse
from django.urls import reverse

from alongside.clinic.access.looks import LISTED, LOOKED
from alongside.clinic.audit.models import AuditEvent
from tests.promises import figures
from tests.promises.full_audit import full_audit
from tests.promises.house import DANA, INES, NOOR, OMAR, PAST, RUTH, SOL, WORDS, House
from tests.promises.house import house as house  # noqa: PLC0414  # the fixture

pytestmark = pytest.mark.django_db

STAFF = (DANA, OMAR, PAST, RUTH, SOL, INES, NOOR)


def marks_of(house: House) -> list[str]:
    """What is Alma's alone, in any page."""
    alma = house.clinic.alma
    public = [str(key) for key in alma.visits.values_list("public_id", flat=True)]
    repairs = [str(key) for key in alma.repairs.values_list("public_id", flat=True)]
    return [alma.display_name, alma.code, alma.public_id, WORDS, *public, *repairs]


def pages(house: House) -> Iterator[tuple[str, str]]:
    """Every address and everyone of the staff."""
    for route in house.names:
        for who in STAFF:
            yield route, who


def new_looks(house: House, who: str, seen: set[int]) -> list[AuditEvent]:
    rows = AuditEvent.objects.filter(deed__in=(LOOKED, LISTED), client_id=house.clinic.alma.pk)
    fresh = [row for row in rows if row.pk not in seen]
    person = house.people[who]
    assert person is not None
    assert {row.actor_person_id for row in fresh} <= {person.pk}
    return fresh


def shows(answer: HttpResponse, marks: list[str]) -> bool:
    page = answer.content.decode()
    return answer.status_code in (200, 422) and any(mark in page for mark in marks)


@pytest.mark.promise
def test_every_page_that_shows_something_of_her_leaves_one_entry(house: House) -> None:
    marks, shown, silent = marks_of(house), 0, 0
    for route, who in pages(house):
        seen = set(AuditEvent.objects.values_list("pk", flat=True))
        answer = house.knock(who, "get", route, house.names[route])
        fresh = new_looks(house, who, seen)
        listed_before = AuditEvent.objects.filter(
            deed=LISTED, client_id=house.clinic.alma.pk, pk__in=seen
        ).exists()
        if not shows(answer, marks):
            assert fresh == [], (route, who, "told of a look that never was")
            silent += 1
            continue
        assert len(fresh) == 1 or (not fresh and listed_before), (route, who, fresh)
        shown += 1
    assert shown > 6 and silent > 100, (shown, silent)
    figures.record(
        "A10",
        part="pages",
        found=shown,
        of=shown,
        what="pages that show something of a client left exactly one entry for her",
        note=f"every address opened by every member of staff; {silent} pages showed nothing of her "
        "and left none",
    )


def test_a_record_is_an_entry_each_time_and_a_list_once_a_day(house: House) -> None:
    names = house.names["client_record"]
    for _ in range(2):
        house.knock(DANA, "get", "client_record", names)
        house.knock(DANA, "get", "caseload", {})
    person = house.people[DANA]
    assert person is not None
    rows = AuditEvent.objects.filter(client_id=house.clinic.alma.pk, actor_person_id=person.pk)
    assert rows.filter(deed=LOOKED).count() == 2
    assert rows.filter(deed=LISTED).count() == 1
    looked = rows.filter(deed=LOOKED)[0]
    assert looked.detail["page"] == "client_record"
    assert set(looked.detail["segments"].split()) >= {"identity", "alliance", "progress"}
    assert set(looked.detail["relation"].split()) == {"about", "in_care_of"}


def test_what_she_reads_herself_is_no_entry(house: House) -> None:
    before = AuditEvent.objects.filter(deed__in=(LOOKED, LISTED)).count()
    for route in ("client_home", "client_graph", "past_answers", "who_sees", "who_looked"):
        assert house.knock("Alma", "get", route, house.names[route]).status_code == 200
    assert AuditEvent.objects.filter(deed__in=(LOOKED, LISTED)).count() == before


def test_a_deed_that_shows_nothing_is_no_look(house: House) -> None:
    before = AuditEvent.objects.filter(deed=LOOKED).count()
    answer = house.knock(DANA, "post", "visit_state", house.names["visit_state"])
    assert answer.status_code == 302
    assert AuditEvent.objects.filter(deed=LOOKED).count() == before


def test_a_page_is_kept_back_when_nobody_could_be_told(house: House) -> None:
    browser = house.browser(DANA)
    with full_audit(), time_machine.travel(house.clinic.now, tick=False):
        address = reverse("client_record", args=[house.clinic.alma.public_id])
        kept_back = browser.get(address)
        assert kept_back.status_code == 503
        page = kept_back.content.decode().replace(address, "")
        assert not any(mark in page for mark in marks_of(house))
    again = house.knock(DANA, "get", "client_record", house.names["client_record"])
    assert again.status_code == 200
