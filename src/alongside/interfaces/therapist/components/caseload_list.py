"""Clients one under the other: who, why now, how the visits went, and when they come next."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from alongside.interfaces.shared.component import Component, Words
from alongside.interfaces.shared.components.sparkline import Sparkline
from alongside.interfaces.shared.tones import Tone


@dataclass(frozen=True)
class CaseloadRow:
    """One client."""

    name: str
    href: str
    reason: str
    detail: str
    tone: Tone
    sparkline: Sparkline
    comes: str


@dataclass(frozen=True)
class CaseloadList(Component):
    """The clients in the order in which they are given, under a name for screen readers."""

    label: Words
    rows: tuple[CaseloadRow, ...]

    @property
    def body(self) -> SafeString:
        """The rows as markup, built as one string because a board has a hundred of them."""
        return mark_safe("".join(map(_row, self.rows)))  # noqa: S308  # every part is escaped


def _row(row: CaseloadRow) -> str:
    name, href, comes, reason, detail = map(
        conditional_escape, (row.name, row.href, row.comes, row.reason, row.detail)
    )
    return (
        f'<li class="caseload-row tone-{row.tone.value}">'
        f'<div class="caseload-who"><a href="{href}">{name}</a><p class="quiet">{comes}</p></div>'
        f'<div class="caseload-why"><p class="caseload-reason">{reason}</p>'
        f'<p class="quiet">{detail}</p></div>'
        f'<div class="caseload-course">{row.sparkline.svg}</div></li>'
    )
