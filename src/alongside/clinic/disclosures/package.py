"""What leaves, as files: a PDF to read, tables, a file for programs, each with its notice.

The same content at the same moment is the same bytes, and the manifest names each file with its
fingerprint.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from django.utils.translation import gettext, override

from alongside.clinic.consent.documents import Block, Document, Facts, Grid, Lines, Section
from alongside.clinic.consent.legal_texts import LegalText
from alongside.clinic.consent.segments import TITLES
from alongside.clinic.consent.wording import day_in_words, unverified_mark
from alongside.clinic.disclosures.record import Cell, Paragraph, Part
from alongside.clinic.disclosures.spreadsheets import csv_of

MANIFEST: Final = "manifest.json"
NOTICE: Final = "NOTICE.txt"


class Format(StrEnum):
    """How somebody wants it, besides the PDF to read."""

    PDF = "pdf"
    TABLES = "tables"
    JSON = "json"


@dataclass(frozen=True)
class Package:
    """One file that leaves. Its name says nothing of anybody."""

    name: str
    content: bytes
    manifest: Mapping[str, Any]
    media_type: str = "application/zip"

    @property
    def manifest_sha256(self) -> str:
        """The fingerprint of the manifest, which names those of all files."""
        return sha256(as_json(self.manifest)).hexdigest()


@dataclass(frozen=True)
class CoverSheet:
    """What stands on the first page: from whom to whom, when, what for, on what it rests.

    `scope` says in a sentence what the consent, emergency or order covers; `copies` are the signed
    consents by the names of their files.
    """

    public_id: str
    facts: tuple[tuple[str, str], ...]
    scope: str
    notices: tuple[LegalText, ...]
    copies: Mapping[str, bytes]
    language: str
    made_at: datetime


def make_package(
    cover: CoverSheet, parts: Iterable[Part], formats: frozenset[Format], *, ticked: frozenset[str]
) -> Package:
    """The archive with the parts, without every paragraph that nobody ticked.

    Raises: CannotPrint.
    """
    leaving = tuple(_only_ticked(part, ticked) for part in parts)
    with override(cover.language):
        files: dict[str, bytes] = {"record.pdf": _document(cover, leaving).pdf(cover.made_at)}
        if Format.TABLES in formats:
            files |= _tables(leaving)
        if Format.JSON in formats:
            files["record.json"] = as_json(_for_programs(cover, leaving))
        files |= cover.copies
        files[NOTICE] = _notice_text(cover).encode()
    return archive(f"package-{cover.public_id}.zip", files, cover.made_at)


def single(name: str, content: bytes, media_type: str, made_at: datetime) -> Package:
    """A package that is one file alone."""
    return Package(name, content, _manifest({name: content}, made_at), media_type)


def _manifest(files: Mapping[str, bytes], made_at: datetime) -> dict[str, Any]:
    return {
        "made_at": made_at.isoformat(),
        "files": {path: sha256(content).hexdigest() for path, content in sorted(files.items())},
    }


def archive(name: str, files: Mapping[str, bytes], made_at: datetime) -> Package:
    """The files in one archive with their manifest."""
    manifest = _manifest(files, made_at)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path, content in sorted({**files, MANIFEST: as_json(manifest)}.items()):
            entry = zipfile.ZipInfo(path, made_at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            zipped.writestr(entry, content)
    return Package(name, held.getvalue(), manifest)


def _only_ticked(part: Part, ticked: frozenset[str]) -> Part:
    kept = tuple(each for each in part.paragraphs if each.key in ticked)
    return Part(part.segment, part.sheets, kept)


def _document(cover: CoverSheet, parts: tuple[Part, ...]) -> Document:
    notices = tuple(each.words.in_language(cover.language) for each in cover.notices)
    about: tuple[Block, ...] = (Facts(cover.facts), cover.scope)
    if cover.copies:
        held = gettext("A copy of the consent is in this package: {names}.")
        about = (*about, held.format(names=", ".join(cover.copies)))
    return Document(
        title=gettext("From a client’s record"),
        language=cover.language,
        sections=(
            Section(gettext("Notice to whoever gets this"), notices),
            Section(gettext("What this is"), about),
            *(Section(str(TITLES[part.segment]), tuple(_blocks(part))) for part in parts),
        ),
        marks=() if all(each.is_verified for each in cover.notices) else (unverified_mark(),),
        foot=gettext("Protected by 42 CFR part 2. See the notice on the first page."),
    )


def _blocks(part: Part) -> Iterable[Block]:
    if part.is_empty:
        yield gettext("Nothing is kept of this.")
    for sheet in part.sheets:
        if len(sheet.rows) == 1 and len(sheet.columns) > 2:
            pairs = zip(sheet.columns, sheet.rows[0], strict=True)
            yield Facts(tuple((column.label, _shown(cell)) for column, cell in pairs))
        elif sheet.rows:
            yield Grid(
                sheet.caption,
                tuple(column.label for column in sheet.columns),
                tuple(tuple(map(_shown, row)) for row in sheet.rows),
            )
    if part.paragraphs:
        yield Lines(tuple(map(_spoken, part.paragraphs)))


def _spoken(paragraph: Paragraph) -> str:
    day = f"{day_in_words(paragraph.said_on)}. " if paragraph.said_on else ""
    return f"{day}{paragraph.about}: {paragraph.words}"


def _iso(paragraph: Paragraph) -> str | None:
    return paragraph.said_on.isoformat() if paragraph.said_on else None


def _shown(cell: Cell) -> str:
    return "–" if cell is None or cell == "" else str(cell)


def _tables(parts: tuple[Part, ...]) -> dict[str, bytes]:
    files = {
        f"tables/{sheet.key}.csv": csv_of([column.label for column in sheet.columns], sheet.rows)
        for part in parts
        for sheet in part.sheets
    }
    words = [(_iso(each), each.about, each.words) for part in parts for each in part.paragraphs]
    if words:
        headings = (gettext("Day"), gettext("About"), gettext("Words"))
        files["tables/words.csv"] = csv_of(headings, words)
    return files


def _for_programs(cover: CoverSheet, parts: tuple[Part, ...]) -> dict[str, Any]:
    return {
        "notice": [each.words.in_language(cover.language) for each in cover.notices],
        "about": dict(cover.facts),
        "scope": cover.scope,
        "made_at": cover.made_at.isoformat(),
        "consents": sorted(cover.copies),
        "security_labels": ["42CFRPart2"],
        "segments": {
            part.segment: {
                "labels": ["42CFRPart2"],
                "tables": {
                    sheet.key: [
                        {column.key: cell for column, cell in zip(sheet.columns, row, strict=True)}
                        for row in sheet.rows
                    ]
                    for sheet in part.sheets
                },
                "words": [
                    {"on": _iso(each), "about": each.about, "words": each.words}
                    for each in part.paragraphs
                ],
            }
            for part in parts
        },
    }


def _notice_text(cover: CoverSheet) -> str:
    lines = [each.words.in_language(cover.language) for each in cover.notices]
    facts = [f"{name}: {value}" for name, value in cover.facts]
    return "\n\n".join([*lines, "\n".join(facts), cover.scope]) + "\n"


def as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode()
