"""Six forms of the reliable change index on 40 patients with depression.

Source: Claus et al. 2020, the HAM-D at the first and fourth interview, as shipped with the R
package clinicalsignificance (commit 863dc77); expected values from that package's test
snapshots, recomputed from the open data. Reliability .80, functional mean and SD 8, lower is
better. Its eighth column, a multilevel form, is left out: see science notes 2.1.
"""

from __future__ import annotations

import statistics
from collections import Counter

import pytest

from alongside.methods.progress.norms import Better, CutOff, Norms
from alongside.methods.progress.reliable_change import (
    Category,
    Method,
    PostGroup,
    ReliableChange,
    reliability_of_differences,
    reliable_change,
)

TABLE = {
    Method.JACOBSON_TRUAX: ((26, 3, 10, 1, 0), (-5.6805, -1.8935, -11.3611)),
    Method.EDWARDS_NUNNALLY: ((26, 6, 5, 3, 0), (-8.0134, -3.9967, -15.6452)),
    Method.GULLIKSEN_LORD_NOVICK: ((26, 3, 10, 1, 0), (-5.9728, -2.9789, -11.6613)),
    Method.HSU_LINN_LORD: ((12, 0, 16, 11, 1), (-1.0454, 1.9485, -6.7338)),
    Method.NUNNALLY_KOTSCH: ((26, 2, 11, 1, 0), (-4.5222, -2.2554, -8.8291)),
    Method.HAGEMAN_ARRINDELL: ((23, 9, 7, 1, 0), (-5.8210, -2.1724, -11.2940)),
}


@pytest.fixture(scope="module")
def scores(read_rows):
    """First and later HAM-D of the patients who have both, in the order of the data."""
    by_time: dict[str, dict[str, float]] = {"1.0": {}, "4.0": {}}
    for row in read_rows("clinicalsignificance/claus_2020.csv"):
        if row["time"] in by_time and row["hamd"]:
            by_time[row["time"]][row["id"]] = float(row["hamd"])
    first, fourth = by_time["1.0"], by_time["4.0"]
    return [(first[patient], fourth[patient]) for patient in first if patient in fourth]


@pytest.fixture(scope="module")
def norms(scores):
    first = [pre for pre, _ in scores]
    return Norms(
        statistics.fmean(first),
        statistics.stdev(first),
        0.80,
        Better.LOWER,
        functional_mean=8.0,
        functional_sd=8.0,
    )


@pytest.fixture(scope="module")
def group(scores):
    first, fourth = zip(*scores, strict=True)
    return PostGroup(
        mean=statistics.fmean(fourth),
        sd=statistics.stdev(fourth),
        correlation=statistics.correlation(first, fourth),
        reliability=0.5,
    )


def test_the_two_groups_are_the_published_ones(scores, norms, group):
    assert len(scores) == 40
    assert norms.clinical_mean == pytest.approx(24.85)
    assert norms.clinical_sd == pytest.approx(3.3401, abs=5e-5)
    assert (group.mean, group.sd) == pytest.approx((14.975, 7.7111), abs=5e-5)
    assert group.correlation == pytest.approx(0.16312, abs=5e-6)


def test_the_errors_and_cut_offs_are_the_published_ones(norms, group):
    assert norms.sem == pytest.approx(1.4937, abs=6e-5)
    assert norms.s_diff == pytest.approx(2.1125, abs=6e-5)
    assert norms.s_pred == pytest.approx(2.0041, abs=6e-5)
    assert 1.96 * norms.s_diff == pytest.approx(4.1405, abs=6e-5)
    assert norms.cut_off(CutOff.C) == pytest.approx(19.887, abs=5e-4)
    assert norms.cut_off(CutOff.A) == pytest.approx(18.170, abs=5e-4)
    assert reliability_of_differences(norms, group) == pytest.approx(0.92827, abs=6e-6)


@pytest.mark.parametrize("method", Method)
def test_categories_and_first_indices_are_the_published_ones(method, scores, norms, group, say):
    counts, first_indices = TABLE[method]
    cut_off = norms.cut_off(CutOff.C)
    changes = [
        reliable_change(pre, post, norms, cut_off=cut_off, method=method, post_group=group)
        for pre, post in scores
    ]
    assert all(isinstance(change, ReliableChange) for change in changes)
    assert [change.index for change in changes[:3]] == pytest.approx(first_indices, abs=6e-5)
    found = Counter(change.category for change in changes)
    assert tuple(found[category] for category in Category) == counts
    say(f"claus_2020, {method.value}: n = {len(changes)}, five categories and three indices equal")


def test_by_the_simple_rule_hageman_and_arrindell_find_26_recovered(scores, norms, group):
    cut_off = norms.cut_off(CutOff.C)
    changes = [
        reliable_change(pre, post, norms, method=Method.HAGEMAN_ARRINDELL, post_group=group)
        for pre, post in scores
    ]
    improved = [change for change in changes if change.category is Category.IMPROVED]
    recovered = [change for change in improved if change.post < cut_off < change.pre]
    assert (len(improved), len(recovered)) == (32, 26)
