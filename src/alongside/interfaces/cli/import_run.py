"""One import from the first row to the summary."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.feedback.importing import (
    ClientResponse,
    Fate,
    Outcome,
    RatedVisit,
    import_responses,
    import_visits,
)
from alongside.clinic.instruments.actions import version_for
from alongside.clinic.instruments.bridge import questionnaire_of, scoring_of
from alongside.clinic.instruments.models import InstrumentVersion, Purpose
from alongside.interfaces.cli.columns import Columns
from alongside.interfaces.cli.house import House
from alongside.interfaces.cli.import_summary import SeriesLengths, Summary, count_fates
from alongside.interfaces.cli.refused_rows import RefusedRow, write_refused
from alongside.interfaces.cli.tables import Table, TableRow
from alongside.interfaces.cli.totals import compare_totals
from alongside.methods.instruments.questionnaire import Questionnaire
from alongside.methods.vocabulary.errors import AlongsideError

PURPOSES = {"visits": Purpose.VISIT_FEEDBACK, "responses": Purpose.WEEKLY_CHECK}


class NoSuchInstrument(AlongsideError):
    """There is no instrument {url} here. Bring it in with "alongside import questionnaire"."""


class NoSuchScale(AlongsideError):
    """The instrument has no scale "{scale}" to hold the totals against. Its scales: {scales}."""


class ImportRun:
    """The state of one import; `what` is visits or responses."""

    def __init__(self, house: House, what: str, url: str | None, *, is_rehearsal: bool) -> None:
        self.house, self.what, self.is_rehearsal = house, what, is_rehearsal
        self.now = datetime.now(UTC)
        self.began = time.monotonic()
        self.version = _version(url, PURPOSES[what])
        self.rows: list[RatedVisit | ClientResponse] = []
        self.refused: list[RefusedRow] = []
        self.said: dict[int, Decimal] = {}

    @property
    def questionnaire(self) -> Questionnaire:
        return questionnaire_of(self.version)

    def read(
        self,
        table: Table,
        columns: Columns,
        translate: Callable[[TableRow], RatedVisit | ClientResponse],
    ) -> None:
        """Every row translated, before anything is written.

        Raises: NoSuchScale.
        """
        self.table = table
        self.scale = _scale(self.version, columns.mapping.total_scale)
        for row in table.rows:
            try:
                if row.refusal is not None:
                    raise row.refusal
                total = columns.total(row)
                self.rows.append(translate(row))
            except AlongsideError as refusal:
                self.refused.append(RefusedRow(row, refusal))
                continue
            if total is not None:
                self.said[row.number] = total

    def take_visits(self) -> list[Outcome]:
        """What became of each visit that could be read."""
        return self._watch(
            import_visits(
                rows=[row for row in self.rows if isinstance(row, RatedVisit)],
                version=self.version,
                by=OPERATOR,
                now=self.now,
                is_rehearsal=self.is_rehearsal,
            )
        )

    def take_responses(self) -> list[Outcome]:
        """What became of each response that could be read."""
        return self._watch(
            import_responses(
                rows=[row for row in self.rows if isinstance(row, ClientResponse)],
                version=self.version,
                by=OPERATOR,
                now=self.now,
                is_rehearsal=self.is_rehearsal,
            )
        )

    def _watch(self, outcomes: Iterator[Outcome]) -> list[Outcome]:
        by_number = {row.number: row for row in self.table.rows}
        found: list[Outcome] = []
        with self.house.progress(f"Importing {self.what}", len(self.rows)) as advance:
            for outcome in outcomes:
                found.append(outcome)
                if outcome.fate is Fate.REFUSED and outcome.refusal is not None:
                    self.refused.append(RefusedRow(by_number[outcome.row], outcome.refusal))
                advance(1)
        self.refused.sort(key=lambda each: each.row.number)
        return found

    def summary(self, outcomes: list[Outcome], series: SeriesLengths | None = None) -> Summary:
        """The end of it, for a person and for a program."""
        n_accepted, n_already_there = count_fates(outcomes)
        found = {
            outcome.row: outcome.scores[self.scale]
            for outcome in outcomes
            if self.scale in outcome.scores
        }
        return Summary(
            what=self.what,
            n_rows=len(self.table.rows),
            n_accepted=n_accepted,
            n_already_there=n_already_there,
            refused=tuple(self.refused),
            totals=compare_totals(self.said, found),
            seconds=time.monotonic() - self.began,
            is_rehearsal=self.is_rehearsal,
            series=series,
        )

    def keep_refused(self, path: Path | None) -> None:
        """The refused rows in a file, if one was asked for.

        Raises: CannotWrite.
        """
        if path is not None:
            write_refused(path, self.table, self.refused)


def _version(url: str | None, purpose: Purpose) -> InstrumentVersion:
    if url is None:
        return version_for(purpose)
    found = (
        InstrumentVersion.objects.select_related("instrument")
        .filter(instrument__url=url)
        .order_by("-pk")
        .first()
    )
    if found is None:
        raise NoSuchInstrument(url=url)
    return found


def _scale(version: InstrumentVersion, named: str | None) -> str:
    scoring = scoring_of(version)
    if named is not None and scoring.scale(named) is None:
        scales = ", ".join(scale.name for scale in scoring.scales)
        raise NoSuchScale(scale=named, scales=scales)
    return named or (scoring.main_scale.name if scoring.main_scale else "")
