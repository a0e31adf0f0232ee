"""Two visits missed in a row: who is named, by when, until somebody has reached out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.caseload.attention import Reason
from alongside.clinic.caseload.queries import caseload_of, record_of
from alongside.clinic.engagement.actions import (
    TooLateToTakeBack,
    note_reached_out,
    take_back_reached_out,
)
from alongside.clinic.engagement.models import ReachedOut, Way
from alongside.clinic.engagement.queries import Drifting
from alongside.clinic.people.models import Care
from alongside.clinic.visits.actions import cancel_visit, hold_visit, miss_visit, rebook_visit
from alongside.clinic.visits.models import Visit
from tests.clinic.engagement.reaching import reach_out
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def clinic() -> SmallClinic:
    return small_clinic()


def became(clinic: SmallClinic, what: Any, **who: Any) -> Visit:
    """The next weekly visit, of which this became."""
    visit = clinic.visit(**who)
    by = clinic.as_actor(who.get("therapist") or clinic.dana)
    return what(visit=visit, by=by, now=clinic.now)


def standing(clinic: SmallClinic) -> tuple[Reason, Drifting | None]:
    (found,) = caseload_of(Viewer(clinic.dana, clinic.now))
    (same,) = [record_of(Viewer(clinic.dana, clinic.now), clinic.alma).standing]
    assert (found.reason, found.drifting) == (same.reason, same.drifting)
    return found.reason, found.drifting


def test_two_missed_in_a_row_ask_for_outreach_within_two_working_days(clinic: SmallClinic) -> None:
    became(clinic, hold_visit)
    became(clinic, miss_visit)
    assert standing(clinic)[1] is None, "one miss asks for nothing"
    second = became(clinic, miss_visit)
    assert second.starts_at.date() == date(2026, 3, 23), "a Monday"
    reason, drifting = standing(clinic)
    assert reason is Reason.REACH_OUT and drifting is not None
    assert drifting.missed_on == (date(2026, 3, 16), date(2026, 3, 23))
    assert drifting.due_on == date(2026, 3, 25) and not drifting.is_overdue
    assert drifting.chance is not None
    assert (drifting.chance.percent, drifting.chance.n) == (63, 1_839)
    assert not drifting.chance.is_own
    clinic.now += 3 * DAY
    _, late = standing(clinic)
    assert late is not None and late.is_overdue


def test_coming_ends_it_and_calling_off_neither_ends_nor_makes_it(clinic: SmallClinic) -> None:
    became(clinic, miss_visit)
    became(clinic, cancel_visit)
    assert standing(clinic)[1] is None
    became(clinic, miss_visit)
    _, drifting = standing(clinic)
    assert drifting is not None and len(drifting.missed_on) == 2
    assert drifting.chance is None, "of somebody who never came there is no forecast"
    became(clinic, hold_visit)
    assert standing(clinic)[1] is None


def test_a_visit_of_which_nobody_said_what_became_is_no_miss(clinic: SmallClinic) -> None:
    became(clinic, hold_visit)
    became(clinic, miss_visit)
    clinic.visit()
    assert standing(clinic) == (Reason.VISIT_UNTOLD, None)


def test_a_correction_leaves_nothing_behind(clinic: SmallClinic) -> None:
    became(clinic, hold_visit)
    became(clinic, miss_visit)
    wrong = became(clinic, miss_visit)
    assert standing(clinic)[0] is Reason.REACH_OUT
    rebook_visit(visit=wrong, by=clinic.as_actor(clinic.dana), now=clinic.now)
    hold_visit(visit=wrong, by=clinic.as_actor(clinic.dana), now=clinic.now)
    assert standing(clinic)[1] is None
    assert not ReachedOut.objects.exists()


def test_reaching_out_settles_it_until_the_next_miss(clinic: SmallClinic) -> None:
    became(clinic, hold_visit)
    became(clinic, miss_visit)
    became(clinic, miss_visit)
    clinic.now += DAY
    reached = reach_out(clinic, way=Way.WROTE, note="  Sent a card. ")
    assert standing(clinic)[1] is None
    viewer = Viewer(clinic.dana, clinic.now)
    assert record_of(viewer, clinic.alma).reached_out == (reached,)
    assert reached.note == "Sent a card."
    became(clinic, miss_visit)
    _, drifting = standing(clinic)
    assert drifting is not None and len(drifting.missed_on) == 3
    assert drifting.chance is None, "no forecast is made of somebody who no longer comes"
    became(clinic, hold_visit)
    assert record_of(Viewer(clinic.dana, clinic.now), clinic.alma).reached_out == ()


def test_it_can_be_taken_back_on_the_same_day_and_the_audit_keeps_both(clinic: SmallClinic) -> None:
    became(clinic, miss_visit)
    became(clinic, miss_visit)
    reached = reach_out(clinic)
    who: dict[str, Any] = {
        "client": clinic.alma,
        "public_id": reached.public_id,
        "person": clinic.dana,
        "by": clinic.as_actor(clinic.dana),
    }
    with pytest.raises(TooLateToTakeBack):
        take_back_reached_out(**who, now=clinic.now + DAY)
    assert ReachedOut.objects.count() == 1
    take_back_reached_out(**who, now=clinic.now + timedelta(hours=1))
    assert standing(clinic)[0] is Reason.REACH_OUT
    deeds = AuditEvent.objects.filter(client_id=clinic.alma.pk, subject="reachedout")
    assert list(deeds.order_by("seq").values_list("deed", flat=True)) == [
        "note_reached_out",
        "take_back_reached_out",
    ]
    with pytest.raises(NotFound):
        take_back_reached_out(**who, now=clinic.now)


def test_only_a_therapist_with_the_client_in_care_may_note_it(clinic: SmallClinic) -> None:
    for person in (clinic.omar, clinic.ruth, clinic.ines):
        with pytest.raises(NotFound):
            note_reached_out(
                client=clinic.alma,
                person=person,
                way=Way.CALLED,
                by=clinic.as_actor(person),
                now=clinic.now,
            )
    with pytest.raises(NotFound):  # nor in another's name
        note_reached_out(
            client=clinic.alma,
            person=clinic.omar,
            way=Way.CALLED,
            by=clinic.as_actor(clinic.dana),
            now=clinic.now,
        )
    assert not ReachedOut.objects.exists()


def test_a_visit_kept_with_another_therapist_counts_as_coming(clinic: SmallClinic) -> None:
    Care.objects.create(client=clinic.alma, therapist=clinic.omar, starts_on=clinic.now.date())
    became(clinic, miss_visit)
    became(clinic, hold_visit, therapist=clinic.omar)
    became(clinic, miss_visit)
    assert standing(clinic)[1] is None
