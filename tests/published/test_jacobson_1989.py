"""Thirty couples in marital therapy: the means and standard deviations of both scales.

Source: Jacobson, as shipped with the R package clinicalsignificance (commit 863dc77,
jacobson_1989); means and SDs recomputed from the open data.
"""

from __future__ import annotations

import statistics

import pytest

EXPECTED = {
    "das": (30, (81.583, 11.826), (98.05, 19.242)),
    "gds": (26, (69.154, 6.102), (59.308, 8.690)),
}


@pytest.mark.parametrize("scale", EXPECTED)
def test_means_and_standard_deviations(scale, read_rows, say):
    n, first, later = EXPECTED[scale]
    by_time: dict[str, dict[str, float]] = {"pre": {}, "post": {}}
    for row in read_rows("clinicalsignificance/jacobson_1989.csv"):
        if row[scale]:
            by_time[row["time"]][row["subject"]] = float(row[scale])
    both = [subject for subject in by_time["pre"] if subject in by_time["post"]]
    assert len(both) == n
    for time, expected in (("pre", first), ("post", later)):
        scores = [by_time[time][subject] for subject in both]
        assert (statistics.fmean(scores), statistics.stdev(scores)) == pytest.approx(
            expected, abs=6e-4
        )
    say(f"jacobson_1989 {scale}: n = {n} of {len(by_time['pre'])}, means and SDs equal")
