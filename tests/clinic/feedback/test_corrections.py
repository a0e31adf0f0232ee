"""What was typed in or imported wrongly is put right, and every signal follows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.actions import note_talked_about
from alongside.clinic.alliance.models import AllianceSeries, CoursePoint, Repair, RepairSource
from alongside.clinic.alliance.repair_states import RepairEvent, RepairState
from alongside.clinic.audit.actor import OPERATOR, Actor
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.caseload.attention import Reason
from alongside.clinic.caseload.queries import caseload_of
from alongside.clinic.disclosures.own_record import own_sheets
from alongside.clinic.disclosures.portable import portable_record
from alongside.clinic.feedback.corrections import (
    CorrectedByImport,
    GivenByClient,
    TakenBackMeanwhile,
    WhyIsMissing,
    correct_response,
    take_back_response,
    typed_in_paper,
)
from alongside.clinic.feedback.own_courses import own_visit_courses
from alongside.clinic.instruments.actions import Given, save_answers
from alongside.clinic.instruments.models import (
    Answer,
    Correction,
    CorrectionKind,
    Release,
    Response,
    Slot,
    WayIn,
)
from alongside.clinic.visits.models import Visit
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db
WHY = "The 8 looked like a 3."


@pytest.fixture
def clinic() -> SmallClinic:
    return small_clinic()


def on_paper(clinic: SmallClinic, score: int, **more: object) -> Response:
    return clinic.paper(clinic.visit(), score, **more)


def taken_back(clinic: SmallClinic, response: Response, *, is_theirs: bool = False) -> Correction:
    return take_back_response(
        response=response,
        why=WHY,
        is_theirs=is_theirs,
        by=clinic.as_actor(clinic.dana),
        now=clinic.now,
    )


def reason(clinic: SmallClinic) -> Reason:
    return caseload_of(Viewer(clinic.dana, clinic.now))[0].reason


def strained(clinic: SmallClinic) -> Response:
    """Paper that says 3 after six visits of 8: a strain on the board."""
    for _ in range(6):
        clinic.feedback(clinic.visit(), 8)
    response = on_paper(clinic, 3)
    assert reason(clinic) is Reason.STRAIN
    return response


def test_a_correction_takes_the_place_of_what_stood_and_keeps_it(clinic: SmallClinic) -> None:
    response = on_paper(clinic, 3, O1="Slower.")
    released = {row.link_id: row.released_at for row in response.answers.all()}
    clinic.put_right(response, 8)
    response.refresh_from_db()
    assert response.scores["alliance"] == 80
    answers = {row.link_id: row for row in response.answers.all()}
    assert (answers["A1"].value, answers["O1"].state) == (8, "skipped")
    assert {name: row.released_at for name, row in answers.items()} == released
    assert AllianceSeries.objects.get().summary["scores"] == [80.0]
    kept = Correction.objects.get()
    assert (kept.kind, kept.why, kept.by) == (CorrectionKind.CORRECTED, WHY, clinic.dana)
    stood = {row["link_id"]: row["value"] for row in kept.before["answers"]}
    assert (stood["A1"], stood["O1"]) == (3, "Slower.")
    assert AuditEvent.objects.filter(deed="correct_response", subject_id=response.pk).count() == 1


def low_visits(clinic: SmallClinic) -> int:
    """At how many visits the client's own graph shows a strain."""
    assert clinic.alma.person is not None
    courses = own_visit_courses(Viewer(clinic.alma.person, clinic.now))
    return sum(point.is_low for course in courses for point in course.points)


def test_a_strain_that_the_correction_removes_is_withdrawn_and_comes_back_with_it(
    clinic: SmallClinic,
) -> None:
    response = strained(clinic)
    assert low_visits(clinic) == 1
    clinic.put_right(response, 8)
    assert low_visits(clinic) == 0, "the client is shown no strain that no longer holds"
    repair = Repair.objects.get()
    assert (repair.state, reason(clinic)) == (RepairState.WITHDRAWN, Reason.NOTHING)
    assert repair.closed_at == clinic.now
    clinic.put_right(response, 3)
    repair.refresh_from_db()
    assert (repair.state, repair.closed_at) == (RepairState.NOTICED, None)
    assert reason(clinic) is Reason.STRAIN
    assert [step.event for step in repair.steps.all()] == [
        RepairEvent.NOTICED,
        RepairEvent.HOLDS_NO_MORE,
        RepairEvent.NOTICED_AGAIN,
    ]


def test_a_strain_that_was_talked_about_stays_as_it_is(clinic: SmallClinic) -> None:
    response = strained(clinic)
    note_talked_about(
        repair=Repair.objects.get(), note="", by=clinic.as_actor(clinic.dana), now=clinic.now
    )
    clinic.put_right(response, 8)
    assert Repair.objects.get().state == RepairState.TALKED_ABOUT
    taken_back(clinic, response)
    assert Repair.objects.get().state == RepairState.TALKED_ABOUT
    clinic.feedback(clinic.visit(), 8)
    assert Repair.objects.get().state == RepairState.REPAIRED


def test_a_strain_is_open_again_when_the_rating_that_closed_it_was_mistyped(
    clinic: SmallClinic,
) -> None:
    for _ in range(6):
        clinic.feedback(clinic.visit(), 8)
    clinic.feedback(clinic.visit(), 3)
    response = on_paper(clinic, 8)
    assert Repair.objects.get().state == RepairState.REPAIRED
    clinic.put_right(response, 3)
    assert Repair.objects.get(visit__ends_at__lt=response.slot.visit.ends_at).is_open
    assert reason(clinic) is Reason.STRAIN


