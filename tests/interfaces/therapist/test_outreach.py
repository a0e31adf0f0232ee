"""The block of a client who may be drifting away: what it says, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from alongside.clinic.access.viewer import Viewer
from alongside.clinic.caseload.attention import NOTHING, Holding, Reason
from alongside.clinic.caseload.queries import ClientRecord, record_of
from alongside.clinic.engagement.models import ReachedOut
from alongside.clinic.engagement.queries import Chance, Drifting
from alongside.clinic.signals.models import Signal, SignalKind
from alongside.clinic.visits.actions import miss_visit
from alongside.interfaces.therapist.pages.outreach import OutreachBlock, outreach_block
from alongside.interfaces.therapist.wording import reason_words
from alongside.methods.engagement.reasons import MissedOneLately, WishToReturn
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> SmallClinic:
    return small_clinic()


def stays_away(clinic: SmallClinic, n_missed: int = 2) -> None:
    clinic.feedback(clinic.visit(), 8)
    for _ in range(n_missed):
        visit = clinic.visit()
        miss_visit(visit=visit, by=clinic.as_actor(clinic.dana), now=clinic.now)


def block(clinic: SmallClinic, drifting: Drifting | None) -> OutreachBlock | None:
    """The block of Alma's page with this said of her."""
    record = record_of(Viewer(clinic.dana, clinic.now), clinic.alma)
    record = with_standing(record, drifting)
    return block_of(record, clinic)


def block_of(record: ClientRecord, clinic: SmallClinic) -> OutreachBlock | None:
    return outreach_block(
        record, clinic.dana, zone=clinic.clinic.zone, now=clinic.now, bound=None, refused={}
    )


def with_standing(record: ClientRecord, drifting: Drifting | None) -> ClientRecord:
    signal = Signal(SignalKind.MAY_DRIFT)
    holding = Holding(Reason.MAY_DRIFT, signal=signal) if drifting else NOTHING
    standing = replace(record.standing, drifting=drifting, pressing=holding, holdings=(holding,))
    return replace(record, standing=standing)


def post(clinic: SmallClinic, **sent: str) -> tuple[int, str]:
    browser = Browser()
    browser.force_login(clinic.dana)
    with time_machine.travel(clinic.now, tick=False):
        address = reverse("reached_out", args=[clinic.alma.public_id])
        response = browser.post(address, sent, follow=True)
    return response.status_code, response.content.decode()


def test_one_missed_visit_makes_no_block(clinic: SmallClinic) -> None:
    stays_away(clinic, n_missed=1)
    record = record_of(Viewer(clinic.dana, clinic.now), clinic.alma)
    found = block_of(record, clinic)
    assert found is None


def test_a_chance_alone_says_why_how_sure_and_that_nothing_asks_for_it(
    clinic: SmallClinic,
) -> None:
    drifting = Drifting(
        missed_on=(),
        is_overdue=False,
        due_on=None,
        why=(MissedOneLately(4), WishToReturn(3)),
        chance=Chance(41, 2_310, is_own=True),
    )
    found = block(clinic, drifting)
    assert found is not None and found.badge.text == "Maybe"
    assert found.lines[0].startswith("No rule asks for it yet.")
    assert found.why[0] == "One of the last 4 visits was missed."
    assert found.sure[0].startswith("Of 100 people after a visit like the last one, about 41 ")
    assert found.sure[1].startswith("Rests on 2,310 earlier visits of this clinic")
    standing = with_standing(
        record_of(Viewer(clinic.dana, clinic.now), clinic.alma), drifting
    ).standing
    assert reason_words(standing, clinic.clinic.zone).title == "Alma may be drifting away."


def test_an_overdue_one_says_by_when_it_was_and_that_today_is_good_too(
    clinic: SmallClinic,
) -> None:
    drifting = Drifting(
        missed_on=(date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16)),
        is_overdue=True,
        due_on=date(2026, 3, 11),
        why=(),
        chance=None,
    )
    found = block(clinic, drifting)
    assert found is not None and found.sure == ()
    assert found.lines[0] == (
        "The last 3 visits were missed. Nobody has reached out yet. It was planned for Wednesday "
        "11 March; today is good too."
    )
    assert found.lines[1] == "Missed: Monday 2 March; Monday 9 March; Monday 16 March."


def test_the_client_never_sees_a_word_of_it(clinic: SmallClinic) -> None:
    stays_away(clinic)
    browser = Browser()
    browser.force_login(clinic.alma.person)
    with time_machine.travel(clinic.now, tick=False):
        home = browser.get("/me/").content.decode()
    assert "Reach out" not in home and "drift" not in home and "63" not in home


def test_a_way_that_is_none_is_refused_with_the_page(clinic: SmallClinic) -> None:
    stays_away(clinic)
    status, body = post(clinic, **{"reached-way": "pigeon", "reached-note": "Sent it."})
    assert status == 422
    assert "Sent it." in body and not ReachedOut.objects.exists()


def test_what_was_noted_yesterday_stays(clinic: SmallClinic) -> None:
    stays_away(clinic)
    status, body = post(clinic, **{"reached-way": "saw"})
    assert status == 200 and "You saw Alma, " in body and "Undo" in body
    reached = ReachedOut.objects.get()
    clinic.now += timedelta(days=1)
    status, body = post(clinic, take_back=reached.public_id)
    assert "that day is over" in body and "Undo" not in body
    assert ReachedOut.objects.exists()
    assert post(clinic, take_back="nobody-here0")[0] == 404
