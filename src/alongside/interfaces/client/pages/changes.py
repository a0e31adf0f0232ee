""" "You said, we changed": each change beside the client's own words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext

from alongside.clinic.alliance.models import Change
from alongside.interfaces.shared.components.you_said import YouSaid
from alongside.interfaces.shared.dates import weekday_date


@dataclass(frozen=True)
class ChangesPage:
    """The changes, and where to go from here."""

    changes: tuple[YouSaid, ...]
    go_on: str


def changes_page(changes: Iterable[Change], *, go_on: str) -> ChangesPage:
    """A page of changes."""
    return ChangesPage(tuple(you_said(change) for change in changes), go_on)


def you_said(change: Change) -> YouSaid:
    """One change with the words that led to it, after which visit, who answered them and when."""
    visit = getattr(change.answer.response.slot, "visit", None)
    after = gettext("after your visit on {day}")
    return YouSaid(
        quote=str(change.answer.value),
        said_when=after.format(day=weekday_date(visit.starts_at)) if visit else "",
        change=change.what_changes,
        changed_when=weekday_date(change.written_at),
        changed_by=gettext("From {name}").format(name=change.therapist.display_name),
    )
