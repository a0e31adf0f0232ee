"""The scoring sidecar: a JSON file beside a questionnaire, read into a scoring.

The file holds facts about an instrument (items, keys, ranges, cut-offs, figures with their
sources) and no wording of it. Every key is known: a key that nobody reads would be a rule that
somebody believes in and nobody applies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from alongside.methods.instruments.documents import Document, read_document
from alongside.methods.instruments.errors import InvalidScoring
from alongside.methods.instruments.scoring import (
    CutOff,
    Direction,
    InstrumentRole,
    ItemRole,
    ItemUse,
    Method,
    MissingRule,
    Norms,
    Reliability,
    ReliableChange,
    Respondent,
    Scale,
    ScaleItem,
    Scoring,
    WorkedExample,
)
from alongside.methods.vocabulary.translated import Translated

FORMAT = "alongside-scoring/1"

Name = TypeVar("Name", bound=StrEnum)
Part = TypeVar("Part")


def read_scoring(text: str | bytes) -> Scoring:
    """The scoring in a sidecar file.

    Raises: InvalidScoring, of which every kind says what to do.
    """
    return parse_scoring(read_document(text))


def parse_scoring(document: Document) -> Scoring:
    """The scoring in a document that `read_document` has read.

    Raises: InvalidScoring.
    """
    root = _Entry(document, "scoring", str(document.get("language", "en")))
    root.allow(
        "format language instrument role respondent is_validated label licence "
        "attestation_required sources items scales worked_examples"
    )
    if root.text("format") != FORMAT:
        raise root.refuse(f'format must be "{FORMAT}"')
    instrument = root.entry("instrument")
    instrument.allow("url version")
    return Scoring(
        instrument_url=instrument.text("url"),
        version=instrument.text("version"),
        role=root.name("role", InstrumentRole),
        respondent=root.name("respondent", Respondent, Respondent.CLIENT),
        is_validated=root.truth("is_validated"),
        label=root.translated("label"),
        licence=root.text("licence"),
        attestation_required=root.truth("attestation_required"),
        sources=root.texts("sources"),
        scales=tuple(_scale(entry) for entry in root.entries("scales")),
        item_uses=tuple(_item_use(entry) for entry in root.entries("items", required=False)),
        worked_examples=tuple(_worked_example(each) for each in root.entries("worked_examples")),
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    """One object of the sidecar, where it stands, and the language of its texts."""

    content: Document
    path: str
    language: str

    def refuse(self, problem: str) -> InvalidScoring:
        return InvalidScoring(path=self.path, problem=problem)

    def allow(self, keys: str) -> None:
        unknown = sorted(set(self.content) - set(keys.split()))
        if unknown:
            raise self.refuse(f'"{unknown[0]}" is no key of this part; its keys are {keys}')

    def has(self, key: str) -> bool:
        return self.content.get(key) is not None

    def text(self, key: str, *, required: bool = True) -> str:
        value = self.content.get(key, "")
        if not isinstance(value, str) or (required and not value.strip()):
            raise self.refuse(f"{key} must be a text")
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.content.get(key)
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.refuse(f"{key} must be a list of texts")
        return tuple(value)

    def truth(self, key: str, *, required: bool = True) -> bool:
        value = self.content.get(key, None if required else False)
        if not isinstance(value, bool):
            raise self.refuse(f"{key} must be true or false")
        return value

    def whole(self, key: str) -> int:
        value = self.content.get(key)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.refuse(f"{key} must be a whole number")
        return value

    def number(self, key: str) -> Decimal:
        value = self.content.get(key)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self.refuse(f"{key} must be a number")
        return Decimal(value)

    def number_or_none(self, key: str) -> Decimal | None:
        return self.number(key) if self.has(key) else None

    def fraction(self, key: str, default: Fraction) -> Fraction:
        """A number, or a text such as "10/7" where a decimal would not be exact."""
        if not self.has(key):
            return default
        value = self.content[key]
        if not isinstance(value, str):
            return Fraction(self.number(key))
        over, _, under = value.partition("/")
        try:
            return Fraction(Decimal(over)) / Fraction(Decimal(under or "1"))
        except (InvalidOperation, ValueError, OverflowError, ZeroDivisionError):
            raise self.refuse(f'{key} must be a number or a fraction such as "10/7"') from None

    def name(self, key: str, names: type[Name], default: Name | None = None) -> Name:
        value = self.content.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or value not in tuple(names):
            raise self.refuse(f"{key} must be one of {', '.join(names)}")
        return names(value)

    def entry(self, key: str) -> _Entry:
        value = self.content.get(key)
        if not isinstance(value, dict):
            raise self.refuse(f"{key} must be an object")
        return _Entry(value, f"{self.path}.{key}", self.language)

    def part(self, key: str, read: Callable[[_Entry], Part]) -> Part | None:
        return read(self.entry(key)) if self.has(key) else None

    def entries(self, key: str, *, required: bool = True) -> Iterable[_Entry]:
        value = self.content.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.refuse(f"{key} must be a list of objects")
        if required and not value:
            raise self.refuse(f"{key} must not be empty")
        return (
            _Entry(each, f"{self.path}.{key}[{n}]", self.language) for n, each in enumerate(value)
        )

    def translated(self, key: str) -> Translated:
        value = self.content.get(key)
        if isinstance(value, str) and value.strip():
            return Translated(value)
        if not isinstance(value, dict) or not value.get(self.language):
            raise self.refuse(f'{key} must be a text, or texts by language with "{self.language}"')
        texts = {str(tag): text for tag, text in value.items() if isinstance(text, str) and text}
        if len(texts) != len(value):
            raise self.refuse(f"{key} must hold a text for each language")
        return Translated.of(texts.pop(self.language), texts)


def _scale(entry: _Entry) -> Scale:
    entry.allow(
        "name title items method multiplier minimum_answered missing_rule lowest highest "
        "direction is_main subscale_of cut_offs reliability norms reliable_change"
    )
    return Scale(
        name=entry.text("name"),
        title=entry.translated("title"),
        items=tuple(_scale_item(item) for item in entry.entries("items")),
        method=entry.name("method", Method),
        lowest=entry.number("lowest"),
        highest=entry.number("highest"),
        direction=entry.name("direction", Direction),
        minimum_answered=entry.whole("minimum_answered"),
        missing_rule=entry.name("missing_rule", MissingRule),
        multiplier=entry.fraction("multiplier", Fraction(1)),
        is_main=entry.truth("is_main", required=False),
        subscale_of=entry.text("subscale_of") if entry.has("subscale_of") else None,
        cut_offs=tuple(_cut_off(each) for each in entry.entries("cut_offs", required=False)),
        reliability=entry.part("reliability", _reliability),
        norms=entry.part("norms", _norms),
        reliable_change=entry.part("reliable_change", _reliable_change),
    )


def _scale_item(entry: _Entry) -> ScaleItem:
    entry.allow("link_id key lowest highest")
    key = entry.whole("key")
    if key not in (1, -1):
        raise entry.refuse("key must be 1, or -1 for a reversed item")
    item = ScaleItem(entry.text("link_id"), key, entry.number("lowest"), entry.number("highest"))
    if item.lowest >= item.highest:
        raise entry.refuse("lowest must be below highest")
    return item


def _cut_off(entry: _Entry) -> CutOff:
    entry.allow("name value title source")
    return CutOff(
        name=entry.text("name"),
        value=entry.number("value"),
        title=entry.translated("title"),
        source=entry.text("source"),
    )


def _reliability(entry: _Entry) -> Reliability:
    entry.allow("value kind source is_assumed")
    value = entry.number("value")
    if not 0 < value < 1:
        raise entry.refuse("value must lie between 0 and 1")
    return Reliability(
        value=value,
        kind=entry.text("kind"),
        source=entry.text("source"),
        is_assumed=entry.truth("is_assumed", required=False),
    )


def _norms(entry: _Entry) -> Norms:
    entry.allow("clinical_mean clinical_sd functional_mean functional_sd source is_assumed")
    norms = Norms(
        source=entry.text("source"),
        clinical_mean=entry.number_or_none("clinical_mean"),
        clinical_sd=entry.number_or_none("clinical_sd"),
        functional_mean=entry.number_or_none("functional_mean"),
        functional_sd=entry.number_or_none("functional_sd"),
        is_assumed=entry.truth("is_assumed", required=False),
    )
    for sd in (norms.clinical_sd, norms.functional_sd):
        if sd is not None and sd <= 0:
            raise entry.refuse("a standard deviation must be above 0")
    return norms


def _reliable_change(entry: _Entry) -> ReliableChange:
    entry.allow("value source")
    return ReliableChange(value=entry.number("value"), source=entry.text("source"))


def _item_use(entry: _Entry) -> ItemUse:
    entry.allow("link_id facet title role")
    return ItemUse(
        link_id=entry.text("link_id"),
        facet=entry.text("facet", required=False),
        facet_title=entry.translated("title") if entry.has("title") else None,
        role=entry.name("role", ItemRole) if entry.has("role") else None,
    )


def _worked_example(entry: _Entry) -> WorkedExample:
    entry.allow("answers scores source")
    answers = entry.entry("answers")
    scores = entry.entry("scores")
    values: list[tuple[str, bool | int | Decimal | str]] = []
    for link_id, value in answers.content.items():
        if not isinstance(value, bool | int | Decimal | str):
            raise answers.refuse(f'the answer to "{link_id}" must be a text, a number or a truth')
        values.append((link_id, value))
    expected = tuple((name, scores.number_or_none(name)) for name in scores.content)
    return WorkedExample(tuple(values), expected)
