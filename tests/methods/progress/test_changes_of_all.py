"""The changes of a cohort are those of each pair, by every method."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alongside.methods.progress.changes_of_all import CATEGORIES, UNKNOWN, changes_of_all
from alongside.methods.progress.norms import Better, Norms
from alongside.methods.progress.reliable_change import (
    Category,
    Method,
    MethodNeedsPostGroup,
    MissingScore,
    PostGroup,
    reliable_change,
)

GROUP = PostGroup(mean=15.0, sd=7.7, reliability=0.5, correlation=0.16)
scores = st.one_of(st.floats(0.0, 60.0), st.integers(0, 60).map(float), st.just(math.nan))


def norms(better: Better) -> Norms:
    return Norms(
        clinical_mean=24.85,
        clinical_sd=3.34,
        reliability=0.8,
        better=better,
        functional_mean=8.0,
        functional_sd=8.0,
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(scores, scores), min_size=1, max_size=30),
    st.sampled_from(list(Method)),
    st.sampled_from(list(Better)),
    st.sampled_from([None, 10.0, 19.887]),
)
def test_equal_to_each_pair_by_itself(
    pairs: list[tuple[float, float]], method: Method, better: Better, cut_off: float | None
) -> None:
    pre, post = np.array(pairs).T
    found = changes_of_all(
        pre, post, norms(better), cut_off=cut_off, method=method, post_group=GROUP
    )
    for place, (first, later) in enumerate(pairs):
        one = reliable_change(
            None if math.isnan(first) else first,
            None if math.isnan(later) else later,
            norms(better),
            cut_off=cut_off,
            method=method,
            post_group=GROUP,
        )
        if isinstance(one, MissingScore):
            assert (found.category[place], np.isnan(found.index[place])) == (UNKNOWN, True)
        else:
            assert found.index[place] == pytest.approx(one.index, rel=1e-12, abs=1e-12)
            assert CATEGORIES[found.category[place]] is one.category


def test_a_cohort_is_counted() -> None:
    found = changes_of_all(
        np.array([30.0, 30.0, 30.0, 5.0, math.nan]),
        np.array([5.0, 22.0, 29.0, 30.0, 4.0]),
        norms(Better.LOWER),
        cut_off=19.887,
    )
    assert {category: found.count_of(category) for category in Category} == {
        Category.RECOVERED: 1,
        Category.IMPROVED: 1,
        Category.UNCHANGED: 1,
        Category.DETERIORATED: 0,
        Category.HARMED: 1,
    }


def test_what_a_method_lacks_is_said() -> None:
    with pytest.raises(MethodNeedsPostGroup):
        changes_of_all(
            np.array([1.0]), np.array([2.0]), norms(Better.LOWER), method=Method.HSU_LINN_LORD
        )
