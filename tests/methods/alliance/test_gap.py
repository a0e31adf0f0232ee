"""The two-sided gap shows both ratings and never averages the two raters."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from alongside.methods.alliance.gap import (
    Gap,
    NoVisitRatedByBoth,
    Standing,
    VisitPair,
    facet_gaps,
    two_sided_gap,
)

pairs = st.lists(
    st.builds(
        VisitPair,
        client=st.none() | st.integers(0, 100).map(float),
        therapist=st.none() | st.integers(0, 100).map(float),
    ),
    max_size=20,
)


def test_the_gap_counts_only_visits_that_both_rated():
    visits = [VisitPair(80, 90), VisitPair(None, 70), VisitPair(60, 84), VisitPair(95, None)]
    gap = two_sided_gap(visits)
    assert isinstance(gap, Gap)
    assert gap.gaps == (-10, None, -24, None)
    assert (gap.n, gap.mean) == (2, -17.0)
    assert gap.standing is Standing.THERAPIST_HIGHER


@pytest.mark.parametrize(
    ("client", "therapist", "standing"),
    [
        (80, 80, Standing.CLOSE),
        (80, 89.5, Standing.CLOSE),
        (80, 90, Standing.THERAPIST_HIGHER),
        (90, 80, Standing.CLIENT_HIGHER),
        (89.5, 80, Standing.CLOSE),
    ],
)
def test_one_box_on_every_question_is_where_close_ends(client, therapist, standing):
    gap = two_sided_gap([VisitPair(client, therapist)])
    assert isinstance(gap, Gap)
    assert gap.standing is standing
    assert (gap.lowest, gap.highest) == (None, None), "one visit has no interval"


@pytest.mark.parametrize("visits", [[], [VisitPair(80, None)], [VisitPair(None, 80)]])
def test_without_a_visit_that_both_rated_the_answer_says_so(visits):
    answer = two_sided_gap(visits)
    assert isinstance(answer, NoVisitRatedByBoth)
    assert str(answer).startswith("No visit has been rated by both people yet")


@settings(max_examples=100, deadline=None)
@given(pairs)
def test_the_mean_and_interval_are_students_and_swapping_the_raters_turns_the_gap(visits):
    gap = two_sided_gap(visits)
    swapped = two_sided_gap([VisitPair(visit.therapist, visit.client) for visit in visits])
    differences = [visit.gap for visit in visits if visit.gap is not None]
    if not differences:
        assert gap == swapped == NoVisitRatedByBoth()
        return
    assert isinstance(gap, Gap)
    assert isinstance(swapped, Gap)
    assert swapped.mean == pytest.approx(-gap.mean)
    turned = {
        Standing.CLOSE: Standing.CLOSE,
        Standing.CLIENT_HIGHER: Standing.THERAPIST_HIGHER,
        Standing.THERAPIST_HIGHER: Standing.CLIENT_HIGHER,
    }
    assert swapped.standing is turned[gap.standing]
    if len(set(differences)) > 1:
        interval = stats.ttest_1samp(differences, 0.0).confidence_interval(0.95)
        assert (gap.lowest, gap.highest) == pytest.approx((interval.low, interval.high), abs=1e-9)


def test_each_facet_has_a_gap_of_its_own_in_points_of_one_question():
    gaps = facet_gaps(
        {
            "heard": [VisitPair(6, 9), VisitPair(7, 9)],
            "goal": [VisitPair(8, 8.5), VisitPair(9, 9)],
            "return": [VisitPair(9, None)],
        }
    )
    heard, goal = gaps["heard"], gaps["goal"]
    assert isinstance(heard, Gap)
    assert isinstance(goal, Gap)
    assert (heard.mean, heard.standing) == (-2.5, Standing.THERAPIST_HIGHER)
    assert goal.standing is Standing.CLOSE
    assert gaps["return"] == NoVisitRatedByBoth()
    assert list(gaps) == ["heard", "goal", "return"]


def test_a_pair_on_another_scale_keeps_what_is_missing():
    assert VisitPair(8, None).scaled(10) == VisitPair(80, None)
