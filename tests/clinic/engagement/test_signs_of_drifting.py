"""Which signs of other rooms enter, for whom, and that a withheld answer is like a skipped one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

import numpy as np
import pytest
from django.db import transaction

from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.actions import note_talked_about
from alongside.clinic.alliance.models import Repair
from alongside.clinic.audit.actor import OPERATOR, Actor
from alongside.clinic.caseload.queries import caseload_of
from alongside.clinic.engagement.bridge import seen_in
from alongside.clinic.engagement.learning import signs_so_far, visit_rows
from alongside.clinic.engagement.models import LearnedHazard
from alongside.clinic.engagement.queries import Drifting
from alongside.clinic.feedback.actions import record_feedback
from alongside.clinic.instruments.actions import Given
from alongside.clinic.instruments.models import Release, WayIn
from alongside.clinic.people.actions import take_into_care
from alongside.clinic.people.models import Care
from alongside.clinic.people.queries import clinic_zone
from alongside.clinic.visits.actions import hold_visit
from alongside.clinic.visits.models import Visit
from alongside.methods.engagement.hazard import HazardModel, Term
from alongside.methods.engagement.known import SIGNS
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db
SIGNS_HERE = frozenset(SIGNS) - {"check_in_latency", "used_last_14_days"}


@pytest.fixture
def clinic() -> SmallClinic:
    return small_clinic()


def known_at_last(clinic: SmallClinic) -> dict[str, float]:
    """What learning knows of each sign at Alma's last visit."""
    rows = visit_rows(Visit.objects.filter(client=clinic.alma), now=clinic.now)
    seen = seen_in(rows, clinic_zone())
    assert seen is not None
    known = seen.known(signs_so_far(clinic_zone()))
    return {name: float(known.column(name)[-1]) for name in sorted(SIGNS_HERE)}


def a_model_of_signs() -> None:
    """A model in which each sign weighs, and so does not knowing it; every chance is high."""
    terms = tuple(
        Term(name, is_unknown, 0.0, 1.0, 0.1 + 0.01 * place, 0.1)
        for place, name in enumerate(sorted(SIGNS_HERE))
        for is_unknown in (False, True)
    )
    model = HazardModel(
        version="1",
        fitted_on="2026-03-02",
        horizon="28 days",
        penalty=1.0,
        n_landmarks=10_000,
        n_people=1_000,
        n_events=100_000,
        intercept=2.0,
        intercept_error=0.1,
        terms=terms,
        n_steps=5,
        slope=0.0,
        is_parted=False,
    )
    LearnedHazard.objects.create(learned_at="2026-03-02T09:00Z", parameters=model.to_dict())


def drifting(clinic: SmallClinic) -> Drifting | None:
    (standing,) = caseload_of(Viewer(clinic.dana, clinic.now))
    return standing.drifting


def test_each_sign_says_what_the_therapist_may_know(clinic: SmallClinic) -> None:
    for score in (8, 9, 8, 9, 8):
        clinic.feedback(clinic.visit(), score)
    usual = known_at_last(clinic)
    assert usual["wish_to_return"] == 8.0
    assert usual["unrepaired_strain"] == 0.0
    assert abs(usual["alliance_change"]) < 1.5
    assert usual["flat_ratings"] == 1.0, "the same number for every question"
    assert usual["share_answered"] == 0.0, "every one is answered, as always"
    assert usual["ln_days_since_new_therapist"] == pytest.approx(math.log(366.0))
    assert math.isnan(usual["off_course"]), "no weekly check"
    low = dict.fromkeys(("A1", "A2", "A3", "A4"), 3) | {"A5": 2}
    clinic.feedback(clinic.visit(), low)
    strained = known_at_last(clinic)
    assert strained["wish_to_return"] == 2.0
    assert strained["unrepaired_strain"] == 1.0
    assert strained["alliance_change"] < -2.0
    assert strained["flat_ratings"] == 0.0


