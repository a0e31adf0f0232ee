"""The numbers of the help page, from a dated file that a site can put its own in place of."""

from __future__ import annotations

import logging
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any

LOG = logging.getLogger(__name__)
CHECK_AFTER = timedelta(days=180)
FILE = "help.toml"


class Need(StrEnum):
    """What a number is for."""

    DANGER = "danger"
    SELF_HARM = "self_harm"
    HOME = "home"
    CLINIC = "clinic"


@dataclass(frozen=True)
class HelpNumber:
    """One number. Texts are by language; `verified_on` is None when nobody has looked it up."""

    need: Need
    number: str
    where: Mapping[str, str]
    how: Mapping[str, str]
    verified_on: date | None
    takes_texts: bool = False

    @property
    def dialled(self) -> str:
        """The number as a phone dials it."""
        return re.sub(r"[^0-9+*#]", "", self.number)

    def needs_check(self, today: date) -> bool:
        """Whether it was last looked up too long ago, or at a day that has not come."""
        if self.verified_on is None:
            return True
        return not timedelta(0) <= today - self.verified_on <= CHECK_AFTER


@dataclass(frozen=True)
class HelpData:
    """All numbers, and which clinician has read the steps, if one has."""

    numbers: tuple[HelpNumber, ...]
    checked_by: str = ""
    checked_on: date | None = None

    def for_need(self, need: Need) -> tuple[HelpNumber, ...]:
        return tuple(number for number in self.numbers if number.need is need)


def help_data(folder: Path) -> HelpData:
    """The site's own file, else the one that is shipped.

    A file that cannot be read never takes the page away: the shipped one stands in.
    """
    own = folder / FILE
    if own.is_file():
        try:
            return read_help(own.read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
            LOG.error("%s cannot be used, so the shipped numbers are shown: %s", own, problem)
    return read_help((files("alongside.interfaces.client") / FILE).read_text(encoding="utf-8"))


def read_help(text: str) -> HelpData:
    """The numbers in a file.

    Raises: ValueError, KeyError, TypeError or AttributeError for a file of another form.
    """
    data = tomllib.loads(text)
    steps: Mapping[str, Any] = data.get("steps", {})
    return HelpData(
        numbers=tuple(_number(entry) for entry in data["numbers"]),
        checked_by=str(steps.get("checked_by", "")),
        checked_on=_day(steps.get("checked_on")),
    )


def _number(entry: Mapping[str, Any]) -> HelpNumber:
    number = HelpNumber(
        need=Need(entry["for"]),
        number=str(entry["number"]),
        where=_texts(entry.get("where", {})),
        how=_texts(entry.get("how", {})),
        verified_on=_day(entry.get("verified_on")),
        takes_texts=entry.get("text_to") is True,
    )
    if not number.dialled:
        raise ValueError(f'"{number.number}" is no phone number')
    return number


def _texts(entry: Mapping[str, Any] | str) -> Mapping[str, str]:
    if isinstance(entry, str):
        return {"": entry}
    return {str(language): str(text) for language, text in entry.items()}


def _day(value: object) -> date | None:
    if value is None:
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError(f"{value!r} is no day; write it as 2026-01-31")
