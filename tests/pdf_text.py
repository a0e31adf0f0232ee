"""What a reader, a search or a screen reader finds in a PDF of ours: its text and its metadata.

Enough of the format for what our typesetter writes: glyphs of two bytes in `TJ` and `Tj`, each
font with its table of glyph to text. A document whose known words are not found is a bug here.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

_OBJECT = re.compile(rb"(?s)\n(\d+) 0 obj\n(.*?)\nendobj")
_STREAM = re.compile(rb"(?s)stream\r?\n(.*?)\r?\nendstream")
_SHOWN = re.compile(rb"/(f\d+) [\d.]+ Tf|\((?:[^\\()]|\\.)*\)", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of_pdf(pdf: bytes) -> str:
    """Every word on its pages, one line an operator of text, without the spaces of the layout."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    pages = [body for body in objects.values() if re.search(rb"/Type/Page\b(?!s)", body)]
    lines = []
    for page in pages:
        fonts = _fonts_of(page, objects)
        for contents in re.findall(rb"/Contents (\d+) 0 R", page):
            lines += list(_lines_of(_stream_of(objects[int(contents)]), fonts))
    return "\n".join(lines)


def spoken(pdf: bytes) -> str:
    """Its words in one line, as they are read out."""
    return " ".join(text_of_pdf(pdf).split())


def everything_in_pdf(pdf: bytes) -> str:
    """Its text, its metadata and every string of it, also those that no page shows."""
    streams = "\n".join(
        _stream_of(body).decode("utf-8", "replace") for _, body in _OBJECT.findall(pdf)
    )
    return "\n".join((text_of_pdf(pdf), pdf.decode("latin-1"), streams, _strings_of(pdf)))


def _strings_of(pdf: bytes) -> str:
    """The strings of outlines and metadata, which may be in UTF-16."""
    found = []
    for raw in re.findall(rb"\((?:[^\\()]|\\.)*\)", _STREAM.sub(b"", pdf), re.DOTALL):
        plain = _unescaped(raw[1:-1])
        is_wide = plain.startswith(b"\xfe\xff")
        found.append(plain.decode("utf-16" if is_wide else "latin-1", "replace"))
    return "\n".join(found)


def _stream_of(body: bytes) -> bytes:
    """The stream of an object, by its stated length: its last byte may look like a line's end."""
    found, length = re.search(rb"stream\r?\n", body), re.search(rb"/Length (\d+)", body)
    if found is None or length is None:
        return b""
    raw = body[found.end() : found.end() + int(length[1])]
    return zlib.decompress(raw) if b"/FlateDecode" in body[: found.start()] else raw


def _fonts_of(page: bytes, objects: dict[int, bytes]) -> dict[bytes, dict[int, str]]:
    place = re.search(rb"/Resources (\d+) 0 R", page)
    resources = objects[int(place[1])] if place else page
    fonts = {}
    for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", resources):
        table = re.search(rb"/ToUnicode (\d+) 0 R", objects[int(number)])
        fonts[name] = _glyphs(_stream_of(objects[int(table[1])])) if table else {}
    return fonts


def _glyphs(table: bytes) -> dict[int, str]:
    known = {}
    for glyph, text in re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", table):
        known[int(glyph, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    for first, last, text in re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]{4})> <([0-9A-F]{4})>", table):
        for n in range(int(first, 16), int(last, 16) + 1):
            known[n] = chr(int(text, 16) + n - int(first, 16))
    return known


def _lines_of(content: bytes, fonts: dict[bytes, dict[int, str]]) -> Iterator[str]:
    for block in re.findall(rb"(?s)BT(.*?)ET\n", content):
        glyphs: dict[int, str] = {}
        line = ""
        for found in _SHOWN.finditer(block):
            if found[1]:
                glyphs = fonts.get(found[1], {})
            else:
                raw = _unescaped(found[0][1:-1])
                numbers = (int.from_bytes(raw[n : n + 2]) for n in range(0, len(raw), 2))
                line += "".join(glyphs.get(number, "") for number in numbers)
        yield line


def _unescaped(raw: bytes) -> bytes:
    def plain(match: re.Match[bytes]) -> bytes:
        found = match[1]
        is_number = found[:1] in b"01234567"
        return bytes([int(found, 8) & 255]) if is_number else _ESCAPES.get(found, found)

    return re.sub(rb"\\([0-7]{1,3}|.)", plain, raw, flags=re.DOTALL)
