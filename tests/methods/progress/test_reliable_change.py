"""Reliable change as a clinician reads it: categories, direction, band, what is missing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alongside.methods.progress.norms import (
    Better,
    CutOff,
    CutOffNeedsFunctionalNorms,
    Norms,
    NormsAreImpossible,
)
from alongside.methods.progress.reliable_change import (
    Category,
    ChangeReport,
    Method,
    MethodNeedsPostGroup,
    MissingScore,
    NoBandFor,
    PostGroup,
    ReliableChange,
    change_report,
    reliable_change,
    reliable_change_band,
)

HIGHER = Norms(40.0, 7.5, 0.80, Better.HIGHER, functional_mean=60.0, functional_sd=7.5)
GROUP = PostGroup(mean=47.0, sd=9.0, correlation=0.4, reliability=0.85)
scores = st.integers(0, 100).map(float)


def mirrored(norms: Norms) -> Norms:
    """The same instrument with its scale turned round."""
    assert norms.functional_mean is not None
    return Norms(
        100.0 - norms.clinical_mean,
        norms.clinical_sd,
        norms.reliability,
        Better.LOWER,
        functional_mean=100.0 - norms.functional_mean,
        functional_sd=norms.functional_sd,
    )


@pytest.mark.parametrize(
    ("pre", "post", "category"),
    [
        (32.5, 51.0, Category.RECOVERED),
        (32.5, 50.0, Category.IMPROVED),
        (32.5, 41.7, Category.UNCHANGED),
        (32.5, 41.9, Category.IMPROVED),
        (45.5, 53.0, Category.UNCHANGED),
        (51.0, 62.0, Category.IMPROVED),
        (40.0, 30.0, Category.DETERIORATED),
        (55.0, 51.0, Category.UNCHANGED),
        (65.0, 51.0, Category.DETERIORATED),
        (55.0, 45.0, Category.HARMED),
        (55.0, 50.0, Category.UNCHANGED),
    ],
)
def test_each_category_has_its_rule(pre, post, category):
    change = reliable_change(pre, post, HIGHER, cut_off=50.0)
    assert isinstance(change, ReliableChange)
    assert change.category is category
    assert change.is_reliable is (category is not Category.UNCHANGED)


def test_without_a_cut_off_nothing_is_called_recovered_or_harmed():
    up, down = reliable_change(30, 70, HIGHER), reliable_change(70, 30, HIGHER)
    assert isinstance(up, ReliableChange)
    assert isinstance(down, ReliableChange)
    assert (up.category, down.category) == (Category.IMPROVED, Category.DETERIORATED)


@settings(max_examples=150, deadline=None)
@given(scores, scores, st.sampled_from(Method))
def test_turning_the_scale_round_turns_the_index_and_keeps_the_category(pre, post, method):
    turned = PostGroup(100.0 - 47.0, GROUP.sd, GROUP.correlation, GROUP.reliability)
    one = reliable_change(pre, post, HIGHER, cut_off=50.5, method=method, post_group=GROUP)
    other = reliable_change(
        100.0 - pre,
        100.0 - post,
        mirrored(HIGHER),
        cut_off=49.5,
        method=method,
        post_group=turned,
    )
    assert isinstance(one, ReliableChange)
    assert isinstance(other, ReliableChange)
    assert other.index == pytest.approx(-one.index, abs=1e-9)
    if abs(abs(one.index) - one.critical) > 1e-9:
        assert other.category is one.category


@settings(max_examples=100, deadline=None)
@given(scores, scores, st.sampled_from([Method.JACOBSON_TRUAX, Method.EDWARDS_NUNNALLY]))
def test_a_later_score_is_outside_the_band_exactly_when_its_change_is_reliable(pre, post, method):
    band = reliable_change_band(pre, HIGHER, method=method)
    change = reliable_change(pre, post, HIGHER, method=method)
    assert isinstance(change, ReliableChange)
    if abs(abs(change.index) - change.critical) > 1e-9:
        assert (post not in band) is change.is_reliable


def test_edwards_nunnally_expects_an_extreme_score_to_drift_to_the_mean():
    band = reliable_change_band(20.0, HIGHER, method=Method.EDWARDS_NUNNALLY)
    assert band.centre == pytest.approx(24.0)
    report = change_report(20.0, 30.0, HIGHER, cut_off=50.0)
    assert isinstance(report, ChangeReport)
    assert report.main.category is Category.IMPROVED
    assert report.sensitivity.category is Category.UNCHANGED
    assert not report.methods_agree


@pytest.mark.parametrize(
    ("pre", "post", "which"), [(None, 40.0, "first"), (40.0, None, "later"), (None, None, "first")]
)
def test_a_missing_score_is_an_answer(pre, post, which):
    for answer in (reliable_change(pre, post, HIGHER), change_report(pre, post, HIGHER)):
        assert answer == MissingScore(which=which)
    assert str(MissingScore(which=which)) == f"There is no {which} score, so change cannot be told."


def test_the_three_cut_offs_take_the_standard_deviation_of_their_own_population():
    norms = Norms(40.0, 5.0, 0.8, Better.HIGHER, functional_mean=60.0, functional_sd=10.0)
    assert norms.cut_off(CutOff.A) == 50.0
    assert norms.cut_off(CutOff.B) == 40.0, "the functional 10, not the clinical 5"
    assert norms.cut_off(CutOff.C) == pytest.approx(46.6667, abs=1e-4)
    assert norms.cut_off() == norms.cut_off(CutOff.C)


@pytest.mark.parametrize("kind", CutOff)
def test_a_cut_off_on_a_turned_scale_is_the_same_place(kind):
    assert mirrored(HIGHER).cut_off(kind) == pytest.approx(100.0 - HIGHER.cut_off(kind))


@pytest.mark.parametrize("kind", [CutOff.B, CutOff.C])
def test_cut_offs_between_populations_need_both(kind):
    clinical_only = Norms(40.0, 7.5, 0.8, Better.HIGHER)
    assert clinical_only.cut_off(CutOff.A) == 55.0
    with pytest.raises(CutOffNeedsFunctionalNorms, match=f"Cut-off {kind.value} needs"):
        clinical_only.cut_off(kind)


@pytest.mark.parametrize(
    ("method", "lacking"),
    [
        (Method.HSU_LINN_LORD, "mean"),
        (Method.NUNNALLY_KOTSCH, "reliability"),
        (Method.HAGEMAN_ARRINDELL, "mean"),
    ],
)
def test_a_method_that_needs_the_group_says_what_it_lacks(method, lacking):
    with pytest.raises(MethodNeedsPostGroup, match=lacking):
        reliable_change(30.0, 40.0, HIGHER, method=method)


def test_a_band_is_drawn_only_by_methods_that_need_no_group():
    with pytest.raises(NoBandFor, match="HA"):
        reliable_change_band(30.0, HIGHER, method=Method.HAGEMAN_ARRINDELL)


@pytest.mark.parametrize(
    "values",
    [
        {"clinical_sd": 0.0},
        {"clinical_sd": float("nan")},
        {"functional_sd": -1.0},
        {"reliability": 0.0},
        {"reliability": 1.0},
    ],
    ids=str,
)
def test_impossible_norms_are_refused_by_name(values):
    (name,) = values
    given = {
        "clinical_mean": 40.0,
        "clinical_sd": 7.5,
        "reliability": 0.8,
        "better": Better.HIGHER,
        "functional_mean": 60.0,
        "functional_sd": 7.5,
    }
    with pytest.raises(NormsAreImpossible, match=name):
        Norms(**{**given, **values})
