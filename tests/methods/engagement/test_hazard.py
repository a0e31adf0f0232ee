"""The chance to drift away: it finds the truth again, holds for people it has not seen, starts from
published risks, and never takes what is not known for good news."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from alongside.methods.engagement.attendance import (
    attendance_known,
    consecutive_misses,
    landmarks_by_contacts,
)
from alongside.methods.engagement.hazard import (
    EVENTS_A_TERM,
    HazardModel,
    OtherModelVersion,
    TooFewLandmarks,
    chances_of,
    fit_hazard,
    out_of_fold_chances,
)
from alongside.methods.engagement.known import Known
from alongside.methods.engagement.published_risks import PUBLISHED, probability_published
from alongside.methods.engagement.ridge_logistic import OneOutcome
from alongside.methods.engagement.therapist_effects import therapist_effects
from alongside.methods.vocabulary.calibration import calibration_of
from alongside.methods.vocabulary.folds import person_folds
from tests.methods.engagement.clinics import drawn_clinic

MADE = {"version": "1", "fitted_on": "2026-03-01", "horizon": "the next 4 visits"}


def landmarks_of(contacts):
    """What is known, misses in a row, outcome and person of each landmark."""
    found = landmarks_by_contacts(contacts)
    chosen = found.is_landmark
    return (
        attendance_known(contacts).among(chosen),
        consecutive_misses(contacts)[chosen],
        found.drifted_away[chosen],
        contacts.client[chosen],
    )


def signs(n, seed, *, known_share=1.0, unknown_risk=0.0):
    """One sign that doubles the odds for each spread, known for a share of people; for the others
    the odds are raised by `unknown_risk` on the logit scale."""
    rng = np.random.default_rng(seed)
    sign = rng.normal(size=n)
    is_known = rng.random(n) < known_share
    logits = -1.5 + np.where(is_known, np.log(2.0) * sign, unknown_risk)
    happened = rng.random(n) < 1.0 / (1.0 + np.exp(-logits))
    return Known.of({"wish_to_return": np.where(is_known, sign, np.nan)}), happened


def test_the_weight_that_made_the_data_is_found_again():
    known, happened = signs(20_000, 1)
    model = fit_hazard(known, happened, np.arange(20_000), **MADE)
    assert isinstance(model, HazardModel)
    (term,) = model.terms
    assert term.coefficient / term.sd == pytest.approx(np.log(2.0), abs=3 * term.standard_error)
    assert (model.n_landmarks, model.n_people, model.n_events) == (20_000, 20_000, happened.sum())


def test_chances_hold_for_people_whom_the_model_has_not_seen():
    known, misses, drifted_away, people = landmarks_of(drawn_clinic(1500, 2))
    chances = out_of_fold_chances(known, misses, drifted_away, people, rng=np.random.default_rng(0))
    found = calibration_of(chances, drifted_away, groups=people)
    assert found.curve.mean_error < 0.02
    assert found.brier.skill > 0.05
    assert found.discrimination.value > 0.65


def test_a_column_that_only_names_people_foretells_nothing_out_of_fold():
    """Folds that part one person's cases would seem to foretell what they only remember."""
    rng = np.random.default_rng(3)
    luck = rng.normal(size=150) * 2.0
    people = np.repeat(np.arange(150), 20)
    # Columns that single out each person, as a place or a rare diagnosis would.
    codes = rng.normal(size=(150, 60))
    known = Known(tuple(f"code_{n}" for n in range(60)), codes[people])
    happened = rng.random(3000) < 1.0 / (1.0 + np.exp(1.0 - luck[people]))
    none = np.zeros(3000, dtype=int)
    grouped = out_of_fold_chances(known, none, happened, people, rng=np.random.default_rng(1))
    as_if_alone = np.arange(3000)
    leaking = out_of_fold_chances(known, none, happened, as_if_alone, rng=np.random.default_rng(1))
    honest = calibration_of(grouped, happened, groups=people).discrimination
    assert honest.lowest < 0.5
    assert calibration_of(leaking, happened).discrimination.value > 0.65


def test_nobody_is_in_two_folds_and_folds_are_alike_and_repeatable():
    people = np.random.default_rng(4).integers(0, 97, 1000)
    folds = person_folds(people, n_folds=10, rng=np.random.default_rng(7))
    assert all(len(set(folds[people == each])) == 1 for each in set(people))
    each_has = [len(set(people[folds == fold])) for fold in range(10)]
    assert max(each_has) - min(each_has) <= 1
    again = person_folds(people, n_folds=10, rng=np.random.default_rng(7))
    assert np.array_equal(folds, again)
    assert not np.array_equal(folds, person_folds(people, n_folds=10, rng=np.random.default_rng(8)))


def test_what_is_not_known_has_a_weight_of_its_own_and_is_never_taken_for_fine():
    """Of whom nothing is known, half drift away here: filling in the best value would hide it."""
    known, happened = signs(8000, 5, known_share=0.7, unknown_risk=1.5)
    model = fit_hazard(known, happened, np.arange(8000), **MADE)
    assert [term.is_unknown for term in model.terms] == [False, True]
    none = np.zeros(8000, dtype=int)
    model = replace(model, n_events=10**9)  # published risks out of the way
    chances = chances_of(model, known, none)
    unknown = np.isnan(known.column("wish_to_return"))
    assert chances[unknown].mean() == pytest.approx(happened[unknown].mean(), abs=0.01)
    assert chances[unknown].mean() > 2 * chances[~unknown].mean()


