"""Average run lengths of EWMA and CUSUM charts, as printed and as recomputed from them.

Source: science notes 3.5. Crowder 1987 and Lucas and Saccucci 1990 (EWMA), Lucas and Crosier
1982 (CUSUM); what they print was recomputed by Gauss-Legendre integration to the digits shown,
and rows with nobody's name are recomputed only. Values that were read and not recomputed are left
out, as science notes mark them.
"""

from __future__ import annotations

import pytest

from alongside.methods.alliance.control_charts import run_length_of_cusum, run_length_of_ewma

EWMA = {
    (0.5, 2.0): {0: "26.45", 0.25: "20.12", 0.5: "11.89", 1: "4.91", 2: "1.95"},
    (0.05, 2.0): {0: "127.53", 0.25: "43.94", 0.5: "18.97", 1: "8.38", 2: "4.04"},
    (0.5, 3.071): {0: "499.9", 0.5: "88.80", 1: "17.48", 2: "3.63"},
    (0.03, 2.437): {0: "499.9", 0.5: "29.32", 1: "12.60", 2: "5.99"},
    (0.1, 2.7): {0: "369.0", 0.5: "28.19", 1: "9.73", 2: "4.18"},
    (0.1, 2.814): {0: "499.6", 0.5: "31.30", 1: "10.33", 2: "4.36"},
}
READ_ONLY = {(0.5, 3.071, 0.25): 255.0, (0.03, 2.437, 0.25): 76.7}
CUSUM = {
    (0.5, 4.0, True): {0: "167.7", 0.25: "74.2", 0.5: "26.6", 1: "8.38", 2: "3.34"},
    (0.5, 3.0, False): {0: "117.6", 1.5: "3.75"},
    (0.5, 5.0, True): {0: "465.4", 1: "10.4", 2: "4.0"},
}
FOR_A_RUN_OF_250 = {0.05: 2.32, 0.1: 2.55, 0.15: 2.65, 0.2: 2.72, 0.25: 2.76}


def half_a_digit(printed: str) -> float:
    return 0.5 * 10.0 ** -len(printed.partition(".")[2]) + 1e-9


@pytest.mark.parametrize(
    ("weight", "limit", "shift", "printed"),
    [(*chart, shift, value) for chart, row in EWMA.items() for shift, value in row.items()],
)
def test_the_run_length_of_an_ewma_chart_is_the_published_one(weight, limit, shift, printed):
    found = run_length_of_ewma(weight=weight, limit=limit, shift=shift)
    assert found == pytest.approx(float(printed), abs=half_a_digit(printed))


@pytest.mark.parametrize(("chart", "printed"), READ_ONLY.items())
def test_values_that_were_only_read_are_met_as_nearly_as_they_were_printed(chart, printed):
    weight, limit, shift = chart
    found = run_length_of_ewma(weight=weight, limit=limit, shift=shift)
    assert found == pytest.approx(printed, rel=0.01)


@pytest.mark.parametrize(
    ("allowance", "limit", "is_two_sided", "shift", "printed"),
    [(*chart, shift, value) for chart, row in CUSUM.items() for shift, value in row.items()],
)
def test_the_run_length_of_a_cusum_chart_is_the_published_one(
    allowance, limit, is_two_sided, shift, printed
):
    found = run_length_of_cusum(
        allowance=allowance, limit=limit, shift=shift, is_two_sided=is_two_sided
    )
    assert found == pytest.approx(float(printed), abs=half_a_digit(printed))


@pytest.mark.parametrize(("weight", "limit"), FOR_A_RUN_OF_250.items())
def test_the_limits_for_a_run_of_250_are_crowders(weight, limit):
    below, above = (
        run_length_of_ewma(weight=weight, limit=limit + rounding) for rounding in (-0.01, 0.01)
    )
    assert below < 250.0 < above


@pytest.mark.parametrize("n_points", [60, 120, 300])
def test_more_points_change_nothing(n_points):
    usual = run_length_of_ewma(weight=0.1, limit=2.7)
    assert run_length_of_ewma(weight=0.1, limit=2.7, n_points=n_points) == pytest.approx(usual)
    usual = run_length_of_cusum(allowance=0.5, limit=4.0)
    assert run_length_of_cusum(allowance=0.5, limit=4.0, n_points=n_points) == pytest.approx(usual)
