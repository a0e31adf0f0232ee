"""Which column of a file is what, by the mapping and the questionnaire."""

from __future__ import annotations

from collections.abc import Mapping as Mappings
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from alongside.interfaces.cli.mapping import Mapping
from alongside.interfaces.cli.refused_rows import REASON, ROW
from alongside.interfaces.cli.tables import FileRefused, Table, TableRow
from alongside.methods.instruments.questionnaire import Questionnaire
from alongside.methods.vocabulary.errors import AlongsideError

TOTAL = "total"


class ColumnMissing(FileRefused):
    """{path} has no column {column}. Its heading can be given in the mapping."""


class HeadingMissing(FileRefused):
    """The mapping names the heading "{heading}", and {path} has no such heading."""


class UnknownLinkId(FileRefused):
    """The mapping names the linkId "{link_id}", and the questionnaire has no such question."""


class UnknownColumns(FileRefused):
    """Nobody knows what these columns of {path} are: {headings}. Name them in the mapping, or list
    them there under ignore."""


class NoAnswerColumns(FileRefused):
    """{path} has no column for any question of {url}. The questions are: {link_ids}."""


class ColumnTwice(FileRefused):
    """The column "{heading}" of {path} would be read as two things: {first} and {second}."""


class CellBlank(AlongsideError):
    """The cell {column} is empty."""


class NotATotal(AlongsideError):
    """The total "{cell}" is no number."""


@dataclass(frozen=True)
class Columns:
    """What to read from each row of one file."""

    mapping: Mapping
    ours: Mappings[str, str]
    answers: Mappings[str, str]

    def text(self, row: TableRow, column: str) -> str:
        """What the row says for one of our columns; a constant where the file has no such column.

        Raises: CellBlank.
        """
        found = self.text_or_none(row, column)
        if not found:
            raise CellBlank(column=self.ours.get(column, column))
        return found

    def text_or_none(self, row: TableRow, column: str) -> str | None:
        """As `text`; None where the file has neither column nor constant."""
        heading = self.ours.get(column)
        if heading is None:
            return self.mapping.constants.get(column)
        return self.mapping.meaning(column, row.by_heading[heading])

    def name(self, row: TableRow, column: str) -> str:
        """A client's number or a therapist's name, with its prefix.

        Raises: CellBlank.
        """
        return self.mapping.prefixes.get(column, "") + self.text(row, column)

    def answers_of(self, row: TableRow) -> dict[str, str]:
        """The cells of the questions, by linkId."""
        return {
            link_id: self.mapping.meaning(link_id, row.by_heading[heading])
            for link_id, heading in self.answers.items()
        }

    def total(self, row: TableRow) -> Decimal | None:
        """The total that the file itself gives, if any.

        Raises: NotATotal.
        """
        cell = self.text_or_none(row, TOTAL)
        if not cell:
            return None
        try:
            number = Decimal(cell)
        except InvalidOperation:
            raise NotATotal(cell=cell[:60]) from None
        if not number.is_finite():
            raise NotATotal(cell=cell[:60])
        return number


def find_columns(
    table: Table,
    mapping: Mapping,
    questionnaire: Questionnaire,
    *,
    needed: tuple[str, ...],
    allowed: tuple[str, ...],
    are_others_kept: bool = False,
) -> Columns:
    """What each column of the file is; a column that nobody knows is not passed over in silence.

    Raises: FileRefused, of which every kind says what to do.
    """
    link_ids = {question.link_id for question in questionnaire.questions}
    for link_id in mapping.answers:
        if link_id not in link_ids:
            raise UnknownLinkId(link_id=link_id)
    for heading in (*mapping.columns.values(), *mapping.answers.values()):
        if heading not in table.headings:
            raise HeadingMissing(path=table.path, heading=heading)
    ours = {
        column: mapping.heading_of(column)
        for column in (*needed, *allowed)
        if mapping.heading_of(column) in table.headings
    }
    for column in needed:
        if column not in ours and column not in mapping.constants:
            raise ColumnMissing(path=table.path, column=column)
    answers = {
        question.link_id: mapping.heading_of_answer(question.link_id)
        for question in questionnaire.questions
        if mapping.heading_of_answer(question.link_id) in table.headings
    }
    if not answers:
        shown = ", ".join(question.link_id for question in questionnaire.questions)
        raise NoAnswerColumns(path=table.path, url=questionnaire.url, link_ids=shown)
    used: dict[str, str] = {}
    for name, heading in (*ours.items(), *answers.items()):
        if heading in used:
            raise ColumnTwice(path=table.path, heading=heading, first=used[heading], second=name)
        used[heading] = name
    unknown = [
        heading
        for heading in table.headings
        if heading not in used and heading not in mapping.ignored and heading not in (ROW, REASON)
    ]
    if unknown and not mapping.ignores_all and not are_others_kept:
        raise UnknownColumns(path=table.path, headings=", ".join(unknown))
    return Columns(mapping, ours, answers)