def test_parts_that_are_not_known_together_say_so_once():
    known, happened = signs(2000, 15, known_share=0.6, unknown_risk=1.0)
    sign = known.column("wish_to_return")
    both = Known.of({"wish_to_return": sign, "alliance_change": sign**2})
    model = fit_hazard(both, happened, np.arange(2000), **MADE)
    assert [(term.name, term.is_unknown) for term in model.terms] == [
        ("wish_to_return", False),
        ("wish_to_return", True),
        ("alliance_change", False),
    ]


def test_a_part_that_nobody_uses_changes_nothing_and_one_that_comes_later_is_left_alone():
    known, misses, drifted_away, people = landmarks_of(drawn_clinic(300, 6))
    unused = Known.of({"wish_to_return": np.full(len(known), np.nan)})
    model = fit_hazard(known, drifted_away, people, **MADE)
    same = fit_hazard(known.beside(unused), drifted_away, people, **MADE)
    assert same == model
    later = known.beside(Known.of({"wish_to_return": np.full(len(known), 9.0)}))
    assert np.array_equal(chances_of(model, later, misses), chances_of(model, known, misses))


def test_a_value_far_outside_what_was_seen_cannot_carry_a_chance_away():
    known, happened = signs(5000, 7)
    model = fit_hazard(known, happened, np.arange(5000), **MADE)
    odd = Known.of({"wish_to_return": np.array([1e9, -1e9])})
    chances = chances_of(model, odd, np.zeros(2, dtype=int))
    assert ((chances > 0.001) & (chances < 0.95)).all()


def test_at_first_the_published_risks_stand_in():
    known, misses, drifted_away, people = landmarks_of(drawn_clinic(30, 8))
    answer = fit_hazard(known, drifted_away, people, **MADE)
    assert answer == TooFewLandmarks(len(set(people)), int(drifted_away.sum()), len(known))
    assert "needs 50 clients and 20 landmarks" in str(answer)
    assert np.array_equal(chances_of(answer, known, misses), probability_published(misses))
    assert chances_of(answer, known, misses)[misses == 2][0] == 0.629


def test_a_sites_own_model_takes_over_as_events_come_in():
    known, misses, drifted_away, people = landmarks_of(drawn_clinic(2000, 9))
    model = fit_hazard(known, drifted_away, people, **MADE)
    n = EVENTS_A_TERM * (1 + len(model.terms))
    assert replace(model, n_events=n).own_share == 0.5
    assert model.own_share > 0.9
    shares = [replace(model, n_events=events).own_share for events in (0, 20, 200, 2000)]
    assert shares == sorted(shares)
    published, own = replace(model, n_events=0), replace(model, n_events=10**12)
    low, high = np.sort([chances_of(each, known, misses) for each in (published, own)], axis=0)
    blended = chances_of(model, known, misses)
    assert ((low - 1e-12 <= blended) & (blended <= high + 1e-12)).all()
    assert np.allclose(chances_of(published, known, misses), probability_published(misses))


def test_fifty_people_who_all_drift_away_are_an_answer_and_no_crash():
    known = Known.of({"missed_run": np.arange(60.0)})
    answer = fit_hazard(known, np.ones(60, dtype=bool), np.arange(60), **MADE)
    assert answer == OneOutcome(n=60, n_events=60)


def test_a_model_is_kept_as_json_and_comes_back_the_same():
    known, _, drifted_away, people = landmarks_of(drawn_clinic(300, 10))
    model = fit_hazard(known, drifted_away, people, **MADE)
    kept = json.loads(json.dumps(model.to_dict(), allow_nan=False))
    assert HazardModel.from_dict(kept) == model
    assert (kept["version"], kept["fitted_on"]) == ("1", "2026-03-01")
    with pytest.raises(OtherModelVersion, match="alongside-hazard/0"):
        HazardModel.from_dict({**kept, "format": "alongside-hazard/0"})


def test_the_published_risks_rise_with_each_miss_and_stay_there():
    misses = np.array([0, 1, 2, 3, 9])
    assert probability_published(misses).tolist() == [0.0476, 0.214, 0.629, 0.629, 0.629]
    assert sum(each.n for each in PUBLISHED) == 35_679
    # The three shares together are the share of all landmarks, 3,722 of 35,679.
    assert sum(each.share * each.n for each in PUBLISHED) == pytest.approx(3_722, abs=6)


def test_therapists_whose_clients_leave_more_often_are_allowed_for_and_pulled_to_none():
    rng = np.random.default_rng(11)
    truth = np.array([-1.0, 0.0, 1.2])
    therapist = np.repeat([0, 1, 2, 3], [3000, 3000, 3000, 2])
    chances = rng.uniform(0.05, 0.5, len(therapist))
    effect = np.append(truth, 0.0)[therapist]
    moved = 1.0 / (1.0 + np.exp(-(np.log(chances / (1 - chances)) + effect)))
    happened = rng.random(len(chances)) < moved
    found = therapist_effects(chances, happened, therapist)
    assert [found.logits[each] for each in range(3)] == pytest.approx(truth.tolist(), abs=0.15)
    assert abs(found.logits[3]) < 0.75, "two landmarks say next to nothing of a therapist"
    fitted = found.applied(chances, therapist)
    for each in range(3):
        mine = therapist == each
        assert fitted[mine].mean() == pytest.approx(happened[mine].mean(), abs=0.005)
    nobody = found.applied(chances[:2], np.array([99, 99]))
    assert nobody == pytest.approx(chances[:2])
