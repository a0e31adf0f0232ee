"""Dates beside charts, in the reader's language and short enough for a phone."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import pgettext


def short_date(day: date) -> str:
    """The date with its year, as `3 Jan 2026`."""
    return date_format(day, pgettext("short date", "j M Y"))
