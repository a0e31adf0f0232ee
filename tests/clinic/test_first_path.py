"""One episode, end to end, through the actions alone."""

from __future__ import annotations

import pytest

from alongside.clinic.alliance.actions import (
    confirm_repair,
    mark_changes_seen,
    note_talked_about,
    say_what_changes,
)
from alongside.clinic.alliance.models import AllianceSeries, Repair
from alongside.clinic.alliance.repair_states import RepairEvent, RepairState
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.instruments.bridge import scoring_of
from tests.factories.clinic import small_clinic

pytestmark = pytest.mark.django_db


def test_a_strain_is_noticed_talked_about_confirmed_and_repaired() -> None:
    clinic = small_clinic()
    for _ in range(6):
        clinic.feedback(clinic.visit(), 8)
    assert not Repair.objects.exists()

    low = clinic.visit()
    open_question = scoring_of(low.feedback_slot.version).item_with_role("open_question")
    response = clinic.feedback(low, 3, **{open_question: "I talked too little."})
    repair = Repair.objects.get()
    assert repair.state == RepairState.NOTICED
    assert repair.signal["one_in"] >= 50

    dana, alma = clinic.as_actor(clinic.dana), clinic.as_actor(clinic.alma.person)
    repair = note_talked_about(repair=repair, note="We slowed down.", by=dana, now=clinic.now)
    answer = response.answers.get(link_id=open_question)
    say_what_changes(answer=answer, what_changes="You begin each visit.", by=dana, now=clinic.now)
    repair = confirm_repair(
        repair=repair, event=RepairEvent.CLIENT_CONFIRMS, by=alma, now=clinic.now
    )
    assert mark_changes_seen(client=clinic.alma, by=alma, now=clinic.now) == 1

    clinic.feedback(clinic.visit(), 8)
    repair = Repair.objects.get()
    assert repair.state == RepairState.REPAIRED
    assert [step.event for step in repair.steps.all()] == [
        RepairEvent.NOTICED,
        RepairEvent.TALKED_ABOUT,
        RepairEvent.CLIENT_CONFIRMS,
        RepairEvent.RATINGS_CAME_BACK,
    ]
    series = AllianceSeries.objects.get()
    assert series.summary["n"] == 8
    assert AuditEvent.objects.filter(deed="hand_in_answers").count() == 8
