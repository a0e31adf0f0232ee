"""Rows that an import takes in, what becomes of them, and why one is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from alongside.methods.vocabulary.errors import AlongsideError


class WrongInstrument(AlongsideError):
    """{url} has the role "{role}", and these rows need one with the role {needed}."""


class InTheFuture(AlongsideError):
    """The time {time} has not come yet."""


class FeedbackBeforeVisit(AlongsideError):
    """The feedback came at {time}, before the visit began."""


class NoAnswers(AlongsideError):
    """There is no answer in this row."""


class OddId(AlongsideError):
    """The visit_id must be 1 to {longest} characters of text in one line."""


class ImportedDifferently(AlongsideError):
    """{what} was imported before with other content. What is here stays as it is; with --correct,
    other answers and times take the place of those."""


class OfAnotherPair(AlongsideError):
    """{what} was imported before with another client, therapist or form. That is no correction:
    take it back with "alongside take-back", and bring the right one in by another visit_id."""


class WasTakenBack(AlongsideError):
    """{what} was taken back here, so it does not come in again."""


@dataclass(frozen=True)
class RatedVisit:
    """One visit that took place, and the client's feedback, from one row of a file."""

    row: int
    visit_id: str
    client: str
    therapist: str
    starts_at: datetime
    ends_at: datetime
    submitted_at: datetime
    answers: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class ClientResponse:
    """What one client answered at one time outside of visits, from one row of a file."""

    row: int
    client: str
    at: datetime
    answers: Mapping[str, str] = field(repr=False)
    therapist: str | None = None


class Fate(StrEnum):
    """What became of a row."""

    ACCEPTED = "accepted"
    ALREADY_THERE = "already_there"
    CORRECTED = "corrected"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """What became of one row: with its scores, or why it was refused.

    `pair` is the client and the therapist whose alliance the row belongs to.
    """

    row: int
    fate: Fate
    scores: Mapping[str, float] = field(default_factory=dict, repr=False)
    refusal: AlongsideError | None = None
    pair: tuple[int, int] | None = None
