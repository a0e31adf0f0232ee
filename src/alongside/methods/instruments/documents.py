"""JSON read strictly, and written in one way only.

A file that says the same thing twice, or says something that cannot be kept exactly, is refused
before anyone asks what it means. The canonical text of a document gives it a fingerprint, by which
a version that changed under a stored answer is noticed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import NoReturn

from alongside.methods.instruments.errors import (
    DuplicateKey,
    NotADocument,
    NotANumber,
    NotJson,
    NotText,
    TooDeep,
    TooLarge,
    UnreadableCharacter,
)

Document = dict[str, object]

LARGEST_DOCUMENT = 1_000_000
DEEPEST_DOCUMENT = 60
MOST_DIGITS = 18

_ALLOWED_CONTROLS = "\t\n\r"


def read_document(text: str | bytes) -> Document:
    """The JSON object in a file, with every decimal kept exactly.

    Raises: TooLarge, NotText, NotJson, DuplicateKey, NotANumber, NotADocument, TooDeep,
    UnreadableCharacter.
    """
    size = len(text) if isinstance(text, bytes) else len(text.encode(errors="surrogatepass"))
    if size > LARGEST_DOCUMENT:
        raise TooLarge(size=size, limit=LARGEST_DOCUMENT)
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            raise NotText(position=error.start) from None
    try:
        found = json.loads(
            text.removeprefix("\ufeff"),
            object_pairs_hook=_object_without_duplicates,
            parse_float=_exact_decimal,
            parse_int=_exact_integer,
            parse_constant=_refuse_constant,
        )
    except json.JSONDecodeError as error:
        raise NotJson(line=error.lineno, column=error.colno, problem=error.msg) from None
    except RecursionError:
        raise TooDeep(limit=DEEPEST_DOCUMENT, path="the whole file") from None
    if not isinstance(found, dict):
        raise NotADocument(found=_json_name(found))
    _check_inside(found)
    return found


def canonical_json(document: object) -> str:
    """The document as compact JSON with sorted keys, the same for equal documents.

    Numbers that are equal are written alike, whether 7, 7.0 or 7.00.
    Raises: NotANumber.
    """
    if isinstance(document, Mapping):
        pairs = sorted((str(key), value) for key, value in document.items())
        return "{" + ",".join(f"{_quoted(k)}:{canonical_json(v)}" for k, v in pairs) + "}"
    if isinstance(document, list | tuple):
        return "[" + ",".join(canonical_json(value) for value in document) + "]"
    if isinstance(document, bool) or document is None or isinstance(document, str):
        return _quoted(document)
    if isinstance(document, int | float | Decimal):
        return _canonical_number(document)
    raise TypeError(f"{type(document).__name__} has no place in JSON")


def fingerprint(document: object) -> str:
    """The SHA-256 of the canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(document).encode()).hexdigest()


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _canonical_number(number: float | Decimal) -> str:
    exact = Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
    if not exact.is_finite():
        raise NotANumber(number=str(number))
    if exact == 0:
        return "0"
    plain = format(exact, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _object_without_duplicates(pairs: list[tuple[str, object]]) -> Document:
    found: Document = {}
    for key, value in pairs:
        if key in found:
            raise DuplicateKey(key=key)
        found[key] = value
    return found


def _exact_decimal(written: str) -> Decimal:
    number = Decimal(written)
    if len(number.as_tuple().digits) > MOST_DIGITS or abs(number.adjusted()) > MOST_DIGITS:
        raise NotANumber(number=_short(written))
    return number


def _exact_integer(written: str) -> int:
    if len(written.lstrip("-")) > MOST_DIGITS:
        raise NotANumber(number=_short(written))
    return int(written)


def _refuse_constant(written: str) -> NoReturn:
    raise NotANumber(number=written)


def _check_inside(document: Document) -> None:
    waiting: list[tuple[object, int, str]] = [(document, 1, "")]
    while waiting:
        value, depth, path = waiting.pop()
        if depth > DEEPEST_DOCUMENT:
            raise TooDeep(limit=DEEPEST_DOCUMENT, path=_short(path))
        if isinstance(value, str):
            _check_characters(value)
        elif isinstance(value, dict):
            for key, inner in value.items():
                _check_characters(key)
                waiting.append((inner, depth + 1, f"{path}.{key}" if path else key))
        elif isinstance(value, list):
            waiting.extend((inner, depth + 1, f"{path}[{n}]") for n, inner in enumerate(value))


def _check_characters(text: str) -> None:
    if text.isprintable():
        return
    for character in text:
        is_control = (character < " " and character not in _ALLOWED_CONTROLS) or character == "\x7f"
        if is_control or "\ud800" <= character <= "\udfff":
            shown = "".join(c if c.isprintable() else "�" for c in text)
            raise UnreadableCharacter(text=_short(shown))


def _json_name(found: object) -> str:
    names = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(found), "a number")


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"
