"""The board: who comes first and why, in words, with as many queries for ten as for two."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.actions import confirm_repair, note_talked_about, say_what_changes
from alongside.clinic.alliance.models import Repair
from alongside.clinic.alliance.repair_states import RepairEvent
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.caseload.attention import Reason
from alongside.clinic.caseload.queries import caseload_of
from alongside.clinic.instruments.models import Release
from alongside.clinic.people.actions import add_client, take_into_care
from alongside.clinic.people.models import Client, FormerRecord
from alongside.clinic.visits.actions import hold_visit, miss_visit
from alongside.interfaces.therapist.wording import reason_words
from tests.clinic.progress.test_progress import HIGH, check_in
from tests.factories.clinic import START, SmallClinic, small_clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> SmallClinic:
    return small_clinic()


def another(clinic: SmallClinic, name: str) -> Client:
    """One more client in Dana's care."""
    client = add_client(code=f"D-{name}", display_name=name, by=OPERATOR, now=clinic.now)
    take_into_care(
        client=client, therapist=clinic.dana, starts_on=START.date(), by=OPERATOR, now=clinic.now
    )
    return client


def reason(clinic: SmallClinic, client: Client | None = None) -> Reason:
    """Why the client stands where they stand on Dana's board now."""
    standings = caseload_of(Viewer(clinic.dana, clinic.now))
    return next(each.reason for each in standings if each.client == (client or clinic.alma))


def board(clinic: SmallClinic, search: str = "") -> str:
    """The board as Dana sees it now, or what she finds when she looks for somebody."""
    browser = Browser()
    browser.force_login(clinic.dana)
    with time_machine.travel(clinic.now, tick=False):
        if search:
            response = browser.post(reverse("caseload"), {"q": search}, follow=True)
        else:
            response = browser.get(reverse("caseload"))
    assert response.status_code == 200
    return response.content.decode()


def strained(clinic: SmallClinic) -> Repair:
    """A strain of Alma's, just noticed."""
    for _ in range(6):
        clinic.feedback(clinic.visit(), 8)
    clinic.feedback(clinic.visit(), 3)
    return Repair.objects.get()


def test_a_strain_goes_through_its_reasons_until_the_ratings_are_back(clinic: SmallClinic) -> None:
    repair = strained(clinic)
    dana, alma = clinic.as_actor(clinic.dana), clinic.as_actor(clinic.alma.person)
    assert reason(clinic) is Reason.STRAIN
    html = board(clinic)
    assert "Lower than usual for Alma." in html
    assert "visits look like this by chance. Rests on 6 earlier visits." in html
    assert "caseload-row tone-strain" in html

    note_talked_about(repair=repair, note="", by=dana, now=clinic.now)
    assert reason(clinic) is Reason.WAITING_FOR_CLIENT
    assert "caseload-row tone-neutral" in board(clinic), "an edge asks for a deed"
    confirm_repair(repair=repair, event=RepairEvent.CLIENT_DENIES, by=alma, now=clinic.now)
    assert reason(clinic) is Reason.NOT_TALKED_ABOUT
    note_talked_about(repair=repair, note="", by=dana, now=clinic.now)
    confirm_repair(repair=repair, event=RepairEvent.CLIENT_CONFIRMS, by=alma, now=clinic.now)
    assert reason(clinic) is Reason.COMING_BACK
    clinic.feedback(clinic.visit(), 8)
    assert reason(clinic) is Reason.NOTHING


def test_a_strain_that_stays_open_is_said_to_be_with_supervision(clinic: SmallClinic) -> None:
    strained(clinic)
    for _ in range(3):
        clinic.feedback(clinic.visit(), 3)
    assert reason(clinic) is Reason.UNREPAIRED
    assert "sees no ratings unless you or Alma open them" in board(clinic)


def test_a_concern_comes_before_everything_else_and_only_when_it_was_shared(
    clinic: SmallClinic,
) -> None:
    strained(clinic)
    kept = another(clinic, "Bea")
    clinic.feedback(clinic.visit(kept), {"F1": "true"}, release=Release.WITHHELD)
    told = another(clinic, "Zoe")
    clinic.feedback(clinic.visit(told), {"F1": "true"})
    order = caseload_of(Viewer(clinic.dana, clinic.now))
    assert [(each.client.display_name, each.reason) for each in order] == [
        ("Zoe", Reason.CONCERN),
        ("Alma", Reason.STRAIN),
        ("Bea", Reason.NOTHING),
    ]


def test_silence_is_two_visits_without_feedback_and_not_feedback_that_was_withheld(
    clinic: SmallClinic,
) -> None:
    dana = clinic.as_actor(clinic.dana)
    hold_visit(visit=clinic.visit(), by=dana, now=clinic.now)
    clinic.now += timedelta(days=4)
    assert reason(clinic) is Reason.NOTHING
    hold_visit(visit=clinic.visit(), by=dana, now=clinic.now)
    assert reason(clinic) is Reason.NOTHING, "the second one can still be answered"
    clinic.now += timedelta(days=4)
    assert reason(clinic) is Reason.SILENT
    clinic.feedback(clinic.visit(), 8, release=Release.WITHHELD)
    clinic.now += timedelta(days=4)
    assert reason(clinic) is Reason.NOTHING


