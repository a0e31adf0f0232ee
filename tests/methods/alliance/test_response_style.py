"""How a client uses the scale: counts, runs, and what they ask for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alongside.methods.alliance.response_style import response_style

VARIED = [9, 8, 9, 10, 9]
SAME = [9, 9, 9, 9, 9]


def test_no_rating_yet_has_no_share_and_asks_for_nothing():
    style = response_style([], [])
    assert style.ceiling_share is None
    assert not style.asks_for_more
    assert not style.is_straight_lining


def test_ninety_five_counts_as_the_top():
    style = response_style([95, 94.9, 100, 60], [VARIED] * 4)
    assert (style.n_at_ceiling, style.ceiling_share) == (2, 0.5)


@pytest.mark.parametrize(
    ("ratings", "asks"),
    [
        ([96, 98], False),
        ([96, 98, 100], True),
        ([50, 96, 98, 100], True),
        ([96, 98, 100, 80], False),
        ([96, 98, 80, 100], False),
    ],
)
def test_three_top_ratings_in_a_row_ask_what_would_have_been_better(ratings, asks):
    assert response_style(ratings, [VARIED] * len(ratings)).asks_for_more is asks


@pytest.mark.parametrize(
    ("answers", "straight"),
    [
        ([SAME] * 3, False),
        ([SAME] * 4, True),
        ([VARIED, *[SAME] * 4], True),
        ([*[SAME] * 4, VARIED], False),
        ([SAME, [5, 5, 5, 5, 5], SAME, [1, 1, 1, 1, 1]], True),
        ([[9, 9, None, 9, 9]] * 4, True),
        ([SAME, SAME, [9, None, None, None, None], SAME, SAME], False),
        ([SAME, SAME, [None] * 5, SAME, SAME], False),
    ],
)
def test_one_answer_to_all_questions_on_four_visits_in_a_row_is_flagged(answers, straight):
    assert response_style([70] * len(answers), answers).is_straight_lining is straight


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 100), max_size=12))
def test_a_varied_top_rating_lengthens_one_run_and_ends_the_other(ratings):
    before = response_style(ratings, [SAME] * len(ratings))
    after = response_style([*ratings, 99.0], [*[SAME] * len(ratings), VARIED])
    assert after.top_run == before.top_run + 1
    assert (before.straight_run, after.straight_run) == (len(ratings), 0)
