"""Rows of instruments and answers, as the values that the methods work on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from alongside.clinic.instruments.models import Answer, InstrumentVersion, Release, Response
from alongside.clinic.instruments.release import release_time
from alongside.clinic.statements import Parameter, Select
from alongside.methods.instruments.answers import Answer as AnswerGiven
from alongside.methods.instruments.answers import AnswerState
from alongside.methods.instruments.fhir_questionnaire import read_questionnaire
from alongside.methods.instruments.questionnaire import AnswerValue, ItemType, Questionnaire
from alongside.methods.instruments.scoring import Scoring
from alongside.methods.instruments.sidecar import read_scoring

ANSWERS_IN = Select(lambda: Answer.objects.filter(response=Parameter("response")))


def questionnaire_of(version: InstrumentVersion) -> Questionnaire:
    """The questionnaire of a version. Versions never change, so it is read once per process."""
    return questionnaire_with(version.fingerprint)


def scoring_of(version: InstrumentVersion) -> Scoring:
    """How a version is scored, read once per process."""
    return _scoring(version.fingerprint)


@lru_cache(maxsize=256)
def questionnaire_with(fingerprint: str) -> Questionnaire:
    """The questionnaire of the stored version whose content has this fingerprint."""
    return read_questionnaire(_text("document", fingerprint))


@lru_cache(maxsize=256)
def _scoring(fingerprint: str) -> Scoring:
    return read_scoring(_text("scoring", fingerprint))


def _text(field: str, fingerprint: str) -> str:
    texts = InstrumentVersion.objects.filter(fingerprint=fingerprint)
    text: str = texts.values_list(field, flat=True)[0]
    return text


def given_answers(rows: Iterable[Answer], questionnaire: Questionnaire) -> tuple[AnswerGiven, ...]:
    """Stored answers as values. A decimal is kept as text, so that it comes back exactly."""
    return tuple(
        AnswerGiven(
            row.link_id,
            AnswerState(row.state),
            Decimal(row.value)
            if row.value is not None and questionnaire.item(row.link_id).type is ItemType.DECIMAL
            else row.value,
        )
        for row in rows
    )


def stored_value(value: AnswerValue | None) -> str | int | bool | None:
    """An answer's value as it is stored."""
    return str(value) if isinstance(value, Decimal) else value


@dataclass(frozen=True)
class Drafts:
    """What was saved in a response so far: the answers by linkId, and when each may be seen."""

    answers: Mapping[str, AnswerGiven]
    releases: Mapping[str, Release]

    @classmethod
    def of(cls, response: Response) -> Drafts:
        """The drafts of a response; one that is not saved yet has none."""
        rows = ANSWERS_IN.all(response=response.pk) if response.pk else []
        known = given_answers(rows, questionnaire_of(response.slot.version))
        return cls(
            {answer.link_id: answer for answer in known},
            {row.link_id: Release(row.release) for row in rows},
        )

    def with_release(self, link_id: str, release: Release | None) -> Release:
        """When an answer may be seen: as said now, else as said before, else now."""
        return release or self.releases.get(link_id, Release.NOW)


def answer_row(
    response: Response,
    answer: AnswerGiven,
    release: Release,
    *,
    saved_at: datetime,
    handed_in_at: datetime | None = None,
) -> Answer:
    """The row of one answer, not saved; a draft is released to nobody before it is handed in."""
    return Answer(
        response=response,
        client_id=response.client_id,
        link_id=answer.link_id,
        state=answer.state,
        value=stored_value(answer.value),
        release=release,
        released_at=release_time(release, now=handed_in_at) if handed_in_at else None,
        saved_at=saved_at,
    )