def test_a_concern_that_was_mistyped_is_withdrawn_and_one_overlooked_is_noticed(
    clinic: SmallClinic,
) -> None:
    response = on_paper(clinic, 8, F1=True)
    assert reason(clinic) is Reason.CONCERN
    clinic.put_right(response, 8, F1=False)
    assert reason(clinic) is Reason.NOTHING
    clinic.put_right(response, 8, F1=True)
    assert reason(clinic) is Reason.CONCERN
    assert Repair.objects.get().source == RepairSource.CONCERN
    other = on_paper(clinic, 8, F1=False)
    clinic.put_right(other, 8, F1=True)
    assert Repair.objects.count() == 2


def test_what_is_taken_back_counts_no_more_and_its_slot_is_open_again(clinic: SmallClinic) -> None:
    response = strained(clinic)
    slot = response.slot
    taken_back(clinic, response)
    assert not Response.objects.filter(pk=response.pk).exists()
    assert not Answer.objects.filter(response_id=response.pk).exists()
    assert not CoursePoint.objects.filter(visit=slot.visit).exists()
    assert AllianceSeries.objects.get().summary["scores"] == [80.0] * 6
    assert reason(clinic) is Reason.NOTHING
    assert Slot.objects.open_at(clinic.now).filter(pk=slot.pk).exists()
    clinic.feedback(Visit.objects.get(feedback_slot=slot), 8)
    assert AllianceSeries.objects.get().summary["scores"] == [80.0] * 7


@pytest.mark.parametrize("is_theirs", [True, False])
def test_words_of_somebody_else_are_in_no_copy_and_ones_own_are(
    clinic: SmallClinic, *, is_theirs: bool
) -> None:
    taken_back(clinic, on_paper(clinic, 3, O1="Slower."), is_theirs=is_theirs)
    (sheet,) = [
        each for each in own_sheets(clinic.alma, language="en") if each.key == "corrections"
    ]
    assert ("Slower." in str(sheet.rows)) is is_theirs
    assert WHY in str(sheet.rows)
    portable = portable_record(clinic.alma, clinic.clinic, now=clinic.now)
    assert ("Slower." in str(portable)) is is_theirs


@pytest.mark.parametrize("way_in", [WayIn.LINK, WayIn.KIOSK, WayIn.SIGNED_IN, WayIn.HANDED_OVER])
def test_what_clients_gave_themselves_nobody_changes(clinic: SmallClinic, way_in: WayIn) -> None:
    response = clinic.feedback(clinic.visit(), 3, way_in=way_in)
    by = clinic.as_actor(clinic.dana)
    with pytest.raises(GivenByClient):
        correct_response(response=response, given=[], why=WHY, by=by, now=clinic.now)
    with pytest.raises(GivenByClient):
        take_back_response(response=response, why=WHY, by=OPERATOR, now=clinic.now)
    assert AllianceSeries.objects.get().summary["scores"] == [30.0]


def test_imports_are_corrected_by_who_imports(clinic: SmallClinic) -> None:
    response = on_paper(clinic, 3)
    Response.objects.filter(pk=response.pk).update(way_in=WayIn.IMPORTED)
    with pytest.raises(CorrectedByImport):
        clinic.put_right(Response.objects.get(), 8)


def test_only_the_therapist_whose_visit_it_was_and_with_a_reason(clinic: SmallClinic) -> None:
    response = on_paper(clinic, 3)
    for person in (clinic.omar, clinic.ruth, clinic.ines):
        with pytest.raises(NotFound):
            take_back_response(
                response=response, why=WHY, by=clinic.as_actor(person), now=clinic.now
            )
    with pytest.raises(WhyIsMissing):
        take_back_response(
            response=response, why=" ", by=clinic.as_actor(clinic.dana), now=clinic.now
        )
    taken_back(clinic, response)
    with pytest.raises(TakenBackMeanwhile):
        clinic.put_right(response, 8)


def test_a_correction_of_an_earlier_visit_moves_what_came_after(clinic: SmallClinic) -> None:
    first = on_paper(clinic, 3)
    for _ in range(4):
        clinic.feedback(clinic.visit(), 8)
    before = AllianceSeries.objects.get().belief
    clinic.now += timedelta(minutes=1)
    clinic.put_right(first, 8)
    series = AllianceSeries.objects.get()
    assert series.summary["scores"] == [80.0] * 5
    assert series.belief != before


def test_what_the_client_lets_nobody_see_stays(clinic: SmallClinic) -> None:
    visit = clinic.visit()
    slot = visit.feedback_slot
    assert slot is not None
    save_answers(
        slot=slot,
        given=[Given("O1", "Mine alone.", Release.WITHHELD)],
        way_in=WayIn.LINK,
        language="en",
        by=Actor.bearer_of(slot.pk),
        now=clinic.now,
    )
    response = clinic.paper(visit, 3)
    clinic.put_right(response, 8, O1="")
    kept = Answer.objects.get(response=response, link_id="O1")
    assert (kept.value, kept.released_at) == ("Mine alone.", None)
    shown = typed_in_paper(Response.objects.get(), now=clinic.now)
    assert shown["A1"] == "8" and "O1" not in shown
