"""An uploaded pair of files, read and checked as a whole before anything is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from alongside.methods.instruments.documents import canonical_json, read_document
from alongside.methods.instruments.errors import InvalidInstrument
from alongside.methods.instruments.fhir_questionnaire import parse_questionnaire
from alongside.methods.instruments.questionnaire import Questionnaire
from alongside.methods.instruments.scoring import Scoring
from alongside.methods.instruments.sidecar import parse_scoring
from alongside.methods.instruments.sidecar_check import check_scoring, needs_attestation


@dataclass(frozen=True)
class ReadInstrument:
    """A questionnaire and its scoring, with the canonical texts that will be kept."""

    questionnaire: Questionnaire
    scoring: Scoring
    document_text: str
    scoring_text: str

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(f"{self.document_text}\n{self.scoring_text}".encode()).hexdigest()

    @property
    def needs_attestation(self) -> bool:
        return needs_attestation(self.questionnaire, self.scoring)


DOCUMENT, SCORING = "document", "scoring"


def read_instrument(document: str | bytes, scoring: str | bytes) -> ReadInstrument:
    """The pair, when both can be read and the scoring fits the questionnaire.

    Raises: InvalidInstrument; `part_of` says which of the two files has to be mended.
    """
    with _reading(DOCUMENT):
        asked = read_document(document)
        questionnaire = parse_questionnaire(asked)
    with _reading(SCORING):
        scored = read_document(scoring)
        sidecar = parse_scoring(scored)
        check_scoring(questionnaire, sidecar)
    return ReadInstrument(questionnaire, sidecar, canonical_json(asked), canonical_json(scored))


def part_of(problem: Exception) -> str | None:
    """Which file a problem stands in, `document` or `scoring`; None for the two together."""
    notes: list[str] = getattr(problem, "__notes__", [])
    return next((note for note in notes if note in (DOCUMENT, SCORING)), None)


@contextmanager
def _reading(part: str) -> Iterator[None]:
    try:
        yield
    except InvalidInstrument as problem:
        problem.add_note(part)
        raise
