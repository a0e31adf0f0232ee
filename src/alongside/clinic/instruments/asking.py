"""An instrument as a page asks it: every item in one language, with the form that it takes.

Pages know nothing of questionnaires as methods see them. They receive these values, draw them, and
hand back raw text, which `misfits` compares with what each question allows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from django.utils.translation import gettext

from alongside.clinic.instruments.actions import Given
from alongside.clinic.instruments.bridge import questionnaire_of, questionnaire_with
from alongside.clinic.instruments.models import InstrumentVersion
from alongside.methods.instruments.answers import LONGEST_ANSWER, read_answer, write_answer
from alongside.methods.instruments.questionnaire import (
    EnableBehavior,
    EnableWhen,
    Item,
    ItemType,
    Operator,
)
from alongside.methods.vocabulary.errors import AlongsideError


class AskKind(StrEnum):
    """The form that an item takes on a page."""

    HEADING = "heading"
    PASSAGE = "passage"
    SCALE = "scale"
    NUMBER = "number"
    YES_NO = "yes_no"
    CHOICE = "choice"
    LINE = "line"
    TEXT = "text"


UNASKED = frozenset({AskKind.HEADING, AskKind.PASSAGE})
WRITTEN = frozenset({AskKind.LINE, AskKind.TEXT})
PLAIN_KINDS = {
    ItemType.GROUP: AskKind.HEADING,
    ItemType.DISPLAY: AskKind.PASSAGE,
    ItemType.BOOLEAN: AskKind.YES_NO,
    ItemType.INTEGER: AskKind.NUMBER,
    ItemType.DECIMAL: AskKind.NUMBER,
    ItemType.CHOICE: AskKind.CHOICE,
    ItemType.STRING: AskKind.LINE,
    ItemType.TEXT: AskKind.TEXT,
}


@dataclass(frozen=True)
class ShownWhen:
    """One condition on an earlier answer, its value as a form holds it.

    `operator` is one of = != > < >= <= and `exists`, where `value` is "true" or "false".
    """

    link_id: str
    operator: str
    value: str


@dataclass(frozen=True)
class Ask:
    """One item of an instrument in one language.

    `place` counts the questions from 1; a heading and a passage have none. `conditions` hold those
    of the item and of every group around it; `is_any` says that one of them is enough.
    Missing: `conditions` is None when they are too mixed to say on a page; the item is then shown,
    and what its conditions hide is left out when the answers are handed in.
    """

    link_id: str
    kind: AskKind
    text: str
    place: int = 0
    lowest: int | None = None
    highest: int | None = None
    low_label: str = ""
    high_label: str = ""
    max_length: int = LONGEST_ANSWER
    options: tuple[tuple[str, str], ...] = ()
    conditions: tuple[ShownWhen, ...] | None = ()
    is_any: bool = False

    @property
    def is_question(self) -> bool:
        return self.kind not in UNASKED


def asks_of(version: InstrumentVersion, language: str) -> tuple[Ask, ...]:
    """Every item of a version as it is asked, in the order of the page.

    Versions never change, so each is worked out once per process and language.
    """
    return _asks(version.fingerprint, language)


@lru_cache(maxsize=256)
def _asks(fingerprint: str, language: str) -> tuple[Ask, ...]:
    questionnaire = questionnaire_with(fingerprint)
    places = {item.link_id: place for place, item in enumerate(questionnaire.questions, start=1)}
    asks: list[Ask] = []

    def walk(item: Item, around: tuple[Item, ...]) -> None:
        if item.is_question or PLAIN_KINDS[item.type] in UNASKED:
            asks.append(_ask(item, around, places.get(item.link_id, 0), language))
        for inner in item.items:
            walk(inner, (*around, item))

    for item in questionnaire.items:
        walk(item, ())
    return tuple(asks)


def title_of(version: InstrumentVersion, language: str) -> str:
    """The title of a version in a language."""
    return questionnaire_of(version).title.in_language(language)


def answer_in_words(ask: Ask, value: object) -> str:
    """An answer as its form showed it."""
    match ask.kind:
        case AskKind.YES_NO:
            return gettext("Yes") if value is True else gettext("No")
        case AskKind.CHOICE:
            return dict(ask.options).get(str(value), str(value))
        case AskKind.SCALE:
            return gettext("{value} on a scale from {lowest} to {highest}").format(
                value=value, lowest=ask.lowest, highest=ask.highest
            )
    return str(value)


def misfits(version: InstrumentVersion, given: Iterable[Given]) -> dict[str, AlongsideError]:
    """What is wrong with each answer that its question does not allow, by linkId."""
    questionnaire = questionnaire_of(version)
    wrong: dict[str, AlongsideError] = {}
    for answer in given:
        if answer.raw is None or (isinstance(answer.raw, str) and not answer.raw.strip()):
            continue
        try:
            read_answer(questionnaire.question(answer.link_id), answer.raw)
        except AlongsideError as problem:
            wrong[answer.link_id] = problem
    return wrong


def _ask(item: Item, around: tuple[Item, ...], place: int, language: str) -> Ask:
    conditions, is_any = _conditions(item, around)
    is_scale = bool(item.boxes)
    return Ask(
        link_id=item.link_id,
        kind=AskKind.SCALE if is_scale else PLAIN_KINDS[item.type],
        text=" ".join(part for part in (item.prefix, item.text.in_language(language)) if part),
        place=place,
        lowest=item.boxes[0] if is_scale else None,
        highest=item.boxes[-1] if is_scale else None,
        low_label=item.low_label.in_language(language) if item.low_label else "",
        high_label=item.high_label.in_language(language) if item.high_label else "",
        max_length=item.max_length or LONGEST_ANSWER,
        options=tuple(
            (option.code, option.display.in_language(language) or option.code)
            for option in item.options
        ),
        conditions=conditions,
        is_any=is_any,
    )


def _conditions(item: Item, around: tuple[Item, ...]) -> tuple[tuple[ShownWhen, ...] | None, bool]:
    sets = [each for each in (*around, item) if each.enable_when]
    conditions = tuple(_shown_when(each) for part in sets for each in part.enable_when)
    any_sets = [
        part
        for part in sets
        if part.enable_behavior is EnableBehavior.ANY and len(part.enable_when) > 1
    ]
    if any_sets and len(sets) > 1:
        return None, False
    return conditions, bool(any_sets)


def _shown_when(condition: EnableWhen) -> ShownWhen:
    operator = "exists" if condition.operator is Operator.EXISTS else condition.operator.value
    return ShownWhen(condition.question, operator, write_answer(condition.answer))
