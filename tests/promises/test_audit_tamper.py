"""The promise: nobody changes the audit unseen, not even whoever manages the machine.

Twelve ways of tampering, at random places up to the last checkpoint, each found by the verifier
that stands alone. What this does not cover is shown as well: the entries since the last checkpoint.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from alongside.clinic.audit.checkpoints import BLIND
from alongside.interfaces.cli import verify_audit
from alongside.interfaces.cli.verify_audit import Changed, Report, verify
from tests.promises import figures, tampering
from tests.promises.tampering import OPERATORS, Crime, Evidence

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(__file__).with_name("audited_clinic.py")
N_PLACES = figures.size(sample=8, full=100)


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    """What a clinic left behind that worked for a while, was signed and witnessed, and went on."""
    folder = tmp_path_factory.mktemp("audited")
    subprocess.run(
        [sys.executable, str(PROGRAM)],
        cwd=ROOT,
        env={
            **os.environ,
            "ALONGSIDE_DATA": str(folder),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        },
        check=True,
        timeout=100,
    )
    return Evidence(folder)


def checked(crime: Crime) -> Report:
    key = verify_audit.read_key(crime.evidence.key.public_text)
    return verify(crime.database, crime.files, key)


def places(evidence: Evidence, chance: random.Random, n: int) -> list[int]:
    """So many places at or before the last checkpoint, each once as long as there are enough."""
    everywhere = range(1, evidence.covered + 1)
    return chance.sample(everywhere, n)


def is_named_well(change: Changed, first_wrong: int, evidence: Evidence) -> bool:
    """Whether the entry that is named belongs to the right checkpoint, and none before is wrong."""
    words = str(change)
    if words.startswith(("Two histories", "A checkpoint")):
        return True  # a checkpoint gave it away
    before = max((size for size in evidence.sizes if size < first_wrong), default=0)
    if "and all after it" in words:  # so much is gone that no checkpoint is reached
        return change.seq > before and f"after entry {before:,} was not found" in words
    return before < change.seq <= first_wrong


@pytest.mark.promise
@figures.patience(sample=200, full=1_800)
def test_every_change_up_to_the_last_checkpoint_is_found(
    evidence: Evidence, tmp_path: Path
) -> None:
    chance = random.Random(9)
    unseen, misnamed, n_tried = [], [], 0
    for operator in OPERATORS:
        for place in places(evidence, chance, N_PLACES):
            crime = Crime(evidence, tmp_path, place, chance)
            first_wrong = operator(crime)
            n_tried += 1
            try:
                checked(crime)
            except Changed as change:
                if not is_named_well(change, first_wrong, evidence):
                    misnamed.append((operator.__name__, place, change.seq))
            else:
                unseen.append((operator.__name__, place))
    assert unseen == []
    assert misnamed == []
    assert n_tried == 12 * N_PLACES
    figures.record(
        "A9",
        found=n_tried - len(unseen),
        of=n_tried,
        what="changes to the audit found",
        note=f"{len(OPERATORS)} ways of tampering at {N_PLACES} random places each, in an audit of "
        f"{evidence.n_entries} entries with {len(evidence.sizes)} checkpoints.",
    )


def test_an_untouched_audit_verifies(evidence: Evidence, tmp_path: Path) -> None:
    """A control: were everything called changed, the test above would say nothing."""
    report = checked(Crime(evidence, tmp_path, 1, random.Random(1)))
    assert report.n_entries == evidence.n_entries
    assert report.last is not None
    assert (report.n_checkpoints, report.last.size) == (len(evidence.sizes), evidence.covered)
    assert report.n_uncovered == evidence.n_entries - evidence.covered > 0
    assert report.n_damaged == 0


IN_THEIR_POWER: tuple[Callable[[Crime], int], ...] = (
    tampering.edit_field,
    tampering.edit_time,
    tampering.edit_actor,
    tampering.delete_middle,
    tampering.delete_tail,
    tampering.insert,
)


@pytest.mark.promise
def test_a_change_since_the_last_checkpoint_is_not_found_when_the_chain_is_made_to_fit(
    evidence: Evidence, tmp_path: Path
) -> None:
    """A control, and the limit of the promise: this is the blind window."""
    key = verify_audit.read_key(evidence.key.public_text)
    *_, last = verify_audit.notes_in(evidence.witness, key)
    assert last is not None
    unseen, chance = 0, random.Random(2)
    uncovered = range(evidence.covered + 1, evidence.n_entries + 1)
    for operator in IN_THEIR_POWER:
        for place in uncovered:
            crime = Crime(evidence, tmp_path, place, chance, is_chained=True)
            operator(crime)
            report = checked(crime)
            unseen += 1
    assert unseen == len(IN_THEIR_POWER) * len(uncovered)
    since = datetime.fromisoformat(f"{report.uncovered_since}Z")
    assert timedelta(0) < since - datetime.fromisoformat(last.time) < BLIND + timedelta(seconds=5)
    figures.record(
        "A9",
        part="the blind window, a control",
        found=0,
        of=unseen,
        what="changes found since the last checkpoint",
        note=f"Whoever makes the chain fit again is not seen there. While the clinic runs, the "
        f"window is at most {BLIND.total_seconds():.0f} s long.",
    )


def test_a_change_since_the_last_checkpoint_is_found_when_the_chain_does_not_fit(
    evidence: Evidence, tmp_path: Path
) -> None:
    chance = random.Random(3)
    crime = Crime(evidence, tmp_path, evidence.n_entries, chance, is_chained=False)
    tampering.edit_actor(crime)
    with pytest.raises(Changed) as found:
        checked(crime)
    assert found.value.seq == evidence.n_entries
