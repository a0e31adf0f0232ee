"""The way through a list that is too long for one page."""

from __future__ import annotations

from dataclasses import dataclass

from alongside.interfaces.shared.component import Component, Words


@dataclass(frozen=True)
class Pagination(Component):
    """Where one is; `pattern` is the address with `{page}` in it. One page draws nothing."""

    page: int
    n_pages: int
    pattern: str = "?page={page}"
    label: Words = ""

    @property
    def previous(self) -> str:
        """The address of the page before, or nothing."""
        return self.pattern.format(page=self.page - 1) if self.page > 1 else ""

    @property
    def following(self) -> str:
        """The address of the page after, or nothing."""
        return self.pattern.format(page=self.page + 1) if self.page < self.n_pages else ""
