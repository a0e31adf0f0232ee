"""Documents on paper: a value, and the same as a tagged PDF (PDF/UA-1) that a screen reader reads.

What people wrote reaches the typesetter as data and never as its source, so that nothing of it can
be run, and no file or address is read for it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any, Final

import typst

from alongside.methods.vocabulary.errors import AlongsideError

TEMPLATE: Final = files("alongside.clinic.consent") / "document.typ"
STANDARD: Final = "ua-1"
MOST_SIGNS_NAMED: Final = 2000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)


class CannotPrint(AlongsideError):
    """This cannot be made into a PDF here. The tables and the file for programs hold it all."""


@dataclass(frozen=True)
class Facts:
    """Names and values under one another."""

    rows: tuple[tuple[str, str], ...]
    kind: str = "facts"


@dataclass(frozen=True)
class Lines:
    """Points of a list."""

    lines: tuple[str, ...]
    kind: str = "lines"


@dataclass(frozen=True)
class Grid:
    """A table with its caption."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: str = "grid"


Block = str | Facts | Lines | Grid


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """One document in one language. `marks` stand at its top; `foot` at the end of every page."""

    title: str
    language: str
    sections: tuple[Section, ...]
    marks: tuple[str, ...] = ()
    foot: str = ""

    def pdf(self, made_at: datetime) -> bytes:
        """The document as a tagged PDF; the same document at the same moment is the same bytes.

        Raises: CannotPrint.
        """
        data = {**asdict(self), "page_of": _PAGE_OF.get(self.language, _PAGE_OF["en"])}
        told = json.dumps(_printable(data), ensure_ascii=False)
        for may_ask_the_system in (False, True):
            try:
                return _compiled(told, made_at, system_fonts=may_ask_the_system)
            except typst.TypstError as problem:
                missing = _signs_without_glyph(problem)
        return _with_signs_named(told, missing, made_at)


_PAGE_OF: Final = {"en": "of", "es": "de"}


def _printable(value: Any) -> Any:
    """The value without signs that steer a terminal and print nothing."""
    if isinstance(value, str):
        return _CONTROL.sub("", value)
    if isinstance(value, dict):
        return {key: _printable(one) for key, one in value.items()}
    return [_printable(one) for one in value] if isinstance(value, list | tuple) else value


def _compiled(told: str, made_at: datetime, *, system_fonts: bool) -> bytes:
    made: Any = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        pdf_standards=[STANDARD],
        sys_inputs={"data": told},
        ignore_system_fonts=not system_fonts,
        timestamp=int(made_at.timestamp()),
    )
    return bytes(made)


def _signs_without_glyph(problem: typst.TypstError) -> set[str]:
    return {sign for found in _NO_GLYPH.findall(problem.diagnostic) for sign in found}


def _with_signs_named(told: str, missing: set[str], made_at: datetime) -> bytes:
    """The document with each sign that no font here has replaced by its name in brackets.

    Raises: CannotPrint.
    """
    known: set[str] = set()
    while missing - known and len(known) < MOST_SIGNS_NAMED:
        known |= missing
        for sign in missing:
            told = told.replace(sign, f"[{unicodedata.name(sign, '?').lower()}]")
        try:
            return _compiled(told, made_at, system_fonts=True)
        except typst.TypstError as problem:
            missing = _signs_without_glyph(problem)
    raise CannotPrint
