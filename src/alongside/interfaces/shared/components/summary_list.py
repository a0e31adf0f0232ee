"""Names and values, one under the other, each perhaps with something to do."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from alongside.interfaces.shared.component import Component, Content, Words, flow


@dataclass(frozen=True)
class SummaryRow:
    """One name and its value; `href` leads to where it can be changed."""

    term: Words
    detail: Content
    href: str = ""
    action: Words = ""

    @property
    def detail_html(self) -> SafeString:
        """The value as markup."""
        return flow(self.detail)


@dataclass(frozen=True)
class SummaryList(Component):
    """The rows."""

    rows: tuple[SummaryRow, ...]
