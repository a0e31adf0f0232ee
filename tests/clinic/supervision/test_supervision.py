"""What reaches a supervisor, what does not, and what they may write."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.actions import (
    NothingWritten,
    note_talked_about,
    open_to_supervision,
    send_unrepaired_to_supervision,
    tell_supervisor,
)
from alongside.clinic.alliance.models import AllianceSeries, Repair
from alongside.clinic.alliance.repair_states import RepairEvent
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.instruments.models import Release
from alongside.clinic.people.actions import end_care
from alongside.clinic.people.models import Care
from alongside.clinic.supervision.actions import (
    answer_concern,
    mark_supervision_answers_seen,
    note_supervision,
)
from alongside.clinic.supervision.models import SupervisionNote
from alongside.clinic.supervision.queries import (
    board_of,
    opened_course,
    repair_for,
    supervision_answers,
    waiting_for,
)
from alongside.clinic.visits.actions import hold_visit
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db

WORDS = "I was laughed at."


def concern(
    clinic: SmallClinic, *, tells: bool, release: Release = Release.NOW, client: str = "alma"
) -> Repair:
    """A respect flag after a visit, told to a supervisor or not."""
    who = getattr(clinic, client)
    visit = clinic.visit(who, clinic.dana if client == "alma" else clinic.omar)
    flag = {"F1": True, "F1-text": WORDS, "F1-supervisor": tells}
    clinic.feedback(visit, flag, release=release)
    return Repair.objects.get(visit=visit)


def strain(clinic: SmallClinic) -> Repair:
    """A strain after six good visits, and three more visits that stay low."""
    for score in (8, 8, 8, 8, 8, 8, 3, 3, 3, 3):
        clinic.feedback(clinic.visit(), score)
    return Repair.objects.get()


def ruth(clinic: SmallClinic) -> Viewer:
    return Viewer(clinic.ruth, clinic.now)


def test_a_concern_reaches_the_supervisor_only_when_the_client_says_so() -> None:
    clinic = small_clinic()
    kept, told = concern(clinic, tells=False), concern(clinic, tells=True)
    assert [each.public_id for each in board_of(ruth(clinic)).concerns] == [told.public_id]
    with pytest.raises(NotFound):
        waiting_for(ruth(clinic), kept.public_id)

    tell_supervisor(repair=kept, by=clinic.as_actor(clinic.alma.person), now=clinic.now)
    assert len(board_of(ruth(clinic)).concerns) == 2
    assert waiting_for(ruth(clinic), told.public_id).words == WORDS
    assert waiting_for(ruth(clinic), kept.public_id).words == "", "the concern was told, not these"


def test_a_concern_that_was_not_told_stays_untold_however_long_it_waits() -> None:
    clinic = small_clinic()
    kept = concern(clinic, tells=False)
    for _ in range(3):
        clinic.feedback(clinic.visit(), 8)
    send_unrepaired_to_supervision(now=clinic.now)
    kept.refresh_from_db()
    assert kept.supervision_since is None
    assert board_of(ruth(clinic)).concerns == board_of(ruth(clinic)).strains == ()
    with pytest.raises(NotFound):
        repair_for(ruth(clinic), kept.public_id)


@pytest.mark.parametrize(
    ("release", "shown"),
    [(Release.NOW, WORDS), (Release.MONTH_END, ""), (Release.WITHHELD, "")],
)
def test_the_words_of_a_concern_show_only_once_they_are_released(
    release: Release, shown: str
) -> None:
    clinic = small_clinic()
    told = concern(clinic, tells=True, release=release)
    assert waiting_for(ruth(clinic), told.public_id).words == shown
    clinic.now += timedelta(days=40)
    later = waiting_for(ruth(clinic), told.public_id).words
    assert later == ("" if release is Release.WITHHELD else WORDS)


def test_a_concern_told_and_kept_from_the_therapist_stays_so_when_it_is_answered() -> None:
    clinic = small_clinic()
    told = concern(clinic, tells=True, release=Release.WITHHELD)
    by = clinic.as_actor(clinic.ruth)
    answer_concern(repair=told, answer="I am sorry. I look into it.", by=by, now=clinic.now)
    note_supervision(repair=told, note="Thought about it.", by=by, now=clinic.now)
    clinic.now += timedelta(days=40)
    assert not Repair.objects.shown_to_therapist(clinic.now).exists()
    told.refresh_from_db()
    assert [step.event for step in told.steps.all()] == [RepairEvent.NOTICED]
    with pytest.raises(NotFound):
        note_talked_about(repair=told, note="?", by=clinic.as_actor(clinic.dana), now=clinic.now)


def test_an_unrepaired_strain_reaches_the_supervisor_without_words_or_ratings() -> None:
    clinic = small_clinic()
    row = strain(clinic)
    note_talked_about(
        repair=row, note="A secret of ours.", by=clinic.as_actor(clinic.dana), now=clinic.now
    )
    (seen,) = board_of(ruth(clinic)).strains
    assert seen.therapist == clinic.dana
    assert [tried.event for tried in seen.tried] == [
        RepairEvent.NOTICED,
        RepairEvent.SENT_TO_SUPERVISION,
        RepairEvent.TALKED_ABOUT,
    ]
    told = repr(seen)
    for secret in ("Alma", clinic.alma.code, clinic.alma.public_id, "secret of ours", "one_in"):
        assert secret not in told


def test_a_strain_is_not_yet_a_matter_of_supervision_before_three_visits() -> None:
    clinic = small_clinic()
    for score in (8, 8, 8, 8, 8, 8, 3, 3, 3):
        clinic.feedback(clinic.visit(), score)
    row = Repair.objects.get()
    assert board_of(ruth(clinic)).strains == ()
    with pytest.raises(NotFound):
        note_supervision(repair=row, note="x", by=clinic.as_actor(clinic.ruth), now=clinic.now)


def test_a_strain_leaves_the_board_with_the_end_of_care_and_a_told_concern_stays() -> None:
    clinic = small_clinic()
    strain(clinic)
    concern(clinic, tells=True)
    end_care(
        care=Care.objects.get(client=clinic.alma),
        ends_on=clinic.now.date(),
        by=clinic.as_actor(clinic.dana),
        now=clinic.now,
    )
    clinic.now += timedelta(days=2)
    board = board_of(ruth(clinic))
    assert board.strains == ()
    assert len(board.concerns) == 1


def test_what_belongs_to_a_therapist_of_somebody_else_is_not_found() -> None:
    clinic = small_clinic()
    told = concern(clinic, tells=True, client="bruno")
    assert board_of(ruth(clinic)).concerns == ()
    for viewer in (ruth(clinic), Viewer(clinic.ines, clinic.now), Viewer(clinic.omar, clinic.now)):
        with pytest.raises(NotFound):
            repair_for(viewer, told.public_id)
        with pytest.raises(NotFound):
            answer_concern(repair=told, answer="x", by=viewer.actor, now=clinic.now)


def test_two_visits_in_a_row_without_an_answer_are_a_silence_and_an_answer_ends_it() -> None:
    clinic = small_clinic()

    def held_without_answer() -> None:
        visit = clinic.visit()
        hold_visit(visit=visit, by=clinic.as_actor(clinic.dana), now=clinic.now)

    clinic.feedback(clinic.visit(), 8)
    held_without_answer()
    clinic.now += timedelta(days=4)
    assert board_of(ruth(clinic)).silences == ()
    held_without_answer()
    assert board_of(ruth(clinic)).silences == (), "the second form is still open"
    clinic.now += timedelta(days=4)
    (silence,) = board_of(ruth(clinic)).silences
    assert (silence.therapist, silence.n_visits) == (clinic.dana, 2)
    clinic.feedback(clinic.visit(), {"A1": 5}, release=Release.WITHHELD)
    assert board_of(ruth(clinic)).silences == ()


def test_ratings_open_only_while_someone_has_opened_them() -> None:
    clinic = small_clinic()
    for _ in range(3):
        clinic.feedback(clinic.visit(), 8)
    series = AllianceSeries.objects.get()
    keys = clinic.dana.public_id, clinic.alma.public_id
    with pytest.raises(NotFound):
        opened_course(ruth(clinic), *keys)
    dana = clinic.as_actor(clinic.dana)
    open_to_supervision(series=series, is_open=True, by=dana, now=clinic.now)
    course = opened_course(ruth(clinic), *keys)
    assert [point.score for point in course.points] == [80.0, 80.0, 80.0]
    assert not course.is_opened_by_client
    assert len(board_of(ruth(clinic)).opened) == 1
    with pytest.raises(NotFound):
        opened_course(Viewer(clinic.omar, clinic.now), *keys)

    open_to_supervision(series=series, is_open=False, by=dana, now=clinic.now)
    assert board_of(ruth(clinic)).opened == ()
    alma = clinic.as_actor(clinic.alma.person)
    open_to_supervision(series=series, is_open=True, by=alma, now=clinic.now)
    assert opened_course(ruth(clinic), *keys).is_opened_by_client


def test_a_repair_is_marked_at_the_visit_that_came_back() -> None:
    clinic = small_clinic()
    visits = []
    for score in (8, 8, 8, 8, 8, 8, 3, 8, 8):
        visits.append(clinic.visit())
        clinic.feedback(visits[-1], score)
    series = AllianceSeries.objects.get()
    dana = clinic.as_actor(clinic.dana)
    open_to_supervision(series=series, is_open=True, by=dana, now=clinic.now)
    course = opened_course(ruth(clinic), clinic.dana.public_id, clinic.alma.public_id)
    assert course.repaired_visits == {visits[7].pk}


def test_the_client_is_told_the_answer_and_only_the_answer() -> None:
    clinic = small_clinic()
    told = concern(clinic, tells=True)
    by, alma = clinic.as_actor(clinic.ruth), clinic.as_actor(clinic.alma.person)
    with pytest.raises(NothingWritten):
        answer_concern(repair=told, answer="  ", by=by, now=clinic.now)
    note_supervision(repair=told, note="For the file.", by=by, now=clinic.now)
    answer_concern(repair=told, answer="Thank you.", by=by, now=clinic.now)
    assert [note.words for note in supervision_answers(clinic.alma)] == ["Thank you."]
    assert not supervision_answers(clinic.bruno).exists()
    with pytest.raises(NotFound):
        mark_supervision_answers_seen(client=clinic.bruno, by=alma, now=clinic.now)
    assert mark_supervision_answers_seen(client=clinic.alma, by=alma, now=clinic.now) == 1
    assert mark_supervision_answers_seen(client=clinic.alma, by=alma, now=clinic.now) == 0
    deeds = AuditEvent.objects.filter(client_id=clinic.alma.pk).values_list("deed", flat=True)
    assert {"note_supervision", "answer_concern", "see_supervision_answer"} <= set(deeds)


def test_a_strain_has_no_answer_to_a_client_and_nothing_half_written() -> None:
    clinic = small_clinic()
    row = strain(clinic)
    with pytest.raises(NotFound):
        answer_concern(repair=row, answer="x", by=clinic.as_actor(clinic.ruth), now=clinic.now)
    assert not SupervisionNote.objects.exists()


def test_the_board_asks_as_many_questions_for_one_item_as_for_many(
    django_assert_num_queries: object,
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    clinic = small_clinic()
    counts = []
    for n in (1, 3):
        for _ in range(n):
            concern(clinic, tells=True)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            board_of(ruth(clinic))
        counts.append(len(asked))
    assert counts[0] == counts[1]