def test_a_strain_counts_until_it_is_repaired_and_feedback_that_stays_away_is_told(
    clinic: SmallClinic,
) -> None:
    for score in (8, 9, 8, 9, 8, 2):
        clinic.feedback(clinic.visit(), score)
    by = clinic.as_actor(clinic.dana)
    note_talked_about(repair=Repair.objects.get(), note="", by=by, now=clinic.now)
    assert known_at_last(clinic)["unrepaired_strain"] == 1.0
    clinic.feedback(clinic.visit(), 9)
    assert not Repair.objects.open().exists()
    assert known_at_last(clinic)["unrepaired_strain"] == 0.0
    hold_visit(visit=clinic.visit(), by=by, now=clinic.now)
    clinic.now += timedelta(days=4)
    assert known_at_last(clinic)["share_answered"] == pytest.approx(1 / 2 - 7 / 8)


def test_a_change_of_therapist_is_counted_from_the_handing_over(clinic: SmallClinic) -> None:
    clinic.feedback(clinic.visit(), 8)
    handed_over = clinic.now.date()
    Care.objects.filter(client=clinic.alma).update(ends_on=handed_over)
    take_into_care(
        client=clinic.alma,
        therapist=clinic.omar,
        starts_on=handed_over,
        by=OPERATOR,
        now=clinic.now,
    )
    clinic.feedback(clinic.visit(clinic.alma, clinic.omar), 5)
    known = known_at_last(clinic)
    assert known["ln_days_since_new_therapist"] == pytest.approx(math.log(1 + 7))
    assert known["wish_to_return"] == 5.0


def test_what_is_rated_with_one_therapist_is_no_sign_for_another(clinic: SmallClinic) -> None:
    a_model_of_signs()
    take_into_care(
        client=clinic.alma,
        therapist=clinic.omar,
        starts_on=clinic.now.date(),
        by=OPERATOR,
        now=clinic.now,
    )
    for score in (8, 9, 8, 9):
        clinic.feedback(clinic.visit(), score)
    told = []
    for score in (9, 1):
        with undone(clinic):
            clinic.feedback(clinic.visit(clinic.alma, clinic.omar), score)
            told.append(drifting(clinic))
    assert told[0] is not None and told[0] == told[1]


@contextmanager
def undone(clinic: SmallClinic) -> Iterator[None]:
    """Everything inside happens, and then never did."""
    now = clinic.now
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    clinic.now = now


@pytest.mark.parametrize("withheld", [("A5",), ("A1", "A2"), ("A1", "A2", "A3", "A4", "A5")])
def test_withheld_at_one_value_at_another_and_skipped_say_the_same(
    clinic: SmallClinic, withheld: tuple[str, ...]
) -> None:
    a_model_of_signs()
    for score in (8, 9, 8, 9, 8):
        clinic.feedback(clinic.visit(), score)

    def told(values: Mapping[str, object], release: Release) -> tuple[dict[str, float], object]:
        with undone(clinic):
            visit = clinic.visit()
            kept = {name: 8 for name in ("A1", "A2", "A3", "A4", "A5") if name not in values}
            answers_with(clinic, visit, kept, values, release)
            found = known_at_last(clinic), drifting(clinic)
        return found

    skipped = told(dict.fromkeys(withheld, ""), Release.NOW)
    for value in (0, 10):
        found = told(dict.fromkeys(withheld, value), Release.WITHHELD)
        np.testing.assert_equal(found[0], skipped[0])
        assert found[1] == skipped[1] is not None
    shared = told(dict.fromkeys(withheld, 0), Release.NOW)
    assert shared[0] != skipped[0] and shared[1] != skipped[1], "else nothing was shown"


def answers_with(
    clinic: SmallClinic,
    visit: Visit,
    kept: Mapping[str, object],
    values: Mapping[str, object],
    release: Release,
) -> None:
    """Feedback that shares what is in `kept` and releases the others so."""
    slot = visit.feedback_slot
    assert slot is not None
    record_feedback(
        slot=slot,
        given=[
            *(Given(name, value, Release.NOW) for name, value in kept.items()),
            *(Given(name, value, release) for name, value in values.items()),
        ],
        way_in=WayIn.LINK,
        language="en",
        by=Actor.bearer_of(slot.pk),
        now=clinic.now,
    )
