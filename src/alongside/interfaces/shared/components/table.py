"""Rows and columns that turn into cards on a narrow screen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from alongside.interfaces.shared.component import Component, Content, Words, inline
from alongside.interfaces.shared.components.empty_state import EmptyState
from alongside.interfaces.shared.tones import Tone


class ColumnKind(StrEnum):
    """How the cells of a column stand."""

    TEXT = "text"
    NUMBER = "number"
    ACTION = "action"


@dataclass(frozen=True)
class Column:
    """A heading; the first column names the row."""

    label: Words
    kind: ColumnKind = ColumnKind.TEXT
    is_label_hidden: bool = False


@dataclass(frozen=True)
class Row:
    """One cell for each column; `tone` marks rows that ask for attention."""

    cells: tuple[Content, ...]
    tone: Tone | None = None


@dataclass(frozen=True)
class Table(Component):
    """A table with a caption; without rows it shows why there are none."""

    caption: Words
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    empty: EmptyState | None = None
    is_caption_hidden: bool = False

    @property
    def body(self) -> SafeString:
        """The rows as markup.

        Built here and not in the template, because a board has a hundred rows and template nodes
        would cost most of its time. The roles keep the table a table for screen readers where the
        stylesheet lays it out as cards.
        """
        openings = tuple(_opening(number, column) for number, column in enumerate(self.columns))
        closings = ("</th>",) + ("</td>",) * (len(self.columns) - 1)
        parts: list[str] = []
        for row in self.rows:
            mark = f' class="tone-{row.tone.value}"' if row.tone else ""
            parts.append(f'<tr role="row"{mark}>')
            for opening, cell, closing in zip(openings, row.cells, closings, strict=True):
                parts += (opening, inline(cell), closing)
            parts.append("</tr>")
        return mark_safe("".join(parts))  # noqa: S308  # every part is escaped


def _opening(number: int, column: Column) -> str:
    if number == 0:
        return f'<th role="rowheader" scope="row" class="is-{column.kind.value}">'
    label = conditional_escape(str(column.label))
    return f'<td role="cell" class="is-{column.kind.value}" data-label="{label}">'
