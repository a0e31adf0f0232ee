"""Why a chance is what it is, in sentences that are true of the client."""

from __future__ import annotations

import numpy as np
import pytest

from alongside.methods.engagement.attendance import (
    attendance_known,
    consecutive_misses,
    landmarks_by_contacts,
    use_known,
)
from alongside.methods.engagement.hazard import TooFewLandmarks, chances_of, fit_hazard, own_logits
from alongside.methods.engagement.known import SIGNS
from alongside.methods.engagement.published_risks import PUBLISHED_SHARE
from alongside.methods.engagement.reasons import (
    KIND_OF,
    KINDS,
    SENTENCES,
    Kind,
    MissedInARow,
    MissedLast,
    pulls_by_kind,
    reasons_why,
)
from tests.methods.engagement.clinics import CAME, CLIENT, MISSED, contacts_of, drawn_clinic

LITTLE_KNOWN = (
    "Less is known of this client than usual, and people of whom less is known drift away more "
    "often."
)
COLD = TooFewLandmarks(3, 1, 40)


def said(course, model=COLD, **more):
    """The sentences at the end of what one client did."""
    contacts = contacts_of([course], **more)
    known, misses = attendance_known(contacts), consecutive_misses(contacts)
    pulls = pulls_by_kind(model, known, misses)[-1]
    values = dict(zip(known.names, known.columns[-1], strict=True))
    return [str(why.reason) for why in reasons_why(pulls, values, int(misses[-1]))]


def as_misses(course):
    """The sentence of misses, as if they pulled a lot."""
    contacts = contacts_of([course])
    known, misses = attendance_known(contacts), consecutive_misses(contacts)
    values = dict(zip(known.names, known.columns[-1], strict=True))
    return str(SENTENCES[Kind.MISSES](values, int(misses[-1])))


def test_two_missed_visits_are_said_as_such_from_the_first_day_on():
    assert said([CAME, CAME, MISSED, MISSED]) == ["The last 2 visits were missed."]
    assert said([CAME, CAME, MISSED]) == ["The last visit was missed."]
    assert said([CAME, CAME, CAME]) == []


@pytest.mark.parametrize(
    ("course", "sentence"),
    [
        ([CAME, MISSED, CAME], "One of the last 3 visits was missed."),
        ([CAME, MISSED, CAME, MISSED, CAME], "2 of the last 4 visits were missed."),
        ([CAME, MISSED, CLIENT, CAME], "One of the last 3 visits was missed."),
        ([MISSED, *[CAME] * 4], "20% of all visits so far were missed."),
        ([CAME, CAME], "None"),
        ([CAME, MISSED, CLIENT], "Missed since the last attended visit: 1."),
    ],
)
def test_the_sentence_of_misses_counts_what_there_was_to_miss(course, sentence):
    assert as_misses(course) == sentence


def test_the_pulls_add_up_to_the_chance():
    """Nothing moves a chance that no page could name: the pulls are all of the difference."""
    contacts = drawn_clinic(800, 13)
    found = landmarks_by_contacts(contacts)
    used = np.random.default_rng(1).choice([0.0, 1.0, np.nan], len(contacts))
    known = attendance_known(contacts).beside(use_known(contacts, used)).among(found.is_landmark)
    misses = consecutive_misses(contacts)[found.is_landmark]
    model = fit_hazard(
        known,
        found.drifted_away[found.is_landmark],
        contacts.client[found.is_landmark],
        version="1",
        fitted_on="2026-03-01",
        horizon="four visits",
    )
    own = model.own_share
    start = (1 - own) * np.log(PUBLISHED_SHARE / (1 - PUBLISHED_SHARE)) + own * model.intercept
    chances = chances_of(model, known, misses)
    pulls = pulls_by_kind(model, known, misses)
    assert np.log(chances / (1 - chances)) == pytest.approx(start + pulls.sum(axis=1))
    assert own_logits(model, known).mean() == pytest.approx(model.intercept, abs=0.01)


