"""What a therapist writes down of a talk, for both: the client reads it, signed in and asked."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import pytest
from django.test import Client as Browser
from django.urls import reverse

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.actions import (
    confirm_repair,
    note_talked_about,
    say_what_changes,
)
from alongside.clinic.alliance.models import Repair, RepairSource
from alongside.clinic.alliance.repair_states import RepairEvent
from alongside.clinic.feedback.queries import agreed_in
from alongside.clinic.feedback.tokens import token_for
from alongside.clinic.instruments.models import WayIn
from alongside.clinic.people.models import Person
from alongside.interfaces.shared.dates import weekday_date
from tests.factories.clinic import SmallClinic
from tests.interfaces.client.test_answering import text

SignedIn = Callable[[Person | None], Browser]
NOTE = "We slow down. <b>You</b> begin."


@pytest.fixture
def clinic(ready_for: Callable[[int], SmallClinic]) -> SmallClinic:
    """Six good visits, a low one with words, a concern, and one visit whose form waits."""
    clinic = ready_for(9)
    for _ in range(6):
        clinic.feedback(clinic.visit(), 8)
    clinic.feedback(clinic.visit(), 3, O1="I talked too little.")
    clinic.feedback(clinic.visit(), {"F1": True, "F1-supervisor": True})
    return clinic


def talk(clinic: SmallClinic, source: RepairSource, note: str = NOTE) -> Repair:
    return note_talked_about(
        repair=Repair.objects.get(source=source),
        note=note,
        by=clinic.as_actor(clinic.dana),
        now=clinic.now,
    )


@pytest.mark.parametrize("source", list(RepairSource))
def test_the_client_reads_the_note_with_its_day_and_as_words(
    clinic: SmallClinic, browser_of: SignedIn, source: RepairSource
) -> None:
    talk(clinic, source)
    page = browser_of(clinic.alma.person).get("/me/").content.decode()
    assert escape(NOTE) in page and NOTE not in page
    assert f"Dana wrote on {weekday_date(clinic.now, clinic.clinic.zone)}:" in page
    assert page.index("Did you?") < page.index(escape(NOTE)) < page.index('value="yes"')


def test_the_client_reads_what_was_written_since_they_were_last_heard(clinic: SmallClinic) -> None:
    repair = talk(clinic, RepairSource.STRAIN, "The first talk.")
    alma = Viewer(clinic.alma.person, clinic.now) if clinic.alma.person else None
    assert alma is not None
    confirm_repair(
        repair=repair,
        event=RepairEvent.CLIENT_DENIES,
        note="Not yet.",
        by=alma.actor,
        now=clinic.now,
    )
    talk(clinic, RepairSource.STRAIN, "")
    talk(clinic, RepairSource.STRAIN, "The second talk.")
    asked = Repair.objects.get(pk=repair.pk)
    assert [note.note for note in agreed_in(asked, alma)] == ["The second talk."]


@pytest.mark.parametrize("stranger", ["ines", "omar", "bruno"])
def test_nobody_else_finds_the_note_through_this_door(clinic: SmallClinic, stranger: str) -> None:
    repair = talk(clinic, RepairSource.CONCERN)
    found = getattr(clinic, stranger)
    person = found if isinstance(found, Person) else found.person
    with pytest.raises(NotFound):
        agreed_in(repair, Viewer(person, clinic.now))


@pytest.mark.parametrize("way_in", [WayIn.LINK, WayIn.KIOSK])
def test_neither_a_link_nor_the_kiosk_shows_the_note(clinic: SmallClinic, way_in: WayIn) -> None:
    response = Repair.objects.get(source=RepairSource.STRAIN).visit.feedback_slot
    assert response is not None
    say_what_changes(
        answer=response.response.answers.get(link_id="O1"),
        what_changes="You begin.",
        by=clinic.as_actor(clinic.dana),
        now=clinic.now,
    )
    for source in RepairSource:
        talk(clinic, source)
    slot = clinic.visit().feedback_slot
    assert slot is not None
    token = token_for(slot, way_in)
    addresses = [f"/f/{token}/"]
    if way_in == WayIn.KIOSK:
        addresses.append(reverse("kiosk_changes", args=[token]))
    for address in addresses:
        response_page = Browser().get(address)
        assert response_page.status_code == 200
        assert "We slow down." not in text(response_page)
