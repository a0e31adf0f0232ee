"""Public FHIR questionnaires: each is either read, and comes back as it was, or refused by name.

The examples exercise every corner of FHIR and few of them are instruments, so most are refused;
what matters is that each refusal is one of ours and says what to do.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from alongside.methods.instruments.documents import canonical_json
from alongside.methods.instruments.errors import InvalidQuestionnaire
from alongside.methods.instruments.fhir_questionnaire import (
    read_questionnaire,
    write_questionnaire,
)

ENVIRONMENT = "ALONGSIDE_PUBLISHED_DATA"
USUAL_PLACE = Path(__file__).parents[4] / "shared" / "data"


@pytest.mark.parametrize("folder", ["lforms_r4", "hl7_r4_examples"])
def test_public_questionnaires_are_read_or_refused_by_name(
    folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Path(os.environ.get(ENVIRONMENT, USUAL_PLACE)) / "fhir" / folder
    if not place.is_dir():
        pytest.skip(f"no public questionnaires at {place}; set {ENVIRONMENT} to their folder")
    n_read, refused = 0, Counter[str]()
    for path in sorted(place.rglob("*.json")):
        file = path.read_bytes()
        if b'"Questionnaire"' not in file:
            continue
        try:
            questionnaire = read_questionnaire(file)
        except InvalidQuestionnaire as refusal:
            assert str(refusal).endswith((".", "?")) or str(refusal.fields["problem"]) in str(
                refusal
            )
            refused[_reason(refusal)] += 1
            continue
        n_read += 1
        assert read_questionnaire(canonical_json(write_questionnaire(questionnaire))) == (
            questionnaire
        )
    assert n_read + refused.total() > 0
    with capsys.disabled():
        print(f"\n  {folder}: {n_read} read, {refused.total()} refused")
        for reason, n in refused.most_common():
            print(f"    {n:3d} {reason}")


def _reason(refusal: InvalidQuestionnaire) -> str:
    about = str(refusal.fields.get("what") or refusal.fields.get("problem") or "")
    return f"{type(refusal).__name__} {about.split(chr(34), maxsplit=1)[0]}".strip()
