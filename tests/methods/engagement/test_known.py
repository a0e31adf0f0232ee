"""What is known stays apart from what is not, and nothing of later days gets in."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.methods.engagement.known import SIGNS, UnknownSign, last_told, signs_known

told = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9), st.integers(0, 5)), max_size=20)
asked = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 10)), min_size=1, max_size=20)


def column(rows, place):
    return np.array([row[place] for row in rows], dtype=int)


@given(told, asked)
def test_at_each_case_the_last_word_of_its_own_client_by_that_day_counts(told, asked):
    found = last_told(
        column(asked, 0),
        column(asked, 1),
        of_client=column(told, 0),
        told_on=column(told, 1),
        value=column(told, 2).astype(float),
    )
    for (client, day), value in zip(asked, found, strict=True):
        by_then = [each for each in told if each[0] == client and each[1] <= day]
        last = max(by_then, key=lambda each: each[1])[1] if by_then else None
        expected = [each[2] for each in by_then if each[1] == last]
        assert value == pytest.approx(expected[-1] if expected else math.nan, nan_ok=True)


def test_parts_that_are_not_there_are_not_known():
    signs = signs_known(2, {"wish_to_return": np.array([9.0, np.nan])})
    assert signs.names == SIGNS
    assert signs.column("wish_to_return").tolist() == pytest.approx([9.0, math.nan], nan_ok=True)
    others = signs.only(*[name for name in SIGNS if name != "wish_to_return"])
    assert np.isnan(others.columns).all()
    assert np.isnan(signs.column("no such column")).all()


@pytest.mark.parametrize("name", ["race", "neighbourhood", "income", "wish_to_retrun"])
def test_what_is_no_sign_gets_in_by_no_name(name):
    """Race, neighbourhood and income are no inputs; a site cannot pass them in as a sign."""
    with pytest.raises(UnknownSign, match=name):
        signs_known(1, {name: np.zeros(1)})