def test_a_sites_own_model_says_why_too():
    contacts = drawn_clinic(800, 14)
    found = landmarks_by_contacts(contacts)
    model = fit_hazard(
        attendance_known(contacts).among(found.is_landmark),
        found.drifted_away[found.is_landmark],
        contacts.client[found.is_landmark],
        version="1",
        fitted_on="2026-03-01",
        horizon="four visits",
    )
    sentences = said([CAME, CAME, MISSED, MISSED], model, knows_cancellations=False)
    assert sentences[0] == "The last 2 visits were missed."
    assert said([CAME] * 12, model, knows_cancellations=False) == []


@pytest.mark.parametrize(
    ("kind", "values", "sentence"),
    [
        (
            Kind.CANCELLING,
            {"cancelled_by_client_last_4": 2.0},
            "Cancelled among the last few visits: 2.",
        ),
        (Kind.CANCELLING, {"cancelled_by_client_last_4": np.nan}, "None"),
        (Kind.TIME, {"ln_contacts": np.log(3.0)}, "Care has only begun: this is visit number 2."),
        (Kind.TIME, {"ln_contacts": np.log(31.0)}, "This is visit number 30."),
        (
            Kind.GAPS,
            {"ln_days_between": np.log(15.0)},
            "Days from one visit to the next, on average: 14.",
        ),
        (
            Kind.CHECK_INS,
            {"check_in_latency": np.nan, "share_answered": -0.2},
            "Check-ins are answered later or more seldom than is usual for this client.",
        ),
        (Kind.CHECK_INS, {"check_in_latency": -3.0, "share_answered": 0.0}, "None"),
        (Kind.ALLIANCE, {"unrepaired_strain": 1.0}, "A strain has not been repaired yet."),
        (
            Kind.ALLIANCE,
            {"alliance_change": -2.0},
            "The last rating was lower than is usual for this client.",
        ),
        (Kind.ALLIANCE, {"alliance_change": 0.5, "unrepaired_strain": np.nan}, "None"),
        (Kind.RETURN, {"wish_to_return": 3.0}, "Asked about coming back, the client said 3 of 10."),
        (
            Kind.FLAT,
            {"flat_ratings": 1.0},
            "Every question gets the same answer, visit after visit.",
        ),
        (Kind.FLAT, {"flat_ratings": 0.0}, "None"),
        (Kind.COURSE, {"off_course": 1.0}, "Progress is behind the expected course."),
        (Kind.USE, {"used_last_14_days": 1.0}, "Use was told of or found lately."),
        (Kind.USE, {"used_last_4": 0.0}, "None"),
        (
            Kind.THERAPIST,
            {"ln_days_since_new_therapist": np.log(8.0)},
            "Days since the therapist changed: 7.",
        ),
        (Kind.UNKNOWN, {}, LITTLE_KNOWN),
    ],
)
def test_each_kind_of_sign_has_its_sentence_or_keeps_quiet(kind, values, sentence):
    assert str(SENTENCES[kind](values, 0)) == sentence


def test_every_sign_is_of_some_kind_and_every_kind_has_a_sentence():
    contacts = contacts_of([[CAME]])
    names = attendance_known(contacts).names + use_known(contacts, np.ones(1)).names
    assert set(KIND_OF) == {*names, *SIGNS}
    assert set(SENTENCES) == set(KINDS) == set(Kind)


def test_the_strongest_reason_comes_first_and_weak_ones_are_not_named():
    pulls = np.zeros(len(KINDS))
    pulls[KINDS.index(Kind.MISSES)] = 0.5
    pulls[KINDS.index(Kind.CHECK_INS)] = 1.0
    pulls[KINDS.index(Kind.UNKNOWN)] = 0.2
    found = reasons_why(pulls, {"check_in_latency": 5.0}, 1)
    assert [(each.kind, each.odds_ratio) for each in found] == [
        (Kind.CHECK_INS, pytest.approx(np.e)),
        (Kind.MISSES, pytest.approx(np.e**0.5)),
    ]
    assert found[1].reason == MissedLast() != MissedInARow(2)
