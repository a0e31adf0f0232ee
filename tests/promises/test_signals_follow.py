"""The promise: whatever happens to answers, every signal is what the answers come to.

A machine lets feedback arrive, corrects it, takes it back, merges records, brings files in again,
and holds every course, repair and board against a recomputation after each step.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from alongside.clinic.alliance import corrected
from alongside.clinic.feedback import corrections, merging
from tests.factories.clinic import SmallClinic, small_clinic
from tests.promises import figures, signal_machine
from tests.promises.signal_machine import SignalMachine

pytestmark = pytest.mark.django_db

N_RUNS = figures.size(sample=10, full=400)
N_STEPS = figures.size(sample=15, full=40)


@pytest.fixture
def clinic() -> SmallClinic:
    return small_clinic()


def run(clinic: SmallClinic, *, n_runs: int = N_RUNS, n_steps: int = N_STEPS) -> int:
    """How many steps were held against a recomputation."""

    class Machine(SignalMachine):
        pass

    Machine.clinic, Machine.n_steps = clinic, 0
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=n_runs,
            stateful_step_count=n_steps,
            deadline=None,
            derandomize=True,
            database=None,
            phases=(Phase.generate,),
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return Machine.n_steps


@pytest.mark.promise
@figures.patience(sample=120, full=3_600)
def test_every_signal_is_what_the_answers_come_to(clinic: SmallClinic) -> None:
    n_steps = run(clinic)
    figures.record(
        "R22",
        part="Signals",
        found=0,
        of=n_steps,
        what="steps after which a signal differs from a recomputation",
        note=f"{N_RUNS} sequences of up to {N_STEPS} steps",
    )


def nothing_follows(*_: Any, **__: Any) -> None:
    """A refresh that somebody forgot."""


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (corrections, "follow_corrected_check"),
        (corrected, "rebuild"),
        (corrected, "_follow_concern"),
        (merging, "_compute_anew"),
        (signal_machine, "follow_yardsticks"),
    ],
)
def test_a_refresh_that_is_forgotten_is_found(
    clinic: SmallClinic, monkeypatch: pytest.MonkeyPatch, place: Any, name: str
) -> None:
    monkeypatch.setattr(place, name, nothing_follows)
    with pytest.raises(AssertionError):
        run(clinic, n_runs=200, n_steps=12)
