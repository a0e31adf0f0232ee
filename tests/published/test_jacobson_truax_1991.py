"""The teaching example of Jacobson and Truax.

Source: Jacobson and Truax 1991, J. Consult. Clin. Psychol. 59:12-19: clinical mean 40, SD 7.5,
functional mean 60, SD 7.5, reliability .80, a client who moves from 32.5 to 47.5. The figures
were recalled and their arithmetic redone; needs no data.
"""

from __future__ import annotations

import pytest

from alongside.methods.progress.norms import Better, CutOff, Norms
from alongside.methods.progress.reliable_change import (
    Category,
    ReliableChange,
    reliable_change,
    reliable_change_band,
)

NORMS = Norms(40.0, 7.5, 0.80, Better.HIGHER, functional_mean=60.0, functional_sd=7.5)


def test_the_errors_of_measurement_are_the_printed_ones():
    assert NORMS.sem == pytest.approx(3.354, abs=5e-4)
    assert NORMS.s_diff == pytest.approx(4.743, abs=5e-4)


@pytest.mark.parametrize(("kind", "value"), [(CutOff.A, 55), (CutOff.B, 45), (CutOff.C, 50)])
def test_the_cut_offs_are_the_printed_ones(kind, value):
    assert NORMS.cut_off(kind) == pytest.approx(value)


def test_the_client_of_the_example_has_improved_reliably():
    change = reliable_change(32.5, 47.5, NORMS, cut_off=NORMS.cut_off(CutOff.C))
    assert isinstance(change, ReliableChange)
    assert change.index == pytest.approx(3.162, abs=5e-4)
    assert change.is_reliable
    assert change.category is Category.IMPROVED
    assert 47.5 not in reliable_change_band(32.5, NORMS)


def test_by_the_less_strict_cut_off_b_the_client_has_recovered():
    change = reliable_change(32.5, 47.5, NORMS, cut_off=NORMS.cut_off(CutOff.B))
    assert isinstance(change, ReliableChange)
    assert change.category is Category.RECOVERED
