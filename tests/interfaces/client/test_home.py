"""The client's own pages: what stands on them, what they do, and whose they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.actions import note_talked_about, say_what_changes
from alongside.clinic.alliance.models import Change, Repair
from alongside.clinic.alliance.repair_states import RepairState
from alongside.clinic.audit.actor import OPERATOR, Actor
from alongside.clinic.feedback.actions import record_feedback
from alongside.clinic.instruments.actions import Given
from alongside.clinic.instruments.models import Release, Slot, WayIn
from alongside.clinic.people.actions import take_into_care
from alongside.clinic.people.models import Person
from alongside.clinic.progress.actions import open_weekly_checks
from alongside.clinic.supervision.actions import answer_concern
from alongside.interfaces.client.pages.graph import graph_page
from alongside.interfaces.client.pages.home import home_page
from alongside.interfaces.shared.charts.score_drawing import Mark
from alongside.interfaces.shared.dates import weekday_date
from tests.factories.clinic import SmallClinic
from tests.interfaces.client.test_answering import text

SignedIn = Callable[[Person | None], Browser]
ReadyFor = Callable[[int], SmallClinic]


def viewer_of(clinic: SmallClinic, person: Person | None) -> Viewer:
    assert person is not None
    return Viewer(person, clinic.now)


def strained(clinic: SmallClinic) -> Repair:
    """Six good visits and a low one."""
    for _ in range(6):
        clinic.feedback(clinic.visit(), 8)
    clinic.feedback(clinic.visit(), 3, O1="I talked too little.")
    return Repair.objects.get()


def test_a_client_without_anything_gets_a_quiet_page(
    fresh: SmallClinic, browser_of: SignedIn
) -> None:
    alma = browser_of(fresh.alma.person)
    for address, says in (
        ("/me/", "Nothing waits for you"),
        ("/me/graph/", "No scores yet"),
        ("/me/answers/", "No answers yet"),
        ("/me/who-sees/", "Your therapist now: Dana."),
    ):
        page = alma.get(address)
        assert page.status_code == 200
        assert says in text(page)


@pytest.mark.parametrize("address", ["/me/", "/me/graph/", "/me/answers/", "/me/who-sees/"])
def test_these_pages_are_for_clients_alone(
    fresh: SmallClinic, browser_of: SignedIn, address: str
) -> None:
    assert Browser().get(address).headers["Location"] == f"/sign-in/?next={address}"
    for staff in (fresh.dana, fresh.ruth, fresh.ines):
        assert browser_of(staff).get(address).status_code == 404


def test_what_changed_is_new_once(ready_for: ReadyFor, browser_of: SignedIn) -> None:
    clinic = ready_for(1)
    response = clinic.feedback(clinic.visit(), 6, O1="I talked too little.")
    answer = response.answers.get(link_id="O1")
    by = clinic.as_actor(clinic.dana)
    say_what_changes(answer=answer, what_changes="You begin.", by=by, now=clinic.now)
    alma = browser_of(clinic.alma.person)
    first = text(alma.get("/me/"))
    assert first.index("You said, we changed") < first.index("I talked too little.")
    assert Change.objects.get().seen_at is not None
    second = text(alma.get("/me/"))
    assert "You said, we changed" not in second
    assert second.index("What changed before") < second.index("I talked too little.")


def test_the_client_is_asked_about_the_talk_and_answers(
    ready_for: ReadyFor, browser_of: SignedIn
) -> None:
    clinic = ready_for(7)
    repair = strained(clinic)
    alma, bruno = browser_of(clinic.alma.person), browser_of(clinic.bruno.person)
    assert "Did you?" not in text(alma.get("/me/"))
    by = clinic.as_actor(clinic.dana)
    note_talked_about(repair=repair, note="We slowed down.", by=by, now=clinic.now)
    page = text(alma.get("/me/"))
    assert "Dana says you two talked about how things are between you. Did you?" in page
    # The therapist wrote it where the form says that the client can read it.
    assert "Dana wrote on " in page and "We slowed down." in page
    answer = f"/me/repairs/{repair.public_id}/"
    assert bruno.post(answer, {"answer": "yes"}).status_code == 404
    assert alma.post(answer, {"answer": "perhaps"}).status_code == 404
    done = alma.post(answer, {"answer": "yes"}, follow=True)
    assert "Thank you for telling us." in text(done)
    assert "Did you?" not in text(done)
    repair.refresh_from_db()
    assert repair.state == RepairState.CONFIRMED
    late = alma.post(answer, {"answer": "no"}, follow=True)
    assert "does not fit" in text(late)


@pytest.mark.parametrize(
    ("answer", "state"),
    [("no", RepairState.NOT_CONFIRMED), ("better", RepairState.REPAIRED)],
)
def test_the_client_can_also_say_no_or_that_it_is_better(
    ready_for: ReadyFor, browser_of: SignedIn, answer: str, state: RepairState
) -> None:
    clinic = ready_for(7)
    repair = strained(clinic)
    by = clinic.as_actor(clinic.dana)
    note_talked_about(repair=repair, note="", by=by, now=clinic.now)
    alma = browser_of(clinic.alma.person)
    alma.post(f"/me/repairs/{repair.public_id}/", {"answer": answer})
    repair.refresh_from_db()
    assert repair.state == state


def test_a_concern_says_who_knows_and_a_supervisor_is_told_only_on_the_client_s_word(
    fresh: SmallClinic, browser_of: SignedIn
) -> None:
    fresh.feedback(
        fresh.visit(),
        {"A1": 8, "A2": 8, "A3": 8, "A4": 8, "A5": 8, "F1": True},
        release=Release.WITHHELD,
    )
    repair = Repair.objects.get()
    alma = browser_of(fresh.alma.person)
    page = text(alma.get("/me/"))
    assert "Does not see it. You chose that." in page
    assert "Does not know." in page
    assert "they do not read your words" in page
    tell = f"/me/repairs/{repair.public_id}/tell/"
    assert browser_of(fresh.bruno.person).post(tell).status_code == 404
    told = text(alma.post(tell, follow=True))
    assert "Knows that something felt wrong." in told
    assert "Tell a supervisor" not in told
    now = timezone.now()
    ruth = fresh.as_actor(fresh.ruth)
    repair.refresh_from_db()
    answer_concern(repair=repair, answer="I hear you.", by=ruth, now=now)
    answered = text(alma.get("/me/"))
    assert "Ruth, a supervisor, answers you" in answered and "I hear you." in answered
    again = text(alma.get("/me/"))
    assert again.index("Something felt wrong") < again.index("I hear you.")


def test_what_is_due_comes_with_how_long_it_takes_and_until_when(
    fresh: SmallClinic, browser_of: SignedIn
) -> None:
    visit = fresh.visit()
    open_weekly_checks(now=fresh.now)
    page = home_page(viewer_of(fresh, fresh.alma.person), fresh.alma, language="en")
    titles = [str(card.title) for card in page.due]
    assert titles == ["How was your visit?", "How was your week?"]
    body = text(browser_of(fresh.alma.person).get("/me/"))
    assert "About 1 minute" in body
    assert "open until the end of Sunday" in body
    assert f"/me/forms/{visit.feedback_slot.public_id}/" in body  # type: ignore[union-attr]


def test_the_next_visit_is_told_in_the_time_of_the_clinic(
    fresh: SmallClinic, browser_of: SignedIn
) -> None:
    from alongside.clinic.visits.actions import book_visit

    starts_at = timezone.now().replace(hour=23, minute=30) + timedelta(days=3)
    book_visit(
        client=fresh.alma,
        therapist=fresh.dana,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=50),
        by=fresh.as_actor(fresh.dana),
        now=timezone.now(),
    )
    page = text(browser_of(fresh.alma.person).get("/me/"))
    local = starts_at.astimezone(fresh.clinic.zone)
    assert local.day != starts_at.day
    assert f"{local:%A} {local.day} {local:%B}" in page
    assert "12:30 AM" in page or "1:30 AM" in page


def test_the_graph_holds_every_score_of_the_client_s_own_with_gentle_marks(
    ready_for: ReadyFor,
) -> None:
    clinic = ready_for(9)
    repair = strained(clinic)
    clinic.feedback(clinic.visit(), 8)
    repair.refresh_from_db()
    assert repair.state == RepairState.REPAIRED
    clinic.feedback(clinic.visit(), 2, release=Release.WITHHELD)
    viewer = viewer_of(clinic, clinic.alma.person)
    page = graph_page(viewer, zone=clinic.clinic.zone, language="en")
    (graph,) = page.visits
    assert [point.value for point in graph.chart.points] == [*[80.0] * 6, 30.0, 80.0, 20.0]
    assert [point.marks for point in graph.chart.points][6:] == [
        (Mark.STRAIN,),
        (Mark.REPAIR,),
        (),
    ]
    assert "no one’s fault" in graph.meaning
    assert any("no study has checked" in sentence for sentence in graph.certainty)
    table = graph.chart.table.body
    assert "Lower than usual for you" in table and "Repaired" in table


def test_each_therapist_has_a_graph_of_their_own(ready_for: ReadyFor) -> None:
    clinic = ready_for(3)
    take_into_care(
        client=clinic.alma,
        therapist=clinic.omar,
        starts_on=clinic.now.date(),
        by=OPERATOR,
        now=clinic.now,
    )
    clinic.feedback(clinic.visit(), 8)
    clinic.feedback(clinic.visit(therapist=clinic.omar), 5)
    clinic.feedback(clinic.visit(), 7)
    page = graph_page(viewer_of(clinic, clinic.alma.person), zone=clinic.clinic.zone, language="en")
    assert {
        str(graph.chart.title): [point.value for point in graph.chart.points]
        for graph in page.visits
    } == {"Your visits with Dana": [80.0, 70.0], "Your visits with Omar": [50.0]}


def test_the_week_says_what_a_change_means_and_that_its_norms_are_guesses(
    ready_for: ReadyFor,
) -> None:
    clinic = ready_for(1)
    for number in (2, 9):
        open_weekly_checks(now=clinic.now)
        slot = Slot.objects.get(client=clinic.alma, therapist=None, response__isnull=True)
        good = {"W1": number, "W2": 0, "W3": 10 - number, "W4": number, "W5": number, "W6": number}
        record_feedback(
            slot=slot,
            given=[Given(name, value) for name, value in {**good, "W7": 10 - number}.items()],
            way_in=WayIn.LINK,
            language="en",
            by=Actor.bearer_of(slot.pk),
            now=clinic.now,
        )
        clinic.now += timedelta(days=7)
    page = graph_page(viewer_of(clinic, clinic.alma.person), zone=clinic.clinic.zone, language="en")
    (graph,) = page.weeks
    assert "went up more than chance" in graph.meaning
    assert "above the line" in graph.meaning
    assert graph.chart.band is not None and graph.chart.cut_off is not None
    assert any("guesses made for planning" in sentence for sentence in graph.certainty)


def test_past_answers_say_when_each_can_be_seen(fresh: SmallClinic, browser_of: SignedIn) -> None:
    slot = fresh.visit().feedback_slot
    assert slot is not None
    record_feedback(
        slot=slot,
        given=[
            Given("A1", 7, Release.NOW),
            Given("A2", 6, Release.MONTH_END),
            Given("A3", 5, Release.WITHHELD),
        ],
        way_in=WayIn.LINK,
        language="en",
        by=Actor.bearer_of(slot.pk),
        now=fresh.now,
    )
    alma = browser_of(fresh.alma.person)
    address = f"/me/answers/{slot.public_id}/"
    assert address in text(alma.get("/me/answers/"))
    page = text(alma.get(address))
    assert "Dana can see this since" in page
    assert "Dana can see this from" in page
    assert "Dana does not see this." in page
    assert browser_of(fresh.bruno.person).get(address).status_code == 404
    assert alma.get("/me/answers/?page=99999999999").status_code == 200


def test_the_client_is_greeted_by_their_first_name_and_named_in_full_where_it_tells_who_it_is(
    fresh: SmallClinic, browser_of: SignedIn
) -> None:
    for each in (fresh.alma, fresh.alma.person):
        assert each is not None
        each.display_name = "Alma Rivers"
        each.save()
    page = text(browser_of(fresh.alma.person).get("/me/"))
    assert "Hello, Alma Rivers" not in page and "Hello, Alma" in page
    assert "Alma Rivers" in page


def test_the_line_of_the_visits_says_in_words_what_it_shows(ready_for: ReadyFor) -> None:
    clinic = ready_for(2)
    clinic.feedback(clinic.visit(), 8)

    def words() -> str:
        page = home_page(viewer_of(clinic, clinic.alma.person), clinic.alma, language="en")
        (card,) = page.graphs
        return str(card.body[0])

    assert "How your visit on " in words() and "Higher" not in words()
    last = clinic.visit()
    clinic.feedback(last, 3)
    day = weekday_date(last.starts_at)
    assert f"How your visits were for you, up to {day}. Higher is better." in words()


def test_help_stands_once_on_a_short_page_and_again_at_the_end_of_a_long_one(
    fresh: SmallClinic, browser_of: SignedIn
) -> None:
    alma = browser_of(fresh.alma.person)
    assert alma.get("/me/").content.decode().count('href="/help/"') == 1
    assert alma.get("/me/who-sees/").content.decode().count('href="/help/"') == 2
