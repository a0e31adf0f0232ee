"""What a clinic's own visits teach, when, and from when on it counts beside published risks."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from alongside.clinic.access.viewer import Viewer
from alongside.clinic.audit.actor import SYSTEM
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.caseload.attention import Reason
from alongside.clinic.caseload.queries import caseload_of
from alongside.clinic.engagement.actions import learn_hazard, relearn_old_hazard
from alongside.clinic.engagement.learning import Lessons, learned_from, lessons_of_clinic
from alongside.clinic.engagement.models import LearnedHazard, Way
from alongside.clinic.engagement.queries import hazard_card
from alongside.clinic.people.models import Care, Client, new_public_id
from alongside.clinic.signals.actions import set_aside
from alongside.clinic.signals.models import Why
from alongside.clinic.visits.models import Visit, VisitState
from alongside.lab.hazard_study import MissingTruth
from alongside.methods.engagement.hazard import HazardModel, WorseThanPublished
from alongside.methods.engagement.known import SIGNS, Known
from alongside.methods.engagement.published_risks import probability_published
from tests.clinic.engagement.reaching import reach_out
from tests.factories.clinic import SmallClinic, small_clinic
from tests.factories.long_attendance import long_attendance

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=31)
UNLIKE_THE_STUDIES = MissingTruth(level_mean=-2.5, level_sd=0.5, by_miss=3.0)
"""Few miss, but here one miss is mostly the beginning of the end; in the studies it is not."""


@pytest.fixture
def clinic() -> SmallClinic:
    return small_clinic()


def learned(clinic: SmallClinic) -> LearnedHazard:
    found = learn_hazard(by=SYSTEM, now=clinic.now)
    assert found is not None
    return found


def test_a_small_clinic_has_no_model_and_tells_no_figures(clinic: SmallClinic) -> None:
    assert learn_hazard(by=SYSTEM, now=clinic.now) is None, "before the first visit"
    long_attendance(therapist=clinic.dana, now=clinic.now, n_clients=20)
    row = learned(clinic)
    assert (row.parameters, row.facts, row.no_model) == (None, None, "TooFewLandmarks")
    card = hazard_card()
    assert card.own_share == 0.0 and card.n_people is None
    assert "50 clients" in card.no_model


def test_a_large_clinic_learns_a_model_that_beats_published_risks(clinic: SmallClinic) -> None:
    long_attendance(therapist=clinic.dana, now=clinic.now, n_clients=200, truth=UNLIKE_THE_STUDIES)
    row = learned(clinic)
    model, facts = HazardModel.from_dict(row.parameters), row.facts
    assert facts["n_people"] == model.n_people == 200
    assert facts["n_events"] == model.n_events >= 20
    assert 0.0 < facts["own_share"] < 1.0
    assert facts["brier"] < facts["brier_of_published"]
    area, lowest, highest = facts["area"]
    assert 0.6 < lowest < area < highest < 1.0
    assert sum(each[-1] for each in facts["curve"]) == facts["n_landmarks"]
    assert {term.name for term in model.terms} >= {"missed_run", "missed_share", "ln_contacts"}
    again = learned(clinic)
    assert (again.parameters, again.facts) == (row.parameters, row.facts), "same visits, same model"
    deeds = AuditEvent.objects.filter(deed="learn_hazard")
    assert [event.detail for event in deeds] == [{"is_model": True}] * 2


def test_a_model_that_is_worse_than_the_studies_is_not_used(clinic: SmallClinic) -> None:
    # given: people who drift away exactly as the studies say, and much noise to be misled by
    rng = np.random.default_rng(3)
    misses = rng.integers(0, 3, 400)
    lessons = Lessons(
        known=Known.of({name: rng.normal(size=400) for name in SIGNS}),
        misses=misses,
        drifted_away=rng.random(400) < probability_published(misses),
        people=np.repeat(np.arange(80), 5),
    )

    # when: the clinic learns from them
    found = learned_from(lessons, on=clinic.now.date(), rng=np.random.default_rng(1))

    # then: the studies stand, and the figures are theirs
    assert found.model == WorseThanPublished()
    assert found.facts is not None
    assert found.facts["own_share"] == 0.0
    assert found.facts["brier"] == found.facts["brier_of_published"]


def test_it_is_learned_anew_each_month_by_the_clock(clinic: SmallClinic) -> None:
    assert relearn_old_hazard(now=clinic.now) == 0, "nothing to learn from yet"
    long_attendance(therapist=clinic.dana, now=clinic.now, n_clients=20)
    assert relearn_old_hazard(now=clinic.now) == 1
    assert relearn_old_hazard(now=clinic.now + timedelta(days=29)) == 0
    assert relearn_old_hazard(now=clinic.now + MONTH) == 1


def test_a_chance_of_the_clinics_own_names_people_whom_the_rule_does_not(
    clinic: SmallClinic,
) -> None:
    long_attendance(therapist=clinic.dana, now=clinic.now, n_clients=200, truth=UNLIKE_THE_STUDIES)
    before = {
        each.client.pk for each in caseload_of(Viewer(clinic.dana, clinic.now)) if each.drifting
    }
    learned(clinic)
    found = {
        each.client.pk: each
        for each in caseload_of(Viewer(clinic.dana, clinic.now))
        if each.drifting is not None
    }
    assert before < set(found)
    (first, *_) = [found[pk] for pk in set(found) - before]
    assert first.reason is Reason.MAY_DRIFT and first.drifting is not None
    assert first.drifting.due_on is None and first.drifting.why
    assert first.drifting.chance is not None and first.drifting.chance.is_own
    assert first.drifting.chance.percent >= 33
    assert first.pressing.signal is not None
    last_visit = Visit.objects.filter(client=first.client).latest("starts_at")
    day = last_visit.starts_at.astimezone(clinic.clinic.zone).date()
    assert first.pressing.signal.occasion == day.isoformat(), "the next visit makes another"
    set_aside(
        client=first.client,
        signal=first.pressing.signal,
        until=(clinic.now + timedelta(days=28)).date(),
        why=Why.EXPLAINED,
        by=clinic.as_actor(clinic.dana),
        now=clinic.now,
    )
    assert reason_for(clinic, first.client) is Reason.SET_ASIDE
    next_one = last_visit
    clinic.now += timedelta(days=7)
    next_one.pk, next_one.public_id = None, new_public_id()
    next_one.starts_at += timedelta(days=7)
    next_one.ends_at += timedelta(days=7)
    next_one.state = VisitState.MISSED
    next_one.save()
    assert reason_for(clinic, first.client) is Reason.REACH_OUT, (
        "what the rule asks for cannot rest"
    )
    next_one.delete()
    clinic.now -= timedelta(days=7)
    reach_out(clinic, first.client, Way.SAW)
    after = {each.client.pk: each.drifting for each in caseload_of(Viewer(clinic.dana, clinic.now))}
    assert after[first.client.pk] is None, "quiet until the next visit"


def reason_for(clinic: SmallClinic, client: Client) -> Reason:
    standings = caseload_of(Viewer(clinic.dana, clinic.now))
    return next(each.reason for each in standings if each.client == client)


def test_where_care_has_ended_nobody_is_taken_to_have_drifted_away(clinic: SmallClinic) -> None:
    clients = long_attendance(therapist=clinic.dana, now=clinic.now, n_clients=30)
    gone = clients[0]
    Visit.objects.filter(client=gone).update(state=VisitState.HELD)
    long_ago = clinic.now - timedelta(days=60)
    Visit.objects.filter(client=gone, starts_at__gt=long_ago).delete()

    def drifted() -> int:
        lessons = lessons_of_clinic(now=clinic.now)
        assert lessons is not None
        return int(lessons.drifted_away[lessons.people == gone.pk].sum())

    assert drifted() > 0
    Care.objects.filter(client=gone).update(ends_on=long_ago.date())
    assert drifted() == 0


def test_what_nobody_told_of_teaches_nothing(clinic: SmallClinic) -> None:
    (client,) = long_attendance(therapist=clinic.dana, now=clinic.now, n_clients=1)
    Visit.objects.filter(client=client).update(state=VisitState.HELD)
    whole = lessons_of_clinic(now=clinic.now)
    middle = Visit.objects.filter(client=client).order_by("starts_at")[8]
    Visit.objects.filter(pk=middle.pk).update(state=VisitState.BOOKED)
    gap = lessons_of_clinic(now=clinic.now)
    assert whole is not None and gap is not None
    # The visit itself and the four before it, whose 28 days reach it.
    assert len(whole.people) - len(gap.people) == 5
    assert not np.isnan(whole.known.column("ln_contacts")).any()
