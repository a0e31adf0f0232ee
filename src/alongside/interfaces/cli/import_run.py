"""One import from the first row to the summary."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.feedback.imported_rows import ClientResponse, Fate, Outcome, RatedVisit
from alongside.clinic.feedback.importing import import_responses, import_visits
from alongside.clinic.instruments.actions import version_for
from alongside.clinic.instruments.bridge import questionnaire_of, scoring_of
from alongside.clinic.instruments.models import InstrumentVersion, Purpose
from alongside.interfaces.cli.columns import Columns, find_columns
from alongside.interfaces.cli.house import Exit, House
from alongside.interfaces.cli.import_request import ImportRequest
from alongside.interfaces.cli.import_summary import SeriesLengths, Summary, count_fates
from alongside.interfaces.cli.mapping import read_mapping
from alongside.interfaces.cli.refused_rows import RefusedRow, as_it_stood, write_refused
from alongside.interfaces.cli.tables import TableRow, read_table
from alongside.interfaces.cli.totals import compare_totals
from alongside.methods.vocabulary.errors import AlongsideError

PURPOSES = {"visits": Purpose.VISIT_FEEDBACK, "responses": Purpose.WEEKLY_CHECK}


class NoSuchInstrument(AlongsideError):
    """There is no instrument {url} here. Bring it in with "alongside import questionnaire"."""


class NoSuchScale(AlongsideError):
    """The instrument has no scale "{scale}" to hold the totals against. Its scales: {scales}."""


class ImportRun:
    """The state of one import; `what` is visits or responses.

    Raises: MappingRefused, NoSuchInstrument, NoSuchScale, FileRefused.
    """

    def __init__(
        self,
        house: House,
        what: str,
        asked: ImportRequest,
        *,
        needed: tuple[str, ...],
        allowed: tuple[str, ...],
    ) -> None:
        self.house, self.what, self.asked = house, what, asked
        self.now = datetime.now(UTC)
        self.began = time.monotonic()
        mapping = read_mapping(asked.mapping)
        self.version = _version(asked.instrument, PURPOSES[what])
        self.scale = _scale(self.version, mapping.total_scale)
        self.table = as_it_stood(read_table(asked.file, delimiter=mapping.delimiter))
        self.columns = find_columns(
            self.table, mapping, questionnaire_of(self.version), needed=needed, allowed=allowed
        )
        self.rows: list[RatedVisit | ClientResponse] = []
        self.refused: list[RefusedRow] = []
        self.said: dict[int, Decimal] = {}

    def read(
        self, translate: Callable[[TableRow, Columns, ZoneInfo], RatedVisit | ClientResponse]
    ) -> None:
        """Every row translated, before anything is written."""
        for row in self.table.rows:
            try:
                if row.refusal is not None:
                    raise row.refusal
                total = self.columns.total(row)
                self.rows.append(translate(row, self.columns, self.asked.home))
            except AlongsideError as refusal:
                self.refused.append(RefusedRow(row, refusal))
                continue
            if total is not None:
                self.said[row.number] = total

    def take_visits(self) -> list[Outcome]:
        """What became of each visit that could be read.

        Raises: WrongInstrument.
        """
        return self._watch(
            import_visits(
                rows=[row for row in self.rows if isinstance(row, RatedVisit)],
                version=self.version,
                by=OPERATOR,
                now=self.now,
                is_rehearsal=self.asked.dry_run,
                corrects=self.asked.correct,
            )
        )

    def take_responses(self) -> list[Outcome]:
        """What became of each response that could be read.

        Raises: WrongInstrument.
        """
        return self._watch(
            import_responses(
                rows=[row for row in self.rows if isinstance(row, ClientResponse)],
                version=self.version,
                by=OPERATOR,
                now=self.now,
                is_rehearsal=self.asked.dry_run,
                corrects=self.asked.correct,
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

    def end(self, outcomes: list[Outcome], series: SeriesLengths | None = None) -> None:
        """Refused rows are kept where they were asked for, and what became of all is told.

        Raises: CannotWrite; SystemExit when a row was refused.
        """
        if self.asked.refused is not None:
            write_refused(self.asked.refused, self.table, self.refused)
        summary = self._summary(outcomes, series)
        self.house.tell(summary.words, summary.facts)
        if summary.refused:
            raise SystemExit(Exit.REFUSED)

    def _summary(self, outcomes: list[Outcome], series: SeriesLengths | None) -> Summary:
        n_of = count_fates(outcomes)
        found = {
            outcome.row: outcome.scores[self.scale]
            for outcome in outcomes
            if self.scale in outcome.scores
        }
        return Summary(
            what=self.what,
            n_rows=len(self.table.rows),
            n_accepted=n_of[Fate.ACCEPTED],
            n_already_there=n_of[Fate.ALREADY_THERE],
            n_corrected=n_of[Fate.CORRECTED],
            refused=tuple(self.refused),
            totals=compare_totals(self.said, found),
            seconds=time.monotonic() - self.began,
            is_rehearsal=self.asked.dry_run,
            series=series,
        )


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