def test_words_wait_until_they_are_answered(clinic: SmallClinic) -> None:
    response = clinic.feedback(clinic.visit(), 8, O1="Start on time.")
    assert reason(clinic) is Reason.WORDS_WAITING
    say_what_changes(
        answer=response.answers.get(link_id="O1"),
        what_changes="We start at nine.",
        by=clinic.as_actor(clinic.dana),
        now=clinic.now,
    )
    assert reason(clinic) is Reason.NOTHING


def test_a_name_is_found_whatever_its_case_and_accents(clinic: SmallClinic) -> None:
    another(clinic, "Íñigo Núñez")
    html = board(clinic, "NUNEZ")
    assert "Íñigo Núñez" in html
    assert ">Alma<" not in html
    nobody = board(clinic, "<script>")
    assert "Nobody in your care by that name" in nobody
    assert "<script>" not in nobody.replace("<script src=", "")


def test_a_client_is_found_by_the_number_of_a_record_they_had_before(clinic: SmallClinic) -> None:
    FormerRecord.objects.create(client=clinic.alma, code="OLD-77", merged_at=clinic.now)
    FormerRecord.objects.create(client=clinic.bruno, code="OLD-78", merged_at=clinic.now)
    assert "Alma" in board(clinic, "OLD-77")
    assert "Bruno" not in board(clinic, "OLD-78")  # who is in somebody else's care
    assert "Alma" not in board(clinic, "OLD-7")


def test_a_search_stays_out_of_the_address_and_is_gone_when_everyone_is_shown(
    clinic: SmallClinic,
) -> None:
    another(clinic, "Zoe")
    browser = Browser()
    browser.force_login(clinic.dana)
    found = browser.post(reverse("caseload"), {"q": " alm "}, follow=True)
    assert found.redirect_chain == [("/caseload/?search", 302)]
    page = found.content.decode()
    assert 'value="alm"' in page and "1 client found for “alm”." in page
    assert ">Alma<" in page and ">Zoe<" not in page
    assert '<a href="/caseload/">Show everyone</a>' in page
    again = browser.get("/caseload/?search").content.decode()
    assert "1 client found" in again, "one comes back to it from the page of a client"
    for everyone in (
        browser.get("/caseload/"),
        browser.get("/caseload/", {"q": "alm"}),
        browser.post("/caseload/", {"q": " "}, follow=True),
        browser.get("/caseload/?search"),
    ):
        page = everyone.content.decode()
        assert ">Zoe<" in page and "found for" not in page


def test_a_therapist_without_clients_is_told_so(clinic: SmallClinic) -> None:
    clinic.alma.care.all().delete()
    assert "Nobody is in your care yet" in board(clinic)


def test_another_therapists_clients_are_not_on_the_board(clinic: SmallClinic) -> None:
    clinic.feedback(clinic.visit(clinic.bruno, clinic.omar), 2)
    assert "Bruno" not in board(clinic)


def test_the_number_of_queries_does_not_grow_with_the_clients(clinic: SmallClinic) -> None:
    def n_queries() -> int:
        browser = Browser()
        browser.force_login(clinic.dana)
        browser.get(reverse("caseload"))  # the first time a day, each client is told of the list
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert browser.get(reverse("caseload")).status_code == 200
        return len(captured)

    clinic.feedback(clinic.visit(), 8, O1="More.")
    few = n_queries()
    for n in range(8):
        client = another(clinic, f"Client {n}")
        clinic.feedback(clinic.visit(client), 8, F1="true", O1="More.")
    assert n_queries() == few

    assert few <= 25


def test_two_ratings_are_too_few_to_call_the_last_one_usual(clinic: SmallClinic) -> None:
    for n in range(3):
        clinic.feedback(clinic.visit(), 8)
        (standing,) = caseload_of(Viewer(clinic.dana, clinic.now))
        detail = reason_words(standing, ZoneInfo("UTC")).detail
        assert ("Too few ratings to say what is usual." in detail) == (n < 2)
        assert ("About as usual" in detail) == (n == 2)


def test_two_missed_visits_come_right_after_a_concern(clinic: SmallClinic) -> None:
    zoe = another(clinic, "Zoe")
    clinic.feedback(clinic.visit(zoe), 8)
    for _ in range(2):
        missed = clinic.visit(zoe)
        miss_visit(visit=missed, by=clinic.as_actor(clinic.dana), now=clinic.now)
    for score in (8, 8, 8, 8, 1):
        clinic.feedback(clinic.visit(), score)
    shown = board(clinic).partition("Needs you now")[2]
    assert shown.index(">Zoe<") < shown.index(">Alma<")
    assert "The last 2 visits were missed." in shown
    assert "today is good too" in shown, "weeks have passed"
    concern = clinic.visit()
    clinic.feedback(concern, 8, F1="true")
    shown = board(clinic).partition("Needs you now")[2]
    assert shown.index(">Alma<") < shown.index(">Zoe<")


def test_where_nothing_presses_the_board_says_where_the_checks_stand(clinic: SmallClinic) -> None:
    # a client with checks and no ratings
    for _ in range(4):
        check_in(clinic, HIGH)
    assert "No ratings yet. The checks go as expected." in board(clinic)
    assert "The first one begins the graph." not in board(clinic)

    # and with ratings as well
    for _ in range(4):
        clinic.feedback(clinic.visit(), 8)
    assert "Rests on 4 visits. The checks go as expected." in board(clinic)
